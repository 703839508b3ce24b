package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/policy"
)

// cte is one WITH query. A reference to it reads nothing more: what it reads
// itself is noted when it is walked, once.
type cte struct {
	name    string
	node    *ast.CommonTableExpr
	scope   *scope // the level that its WITH belongs to
	out     output
	known   bool // out is final, or at least that of the non-recursive term
	walking bool
	hidden  bool // not yet in scope
	used    bool // something refers to it
}

// with brings the WITH queries of a statement into scope. Without RECURSIVE
// each sees those before it; with it, all see all, themselves included.
func (w *walker) with(n *ast.WithClause, s *scope) {
	if n == nil {
		return
	}
	first := len(s.ctes)
	for _, x := range n.Ctes.Items {
		node, ok := x.(*ast.CommonTableExpr)
		if !ok {
			w.unknown(x)
			return
		}
		w.ledger.saw(node.Ctename)
		c := &cte{name: truncate(node.Ctename), node: node, scope: s, hidden: !n.Recursive}
		s.ctes = append(s.ctes, c)
		if _, isSelect := node.Ctequery.(*ast.SelectStmt); isSelect && !n.Recursive && n == w.topWith {
			w.ctes = append(w.ctes, c)
		}
	}
	for _, c := range s.ctes[first:] {
		w.walkCTE(c)
		c.hidden = false
	}
}

// walkCTE walks a WITH query once. A recursive one may be asked for by an
// earlier sibling, and by itself, before it is done.
func (w *walker) walkCTE(c *cte) {
	if c.known || c.walking || w.fault != nil {
		return
	}
	c.walking = true
	if w.left[c.node] {
		defer w.leaveOut()()
	}
	names, ok := w.strings(c.node.Aliascolnames)
	if !ok {
		return
	}
	rename := func(out output) output {
		for i, name := range names {
			if i < len(out.names) {
				out.names[i] = name
			} else {
				out.names = append(out.names, name)
			}
		}
		return w.searchColumns(c.node, out)
	}
	sel, isSelect := c.node.Ctequery.(*ast.SelectStmt)
	if isSelect && !c.hidden && sel.Op != ast.SETOP_NONE {
		w.walkRecursive(c, sel, rename)
	} else {
		out, _ := w.query(c.node.Ctequery, c.scope)
		c.out = rename(out)
	}
	w.searchAndCycle(c.node, c.scope)
	c.known, c.walking = true, false
}

// walkRecursive walks the left arm first: its columns are what the right arm
// sees under the query's own name.
func (w *walker) walkRecursive(c *cte, n *ast.SelectStmt, rename func(output) output) {
	s := &scope{parent: c.scope}
	w.with(n.WithClause, s)
	w.ledger.clause(clauseSetOp)
	out, _ := w.selectStmt(n.Larg, s)
	c.out = rename(output{names: append([]string(nil), out.names...), wild: out.wild})
	c.known = true
	w.selectStmt(n.Rarg, s)
	w.sort(n.SortClause, s, &out)
	w.limit(n, s)
	if n.LockingClause != nil || n.IntoClause != nil {
		w.fail(policy.RuleNotUnderstood, -1, "FOR UPDATE or INTO in a recursive query")
	}
}

// searchColumns adds the columns that SEARCH and CYCLE make.
func (w *walker) searchColumns(n *ast.CommonTableExpr, out output) output {
	if n.SearchClause != nil {
		out.names = append(out.names, truncate(n.SearchClause.SearchSeqColumn))
	}
	if n.CycleClause != nil {
		out.names = append(out.names, truncate(n.CycleClause.CycleMarkColumn), truncate(n.CycleClause.CyclePathColumn))
	}
	return out
}

// searchAndCycle enters the names of SEARCH and CYCLE, which are columns of
// the query itself.
func (w *walker) searchAndCycle(n *ast.CommonTableExpr, s *scope) {
	if c := n.SearchClause; c != nil {
		w.strings(c.SearchColList)
		w.ledger.saw(c.SearchSeqColumn)
	}
	if c := n.CycleClause; c != nil {
		w.strings(c.CycleColList)
		w.ledger.saw(c.CycleMarkColumn, c.CyclePathColumn)
		if c.CycleMarkValue != nil {
			w.expr(c.CycleMarkValue, s)
		}
		if c.CycleMarkDefault != nil {
			w.expr(c.CycleMarkDefault, s)
		}
	}
}

func (w *walker) cteItem(c *cte) *item {
	c.used = true
	w.walkCTE(c)
	if !c.known {
		w.fail(policy.RuleUndefined, w.pos(c.name), "recursive reference to query %q where its columns are not yet known", c.name)
	}
	return &item{name: c.name, row: rowOf(c.out), wild: c.out.wild}
}
