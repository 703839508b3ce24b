package mysql

import (
	"slices"

	"vitess.io/vitess/go/vt/sqlparser"

	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/policy"
)

func (w *walker) insert(n *sqlparser.Insert) {
	target, ok := n.Table.Expr.(sqlparser.TableName)
	if !ok || len(n.Table.Hints) > 0 || len(n.Table.Columns) > 0 {
		w.unknown(n.Table)
		return
	}
	schema, name := target.Qualifier.String(), target.Name.String()
	w.saw(schema, name, n.Table.As.String())
	for _, p := range n.Partitions {
		w.saw(p.String())
	}
	rel := w.relation(schema, name)
	if rel == nil || !w.writable(rel) {
		return
	}
	w.shown(rel)
	w.touch(rel, policy.Insert)
	w.defaults(rel, "")
	if n.Action == sqlparser.ReplaceAct {
		w.whole(rel, policy.Delete)
	}
	if len(n.Columns) == 0 {
		w.columns(rel, policy.Insert)
	}
	for _, c := range w.identifiers(n.Columns) {
		w.set(rel, policy.Insert, c)
	}
	it := &item{name: name, schema: rel.Schema, table: rel, inserted: true}
	w.affected = it
	s := &scope{items: []*item{it}}
	switch rows := n.Rows.(type) {
	case sqlparser.Values:
		for _, row := range rows {
			w.exprs(row, s)
		}
	case sqlparser.TableStatement:
		w.query(rows, nil)
	default:
		w.unknown(rows)
	}
	if n.RowAlias != nil {
		w.saw(n.RowAlias.TableName.String())
		s.items = append(s.items, &item{name: n.RowAlias.TableName.String(), table: rel})
		w.identifiers(n.RowAlias.Columns)
		if len(n.RowAlias.Columns) > 0 {
			w.unknown(n.RowAlias)
		}
	}
	if len(n.OnDup) > 0 {
		// MariaDB asks for update on every column that the row sets.
		a := w.touch(rel, policy.Insert)
		for _, c := range slices.Clone(a.Columns) {
			w.column(rel, policy.Update, c)
		}
	}
	for _, u := range n.OnDup {
		w.assign(u, s)
		if rel.Kind == 'v' { // MariaDB asks for insert on what is set of a view
			w.set(rel, policy.Insert, u.Name.Name.String())
			continue
		}
		it.inserted = false
		w.lookup(s, u.Name.Name.String()) // … and for select on what is set of a table
		it.inserted = true
	}
}

// writable refuses views that check their user's own rights, and what is not
// a table: what is below them is not followed for writes.
func (w *walker) writable(rel *catalog.Table) bool {
	if rel.Kind == 'S' {
		w.fail(policy.RuleNotUnderstood, w.pos(rel.Name), "the row of the sequence %s.%s is changed with SETVAL", rel.Schema, rel.Name)
		return false
	}
	if rel.Kind == 'v' && rel.Invoker {
		w.fail(policy.RuleNotUnderstood, w.pos(rel.Name), "writing through the view %s.%s, which runs with its user's rights", rel.Schema, rel.Name)
		return false
	}
	return true
}

// set notes that a column is written.
func (w *walker) set(rel *catalog.Table, op policy.Op, name string) {
	real, ok := rel.Column(name)
	if !ok {
		w.fail(policy.RuleUndefined, w.pos(name), "unknown column %q", name)
		return
	}
	w.column(rel, op, real)
}

// assign walks column = value.
func (w *walker) assign(u *sqlparser.UpdateExpr, s *scope) {
	schema, table, name := u.Name.Qualifier.Qualifier.String(), u.Name.Qualifier.Name.String(), u.Name.Name.String()
	w.saw(schema, table, name)
	found := false
	for _, it := range s.items {
		if table != "" && !it.called(schema, table, w.env.Catalog.FoldNames) {
			continue
		}
		if it.table == nil {
			continue
		}
		if real, ok := it.table.Column(name); ok && w.writable(it.table) {
			w.column(it.table, policy.Update, real) // of several that have it, all
			if _, ok := u.Expr.(*sqlparser.Default); ok {
				w.defaulted(it.table, real, len(s.items) > 1)
			}
			found = true
		}
	}
	if !found {
		w.fail(policy.RuleUndefined, w.pos(name), "unknown column %q", name)
	}
	w.expr(u.Expr, s)
}

// defaulted asks for what is behind column = DEFAULT; and for select on it where
// it is a view's, and the UPDATE is of several tables.
func (w *walker) defaulted(t *catalog.Table, column string, several bool) {
	w.defaults(t, column)
	if several && t.Kind == 'v' {
		w.column(t, policy.Select, column)
	}
}

func (w *walker) update(n *sqlparser.Update) {
	s := &scope{}
	w.with(n.With, s)
	for _, t := range n.TableExprs {
		w.from(t, s)
	}
	if w.fault != nil {
		return
	}
	for _, u := range n.Exprs {
		w.assign(u, s)
	}
	w.where(n.Where, s)
	w.orderLimit(n.OrderBy, n.Limit, s)
	w.onlyWritten()
}

func (w *walker) delete(n *sqlparser.Delete) {
	s := &scope{}
	w.with(n.With, s)
	for _, t := range n.TableExprs {
		w.from(t, s)
	}
	for _, p := range n.Partitions {
		w.saw(p.String())
	}
	if w.fault != nil {
		return
	}
	targets := n.Targets
	if len(targets) == 0 {
		for _, it := range s.items {
			if it.table == nil {
				w.unknown(n)
				return
			}
			w.remove(it.table)
		}
		if len(s.items) == 1 {
			w.affected = s.items[0]
		}
	}
	for _, t := range targets {
		schema, name := t.Qualifier.String(), t.Name.String()
		w.saw(schema, name)
		found := false
		for _, it := range s.items {
			if it.table != nil && it.called(schema, name, w.env.Catalog.FoldNames) {
				w.remove(it.table)
				w.touch(it.table, policy.Select) // whether a column is read or not
				found = true
			}
		}
		if !found {
			w.fail(policy.RuleUndefined, w.pos(name), "unknown table %q in MULTI DELETE", name)
		}
	}
	w.where(n.Where, s)
	w.orderLimit(n.OrderBy, n.Limit, s)
	if len(targets) == 0 {
		w.onlyWritten()
	}
}

func (w *walker) remove(rel *catalog.Table) {
	if w.writable(rel) {
		w.whole(rel, policy.Delete)
	}
}

// onlyWritten drops the bare reading of tables that are changed, stand nowhere
// else and of which no column is read: UPDATE t SET a = 1 asks for nothing but
// update.
func (w *walker) onlyWritten() {
	kept := w.accesses[:0]
	for _, a := range w.accesses {
		if a.Op == policy.Select && len(a.Columns) == 0 && !a.WholeObject && a.times < 2 && w.written(a.table) {
			continue
		}
		kept = append(kept, a)
	}
	w.accesses = kept
}

func (w *walker) written(t *catalog.Table) bool {
	for _, a := range w.accesses {
		if a.table == t && (a.Op == policy.Update || a.Op == policy.Delete) {
			return true
		}
	}
	return false
}
