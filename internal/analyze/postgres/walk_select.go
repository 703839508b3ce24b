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
	if n == w.top {
		w.oneRow(n, s)
	}
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
