package postgres

import (
	goast "go/ast"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/analyze/kinds/kindstest"
	"github.com/sallyport-db/sallyport/policy"
)

const treePackage = "github.com/multigres/multigres/go/common/parser/ast"

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
	made := kindstest.Receivers(kindstest.Sources(t, kindstest.Folder(t, treePackage)), "StatementType")
	if len(made) < 100 {
		t.Fatalf("only %d statements found", len(made))
	}
	kindstest.Lines(t, statementKinds, made, notStatements)
}

// notExpressions implement ast.Expression and are made by analysis and planning
// alone, which the parser does not do.
var notExpressions = strings.Fields(`Aggref AlternativeSubPlan ArrayCoerceExpr CaseTestExpr CoerceToDomain
	CoerceToDomainValue CoerceViaIO CollateExpr Const ConvertRowtypeExpr FieldSelect FieldStore FromExpr FuncExpr Identifier
	InferenceElem JsonConstructorExpr JsonExpr NextValueExpr OnConflictExpr OpExpr Param RangeTblRef RelabelType
	RowCompareExpr ScalarArrayOpExpr SubPlan SubscriptingRef TargetEntry Var WindowFunc WindowFuncRunCondition`)

// Every expression that the parser can make is known to the walker.
func TestEveryExpressionHasALine(t *testing.T) {
	folder := kindstest.Folder(t, treePackage)
	made := kindstest.Receivers(kindstest.Sources(t, folder), "ExpressionType")
	known := mentioned(kindstest.Sources(t, "."))
	grammar := mentioned(kindstest.Sources(t, filepath.Dir(folder)))
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

const statementsIntro = `# Every statement, and what it needs

Made from [statements.txt](../internal/analyze/postgres/builtin/statements.txt); change it there. What is meant by an operation is PostgreSQL's own GRANT; ` + "`ddl`" + ` on an object stands for owning it, ` + "`ddl`" + ` on ` + "`schema.*`" + ` for CREATE on the schema and owning what is in it. Functions that a statement calls need ` + "`execute`" + ` on top. What is stricter than PostgreSQL stands in [differences.md](differences.md).
`

// The page for people is made of the table.
func TestStatementsPage(t *testing.T) {
	kindstest.Page(t, "../../../docs/statements.md", statementsIntro, statementKinds, *update)
}

// The table tells the truth: each line has examples, and they are judged as it
// says.
func TestTheTableOfStatementsIsTrue(t *testing.T) {
	kindstest.Examples(t, statementKinds, "testdata/statements.txt", func(sql string) *policy.Fault {
		return Analyze([]byte(sql), fixtureEnv())[0].Statement.Fault
	})
}
