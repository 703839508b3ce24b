package postgres

import (
	"fmt"
	"strings"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

const (
	// maxWalk is how deep the walker recurses. The guard's limits can be
	// multiplied with one another; this one cannot.
	maxWalk = 10000

	// maxSteps bounds the work on one statement: names compared and columns
	// copied. A star over a star over a star grows without bound.
	maxSteps = 1 << 19
)

// walker judges one statement. It is an exhaustive switch over the nodes of
// the tree: a node without a line is a fault. The first fault is kept and ends
// the walk.
type walker struct {
	env      *Env
	ledger   *ledger
	accesses []access
	fault    *policy.Fault

	joined   map[string][2]string // names that stand for a database and a schema
	schemas  []*catalog.Schema    // path(), once computed
	placed   []*catalog.Schema    // places(), likewise
	sublinks map[*ast.SubLink]string
	topWith  *ast.WithClause               // the statement's own WITH, not one of a subquery
	ctes     []*cte                        // every WITH query that the server may leave out
	left     map[*ast.CommonTableExpr]bool // those that it does leave out, if that is known
	depth    int
	steps    int
	literal  bool // a literal's value was consulted

	moves    bool                // code of the user's runs
	visits   map[visit]bool      // what has been followed below the names of the text
	types    map[typeVisit]bool  // likewise types
	deep     bool                // what is being judged is below: the text has no place for it
	views    []*catalog.Relation // that have been opened
	rowsRead []*catalog.Relation // as one value each
	rows     bool                // rows are changed even if nothing is asked for that: MERGE
	locks    bool                // the statement is LOCK: nothing is read

	effect  Effect            // what the statement does to the session
	sole    *ast.FuncCall     // the only call that may change search_path by set_config
	top     *ast.SelectStmt   // the statement, if it is a SELECT and nothing around it
	row     *catalog.Relation // a catalogue of which the statement reads one row
	setting string            // the name in that row, of pg_settings
}

// fail keeps the first fault. pos is an offset in the statement's text.
func (w *walker) fail(rule policy.Rule, pos int, format string, args ...any) {
	if w.fault == nil {
		w.fault = &policy.Fault{Rule: rule, Reason: fmt.Sprintf(format, args...), Pos: pos}
	}
}

// unknown is the line for every node that has none.
func (w *walker) unknown(n ast.Node) {
	w.fail(policy.RuleNotUnderstood, -1, "a construct cannot be judged here: %s", strings.TrimPrefix(fmt.Sprintf("%T", n), "*ast."))
}

// pos is where a name first occurs in the text, or -1.
func (w *walker) pos(name string) int {
	if w.deep {
		return -1
	}
	return w.ledger.pos(name)
}

// spend books work; it is false when there has been too much.
func (w *walker) spend(n int) bool {
	if w.steps += n + 1; w.steps > maxSteps {
		w.fail(policy.RuleLimit, -1, "the statement takes too much work to judge")
		return false
	}
	return w.fault == nil
}

// enter books one level of recursion, leave gives it back.
func (w *walker) enter() bool {
	if w.depth++; w.depth > maxWalk {
		w.fail(policy.RuleLimit, -1, "the statement is nested too deeply")
	}
	return w.fault == nil
}

func (w *walker) leave() { w.depth-- }
