package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/policy"
)

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
