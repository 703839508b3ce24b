package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// createView judges CREATE VIEW. PostgreSQL asks for nothing on what the view
// reads, since the view reads with the rights of its owner, who made it. Here
// its owner is the proxy's role: so all that it reads is asked for now, and if
// it can be written through, so is writing to what is below.
func (a *analysis) createView(n *ast.ViewStmt) {
	a.ddl("CREATE VIEW")
	a.ledger.saw("view", "cascaded", "option", "replace")
	for i := range a.ledger.tokens {
		if a.ledger.isWord(i, "recursive") && a.ledger.isWord(i+1, "view") {
			a.unrestricted("RECURSIVE is lost when the statement is read: write WITH RECURSIVE in its query")
			return
		}
	}
	at, ok := a.make(n.View)
	if !ok {
		return
	}
	if rel := a.env.Catalog.Lookup(at.schema, at.name); rel != nil && n.Replace {
		a.own(rel)
	}
	a.strings(n.Aliases)
	a.reloptions(n.Options)
	a.query(n.Query, nil)
	// What a temporary one may do is judged when it is used (catalog.OfSession).
	if rel := a.writesThrough(n.Query); rel != nil && !at.temp {
		for _, op := range [...]policy.Op{policy.Insert, policy.Update, policy.Delete} {
			a.whole(rel, op)
		}
	}
	a.balance()
}

// writesThrough returns the relation that a view of this query may write to
// (view_query_is_auto_updatable, rewriteHandler.c): the only one of its FROM,
// where nothing groups, limits or combines rows.
func (a *analysis) writesThrough(n ast.Node) *catalog.Relation {
	sel, ok := n.(*ast.SelectStmt)
	if !ok || sel.Op != ast.SETOP_NONE || sel.DistinctClause != nil || sel.GroupClause != nil || sel.HavingClause != nil ||
		sel.WithClause != nil || sel.LimitCount != nil || sel.LimitOffset != nil || len(items(sel.FromClause)) != 1 {
		return nil
	}
	rv, ok := sel.FromClause.Items[0].(*ast.RangeVar)
	if !ok {
		return nil
	}
	schema := rv.SchemaName
	if parts, joined := a.joined[schema]; joined {
		schema = parts[1]
	}
	rel := a.lookup(truncate(schema), truncate(rv.RelName))
	if rel == nil || isSystemSchema(rel.Schema) || rel.Kind != 'r' && rel.Kind != 'p' && rel.Kind != 'f' && rel.Kind != 'v' {
		return nil
	}
	return rel
}

// createTableAs judges CREATE TABLE AS and CREATE MATERIALIZED VIEW.
func (a *analysis) createTableAs(n *ast.CreateTableAsStmt) {
	a.ddl("CREATE TABLE AS")
	if n.ObjType == ast.OBJECT_MATVIEW {
		a.tag("CREATE MATERIALIZED VIEW")
	}
	a.tableAs(n)
	a.balance()
}

func (a *analysis) tableAs(n *ast.CreateTableAsStmt) {
	a.ledger.saw("view", "unlogged", "data")
	a.into(n.Into)
	a.inner(n.Query)
	a.effect = Effect{Kind: EffectSchema}
}

// into judges where the rows of a query are put.
func (a *analysis) into(n *ast.IntoClause) {
	if n == nil {
		a.fail(policy.RuleNotUnderstood, -1, "the statement does not say what it makes")
		return
	}
	if _, ok := a.make(n.Rel); !ok {
		return
	}
	a.ledger.saw("unlogged", "commit", "preserve", "drop", "rows")
	a.strings(n.ColNames)
	a.reloptions(n.Options)
	a.storage(n.AccessMethod, n.TableSpaceName)
}

// takeInto takes INTO out of a SELECT: it stands in the first arm of a UNION.
func takeInto(n *ast.SelectStmt) *ast.IntoClause {
	for n != nil && n.Op != ast.SETOP_NONE {
		n = n.Larg
	}
	if n == nil {
		return nil
	}
	into := n.IntoClause
	n.IntoClause = nil
	return into
}

// selectInto judges SELECT … INTO.
func (a *analysis) selectInto(n *ast.SelectStmt, into *ast.IntoClause) {
	a.ddl("SELECT INTO")
	a.into(into)
	a.query(n, nil)
	a.balance()
}

// createTrigger judges CREATE TRIGGER: the right on the table, and execute on
// the function (CreateTriggerFiringOn, trigger.c).
func (a *analysis) createTrigger(n *ast.CreateTriggerStmt) {
	a.ddl("CREATE TRIGGER")
	a.ledger.saw(n.Trigname, "trigger", "replace", "before", "after", "instead", "each", "statement", "function", "procedure",
		"referencing", "deferred", "immediate")
	it := a.target(n.Relation)
	if it == nil {
		return
	}
	a.whole(it.rel, policy.Trigger)
	if n.Constrrel != nil {
		if other := a.target(n.Constrrel); other != nil {
			a.whole(other.rel, policy.Trigger)
		}
	}
	a.strings(n.Columns)
	s := &scope{}
	for _, name := range [...]string{"old", "new"} {
		row := columnsOf(it.rel).items[0]
		row.name = name
		s.items = append(s.items, row)
	}
	for _, x := range items(n.Transitions) {
		t, ok := x.(*ast.TriggerTransition)
		if !ok {
			a.unknown(x)
			return
		}
		a.ledger.saw(t.Name, "old", "new")
	}
	a.expr(n.WhenClause, s)
	a.strings(n.Args)
	if names, ok := a.qualified(n.Funcname); ok && len(names) > 0 && len(names) < 3 {
		a.call(names, &ast.FuncCall{Funcname: n.Funcname}, &scope{})
	} else if ok {
		a.unknown(n)
	}
	a.balance()
}

// createStatistics judges CREATE STATISTICS: ownership of the table, and CREATE
// on the schema that the object goes to.
func (a *analysis) createStatistics(n *ast.CreateStatsStmt) {
	a.ddl("CREATE STATISTICS")
	a.ledger.saw("statistics")
	a.strings(n.StatTypes)
	var s *scope
	var at, name string
	for _, x := range items(n.Relations) {
		rv, ok := x.(*ast.RangeVar)
		if !ok || s != nil {
			a.unknown(x)
			return
		}
		rel := a.altered(rv, false)
		if rel == nil {
			return
		}
		s, at, name = columnsOf(rel), rel.Schema, truncate(rel.Name+"_stat")
	}
	if len(items(n.DefNames)) > 0 {
		a.newType(n.DefNames)
	} else {
		a.made(at, name)
	}
	for _, x := range items(n.Exprs) {
		e, ok := x.(*ast.StatsElem)
		if !ok {
			a.unknown(x)
			return
		}
		a.ledger.saw(e.Name)
		a.expr(e.Expr, s)
	}
	a.balance()
}
