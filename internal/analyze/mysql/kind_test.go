package mysql

import (
	"flag"
	"testing"

	"github.com/sallyport-db/sallyport/internal/analyze/kinds/kindstest"
	"github.com/sallyport-db/sallyport/policy"
)

var update = flag.Bool("update", false, "write what the analysis says into the tables, to be reviewed")

const treePackage = "vitess.io/vitess/go/vt/sqlparser"

// Every statement that the parser can make has a line.
func TestEveryStatementHasALine(t *testing.T) {
	made := kindstest.Receivers(kindstest.Sources(t, kindstest.Folder(t, treePackage)), "iStatement")
	if len(made) < 50 {
		t.Fatalf("only %d statements found", len(made))
	}
	kindstest.Lines(t, statementKinds, made, nil)
}

const statementsIntro = `# Every statement of MySQL and MariaDB, and what it needs

Made from [statements.txt](../internal/analyze/mysql/builtin/statements.txt); change it there. What is meant by an operation is MariaDB's own GRANT. Functions that a statement calls need ` + "`execute`" + ` on top, if they are stored ones. What is stricter than the server stands in [differences.md](differences.md).
`

// The page for people is made of the table.
func TestStatementsPage(t *testing.T) {
	kindstest.Page(t, "../../../docs/statements-mysql.md", statementsIntro, statementKinds, *update)
}

// The table tells the truth: each line has examples, and they are judged as it
// says.
func TestTheTableOfStatementsIsTrue(t *testing.T) {
	o := newOracle(t)
	kindstest.Examples(t, statementKinds, "testdata/kinds.txt", func(sql string) *policy.Fault {
		for _, p := range Analyze([]byte(sql), o.env) {
			if p.Statement.Fault != nil {
				return p.Statement.Fault
			}
		}
		return nil
	})
}
