package mysql

import (
	"strings"

	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/policy"
)

// analysis is the judging of one statement.
type analysis struct {
	walker
	text    []byte
	span    span
	part    Part
	opaque  bool // nothing was walked: the ledger has nothing to say
	spelled spelling
}

func (a *analysis) tag(tag string) { a.part.Statement.Tag = tag }

// statement judges one statement by its kind. What has no line here is outside
// what grants can express.
func (a *analysis) statement(n sqlparser.Statement) {
	switch n := n.(type) {
	case *sqlparser.Select, *sqlparser.Union, *sqlparser.ValuesStatement:
		a.tag("SELECT")
		a.query(n.(sqlparser.TableStatement), nil)
	case *sqlparser.Insert:
		a.tag("INSERT")
		if n.Action == sqlparser.ReplaceAct {
			a.tag("REPLACE")
		}
		a.insert(n)
	case *sqlparser.Update:
		a.tag("UPDATE")
		a.update(n)
	case *sqlparser.Delete:
		a.tag("DELETE")
		a.delete(n)
	case *sqlparser.TruncateTable:
		a.tag("TRUNCATE TABLE")
		if rel := a.named(n.Table); rel != nil {
			a.whole(rel, policy.Truncate|policy.DDL) // either: the server asks for DROP
		}
	case *sqlparser.CallProc:
		a.call(n)
	case *sqlparser.ExplainStmt:
		a.explain(n)
	case *sqlparser.ExplainTab:
		a.tag("DESCRIBE")
		a.named(n.Table)
		a.saw(n.Wild)
	default:
		if !a.definition(n) {
			a.session(n)
		}
	}
}

// session judges the statements that touch no rows.
func (a *analysis) session(n sqlparser.Statement) {
	switch n := n.(type) {
	case *sqlparser.Set:
		a.setStmt(n)
	case *sqlparser.Use:
		a.use(n.DBName.String())
	case *sqlparser.Show:
		a.show(n)
	case *sqlparser.Begin:
		a.tag("BEGIN")
		a.opaque = true // words alone
	case *sqlparser.Commit:
		a.tag("COMMIT")
		a.opaque = true
	case *sqlparser.Rollback:
		a.tag("ROLLBACK")
		a.opaque = true
	case *sqlparser.SRollback:
		a.tag("ROLLBACK")
		a.saw(n.Name.String())
	case *sqlparser.Savepoint:
		a.tag("SAVEPOINT")
		a.saw(n.Name.String())
	case *sqlparser.Release:
		a.tag("RELEASE SAVEPOINT")
		a.saw(n.Name.String())
	case *sqlparser.UnlockTables:
		a.tag("UNLOCK TABLES")
	case *sqlparser.Kill: // of the user's own sessions: see VerbKill
		a.tag("KILL")
		a.opaque = true
		a.fail(policy.RuleNeedsUnrestricted, a.span.start, "no session of yours has this number; to end what others run needs unrestricted")
	case *sqlparser.CommentOnly:
		a.tag("EMPTY")
	default:
		a.outside(n)
	}
}

// outside is for everything else: DDL, accounts, the server itself.
func (a *analysis) outside(n sqlparser.Statement) {
	tag, node := kindName(n)
	a.tag(tag)
	a.part.Secret, a.opaque = true, true
	if _, ok := n.(sqlparser.DDLStatement); ok {
		a.part.Effect = Effect{Kind: EffectSchema}
	}
	why := kindReasons[node]
	if why == "" {
		why = "it has no line in the table of statements"
	}
	a.fail(policy.RuleNeedsUnrestricted, a.span.start, "%s needs unrestricted: %s", tag, why)
}

// named resolves a table that is named as a whole.
func (a *analysis) named(t sqlparser.TableName) *relation {
	schema, name := t.Qualifier.String(), t.Name.String()
	a.saw(schema, name)
	return a.relation(schema, name)
}

func (a *analysis) use(name string) {
	a.tag("USE")
	a.saw(name)
	ns := a.env.Catalog.Schema(name)
	if ns == nil {
		a.fail(policy.RuleUndefined, a.span.start, "unknown database %q", name)
		return
	}
	a.part.Effect = Effect{Kind: EffectUse, Name: ns.Name}
}

// call judges CALL: a procedure is a user's, or it is refused.
func (a *analysis) call(n *sqlparser.CallProc) {
	a.tag("CALL")
	schema, name := n.Name.Qualifier.String(), n.Name.Name.String()
	a.saw(schema, name)
	a.exprs(n.Params, &scope{})
	if schema == "" {
		schema = a.env.Schema
	}
	r := a.env.Catalog.Routine(schema, name, true)
	if r == nil {
		a.fail(policy.RuleUndefined, a.pos(name), "procedure %s.%s does not exist", schema, name)
		return
	}
	a.execute(r)
}

// explain judges what is explained as if it were run: ANALYZE runs it.
func (a *analysis) explain(n *sqlparser.ExplainStmt) {
	switch n.Statement.(type) {
	case *sqlparser.Select, *sqlparser.Union, *sqlparser.Insert, *sqlparser.Update, *sqlparser.Delete:
		a.statement(n.Statement)
		a.tag("EXPLAIN")
	default:
		a.outside(n)
	}
}

// show judges SHOW: names and definitions are no secret; what shows other
// sessions, accounts or the server's inside is refused.
func (a *analysis) show(n *sqlparser.Show) {
	a.tag("SHOW")
	a.opaque = true // its words are no names of rows; a filter is judged below
	switch n := n.Internal.(type) {
	case *sqlparser.ShowBasic:
		if !openShow[strings.TrimSpace(strings.ToLower(n.Command.ToString()))] {
			a.fail(policy.RuleSystemCatalog, a.span.start, "SHOW %s is not on the list of what is open to reading", n.Command.ToString())
			return
		}
		if n.Filter != nil && n.Filter.Filter != nil {
			a.expr(n.Filter.Filter, &scope{items: []*item{{wild: true}}})
		}
	case *sqlparser.ShowCreate:
		if c := strings.ToLower(n.Command.ToString()); strings.Contains(c, "user") {
			a.fail(policy.RuleSystemCatalog, a.span.start, "SHOW %s needs unrestricted", c)
		}
	default:
		a.outside(&sqlparser.Show{Internal: n})
	}
}

var openShow = map[string]bool{
	"charset": true, "collation": true, "columns": true, "databases": true, "engines": true, "function status": true,
	"indexes": true, "errors": true, "events": true, "plugins": true, "privileges": true, "procedure status": true, "table status": true,
	"tables": true, "triggers": true, "variables": true, "global variables": true, "status": true, "global status": true,
	"warnings": true, "open tables": true,
}
