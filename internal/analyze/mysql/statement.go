package mysql

import (
	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/policy"
)

// analysis is the judging of one statement.
type analysis struct {
	walker
	text    []byte
	span    span
	part    Part
	inner   []policy.Access // of the prepared statement that this one runs
	opaque  bool            // nothing was walked: the ledger has nothing to say
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
	if ns := a.schema(name); ns != "" {
		a.part.Effect = Effect{Kind: EffectUse, Name: ns}
	}
}

// call judges CALL: a procedure is a user's, or it is refused.
func (a *analysis) call(n *sqlparser.CallProc) {
	a.tag("CALL")
	a.part.Calls = true
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
