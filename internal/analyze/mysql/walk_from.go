package mysql

import (
	"strings"

	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/policy"
)

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
				w.sure(name, r.all())
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
	w.touch(rel, policy.Select).times++
	w.shown(rel)
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
	if view.Invoker && view.Kind == 'v' && !isSystemSchema(view.Schema) {
		w.definition(view)
	}
}

// definition walks what a view reads, as if whoever uses it wrote it.
func (w *walker) definition(view *relation) {
	if w.views++; w.views > maxViews {
		w.fail(policy.RuleLimit, -1, "views are nested too deeply")
	}
	defer func() { w.views-- }()
	q, ok := w.own(view.Definition).(sqlparser.TableStatement)
	if !ok {
		w.fail(policy.RuleNotUnderstood, -1, "the definition of the view %s.%s, whose own rights count here, cannot be read", view.Schema, view.Name)
		return
	}
	env := w.env
	defer func() { w.env = env }()
	within := *env
	within.Schema = view.Schema // the server leaves it out where it names functions
	w.env = &within
	w.query(q, nil)
}

func (w *walker) jsonTable(n *sqlparser.JSONTableExpr, s *scope) {
	w.saw(n.Alias.String())
	w.expr(n.Expr, s)
	w.expr(n.Filter, s) // the path
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
