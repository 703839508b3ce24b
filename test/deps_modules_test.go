package test

import (
	"slices"
	"strings"
	"testing"
)

// A library is imported where its work is done and nowhere else, so that it can be replaced or dropped there. One that is
// not listed fails the test: adding a dependency is a decision (its reason stands in ARCHITECTURE.md).
var libraries = []struct {
	path   string   // of the module, or of a part of it
	in     []string // packages of this repository that may import it
	tests  []string // packages whose tests may, besides
	reason string
}{
	{"github.com/jackc/pgx/v5/pgproto3", []string{"proxy/postgres"}, []string{"proxy/...", "internal/...", "cmd/...", "test/..."},
		"the PostgreSQL wire is spoken in one place"},
	{"github.com/jackc/pgx/v5/pgconn",
		[]string{"proxy/postgres", "internal/catalog", "internal/excess", "internal/pgtest/...", "cmd/..."},
		[]string{"internal/...", "proxy/...", "test/..."},
		"few may open a connection to a database: the session, the catalogue and the look at its role, the demo"},
	{"github.com/jackc/pgx/v5", nil, []string{"test/...", "cmd/..."},
		"a client library: tests connect as users do"},
	{"github.com/multigres/multigres/go/common/parser", []string{"internal/analyze/postgres"}, nil,
		"one reader of PostgreSQL's SQL: nobody else looks into statements"},
	{"github.com/go-mysql-org/go-mysql", []string{"proxy/mysql", "internal/catalog/mysql", "internal/excess", "internal/mytest", "cmd/..."},
		[]string{"internal/...", "test/..."},
		"few may open a connection to a database: the session, the catalogue, the check of accounts, tests' servers"},
	{"vitess.io/vitess/go/vt/sqlparser", []string{"internal/analyze/mysql"}, nil,
		"one reader of MySQL's SQL: nobody else looks into statements"},
	{"github.com/pingcap/tidb/pkg/parser/charset", []string{"proxy/mysql"}, nil,
		"MySQL's numbers of collations, in the table that go-mysql brings along"},
	{"golang.org/x/mod/sumdb", []string{"audit", "cmd/..."}, nil,
		"trees and signed notes are the audit log's; a command hands their keys over"},
	{"github.com/coreos/go-oidc/v3", []string{"internal/federation", "internal/login"}, nil,
		"the tokens of identity providers are verified in one place"},
	{"golang.org/x/oauth2", []string{"internal/login"}, nil,
		"logging in: the flows with a browser and with a code"},
	{"github.com/go-jose/go-jose/v4", []string{"internal/federation"}, []string{"internal/api", "internal/login"},
		"JWK sets with keys of every kind, which only others have"},
	{"github.com/golang-jwt/jwt/v5", []string{"token"}, []string{"test/...", "internal/federation", "internal/api", "internal/login"},
		"one place that makes and checks tokens"},
	{"github.com/pires/go-proxyproto", []string{"proxy"}, nil,
		"who a client is is settled before a protocol sees the connection"},
	{"github.com/goccy/go-yaml", []string{"internal/config"}, []string{"deploy", "internal/api"},
		"the configuration is the only YAML that the product reads"},
	{"github.com/spf13/cobra", []string{"cmd/..."}, nil,
		"commands are the command line's affair"},
	{"github.com/prometheus/client_golang", []string{"cmd/...", "internal/api", "proxy", "proxy/proxytest"}, []string{"proxy/...", "test/..."},
		"figures are counted where the one thing happens (proxy) and shown at the edge; protocols count nothing"},
	{"go.uber.org/zap", []string{"cmd/...", "internal/api", "internal/catalog", "proxy/..."}, []string{"test/..."},
		"the program's log is for what serves; policy, token, audit and the analysis return what happened"},
	{"github.com/rogpeppe/go-internal", nil, []string{"cmd/...", "test/..."},
		"script tests"},
	{"github.com/santhosh-tekuri/jsonschema", nil, []string{"audit/...", "test/..."},
		"every event is held against the published schema"},
	{"golang.org/x/term", []string{"cmd/..."}, nil,
		"only a command has a terminal"},
	{"golang.org/x/sys", []string{"internal/wire", "audit", "internal/datadir", "internal/api", "cmd/..."}, nil,
		"system calls behind one door each"},
	{"golang.org/x/crypto/nacl/secretbox", []string{"internal/keyring"}, nil,
		"seals the signing keys that several nodes share"},
	{"github.com/nats-io/nats-server/v2", []string{"internal/registry", "internal/registry/natstest"}, []string{"test/..."},
		"the registry's store, in this process"},
	{"github.com/nats-io/nats.go", []string{"internal/registry"}, []string{"test/..."},
		"nobody but the registry speaks to a store"},
	{"golang.org/x/text", []string{"internal/analyze/..."}, nil,
		"case folding as PostgreSQL does it"},
}

// Packages of the standard library that have no place here.
var banned = map[string]string{
	"C":              "the binary is static, and a crash in C takes every session with it",
	"plugin":         "the binary is static",
	"database/sql":   "a pool that runs text behind our back has no place in a proxy",
	"encoding/gob":   "what is on disk is read by people and other programs",
	"log":            "the program's log is zap's, structured",
	"math/rand":      "use crypto/rand, or math/rand/v2 where it does not matter",
	"net/http/pprof": "serves the process's memory, secrets included, as soon as it is imported",
	"net/rpc":        "reflection on what a client sends",
	"expvar":         "serves the command line and memory figures as soon as it is imported",
	"crypto/md5":     "broken",
	"crypto/sha1":    "broken",
	"crypto/des":     "broken",
	"crypto/rc4":     "broken",
}

// What a pure package may not do, directly.
var pure = map[string][]string{
	"policy": {"net", "net/http", "os", "os/exec", "syscall", "crypto/tls", "time", "math/rand/v2", "unsafe"},
	"token":  {"net", "net/http", "os/exec", "crypto/tls", "unsafe"},
	"audit":  {"net", "net/http", "os/exec", "crypto/tls"},
}

func TestLibrariesStayWhereTheyBelong(t *testing.T) {
	for _, p := range packages(t) {
		for _, dep := range foreign(p.Imports) {
			checkLibrary(t, p.path, dep, false)
		}
		for _, dep := range foreign(slices.Concat(p.TestImports, p.XTestImports)) {
			checkLibrary(t, p.path, dep, true)
		}
	}
}

func checkLibrary(t *testing.T, pkg, dep string, inTest bool) {
	t.Helper()
	// The longest path decides: pgx as a whole is for tests, its pgconn is not.
	best := -1
	for i, l := range libraries {
		if below(dep, l.path) && (best < 0 || len(l.path) > len(libraries[best].path)) {
			best = i
		}
	}
	if best < 0 {
		t.Errorf("%s imports %s, which no line of test/deps_modules_test.go allows: name it there with its reason", pkg, dep)
		return
	}
	l := libraries[best]
	if covers(l.in, pkg) || inTest && covers(l.tests, pkg) {
		return
	}
	t.Errorf("%s imports %s (in a test: %v), and only %v may: %s", pkg, dep, inTest, l.in, l.reason)
}

// Programs of the tests (test/bench…) are not the product: they may use any of the standard library.
func TestStandardLibrary(t *testing.T) {
	for _, p := range packages(t) {
		if below(p.path, "test") {
			continue
		}
		for _, dep := range p.Imports {
			if reason, no := banned[dep]; no {
				t.Errorf("%s imports %s: %s", p.path, dep, reason)
			}
			if slices.Contains(pure[p.path], dep) {
				t.Errorf("%s imports %s: it has no business with the world outside", p.path, dep)
			}
		}
	}
}

// foreign picks the imports that are neither the standard library's nor ours.
func foreign(imports []string) []string {
	var out []string
	for _, i := range imports {
		host, _, _ := strings.Cut(i, "/")
		if strings.Contains(host, ".") && !below(i, module) {
			out = append(out, i)
		}
	}
	return out
}
