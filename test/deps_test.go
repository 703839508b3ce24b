// Package test holds the tests of the repository as a whole.
package test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/sallyport-db/sallyport"

// A rule says what a package may import from this repository, and why no more. A package without a rule fails the test,
// so that whoever adds one decides where it stands. A path that ends in "/..." covers the packages below it, too.
type rule struct {
	pkg    string
	may    []string
	reason string
}

var rules = []rule{
	{"policy", nil,
		"a decision is a pure function: it knows no network, no SQL and nobody who asks"},
	{"token", nil,
		"a token is checked before anything else is known: no SQL, no policy, no audit, no proxy"},
	{"audit", nil,
		"the log must be readable and writable without knowing what the events mean"},

	{"internal/wire", nil,
		"moves bytes; whoever reads meaning into them stands above it, so that the I/O can change alone"},
	{"internal/catalog", nil,
		"says what the upstream's schema is, not what is allowed in it"},
	{"internal/excess", nil,
		"asks what a role can do; what it should be able to do is the same for everybody"},
	{"internal/catalog/mysql", nil, "as internal/catalog, for MySQL and MariaDB"},
	{"internal/registry", nil,
		"remembers issued and revoked tokens as records; it cannot make or read a token"},
	{"internal/keyring", []string{"token", "internal/registry"},
		"brings the keys that sign together with where they lie"},
	{"internal/registry/natstest", nil, "a NATS cluster, for tests"},
	{"internal/datadir", nil, "a leaf"},
	{"internal/pki", nil, "a leaf"},
	{"internal/config", []string{"policy"},
		"reads scopes, to point at the character that is wrong; it introduces nobody"},
	{"internal/child", nil, "a leaf: runs programs that end with us"},
	{"internal/pgtest", []string{"internal/child"},
		"a throwaway PostgreSQL, for tests and the demo; it must not need what it helps to test"},
	{"internal/pgtest/pgtesting", []string{"internal/pgtest"}, "pgtest for Go tests"},
	{"internal/mytest", []string{"internal/child"}, "a throwaway MariaDB, as pgtest"},
	{"internal/mytest/mytesting", []string{"internal/mytest"}, "mytest for Go tests"},

	{"internal/analyze", []string{"policy", "internal/catalog"},
		"turns text into accesses; it cannot decide, log or send"},
	{"internal/analyze/kinds", nil, "a leaf: a dialect's table of statements"},
	{"internal/analyze/kinds/kindstest", []string{"policy", "internal/analyze/kinds"}, "kinds for Go tests"},
	{"internal/analyze/shape", nil, "remembers how texts were read, whatever a reading is"},
	{"internal/analyze/...", []string{"policy", "internal/catalog/...", "internal/analyze", "internal/analyze/kinds", "internal/analyze/shape"},
		"a dialect turns text into accesses; it cannot decide, log or send"},

	{"proxy", []string{"policy", "token", "audit", "internal/analyze", "internal/catalog", "internal/wire"},
		"introduces token, policy and audit to each other; it knows no protocol and no dialect by name"},
	{"proxy/postgres", []string{"proxy", "internal/analyze", "internal/analyze/postgres", "internal/wire"},
		"a protocol only translates: without token, policy and audit it cannot decide, and cannot forget to ask"},
	{"proxy/mysql", []string{"proxy", "internal/analyze", "internal/wire"},
		"as proxy/postgres"},
	{"proxy/proxytest", []string{"..."},
		"the conformance suite that every protocol passes"},

	{"internal/federation", []string{"policy"},
		"verifies the tokens of others; it neither reads nor makes one of ours"},
	{"internal/login", nil, "a person's session at an identity provider; it talks to a server as anybody does"},
	{"internal/api", []string{"token", "audit", "policy", "proxy", "internal/registry", "internal/keyring", "internal/federation"},
		"the HTTP and admin side; it reaches the database only through the proxy"},

	{"cmd/...", []string{"..."},
		"wiring: the only place where everything meets, and the only one that sees the configuration"},
	{"deploy", []string{"internal/config"}, "tests only: the manifests hold configurations"},
	{"test/...", []string{"..."}, "tests of the whole"},
}

// Never, whatever a rule says.
var closed = []struct {
	pkg    string // and what is below it
	except []string
	reason string
}{
	{"cmd", []string{"cmd", "test"}, "nothing imports a command"},
	{"internal/config", []string{"cmd", "deploy", "test"},
		"no package but cmd sees the configuration: each takes the few values it needs"},
	{"internal/pgtest", []string{"cmd", "internal/pgtest", "test"}, "the product starts no database, but for the demo"},
	{"token", []string{"cmd", "proxy", "internal/api", "internal/keyring", "test"}, "few may hold tokens"},
}

func TestImportRules(t *testing.T) {
	used := map[string]bool{}
	for _, p := range packages(t) {
		r, ok := ruleOf(p.path)
		if !ok {
			t.Errorf("%s has no rule: say in test/deps_test.go what it may import, and why", p.path)
			continue
		}
		used[r.pkg] = true
		for _, dep := range p.own(p.Imports) {
			if !covers(r.may, dep) {
				t.Errorf("%s imports %s, and may import only %v: %s", p.path, dep, r.may, r.reason)
			}
			refuseClosed(t, p.path, dep)
		}
		// A test may bring a database and the packages beside it, but never the configuration or a command.
		for _, dep := range p.own(slices.Concat(p.TestImports, p.XTestImports)) {
			if dep != p.path && !covers([]string{"internal/pgtest/..."}, dep) {
				refuseClosed(t, p.path, dep)
			}
		}
	}
	for _, r := range rules {
		if future := []string{"proxy/mysql", "proxy/proxytest", "internal/api"}; !used[r.pkg] && !slices.Contains(future, r.pkg) {
			t.Errorf("the rule for %s covers no package: remove it", r.pkg)
		}
	}
}

func refuseClosed(t *testing.T, pkg, dep string) {
	t.Helper()
	for _, c := range closed {
		if below(dep, c.pkg) && !slices.ContainsFunc(c.except, func(e string) bool { return below(pkg, e) }) {
			t.Errorf("%s imports %s: %s", pkg, dep, c.reason)
		}
	}
}

// ruleOf prefers the rule that names the package itself.
func ruleOf(pkg string) (rule, bool) {
	for _, r := range rules {
		if r.pkg == pkg {
			return r, true
		}
	}
	for _, r := range rules {
		if strings.HasSuffix(r.pkg, "/...") && covers([]string{r.pkg}, pkg) {
			return r, true
		}
	}
	return rule{}, false
}

// covers reports whether one of the patterns names the package.
func covers(patterns []string, pkg string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if p == "..." || p == pkg {
			return true
		}
		dir, tree := strings.CutSuffix(p, "/...")
		return tree && below(pkg, dir)
	})
}

func below(pkg, dir string) bool { return pkg == dir || strings.HasPrefix(pkg, dir+"/") }

// listed is what `go list -json` says of a package. path is its import path without the module's.
type listed struct {
	ImportPath                         string
	Imports, TestImports, XTestImports []string
	path                               string
}

// own picks the imports of this repository, without the module's path.
func (p listed) own(imports []string) []string {
	var out []string
	for _, i := range imports {
		if rest, ok := strings.CutPrefix(i, module+"/"); ok {
			out = append(out, rest)
		}
	}
	return out
}

// packages lists every package of the root module.
func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = ".."
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		err := d.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		p.path = strings.TrimPrefix(strings.TrimPrefix(p.ImportPath, module), "/")
		if p.path != "" && path.Base(p.path) != "testdata" {
			all = append(all, p)
		}
	}
	if len(all) < 10 {
		t.Fatalf("go list found only %d packages", len(all))
	}
	return all
}
