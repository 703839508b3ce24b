package postgres

import (
	"maps"
	"slices"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// A SELECT in WITH to which nothing refers is analysed and never planned
// (SS_process_ctes, subselect.c). No privilege is checked but USAGE on the
// schemas in which its names are looked up.
//
// That is so for the statement's own WITH. One of a subquery in FROM is checked
// where the subquery turns out to be empty: what is not planned of it is
// checked as it was written (flatten_unplanned_rtes, setrefs.c).

// ownWith is the WITH clause of a statement, nil if it has none.
func ownWith(n ast.Node) *ast.WithClause {
	switch n := n.(type) {
	case *ast.SelectStmt:
		return n.WithClause
	case *ast.InsertStmt:
		return n.WithClause
	case *ast.UpdateStmt:
		return n.WithClause
	case *ast.DeleteStmt:
		return n.WithClause
	case *ast.MergeStmt:
		return n.WithClause
	}
	return nil
}

// unused returns the WITH queries to which nothing refers, nil if there are
// none. Those of WITH RECURSIVE, which may refer to themselves and to one
// another, are never left out here.
func (w *walker) unused() map[*ast.CommonTableExpr]bool {
	var left map[*ast.CommonTableExpr]bool
	for _, c := range w.ctes {
		if c.used {
			continue
		}
		if left == nil {
			left = make(map[*ast.CommonTableExpr]bool)
		}
		left[c.node] = true
	}
	return left
}

// leaveOut keeps what has been noted so far. The function that it returns puts
// that back, and asks for the schemas of what was noted since. Where a type of
// the user's is named functions stay: a literal becomes a value of the type when
// it is analysed (coerce_type, parse_coerce.c), and so do domains inside.
func (w *walker) leaveOut() func() {
	kept := slices.Clone(w.accesses)
	for i := range kept {
		kept[i].Columns = slices.Clone(kept[i].Columns)
	}
	visits, types, views := maps.Clone(w.visits), maps.Clone(w.types), w.views
	return func() {
		noted, typed := w.accesses, false
		for v := range w.types {
			typed = typed || !v.occurs && v.oid >= catalog.FirstNormal && !types[v]
		}
		w.accesses, w.visits, w.types, w.views = kept, visits, types, views
		for i, a := range noted {
			w.usage(a.Schema)
			if typed && i >= len(kept) && a.Kind == policy.KindFunction {
				w.accesses = append(w.accesses, a)
			}
		}
	}
}
