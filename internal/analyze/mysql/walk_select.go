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

// locked: MySQL asks for rows that are locked as for those that are changed;
// MariaDB asks for nothing more
// (MySQL 8.0, "FOR UPDATE requires … at least one of DELETE, LOCK TABLES, UPDATE").
func (w *walker) locked(s *scope, lock sqlparser.Lock) {
	if w.env.Catalog.MariaDB || strings.Contains(strings.ToLower(lock.ToString()), "share") {
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
			for _, name := range it.table.Columns {
				w.read(it, name)
			}
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
