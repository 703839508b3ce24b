// Package kindstest holds a dialect's table of statements to what it says.
package kindstest

import (
	goast "go/ast"
	"go/build"
	"go/parser"
	gotoken "go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/analyze/kinds"
	"github.com/sallyport-db/sallyport/policy"
)

// Sources parses the files of a folder, tests left out.
func Sources(t *testing.T, dir string) []*goast.File {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no sources in %s: %v", dir, err)
	}
	var files []*goast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(gotoken.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	return files
}

// Folder is where the sources of a package are.
func Folder(t *testing.T, pkg string) string {
	t.Helper()
	p, err := build.Import(pkg, ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	return p.Dir
}

// Receivers returns the types that have a method of that name on a pointer.
func Receivers(files []*goast.File, method string) map[string]bool {
	found := map[string]bool{}
	for _, f := range files {
		for _, d := range f.Decls {
			fn, ok := d.(*goast.FuncDecl)
			if !ok || fn.Recv == nil || fn.Name.Name != method {
				continue
			}
			if star, ok := fn.Recv.List[0].Type.(*goast.StarExpr); ok {
				found[star.X.(*goast.Ident).Name] = true
			}
		}
	}
	return found
}

// Lines says that every statement of the parser's has a line, but for those
// that are no statements, and no others.
func Lines(t *testing.T, list []kinds.Kind, made map[string]bool, notStatements []string) {
	t.Helper()
	known := map[string]bool{}
	for _, k := range list {
		for _, node := range k.Nodes {
			known[node] = true
		}
	}
	for node := range known {
		if !made[node] {
			t.Errorf("%s is not a statement of the parser's", node)
		}
	}
	for _, node := range notStatements {
		if !made[node] || known[node] {
			t.Errorf("%s is not known to the parser, or has a line", node)
		}
		known[node] = true
	}
	for node := range made {
		if !known[node] {
			t.Errorf("%s has no line in builtin/statements.txt", node)
		}
	}
}

// Page says that the page for people is made of the table.
func Page(t *testing.T, page, intro string, list []kinds.Kind, update bool) {
	t.Helper()
	want := kinds.Page(intro, list)
	if update {
		if err := os.WriteFile(page, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what builtin/statements.txt gives: run the test with -update", page)
	}
}

// Examples says that each line has examples in a file, and that they are
// judged as it says. Examples are indented below the names of their line.
func Examples(t *testing.T, list []kinds.Kind, file string, judge func(sql string) *policy.Fault) {
	t.Helper()
	examples := readExamples(t, file)
	for _, k := range list {
		if len(examples[k.Names]) == 0 {
			t.Errorf("%s has no example in %s", k.Names, file)
		}
		for _, sql := range examples[k.Names] {
			if f := judge(sql); !judgedAs(k.Needs, f) {
				t.Errorf("%s: %s: %s: %+v", k.Names, k.Needs, sql, f)
			}
		}
		delete(examples, k.Names)
	}
	for name := range examples {
		t.Errorf("%s has examples and no line", name)
	}
}

func judgedAs(needs string, f *policy.Fault) bool {
	switch needs {
	case kinds.Unrestricted:
		return f != nil && (f.Rule == policy.RuleNeedsUnrestricted || f.Rule == policy.RuleSetting)
	case kinds.NotRead:
		return f != nil && f.Rule == policy.RuleNotUnderstood
	}
	return f == nil
}

func readExamples(t *testing.T, file string) map[string][]string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	examples, name := map[string][]string{}, ""
	for line := range strings.Lines(string(raw)) {
		line = strings.TrimRight(line, "\n")
		switch sql, ok := strings.CutPrefix(line, "\t"); {
		case ok:
			examples[name] = append(examples[name], sql)
		case line != "" && line[0] != '#':
			name = line
		}
	}
	return examples
}
