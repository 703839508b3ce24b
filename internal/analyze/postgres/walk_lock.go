package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/policy"
)

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
		w.lockedBelow(it.rel, policy.Update, checked{})
	}
}
