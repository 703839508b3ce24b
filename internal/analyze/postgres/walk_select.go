package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/policy"
)

// output is what a query returns: the names of its columns.
type output struct {
	names []string
	wild  bool // there may be more, of unknown names
}

func (o *output) has(name string) bool {
	for _, n := range o.names {
		if n == name {
			return true
		}
	}
	return false
}

// query walks a statement that returns rows: the query of a CTE, of COPY, of
// PREPARE.
func (w *walker) query(n ast.Node, parent *scope) (output, *scope) {
	switch n := n.(type) {
	case *ast.SelectStmt:
		return w.selectStmt(n, parent)
	case *ast.InsertStmt:
		return w.insert(n, parent), nil
	case *ast.UpdateStmt:
		return w.update(n, parent), nil
	case *ast.DeleteStmt:
		return w.delete(n, parent), nil
	case *ast.MergeStmt:
		return w.mergeStmt(n, parent), nil
	}
	w.unknown(n)
	return output{}, nil
}

// selectStmt walks one SELECT, VALUES or set operation, clause by clause in
// the server's order (transformSelectStmt, analyze.c).
func (w *walker) selectStmt(n *ast.SelectStmt, parent *scope) (output, *scope) {
	s := &scope{parent: parent}
	if n == nil || !w.enter() {
		w.leave()
		return output{}, s
	}
	defer w.leave()
	if n.IntoClause != nil {
		w.fail(policy.RuleNeedsUnrestricted, -1, "SELECT INTO creates a table")
		return output{}, s
	}
	w.with(n.WithClause, s)
	switch {
	case n.Op != ast.SETOP_NONE:
		return w.setOperation(n, s), s
	case n.ValuesLists != nil:
		return w.values(n, s), s
	}
	w.ledger.clause(clauseSelect)
	w.fromClause(n.FromClause, s)
	out := w.targets(n.TargetList, s)
	w.where(n.WhereClause, s)
	if n.HavingClause != nil {
		w.ledger.clause(clauseHaving)
		w.expr(n.HavingClause, s)
	}
	w.sort(n.SortClause, s, &out)
	if n.GroupClause != nil {
		w.ledger.clause(clauseGroup)
		w.group(n.GroupClause, s, &out)
	}
	w.positional(n.DistinctClause, s, &out)
	w.limit(n, s)
	w.windows(n.WindowClause, s)
	w.locking(n.LockingClause, s)
	return out, s
}

// setOperation walks UNION, INTERSECT and EXCEPT. Each arm is a query of its
// own; ORDER BY sees nothing but the columns of the first.
func (w *walker) setOperation(n *ast.SelectStmt, s *scope) output {
	w.ledger.clause(clauseSetOp)
	out, _ := w.selectStmt(n.Larg, s)
	w.selectStmt(n.Rarg, s)
	w.sort(n.SortClause, s, &out)
	w.limit(n, s)
	if n.LockingClause != nil {
		w.fail(policy.RuleNotUnderstood, -1, "FOR UPDATE is not allowed with UNION/INTERSECT/EXCEPT")
	}
	return out
}

func (w *walker) values(n *ast.SelectStmt, s *scope) output {
	out := output{}
	for i, row := range n.ValuesLists.Items {
		list, ok := row.(*ast.NodeList)
		if !ok {
			w.unknown(row)
			return out
		}
		if i == 0 {
			for c := range list.Items {
				out.names = append(out.names, valuesName(c))
			}
		}
		out.wild = out.wild || hasStar(list)
		w.exprs(list, s)
	}
	w.sort(n.SortClause, s, &out)
	w.limit(n, s)
	if n.LockingClause != nil {
		w.fail(policy.RuleNotUnderstood, -1, "FOR UPDATE cannot be applied to VALUES")
	}
	return out
}

// hasStar reports whether a list holds t.* or (row).*, which the server expands
// to as many expressions as there are columns.
func hasStar(list *ast.NodeList) bool {
	for _, n := range items(list) {
		var fields *ast.NodeList
		switch n := unwrap(n).(type) {
		case *ast.ColumnRef:
			fields = n.Fields
		case *ast.A_Indirection:
			fields = n.Indirection
		}
		if k := len(items(fields)); k > 0 {
			if _, ok := fields.Items[k-1].(*ast.A_Star); ok {
				return true
			}
		}
	}
	return false
}

// targets walks a select list or RETURNING and names its columns.
func (w *walker) targets(list *ast.NodeList, s *scope) output {
	out := output{}
	if list == nil {
		return out
	}
	for _, n := range list.Items {
		t, ok := n.(*ast.ResTarget)
		if !ok || t.Indirection != nil {
			w.unknown(n)
			return out
		}
		if t.Name != "" {
			w.ledger.saw(t.Name)
		}
		if w.star(t, s, &out) {
			continue
		}
		w.expr(t.Val, s)
		name := truncate(t.Name)
		if name == "" {
			name, _ = w.outputName(t.Val)
		}
		if name == "" {
			name = "?column?"
		}
		out.names = append(out.names, name)
		if w.fault != nil {
			return out
		}
	}
	return out
}

// star expands *, t.* and (row).* of a select list. It is false for anything
// else.
func (w *walker) star(t *ast.ResTarget, s *scope, out *output) bool {
	switch n := unwrap(t.Val).(type) {
	case *ast.ColumnRef:
		k := len(n.Fields.Items)
		if _, ok := n.Fields.Items[k-1].(*ast.A_Star); !ok || !plainNames(n.Fields.Items[:k-1]) {
			return false
		}
		w.expand(n, s, out)
		return true
	case *ast.A_Indirection:
		k := len(n.Indirection.Items)
		if _, ok := n.Indirection.Items[k-1].(*ast.A_Star); !ok {
			return false
		}
		w.expr(n, s)
		out.wild = true // the fields of a row type are not followed
		return true
	}
	return false
}

// unwrap takes off brackets: the server's own tree does not keep them.
func unwrap(n ast.Node) ast.Node {
	for {
		p, ok := n.(*ast.ParenExpr)
		if !ok {
			return n
		}
		n = p.Expr
	}
}

func plainNames(items []ast.Node) bool {
	for _, n := range items {
		if _, ok := n.(*ast.String); !ok {
			return false
		}
	}
	return true
}

// expand notes the columns of * or of qualifier.* (ExpandColumnRefStar).
func (w *walker) expand(n *ast.ColumnRef, s *scope, out *output) {
	k := len(n.Fields.Items) - 1
	if k == 0 {
		found := false
		for _, it := range s.items {
			if it.visible {
				found = true
				w.expandItem(it, out)
			}
		}
		if !found {
			w.fail(policy.RuleUndefined, -1, "SELECT * with no tables specified is not valid")
		}
		return
	}
	if it := w.qualifier(n.Fields.Items[:k], s); it != nil {
		w.ledger.dotted(2) // the dot before the star
		w.expandItem(it, out)
	}
}

func (w *walker) expandItem(it *item, out *output) {
	cols := it.all()
	if !w.spend(len(cols)) {
		return
	}
	out.wild = out.wild || it.wild
	if it.plain() {
		// Also where the table has no columns the star reads it.
		w.readAll(it)
	}
	for _, c := range cols {
		if !it.plain() {
			w.read(c)
		}
		out.names = append(out.names, c.name)
	}
}

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
		w.operator(by.UseOp)
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
		w.operator(by.UseOp)
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

// locking walks FOR UPDATE and its kin: the right to update is needed on any
// one column of each relation that is locked (transformLockingClause).
func (w *walker) locking(list *ast.NodeList, s *scope) {
	if list == nil {
		return
	}
	for _, n := range list.Items {
		lock, ok := n.(*ast.LockingClause)
		if !ok {
			w.unknown(n)
			return
		}
		w.ledger.clause(clauseLocking)
		w.ledger.saw("share", "key", "update")
		if lock.LockedRels == nil || len(lock.LockedRels.Items) == 0 {
			w.lockAll(s)
			continue
		}
		for _, r := range lock.LockedRels.Items {
			w.lockNamed(r, s)
		}
	}
}

func (w *walker) lockNamed(n ast.Node, s *scope) {
	rv, ok := n.(*ast.RangeVar)
	if !ok {
		w.unknown(n)
		return
	}
	schema, name, ok := w.rangeName(rv)
	if !ok {
		return
	}
	found := false
	for _, it := range s.from {
		if schema == "" && it.name == name {
			found = true
			w.lockItem(it)
		}
	}
	if !found {
		w.fail(policy.RuleUndefined, w.pos(name), "relation %q in FOR UPDATE clause not found in FROM clause", dotted(schema, name))
	}
}

func (w *walker) lockAll(s *scope) {
	for _, it := range s.from {
		w.lockItem(it)
	}
}

func (w *walker) lockItem(it *item) {
	if it.sub != nil && w.enter() {
		w.lockAll(it.sub)
		w.leave()
	} else if it.rel != nil {
		w.touch(it.rel, policy.Update)
	}
}
