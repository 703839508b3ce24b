package postgres

import (
	"slices"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/policy"
)

// join walks a JOIN (transformFromClauseItem). The result is one nameless item
// with the columns of both sides; the sides' own names stay, without their
// columns, unless the join has an alias, which hides them.
func (w *walker) join(n *ast.JoinExpr, s *scope) []*item {
	w.ledger.clause(clauseJoin)
	left := w.fromItem(n.Larg, s)
	setLateral(left, true)
	before := len(s.items)
	s.items = append(s.items, left...)
	right := w.fromItem(n.Rarg, s)
	s.items = s.items[:before]
	if w.fault != nil {
		return nil
	}
	setLateral(left, false)
	items := append(slices.Clone(left), right...)

	using, merged, ok := w.using(n, left, right)
	if !ok {
		return nil
	}
	if n.Quals != nil {
		w.onClause(n.Quals, s, items)
	}
	joined := &item{visible: true, row: merged}
	rest := func(side []*item) bool {
		for _, it := range side {
			if !it.visible {
				continue
			}
			joined.wild = joined.wild || it.wild
			if !w.spend(len(it.all())) {
				return false
			}
			for _, c := range it.all() {
				if !slices.Contains(using, c.name) {
					joined.row = append(joined.row, c)
				}
			}
		}
		return true
	}
	if !rest(left) || !rest(right) {
		return nil
	}
	return w.joinItems(n, items, joined, len(merged))
}

func (w *walker) joinItems(n *ast.JoinExpr, items []*item, joined *item, merged int) []*item {
	for _, it := range items {
		it.visible = false
	}
	if n.Alias != nil {
		return []*item{w.joinNamed(joined, n.Alias)}
	}
	if n.JoinUsingAlias != nil {
		u := &item{row: slices.Clone(joined.row[:merged])}
		items = append(items, w.joinNamed(u, n.JoinUsingAlias))
	}
	return append(items, joined)
}

func (w *walker) joinNamed(it *item, alias *ast.Alias) *item {
	it = w.aliased(it, alias)
	it.named = it.name != ""
	return it
}

// onClause walks ON: it sees the two sides and outer levels, nothing else of
// this FROM.
func (w *walker) onClause(n ast.Node, s *scope, items []*item) {
	saved := s.items
	s.items = items
	w.expr(n, s)
	s.items = saved
}

// using resolves the columns of USING or NATURAL. Both sides' columns are
// read.
func (w *walker) using(n *ast.JoinExpr, left, right []*item) (names []string, merged []column, ok bool) {
	switch {
	case n.IsNatural:
		names, ok = w.natural(left, right)
	default:
		names, ok = w.strings(n.UsingClause)
	}
	if !ok {
		return nil, nil, false
	}
	merged = make([]column, 0, len(names))
	for _, name := range names {
		l, okL := w.sideColumn(left, name, "left")
		r, okR := w.sideColumn(right, name, "right")
		if !okL || !okR {
			return nil, nil, false
		}
		w.operatorNamed("=", &columnValue{column: l}, &columnValue{column: r}, nil)
		l.name = name
		merged = append(merged, l)
	}
	return names, merged, true
}

// natural lists the column names that both sides have. With a side of unknown
// columns it cannot be told.
func (w *walker) natural(left, right []*item) ([]string, bool) {
	var names []string
	for _, side := range [][]*item{left, right} {
		for _, it := range side {
			if it.visible && it.wild {
				w.fail(policy.RuleNotUnderstood, -1, "NATURAL JOIN with a function whose columns are not known")
				return nil, false
			}
		}
	}
	for _, it := range left {
		if !it.visible {
			continue
		}
		for _, c := range it.all() {
			for _, r := range right {
				if !r.visible || !w.spend(len(r.row)) {
					continue
				}
				if n, _ := r.find(c.name); n > 0 && !systemOnly(r, c.name) && !slices.Contains(names, c.name) {
					names = append(names, c.name)
				}
			}
		}
	}
	return names, true
}

func systemOnly(it *item, name string) bool {
	for _, c := range it.all() {
		if c.name == name {
			return false
		}
	}
	return true
}

func (w *walker) sideColumn(side []*item, name, which string) (column, bool) {
	var found column
	n, wild := 0, false
	for _, it := range side {
		if !it.visible {
			continue
		}
		wild = wild || it.wild
		k, c := it.find(name)
		if k > 0 {
			n += k
			found = c
			w.read(c)
		}
	}
	switch {
	case n == 1 || n == 0 && wild:
		return found, true
	case n == 0:
		w.fail(policy.RuleUndefined, w.pos(name), "column %q specified in USING clause does not exist in %s table", name, which)
	default:
		w.fail(policy.RuleUndefined, w.pos(name), "common column name %q appears more than once in %s table", name, which)
	}
	return column{}, false
}
