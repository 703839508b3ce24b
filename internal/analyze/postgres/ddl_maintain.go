package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// byOwner says that VACUUM and its kin ask for ownership. Since PostgreSQL 17
// they ask for MAINTAIN, and run as the owner, whoever asks.
func (a *analysis) byOwner() bool { return a.env.Catalog.ServerVersion < 170000 }

// maintain resolves a relation and asks for the right to maintain it.
func (a *analysis) maintain(rv *ast.RangeVar) *catalog.Relation {
	schema, name, ok := a.rangeName(rv)
	if !ok {
		return nil
	}
	rel := a.existing(schema, name, false)
	switch {
	case rel == nil:
	case a.byOwner():
		a.own(rel)
	default:
		a.owns(rel, policy.Maintain)
	}
	return rel
}

// rebuilt follows what the server evaluates when it writes all of a table or
// its indexes anew: with the rights of the table's owner, who is the token's
// role by the reference.
func (a *analysis) rebuilt(rel *catalog.Relation) {
	if rel != nil && rel.Table != nil {
		rel = rel.Table
	}
	if rel != nil {
		a.constraints(rel, write{event: catalog.EventUpdate})
	}
}

// tended is rebuilt for those who look after a table.
func (a *analysis) tended(rel *catalog.Relation) {
	if a.byOwner() {
		a.rebuilt(rel)
	}
}

func (a *analysis) vacuum(n *ast.VacuumStmt) {
	a.ddl(kindName(n))
	a.effect = Effect{}
	a.ledger.saw("analyze")
	a.options(n.Options)
	if len(items(n.Rels)) == 0 {
		a.unrestricted("without a table it reaches the whole database")
		return
	}
	for _, x := range n.Rels.Items {
		v, ok := x.(*ast.VacuumRelation)
		if !ok || v.Relation == nil {
			a.unknown(x)
			return
		}
		rel := a.maintain(v.Relation)
		a.strings(v.VaCols)
		if !n.IsVacuumcmd || len(items(n.Options)) > 0 {
			a.tended(rel)
		}
	}
	a.balance()
}

func (a *analysis) cluster(n *ast.ClusterStmt) {
	a.ddl("CLUSTER")
	a.ledger.saw(n.Indexname)
	a.options(n.Params)
	if n.Relation == nil {
		a.unrestricted("without a table it reaches the whole database")
		return
	}
	a.tended(a.maintain(n.Relation))
	a.balance()
}

func (a *analysis) reindex(n *ast.ReindexStmt) {
	a.ddl("REINDEX")
	a.ledger.saw("index")
	a.options(n.Params)
	if n.Relation == nil || n.Kind != ast.REINDEX_OBJECT_INDEX && n.Kind != ast.REINDEX_OBJECT_TABLE {
		a.unrestricted("it reaches what is not named")
		return
	}
	a.tended(a.maintain(n.Relation))
	a.balance()
}

// refresh judges REFRESH MATERIALIZED VIEW. Its query runs with the rights of
// the view's owner: where that is who may refresh, by the reference the token's
// role.
func (a *analysis) refresh(n *ast.RefreshMatViewStmt) {
	a.ddl("REFRESH MATERIALIZED VIEW")
	a.ledger.saw("view", "data")
	if n.Relation == nil {
		a.unknown(n)
		return
	}
	if rel := a.maintain(n.Relation); rel != nil && rel.Refresh != nil && a.byOwner() {
		a.evaluate(rel.Refresh, checked{}, 0)
	}
	a.balance()
}
