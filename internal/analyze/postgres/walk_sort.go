package postgres

import "github.com/multigres/multigres/go/common/parser/ast"

func (w *walker) where(n ast.Node, s *scope) {
	if n != nil {
		w.ledger.clause(clauseWhere)
		w.expr(n, s)
	}
}

// sort walks ORDER BY of a query, in which a lone name is an output column
// before it is anything else.
func (w *walker) sort(list *ast.NodeList, s *scope, out *output) {
	if list == nil {
		return
	}
	w.ledger.clause(clauseOrder)
	for _, n := range list.Items {
		by, ok := n.(*ast.SortBy)
		if !ok {
			w.unknown(n)
			return
		}
		w.operator(by.UseOp, nil, nil, nil)
		w.outputOrExpr(by.Node, s, out)
	}
}

// orderBy walks ORDER BY inside a call or a window: expressions only.
func (w *walker) orderBy(list *ast.NodeList, s *scope) {
	if list == nil {
		return
	}
	w.ledger.clause(clauseOrder)
	for _, n := range list.Items {
		by, ok := n.(*ast.SortBy)
		if !ok {
			w.unknown(n)
			return
		}
		w.operator(by.UseOp, nil, nil, nil)
		w.expr(by.Node, s)
	}
}

// positional walks DISTINCT ON, which reads names as ORDER BY does.
func (w *walker) positional(list *ast.NodeList, s *scope, out *output) {
	if list == nil {
		return
	}
	for _, n := range list.Items {
		w.outputOrExpr(n, s, out)
	}
}

// outputOrExpr walks a sort key (findTargetlistEntrySQL92): a lone name that
// is an output column has been noted with the select list. Where the output is
// not known to the last name it may be an input column as well.
func (w *walker) outputOrExpr(n ast.Node, s *scope, out *output) {
	if name, ok := loneName(n); ok && out.has(truncate(name)) {
		w.ledger.saw(name)
		return
	}
	if name, ok := loneName(n); ok && out.wild {
		w.ledger.saw(name)
		w.columnOrRow(s, truncate(name))
		return
	}
	w.expr(n, s)
}

// group walks GROUP BY, in which a lone name is an input column first.
func (w *walker) group(list *ast.NodeList, s *scope, out *output) {
	for _, n := range list.Items {
		switch n := unwrap(n).(type) {
		case *ast.GroupingSet:
			if n.Content != nil && w.enter() {
				w.group(n.Content, s, out)
			}
			w.leave()
			continue
		case *ast.NodeList:
			w.group(n, s, out)
			continue
		case *ast.RowExpr:
			if n.RowFormat == ast.COERCE_IMPLICIT_CAST && n.Args != nil && w.enter() {
				w.group(n.Args, s, out)
				w.leave()
				continue
			}
		}
		name, ok := loneName(n)
		if ok && (out.has(truncate(name)) || out.wild) {
			w.ledger.saw(name)
			if found, maybe := w.lookupColumn(s, truncate(name), true); !found && (maybe || out.wild) {
				w.columnOrRow(s, truncate(name))
			}
			continue
		}
		w.expr(n, s)
	}
}

// loneName returns the name of an unqualified column reference.
func loneName(n ast.Node) (string, bool) {
	ref, ok := unwrap(n).(*ast.ColumnRef)
	if !ok || len(ref.Fields.Items) != 1 {
		return "", false
	}
	s, ok := ref.Fields.Items[0].(*ast.String)
	if !ok {
		return "", false
	}
	return s.SVal, true
}

func (w *walker) limit(n *ast.SelectStmt, s *scope) {
	if n.LimitOffset != nil {
		w.ledger.clause(clauseOffset)
		w.expr(n.LimitOffset, s)
	}
	if n.LimitCount != nil {
		w.ledger.clause(clauseLimit)
		w.expr(n.LimitCount, s)
	}
}

func (w *walker) windows(list *ast.NodeList, s *scope) {
	if list == nil {
		return
	}
	for _, n := range list.Items {
		def, ok := n.(*ast.WindowDef)
		if !ok {
			w.unknown(n)
			return
		}
		w.window(def, s)
	}
}

// window walks a window definition, named or inline.
func (w *walker) window(n *ast.WindowDef, s *scope) {
	if n == nil {
		return
	}
	w.ledger.saw(n.Name, n.Refname)
	w.exprs(n.PartitionClause, s)
	w.orderBy(n.OrderClause, s)
	w.expr(n.StartOffset, s)
	w.expr(n.EndOffset, s)
}
