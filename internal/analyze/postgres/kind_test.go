package postgres

import (
	"fmt"
	goast "go/ast"
	"go/build"
	"go/parser"
	gotoken "go/token"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/policy"
)

const treePackage = "github.com/multigres/multigres/go/common/parser/ast"

// sources parses the files of a folder, tests left out.
func sources(t *testing.T, dir string) []*goast.File {
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

func treeFolder(t *testing.T) string {
	t.Helper()
	p, err := build.Import(treePackage, ".", build.FindOnly)
	if err != nil {
		t.Fatal(err)
	}
	return p.Dir
}

// receivers returns the types that have a method of that name.
func receivers(files []*goast.File, method string) map[string]bool {
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

// mentioned returns the types of the tree that some source names: *ast.X.
func mentioned(files []*goast.File) map[string]bool {
	found := map[string]bool{}
	for _, f := range files {
		goast.Inspect(f, func(n goast.Node) bool {
			if sel, ok := n.(*goast.SelectorExpr); ok {
				if x, ok := sel.X.(*goast.Ident); ok && x.Name == "ast" {
					found[strings.TrimPrefix(sel.Sel.Name, "New")] = true
				}
			}
			return true
		})
	}
	return found
}

// notStatements implement ast.Stmt, and are parts of statements, or nodes of
// analysis, planning and replication that the grammar does not make at the top.
var notStatements = strings.Fields(`AlterReplicationSlotCmd ColumnDef CreateOpClassItem CreateReplicationSlotCmd
	DropReplicationSlotCmd GroupingSet IdentifySystemCmd IntoClause LockingClause MergeAction ObjectWithArgs PLAssignStmt
	PartitionCmd PartitionElem Query RTEPermissionInfo RangeFunction RangeSubselect RangeTableFunc RangeTableFuncCol
	RangeTableSample RangeTblEntry RangeTblFunction RangeVar RawStmt ReadReplicationSlotCmd ReplicaIdentityStmt ReturnStmt
	SinglePartitionSpec SortBy StartReplicationCmd TableFunc TableSampleClause WindowDef`)

// Every statement that the parser can make has a line.
func TestEveryStatementHasALine(t *testing.T) {
	lines := map[string]bool{}
	for _, k := range kinds {
		for _, node := range k.nodes {
			lines[node] = true
		}
	}
	made := receivers(sources(t, treeFolder(t)), "StatementType")
	if len(made) < 100 {
		t.Fatalf("only %d statements found", len(made))
	}
	for node := range made {
		if !lines[node] && !slices.Contains(notStatements, node) {
			t.Errorf("%s has no line in builtin/statements.txt", node)
		}
	}
	for _, node := range append(slices.Collect(maps.Keys(lines)), notStatements...) {
		if !made[node] {
			t.Errorf("%s is not a statement of the parser's", node)
		}
	}
}

// notExpressions implement ast.Expression and are made by analysis and planning
// alone, which the parser does not do.
var notExpressions = strings.Fields(`Aggref AlternativeSubPlan ArrayCoerceExpr CaseTestExpr CoerceToDomain
	CoerceToDomainValue CoerceViaIO CollateExpr Const ConvertRowtypeExpr FieldSelect FieldStore FromExpr FuncExpr Identifier
	InferenceElem JsonConstructorExpr JsonExpr NextValueExpr OnConflictExpr OpExpr Param RangeTblRef RelabelType
	RowCompareExpr ScalarArrayOpExpr SubPlan SubscriptingRef TargetEntry Var WindowFunc WindowFuncRunCondition`)

// Every expression that the parser can make is known to the walker.
func TestEveryExpressionHasALine(t *testing.T) {
	folder := treeFolder(t)
	made := receivers(sources(t, folder), "ExpressionType")
	known := mentioned(sources(t, "."))
	grammar := mentioned(sources(t, filepath.Dir(folder)))
	if len(made) < 70 || len(grammar) < 100 {
		t.Fatalf("only %d expressions, %d in the grammar", len(made), len(grammar))
	}
	for node := range made {
		switch unmade := slices.Contains(notExpressions, node); {
		case unmade && grammar[node]:
			t.Errorf("the grammar makes %s", node)
		case !unmade && !known[node]:
			t.Errorf("the walker has no line for %s", node)
		}
	}
}

// The page for people is made of the table.
func TestStatementsPage(t *testing.T) {
	const page = "../../../docs/statements.md"
	want := statementsPage()
	if *update {
		if err := os.WriteFile(page, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what builtin/statements.txt gives: run go test ./internal/analyze/postgres -run TestStatementsPage -update", page)
	}
}

func statementsPage() string {
	var b strings.Builder
	b.WriteString(`# Every statement, and what it needs

Made from [statements.txt](../internal/analyze/postgres/builtin/statements.txt); change it there. What is meant by an operation is PostgreSQL's own GRANT; ` + "`ddl`" + ` on an object stands for owning it, ` + "`ddl`" + ` on ` + "`schema.*`" + ` for CREATE on the schema and owning what is in it. Functions that a statement calls need ` + "`execute`" + ` on top. What is stricter than PostgreSQL stands in [differences.md](differences.md).
`)
	group := ""
	for _, k := range kinds {
		if k.group != group {
			group = k.group
			fmt.Fprintf(&b, "\n## %s\n\n| statement | needs | |\n|---|---|---|\n", group)
		}
		needs, why := k.needs, k.why
		switch {
		case needs == needsUnrestricted:
			needs = "`unrestricted`"
		case needs == needsNothingHelps:
			needs, why = "`unrestricted`", "not read: "+why
		case why != "":
			why = "`unrestricted` " + why
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", k.names, needs, why)
	}
	return b.String()
}

// The table tells the truth: each line has examples, and they are judged as it
// says.
func TestTheTableOfStatementsIsTrue(t *testing.T) {
	examples := map[string][]string{}
	name := ""
	for _, line := range readLines(t, "testdata/statements.txt") {
		if sql, ok := strings.CutPrefix(line, "\t"); ok {
			examples[name] = append(examples[name], sql)
		} else {
			name = line
		}
	}
	for _, k := range kinds {
		if len(examples[k.names]) == 0 {
			t.Errorf("%s has no example in testdata/statements.txt", k.names)
		}
		for _, sql := range examples[k.names] {
			parts := Analyze([]byte(sql), fixtureEnv())
			f := parts[0].Statement.Fault
			switch {
			case k.needs == needsUnrestricted && (f == nil || f.Rule != policy.RuleNeedsUnrestricted && f.Rule != policy.RuleSetting):
				t.Errorf("%s: needs unrestricted: %s: %+v", k.names, sql, f)
			case k.needs == needsNothingHelps && (f == nil || f.Rule != policy.RuleNotUnderstood):
				t.Errorf("%s: is not read: %s: %+v", k.names, sql, f)
			case k.needs != needsUnrestricted && k.needs != needsNothingHelps && f != nil:
				t.Errorf("%s: %s: %+v", k.names, sql, f)
			}
		}
		delete(examples, k.names)
	}
	for name := range examples {
		t.Errorf("%s has examples and no line", name)
	}
}
