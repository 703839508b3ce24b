package mysql

import (
	"strings"

	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/policy"
)

// view is what CREATE VIEW and ALTER VIEW say.
type view struct {
	name                sqlparser.TableName
	definer             *sqlparser.Definer
	security, algorithm string
	columns             sqlparser.Columns
	query               sqlparser.TableStatement
}

func (a *analysis) createView(n *sqlparser.CreateView) {
	a.ddl("CREATE VIEW")
	a.view(&view{n.ViewName, n.Definer, n.Security, n.Algorithm, n.Columns, n.Select})
}

func (a *analysis) alterView(n *sqlparser.AlterView) {
	a.ddl("ALTER VIEW")
	rel := a.env.Catalog.Table(n.ViewName.Qualifier.String(), n.ViewName.Name.String())
	if n.ViewName.Qualifier.IsEmpty() {
		rel = a.env.Catalog.Table(a.env.Schema, n.ViewName.Name.String())
	}
	if rel != nil && n.Definer == nil && rel.Definer != a.env.Catalog.User { // who stays (mysql_create_view, sql_view.cc)
		a.unrestricted("the view's definer is another user than the proxy's")
	}
	a.view(&view{n.ViewName, n.Definer, n.Security, n.Algorithm, n.Columns, n.Select})
}

// view judges the making of a view. What it reads it reads with the rights of
// its definer: here the proxy's own user, and not who made it. So all of that
// is asked for now (create_view_precheck, sql_view.cc, asks for any privilege
// on each column), and writing to what could be written through it. A view
// cannot be of temporary tables: its names are those of permanent ones.
func (a *analysis) view(v *view) {
	a.permanent = true
	schema, name, ok := a.place(v.name)
	if !ok {
		return
	}
	a.onName(schema, name, policy.DDL)
	if v.definer != nil && !a.ownDefiner() {
		a.unrestricted("with a DEFINER other than CURRENT_USER it would run with somebody else's rights")
		return
	}
	a.identifiers(v.columns)
	a.query(v.query, nil)
	if v.algorithmMerges() && !strings.EqualFold(v.security, "invoker") {
		a.writtenThrough(v.query)
	}
}

// algorithmMerges: what is kept in a temporary table cannot be written through.
func (v *view) algorithmMerges() bool { return !strings.EqualFold(v.algorithm, "temptable") }

// ownDefiner reads the text, since the tree does not tell CURRENT_USER from a
// user of that name.
func (a *analysis) ownDefiner() bool {
	for i, t := range a.span.tokens {
		if a.word(i, "definer") && i+2 < len(a.span.tokens) && punct(a.text, a.span.tokens[i+1], '=') {
			return t.kind == tokenWord && a.word(i+2, "current_user")
		}
	}
	return false
}

// word reports whether a token is one of these bare words.
func (a *analysis) word(i int, words ...string) bool {
	if i >= len(a.span.tokens) || a.span.tokens[i].kind != tokenWord {
		return false
	}
	t := a.span.tokens[i]
	for _, w := range words {
		if strings.EqualFold(string(a.text[t.start:t.end]), w) {
			return true
		}
	}
	return false
}

// writtenThrough asks for every write to the tables that a view of this query
// may write to: those of its FROM, where nothing groups, limits or combines
// rows (MariaDB manual, "Inserting and Updating with Views").
func (a *analysis) writtenThrough(n sqlparser.TableStatement) {
	sel, ok := n.(*sqlparser.Select)
	if !ok || sel.Distinct || sel.GroupBy != nil || sel.Having != nil || sel.Limit != nil || counts(sel.SelectExprs) {
		return
	}
	for _, t := range sel.From {
		a.writableBelow(t, sel.With)
	}
}

// counts reports whether a select list has COUNT(*). Other aggregates may be
// stored functions by their names.
func counts(list *sqlparser.SelectExprs) bool {
	for _, e := range list.Exprs {
		if aliased, ok := e.(*sqlparser.AliasedExpr); ok {
			if _, ok := aliased.Expr.(*sqlparser.CountStar); ok {
				return true
			}
		}
	}
	return false
}

func (a *analysis) writableBelow(n sqlparser.TableExpr, with *sqlparser.With) {
	switch n := n.(type) {
	case *sqlparser.ParenTableExpr:
		for _, t := range n.Exprs {
			a.writableBelow(t, with)
		}
	case *sqlparser.JoinTableExpr:
		a.writableBelow(n.LeftExpr, with)
		a.writableBelow(n.RightExpr, with)
	case *sqlparser.AliasedTableExpr:
		t, ok := n.Expr.(sqlparser.TableName)
		if !ok || t.Qualifier.IsEmpty() && (names(with, t.Name.String()) || strings.EqualFold(t.Name.String(), "dual")) {
			return
		}
		rel := a.relation(t.Qualifier.String(), t.Name.String())
		if rel == nil || isSystemSchema(rel.Schema) {
			return
		}
		for _, op := range [...]policy.Op{policy.Insert, policy.Update, policy.Delete} {
			a.whole(rel, op)
		}
	}
}

func names(with *sqlparser.With, name string) bool {
	if with == nil {
		return false
	}
	for _, c := range with.CTEs {
		if strings.EqualFold(c.ID.String(), name) {
			return true
		}
	}
	return false
}

func (a *analysis) dropView(n *sqlparser.DropView) {
	a.ddl("DROP VIEW")
	a.permanent = true
	for _, t := range n.FromTables {
		if rel := a.existing(t); rel != nil {
			a.whole(rel, policy.DDL)
		}
	}
}
