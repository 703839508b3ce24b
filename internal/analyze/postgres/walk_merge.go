package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// mergeStmt walks MERGE: each branch needs what it does, and every column in a
// condition or expression is read.
func (w *walker) mergeStmt(n *ast.MergeStmt, parent *scope) output {
	w.rows = true
	s := &scope{parent: parent}
	w.with(n.WithClause, s)
	it := w.target(n.Relation)
	if it == nil {
		return output{}
	}
	for _, event := range [...]catalog.Event{catalog.EventInsert, catalog.EventUpdate, catalog.EventDelete} {
		w.policies(it.rel, event, checked{}) // whatever the branches are (get_row_security_policies)
	}
	source := w.fromItem(n.SourceRelation, s)
	s.items = append([]*item{it}, source...)
	w.expr(n.JoinCondition, s)
	for _, x := range items(n.MergeWhenClauses) {
		c, ok := x.(*ast.MergeWhenClause)
		if !ok {
			w.unknown(x)
			return output{}
		}
		// setNamespaceForMergeWhen: a branch without a row on one side does not
		// see that side.
		both := s.items
		switch c.MatchKind {
		case ast.MERGE_WHEN_NOT_MATCHED_BY_TARGET:
			s.items = both[1:]
		case ast.MERGE_WHEN_NOT_MATCHED_BY_SOURCE:
			s.items = both[:1]
		}
		w.mergeWhen(c, it, s)
		s.items = both
	}
	if n.ReturningList != nil {
		w.since(170000, "returning")
	}
	return w.returning(n.ReturningList, s)
}

func (w *walker) mergeWhen(n *ast.MergeWhenClause, it *item, s *scope) {
	w.ledger.saw("source", "target", "value")
	w.expr(n.Condition, s)
	targets := make([]ast.Node, len(n.TargetList))
	for i, t := range n.TargetList {
		targets[i] = t
	}
	switch n.CommandType {
	case ast.CMD_UPDATE:
		w.touch(it.rel, policy.Update)
		w.changed(it.rel, w.assigned(it.rel, policy.Update, targets, s), checked{})
	case ast.CMD_INSERT:
		w.touch(it.rel, policy.Insert)
		w.exprs(n.Values, s)
		c := write{event: catalog.EventInsert}
		if len(targets) > 0 {
			c.columns = w.assigned(it.rel, policy.Insert, targets, s).columns
		} else {
			given := len(items(n.Values))
			if hasStar(n.Values) {
				given = -1
			}
			c.columns = w.insertColumns(it.rel, nil, given, s)
		}
		c.defaulted = defaultedAmong(c.columns, n.Values)
		w.changed(it.rel, c, checked{})
	case ast.CMD_DELETE:
		w.whole(it.rel, policy.Delete)
		w.changed(it.rel, write{event: catalog.EventDelete}, checked{})
	case ast.CMD_NOTHING:
		w.touch(it.rel, policy.Select) // any column of the target, as a role is asked for by the server
	default:
		w.unknown(n)
	}
}
