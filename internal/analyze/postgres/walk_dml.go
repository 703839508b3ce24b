package postgres

import (
	"slices"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// target resolves the relation that a statement changes. A WITH query is never
// one (setTargetTable). The item's columns are visible to the statement's
// expressions; reading them needs SELECT.
func (w *walker) target(rv *ast.RangeVar) *item {
	if rv == nil {
		w.fail(policy.RuleNotUnderstood, -1, "the statement names no relation")
		return nil
	}
	schema, name, ok := w.rangeName(rv)
	if !ok {
		return nil
	}
	rel := w.relation(schema, name)
	if rel == nil {
		return nil
	}
	it := w.aliased(&item{name: rel.Name, schema: rel.Schema, rel: rel}, rv.Alias)
	it.named, it.visible = true, true
	return it
}

// insert walks INSERT. The target is visible to ON CONFLICT and RETURNING
// alone.
func (w *walker) insert(n *ast.InsertStmt, parent *scope) output {
	s := &scope{parent: parent}
	w.with(n.WithClause, s)
	it := w.target(n.Relation)
	if it == nil {
		return output{}
	}
	if n.Override != ast.OVERRIDING_NOT_SET {
		w.ledger.saw("value")
	}
	w.touch(it.rel, policy.Insert)
	given := w.insertSource(n.SelectStmt, s)
	c := write{event: catalog.EventInsert, columns: w.insertColumns(it.rel, n.Cols, given, s)}
	if sel, ok := n.SelectStmt.(*ast.SelectStmt); ok && sel != nil {
		for _, row := range items(sel.ValuesLists) {
			list, _ := row.(*ast.NodeList)
			c.defaulted = append(c.defaulted, defaultedAmong(c.columns, list)...)
		}
	}
	w.changed(it.rel, c, checked{})
	s.items = []*item{it}
	w.onConflict(n.OnConflictClause, it, s)
	return w.returning(n.ReturningList, s)
}

// insertSource walks what is inserted and returns the number of its columns,
// or -1 where that cannot be told.
func (w *walker) insertSource(n ast.Node, s *scope) int {
	if n == nil {
		return 0
	}
	if sel, ok := n.(*ast.SelectStmt); ok && sel == nil {
		return 0
	}
	out, _ := w.query(n, s)
	if out.wild {
		return -1
	}
	return len(out.names)
}

// insertColumns notes the columns written, and returns them: those listed, or
// as many from the left as there are values.
func (w *walker) insertColumns(rel *catalog.Relation, cols *ast.NodeList, given int, s *scope) []string {
	if cols != nil {
		return w.assigned(rel, policy.Insert, cols.Items, s).columns
	}
	if given < 0 || given > len(rel.Columns) {
		given = len(rel.Columns)
	}
	out := make([]string, given)
	for i := range rel.Columns[:given] {
		out[i] = rel.Columns[i].Name
		w.column(rel, policy.Insert, out[i])
	}
	return out
}

// defaultedAmong returns the columns in whose place a row of values has the
// word DEFAULT.
func defaultedAmong(columns []string, row *ast.NodeList) (out []string) {
	for i, n := range items(row) {
		if i < len(columns) && isDefaultWord(n) {
			out = append(out, columns[i])
		}
	}
	return out
}

func isDefaultWord(n ast.Node) bool {
	_, ok := n.(*ast.SetToDefault)
	return ok
}

// assigned notes the columns of an INSERT list or of SET, walks what is
// assigned to them, and returns them as those of an update. Several columns may share one source: (a, b) = (…).
func (w *walker) assigned(rel *catalog.Relation, op policy.Op, targets []ast.Node, s *scope) write {
	c := write{event: catalog.EventUpdate}
	var source ast.Node
	for _, n := range targets {
		t, ok := n.(*ast.ResTarget)
		if !ok {
			w.unknown(n)
			return c
		}
		w.ledger.saw(t.Name)
		name := truncate(t.Name)
		if !columnNamed(rel, name) {
			w.fail(policy.RuleUndefined, w.pos(t.Name), "column %q of relation %q does not exist", name, rel.Name)
			return c
		}
		w.column(rel, op, name)
		c.columns = append(c.columns, name)
		if t.Indirection != nil {
			w.subfields(t.Indirection.Items, s)
		}
		if m, ok := t.Val.(*ast.MultiAssignRef); ok {
			if m.Source != source {
				source = m.Source
				w.expr(source, s)
			}
			if row, ok := source.(*ast.RowExpr); ok && m.Colno <= len(items(row.Args)) && isDefaultWord(row.Args.Items[m.Colno-1]) {
				c.defaulted = append(c.defaulted, name)
			}
			continue
		}
		w.expr(t.Val, s)
		if isDefaultWord(t.Val) {
			c.defaulted = append(c.defaulted, name)
		}
	}
	return c
}

// subfields walks what follows an assigned column: subscripts, and fields of a
// row type, which are never functions here.
func (w *walker) subfields(items []ast.Node, s *scope) {
	for _, n := range items {
		switch n := n.(type) {
		case *ast.String:
			w.ledger.saw(n.SVal)
			w.ledger.dotted(2)
		case *ast.A_Indices:
			w.expr(n.Lidx, s)
			w.expr(n.Uidx, s)
		default:
			w.unknown(n)
			return
		}
	}
}

// onConflict walks ON CONFLICT. The columns that choose the arbiter index are
// read.
func (w *walker) onConflict(n *ast.OnConflictClause, it *item, s *scope) {
	if n == nil {
		return
	}
	if n.Infer != nil {
		w.infer(n.Infer, it, s)
	}
	if n.Action != ast.ONCONFLICT_UPDATE {
		return
	}
	// A column of EXCLUDED is read as one of the target.
	s.items = append(s.items, &item{name: "excluded", rel: it.rel, named: true, visible: true})
	w.touch(it.rel, policy.Update)
	w.changed(it.rel, w.assigned(it.rel, policy.Update, items(n.TargetList), s), checked{})
	w.where(n.WhereClause, s)
	s.items = s.items[:1]
}

// constraint notes the reading of a constraint's columns; an expression counts
// as the whole row (get_relation_constraint_attnos, pg_constraint.c).
func (w *walker) constraint(rel *catalog.Relation, name string) {
	columns := rel.Constraints[name]
	switch {
	case columns == nil:
		w.fail(policy.RuleUndefined, w.pos(name), "constraint %q for table %q does not exist", name, rel.Name)
	case slices.Contains(columns, ""):
		w.columns(rel, policy.Select)
	default:
		for _, c := range columns {
			w.column(rel, policy.Select, c)
		}
	}
}

func (w *walker) infer(n *ast.InferClause, it *item, s *scope) {
	if n.Conname != "" {
		w.ledger.saw(n.Conname)
		w.constraint(it.rel, truncate(n.Conname))
	}
	for _, x := range items(n.IndexElems) {
		e, ok := x.(*ast.IndexElem)
		if !ok || e.Opclassopts != nil {
			w.unknown(x)
			return
		}
		if e.Name != "" {
			w.ledger.saw(e.Name)
			if found, _ := w.lookupColumn(s, truncate(e.Name), true); !found {
				w.fail(policy.RuleUndefined, w.pos(e.Name), "column %q does not exist", truncate(e.Name))
			}
		}
		w.expr(e.Expr, s)
		w.qualified(e.Collation)
		w.qualified(e.Opclass)
	}
	w.where(n.WhereClause, s)
}

// update walks UPDATE. The target stands beside FROM; while FROM is read it is
// not visible even under LATERAL, which the server refuses by an error.
func (w *walker) update(n *ast.UpdateStmt, parent *scope) output {
	s := &scope{parent: parent}
	w.with(n.WithClause, s)
	it := w.target(n.Relation)
	if it == nil {
		return output{}
	}
	w.touch(it.rel, policy.Update)
	w.besideTarget(it, n.FromClause, s)
	w.changed(it.rel, w.assigned(it.rel, policy.Update, items(n.TargetList), s), checked{})
	w.where(n.WhereClause, s)
	return w.returning(n.ReturningList, s)
}

// besideTarget reads FROM or USING with the target in the namespace.
func (w *walker) besideTarget(it *item, from *ast.NodeList, s *scope) {
	it.lateral = true
	s.items = []*item{it}
	w.fromClause(from, s)
	it.lateral = false
}

func (w *walker) delete(n *ast.DeleteStmt, parent *scope) output {
	s := &scope{parent: parent}
	w.with(n.WithClause, s)
	it := w.target(n.Relation)
	if it == nil {
		return output{}
	}
	w.whole(it.rel, policy.Delete)
	w.changed(it.rel, write{event: catalog.EventDelete}, checked{})
	w.besideTarget(it, n.UsingClause, s)
	w.where(n.WhereClause, s)
	return w.returning(n.ReturningList, s)
}

func (w *walker) returning(list *ast.NodeList, s *scope) output {
	if list == nil {
		return output{}
	}
	if w.env.Catalog.ServerVersion >= 180000 {
		oldAndNew(s)
	}
	return w.targets(list, s)
}

// oldAndNew brings the target's row before and after into RETURNING, under
// names that nothing else there has (addNSItemForReturning, analyze.c). The
// target is the first item.
func oldAndNew(s *scope) {
	for _, name := range [...]string{"old", "new"} {
		if !slices.ContainsFunc(s.items, func(it *item) bool { return it.named && it.name == name }) {
			s.items = append(s.items, &item{name: name, rel: s.items[0].rel, named: true})
		}
	}
}

func items(list *ast.NodeList) []ast.Node {
	if list == nil {
		return nil
	}
	return list.Items
}
