package postgres

import (
	"slices"
	"strconv"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// fromClause reads FROM item by item. While it is being read, what stands to
// the left is visible under LATERAL only (transformFromClause).
func (w *walker) fromClause(list *ast.NodeList, s *scope) {
	if list == nil {
		return
	}
	for _, n := range list.Items {
		items := w.fromItem(n, s)
		setLateral(items, true)
		s.items = append(s.items, items...)
		if w.fault != nil {
			return
		}
	}
	setLateral(s.items, false)
}

func setLateral(items []*item, lateral bool) {
	for _, it := range items {
		it.lateral = lateral
	}
}

// fromItem walks one table reference and returns the names that it brings.
func (w *walker) fromItem(n ast.Node, s *scope) []*item {
	if !w.enter() {
		w.leave()
		return nil
	}
	defer w.leave()
	var it *item
	switch n := n.(type) {
	case *ast.RangeVar:
		it = w.rangeVar(n, s)
	case *ast.RangeSubselect:
		it = w.rangeSubselect(n, s)
	case *ast.RangeFunction:
		it = w.rangeFunction(n, s)
	case *ast.RangeTableFunc:
		it = w.rangeTableFunc(n, s)
	case *ast.JsonTable:
		it = w.jsonTable(n, s)
	case *ast.RangeTableSample:
		items := w.fromItem(n.Relation, s)
		w.tableSample(n, s)
		return items
	case *ast.ParenExpr:
		return w.fromItem(n.Expr, s)
	case *ast.JoinExpr:
		return w.join(n, s)
	default:
		w.unknown(n)
	}
	if it == nil {
		return nil
	}
	it.named, it.visible = it.name != "", true
	s.from = append(s.from, it)
	return []*item{it}
}

func (w *walker) rangeVar(n *ast.RangeVar, s *scope) *item {
	schema, name, ok := w.rangeName(n)
	if !ok {
		return nil
	}
	if schema == "" {
		if c := w.lookupCTE(s, name); c != nil {
			return w.aliased(w.cteItem(c), n.Alias)
		}
	}
	rel := w.relation(schema, name)
	if rel == nil {
		return nil
	}
	w.touch(rel, policy.Select)
	w.stands(rel)
	return w.aliased(&item{name: rel.Name, schema: rel.Schema, rel: rel}, n.Alias)
}

// aliased gives an item its alias. Column aliases replace names from the left.
func (w *walker) aliased(it *item, alias *ast.Alias) *item {
	if alias == nil || it == nil {
		return it
	}
	w.ledger.saw(alias.AliasName)
	if alias.AliasName != "" {
		it.name, it.schema = truncate(alias.AliasName), ""
	}
	names, ok := w.strings(alias.ColNames)
	if !ok || len(names) == 0 {
		return it
	}
	row := slices.Clone(it.all())
	if !w.spend(len(row)) {
		return it
	}
	for i, name := range names {
		switch {
		case i < len(row):
			row[i].name = name
		case it.wild:
			row = append(row, column{name: name})
		default:
			w.fail(policy.RuleUndefined, w.pos(it.name), "table %q has %d columns available but %d columns specified", it.name, len(row), len(names))
			return it
		}
	}
	it.row = row
	return it
}

func rowOf(out output) []column {
	row := make([]column, len(out.names))
	for i, name := range out.names {
		row[i].name = name
	}
	return row
}

func (w *walker) rangeSubselect(n *ast.RangeSubselect, s *scope) *item {
	before := s.lateral
	s.lateral = n.Lateral
	out, sub := w.query(n.Subquery, s)
	s.lateral = before
	return w.aliased(&item{row: rowOf(out), wild: out.wild, sub: sub}, n.Alias)
}

// rangeFunction walks functions in FROM. What columns a function returns is
// known only if the statement says so.
func (w *walker) rangeFunction(n *ast.RangeFunction, s *scope) *item {
	before := s.lateral
	s.lateral = true
	defer func() { s.lateral = before }()
	it := &item{row: []column{}, wild: true}
	for i, f := range n.Functions.Items {
		parts, ok := f.(*ast.NodeList)
		if !ok || len(parts.Items) == 0 {
			w.unknown(f)
			return nil
		}
		w.expr(parts.Items[0], s)
		if i == 0 {
			it.name, _ = w.outputName(parts.Items[0])
		}
		for _, def := range parts.Items[1:] {
			list, _ := def.(*ast.NodeList)
			w.columnDefs(list, it)
		}
	}
	if n.ColDefList != nil {
		it.wild = false
		w.columnDefs(n.ColDefList, it)
	}
	if len(n.Functions.Items) == 1 && it.wild && len(it.row) == 0 && w.scalarSeries(n) {
		// The column is called as the item is (chooseScalarFunctionAlias, parse_relation.c).
		name := it.name
		if n.Alias != nil && n.Alias.AliasName != "" {
			name = truncate(n.Alias.AliasName)
		}
		it.wild, it.row = false, []column{{name: name}}
	}
	if n.Ordinality && !it.wild {
		it.row = append(it.row, column{name: "ordinality"})
	}
	return w.aliased(it, n.Alias)
}

// scalarSeries reports whether a function in FROM can only be one of the
// server's own of which every overload returns plain values, under no name of
// their own: its one column is known.
func (w *walker) scalarSeries(n *ast.RangeFunction) bool {
	call, ok := n.Functions.Items[0].(*ast.NodeList).Items[0].(*ast.FuncCall)
	if !ok {
		return false
	}
	name, _ := lastField(call.Funcname)
	if name != "generate_series" && name != "generate_subscripts" {
		return false
	}
	if k := len(call.Funcname.Items); k > 1 {
		schema, ok := call.Funcname.Items[0].(*ast.String)
		return ok && k == 2 && schema.SVal == catalogSchema
	}
	for _, ns := range w.path() {
		if !isSystemSchema(ns.Name) && len(ns.Functions[name]) > 0 {
			return false
		}
	}
	return true
}

func (w *walker) columnDefs(list *ast.NodeList, it *item) {
	if list == nil {
		return
	}
	for _, n := range list.Items {
		def, ok := n.(*ast.ColumnDef)
		if !ok || def.RawDefault != nil || def.Constraints != nil && len(def.Constraints.Items) > 0 {
			w.unknown(n)
			return
		}
		w.ledger.saw(def.Colname)
		w.typeName(def.TypeName)
		if def.Collclause != nil {
			w.collation(def.Collclause.Collname)
		}
		it.row = append(it.row, column{name: truncate(def.Colname)})
	}
}

func (w *walker) rangeTableFunc(n *ast.RangeTableFunc, s *scope) *item {
	before := s.lateral
	s.lateral = true
	defer func() { s.lateral = before }()
	it := &item{name: "xmltable", row: []column{}}
	w.ledger.saw("columns", "ref")
	w.expr(n.DocExpr, s)
	w.expr(n.RowExpr, s)
	w.namedTargets(n.Namespaces, s)
	if n.Columns != nil {
		for _, c := range n.Columns.Items {
			col, ok := c.(*ast.RangeTableFuncCol)
			if !ok {
				w.unknown(c)
				return nil
			}
			w.ledger.saw(col.ColName, "path")
			w.typeName(col.TypeName)
			w.expr(col.ColExpr, s)
			w.expr(col.ColDefExpr, s)
			it.row = append(it.row, column{name: truncate(col.ColName)})
		}
	}
	return w.aliased(it, n.Alias)
}

// namedTargets walks a list of "expression AS name" whose names are no columns.
func (w *walker) namedTargets(list *ast.NodeList, s *scope) {
	if list == nil {
		return
	}
	for _, n := range list.Items {
		t, ok := n.(*ast.ResTarget)
		if !ok || t.Indirection != nil {
			w.unknown(n)
			return
		}
		w.ledger.saw(t.Name)
		w.expr(t.Val, s)
	}
}

// tableSample walks TABLESAMPLE. Its method is a function: one of the server's
// own two, or of an extension whose functions are free.
func (w *walker) tableSample(n *ast.RangeTableSample, s *scope) {
	w.ledger.clause(clauseSample)
	method, ok := w.qualified(n.Method)
	if !ok {
		return
	}
	path, name := w.path(), method[len(method)-1]
	if len(method) == 2 {
		w.usage(method[0])
		path = []*catalog.Schema{w.env.Catalog.Schemas[method[0]]}
	}
	if len(method) > 2 || path[0] == nil || !slices.ContainsFunc(path, func(ns *catalog.Schema) bool { return freeMethod(ns, name) }) {
		w.fail(policy.RuleFunction, -1, "the sampling method %s is not on the list of harmless functions", name)
		return
	}
	w.exprs(n.Args, s)
	w.expr(n.Repeatable, s)
}

// freeMethod reports whether the functions of that name can be sampled with by
// everybody. It takes a superuser to make one (a handler takes an internal).
func freeMethod(ns *catalog.Schema, name string) bool {
	if ns.Name == catalogSchema {
		return name == "system" || name == "bernoulli"
	}
	for _, f := range ns.Functions[name] {
		if class, _, _ := extensionClass(f.Extension, name); class != classFree {
			return false
		}
	}
	return len(ns.Functions[name]) > 0
}

func valuesName(i int) string { return "column" + strconv.Itoa(i+1) }
