package mysql

import (
	"strings"

	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/policy"
)

// query walks a statement that returns rows, and says what its columns are
// called.
func (w *walker) query(n sqlparser.TableStatement, parent *scope) *derived {
	if w.depth++; w.depth > maxDepth || w.fault != nil {
		w.fail(policy.RuleLimit, -1, "the statement is nested too deeply")
		return &derived{}
	}
	defer func() { w.depth-- }()
	switch n := n.(type) {
	case *sqlparser.Select:
		return w.selectStmt(n, parent)
	case *sqlparser.Union:
		return w.union(n, parent)
	case *sqlparser.ValuesStatement:
		return w.valuesStmt(n, parent)
	}
	w.unknown(n)
	return &derived{}
}

func (w *walker) selectStmt(n *sqlparser.Select, parent *scope) *derived {
	if w.views == 0 {
		w.ledger.selects--
	}
	s := &scope{parent: parent}
	w.with(n.With, s)
	for _, t := range n.From {
		w.from(t, s)
	}
	out := w.targets(n.SelectExprs, s)
	w.where(n.Where, s)
	w.into(n.Into)
	w.windows(n.Windows, s)
	named := &scope{parent: parent, ctes: s.ctes, items: s.items, aliases: map[string]bool{}}
	for _, name := range out.names {
		named.aliases[strings.ToLower(name)] = true
	}
	if n.GroupBy != nil {
		w.exprs(n.GroupBy.Exprs, named)
	}
	w.where(n.Having, named)
	w.orderLimit(n.OrderBy, n.Limit, named)
	if n.Lock != sqlparser.NoLock {
		w.locked(s, n.Lock)
	}
	return out
}

// locked: rows that are locked are asked for as those that are changed
// (MySQL 8.0, "FOR UPDATE requires … at least one of DELETE, LOCK TABLES, UPDATE").
func (w *walker) locked(s *scope, lock sqlparser.Lock) {
	if strings.Contains(strings.ToLower(lock.ToString()), "share") {
		return
	}
	for _, it := range s.items {
		if it.table != nil {
			w.touch(it.table, policy.Update)
		}
	}
}

// into lets rows go into the session's own variables, never into files.
func (w *walker) into(n *sqlparser.SelectInto) {
	if n == nil {
		return
	}
	if n.Type != sqlparser.IntoVariables {
		w.fail(policy.RuleNeedsUnrestricted, -1, "SELECT INTO a file of the server needs unrestricted")
	}
}

func (w *walker) union(n *sqlparser.Union, parent *scope) *derived {
	s := &scope{parent: parent}
	w.with(n.With, s)
	out := w.query(n.Left, s)
	w.query(n.Right, s)
	w.into(n.Into)
	if n.Lock != sqlparser.NoLock {
		w.fail(policy.RuleNotUnderstood, -1, "a lock on the rows of a UNION")
	}
	// ORDER BY sees nothing but the columns of the first.
	s.aliases = map[string]bool{}
	for _, name := range out.names {
		s.aliases[strings.ToLower(name)] = true
	}
	if out.wild {
		s.items = []*item{{wild: true}}
	}
	w.orderLimit(n.OrderBy, n.Limit, s)
	return out
}

func (w *walker) valuesStmt(n *sqlparser.ValuesStatement, parent *scope) *derived {
	s := &scope{parent: parent}
	w.with(n.With, s)
	for _, row := range n.Rows {
		w.exprs(row, s)
	}
	if n.ListArg != "" {
		w.unknown(n)
	}
	w.orderLimit(n.Order, n.Limit, &scope{parent: parent, items: []*item{{wild: true}}})
	return &derived{wild: true}
}

// with walks the WITH queries of a level. A recursive one sees itself.
func (w *walker) with(n *sqlparser.With, s *scope) {
	if n == nil {
		return
	}
	for _, c := range n.CTEs {
		name := c.ID.String()
		w.saw(name)
		d := &derived{name: name, names: w.identifiers(c.Columns), wild: len(c.Columns) == 0}
		if n.Recursive {
			s.ctes = append(s.ctes, d)
		}
		out := w.query(c.Subquery, s)
		if len(c.Columns) > 0 {
			out = &derived{names: d.names}
		}
		if n.Recursive {
			d.names, d.wild = out.names, out.wild
		} else {
			s.ctes = append(s.ctes, &derived{name: name, names: out.names, wild: out.wild})
		}
	}
}

func (w *walker) identifiers(list sqlparser.Columns) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.String()
		w.saw(out[i])
	}
	return out
}

// targets walks a select list.
func (w *walker) targets(list *sqlparser.SelectExprs, s *scope) *derived {
	out := &derived{}
	if list == nil {
		return out
	}
	for _, e := range list.Exprs {
		switch e := e.(type) {
		case *sqlparser.StarExpr:
			w.star(e, s, out)
		case *sqlparser.AliasedExpr:
			w.expr(e.Expr, s)
			name := e.As.String()
			w.saw(name)
			if col, ok := e.Expr.(*sqlparser.ColName); ok && name == "" {
				name = col.Name.String()
			}
			if name == "" {
				out.wild = true // named by the text of its expression
			} else {
				out.names = append(out.names, name)
			}
		default:
			w.unknown(e)
		}
	}
	return out
}

// star reads every column of one item, or of all.
func (w *walker) star(n *sqlparser.StarExpr, s *scope, out *derived) {
	schema, table := n.TableName.Qualifier.String(), n.TableName.Name.String()
	w.saw(schema, table)
	found := false
	for _, it := range s.items {
		if table != "" && !it.called(schema, table, w.env.Catalog.FoldNames) {
			continue
		}
		found = true
		if it.table != nil {
			w.columns(it.table, policy.Select)
			out.names = append(out.names, it.table.Columns...)
			continue
		}
		out.wild = out.wild || it.wild
		for name := range it.names {
			out.names = append(out.names, name)
		}
	}
	if !found {
		w.fail(policy.RuleUndefined, w.pos(table), "unknown table %q", table)
	}
}

// from walks one table reference and adds the names that it brings.
func (w *walker) from(n sqlparser.TableExpr, s *scope) {
	switch n := n.(type) {
	case *sqlparser.AliasedTableExpr:
		w.aliased(n, s)
	case *sqlparser.ParenTableExpr:
		for _, t := range n.Exprs {
			w.from(t, s)
		}
	case *sqlparser.JoinTableExpr:
		w.join(n, s)
	case *sqlparser.JSONTableExpr:
		w.jsonTable(n, s)
	default:
		w.unknown(n)
	}
}

func (w *walker) join(n *sqlparser.JoinTableExpr, s *scope) {
	left := len(s.items)
	w.from(n.LeftExpr, s)
	middle := len(s.items)
	w.from(n.RightExpr, s)
	if w.fault != nil {
		return
	}
	if strings.Contains(strings.ToLower(n.Join.ToString()), "natural") {
		w.natural(s.items[left:middle], s.items[middle:])
	}
	if n.Condition == nil {
		return
	}
	if n.Condition.On != nil {
		w.expr(n.Condition.On, s)
	}
	for _, c := range w.identifiers(n.Condition.Using) {
		for _, it := range s.items[left:] {
			w.read(it, c)
		}
	}
}

// natural reads the columns that both sides have.
func (w *walker) natural(left, right []*item) {
	for _, l := range left {
		for _, r := range right {
			if l.wild || r.wild {
				w.fail(policy.RuleNotUnderstood, -1, "a NATURAL JOIN with columns that are not known from the text: write USING")
				return
			}
			for _, name := range l.all() {
				if r.has(name) {
					w.read(l, name)
					w.read(r, name)
				}
			}
		}
	}
}

func (it *item) all() []string {
	if it.table != nil {
		return it.table.Columns
	}
	out := make([]string, 0, len(it.names))
	for name := range it.names {
		out = append(out, name)
	}
	return out
}

func (it *item) has(name string) bool {
	if it.table != nil {
		_, ok := it.table.Column(name)
		return ok
	}
	return it.names[strings.ToLower(name)]
}

func (w *walker) aliased(n *sqlparser.AliasedTableExpr, s *scope) {
	alias := n.As.String()
	w.saw(alias)
	for _, h := range n.Hints {
		for _, i := range h.Indexes {
			w.saw(i.String())
		}
	}
	for _, p := range n.Partitions {
		w.saw(p.String())
	}
	switch t := n.Expr.(type) {
	case sqlparser.TableName:
		if len(n.Columns) > 0 {
			w.unknown(n.Columns)
			return
		}
		w.tableItem(t, alias, s)
	case *sqlparser.DerivedTable:
		within := &scope{parent: s.parent, ctes: s.ctes}
		if t.Lateral {
			within = s
		}
		d := w.query(t.Select, within)
		if len(n.Columns) > 0 {
			d = &derived{names: w.identifiers(n.Columns)}
		}
		s.items = append(s.items, d.item(alias))
	default:
		w.unknown(t)
	}
}

func (d *derived) item(alias string) *item {
	it := &item{name: alias, names: map[string]bool{}, wild: d.wild}
	for _, name := range d.names {
		it.names[strings.ToLower(name)] = true
	}
	return it
}

func (w *walker) tableItem(t sqlparser.TableName, alias string, s *scope) {
	schema, name := t.Qualifier.String(), t.Name.String()
	w.saw(schema, name)
	if alias == "" {
		alias = name
	}
	if schema == "" {
		if strings.EqualFold(name, "dual") {
			return
		}
		if c := w.cte(s, name); c != nil {
			s.items = append(s.items, c.item(alias))
			return
		}
	}
	rel := w.relation(schema, name)
	if rel == nil {
		return
	}
	w.touch(rel, policy.Select)
	w.below(rel)
	it := &item{name: alias, table: rel}
	if alias == name {
		it.schema = rel.Schema
	}
	s.items = append(s.items, it)
}

// below asks for what a view with SQL SECURITY INVOKER reads: there the server
// checks the invoker's own rights.
func (w *walker) below(view *relation) {
	if !view.Invoker || view.Kind != 'v' || isSystemSchema(view.Schema) {
		return
	}
	if w.views++; w.views > maxViews {
		w.fail(policy.RuleLimit, -1, "views are nested too deeply")
	}
	defer func() { w.views-- }()
	stmt, err := parser.ParseStrictDDL(view.Definition)
	q, ok := stmt.(sqlparser.TableStatement)
	if err != nil || !ok {
		w.fail(policy.RuleNotUnderstood, -1, "the definition of the view %s.%s, which runs with its user's rights, cannot be read", view.Schema, view.Name)
		return
	}
	w.query(q, nil)
}

func (w *walker) jsonTable(n *sqlparser.JSONTableExpr, s *scope) {
	w.saw(n.Alias.String())
	w.expr(n.Expr, s)
	if n.Filter != nil {
		w.unknown(n)
	}
	it := &item{name: n.Alias.String(), names: map[string]bool{}}
	w.jsonColumns(n.Columns, it, s)
	s.items = append(s.items, it)
}

func (w *walker) jsonColumns(list []*sqlparser.JtColumnDefinition, it *item, s *scope) {
	add := func(name string) {
		w.saw(name)
		it.names[strings.ToLower(name)] = true
	}
	for _, c := range list {
		switch {
		case c.JtOrdinal != nil:
			add(c.JtOrdinal.Name.String())
		case c.JtPath != nil:
			add(c.JtPath.Name.String())
			w.expr(c.JtPath.Path, s)
		case c.JtNestedPath != nil:
			w.expr(c.JtNestedPath.Path, s)
			w.jsonColumns(c.JtNestedPath.Columns, it, s)
		}
	}
}

func (w *walker) where(n *sqlparser.Where, s *scope) {
	if n != nil {
		w.expr(n.Expr, s)
	}
}

func (w *walker) orderLimit(order sqlparser.OrderBy, limit *sqlparser.Limit, s *scope) {
	for _, o := range order {
		w.expr(o.Expr, s)
	}
	if limit != nil {
		w.expr(limit.Offset, s)
		w.expr(limit.Rowcount, s)
	}
}

func (w *walker) windows(list sqlparser.NamedWindows, s *scope) {
	for _, named := range list {
		for _, d := range named.Windows {
			w.saw(d.Name.String())
			w.window(d.WindowSpec, s)
		}
	}
}

func (w *walker) window(n *sqlparser.WindowSpecification, s *scope) {
	if n == nil {
		return
	}
	w.saw(n.Name.String())
	w.exprs(n.PartitionClause, s)
	w.orderLimit(n.OrderClause, nil, s)
	if n.FrameClause != nil {
		for _, p := range []*sqlparser.FramePoint{n.FrameClause.Start, n.FrameClause.End} {
			if p != nil {
				w.expr(p.Expr, s)
			}
		}
	}
}
