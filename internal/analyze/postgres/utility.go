package postgres

import (
	"slices"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// copy judges COPY between the database and the client. Files and programs
// are the server's.
func (a *analysis) copy(n *ast.CopyStmt) {
	a.tag("COPY")
	a.settled()
	a.literal = true
	if n.IsProgram || n.Filename != "" || !a.ledger.mentions("stdin", "stdout") {
		a.fail(policy.RuleNeedsUnrestricted, a.part.Start, "COPY with a file or a program of the server needs unrestricted")
		return
	}
	a.part.CopyIn, a.part.CopyOut = n.IsFrom, !n.IsFrom
	a.ledger.saw("format", "header", "quote", "null", "encoding", "program", "binary")
	a.options(copyOptions(n))
	if n.Query != nil {
		a.query(n.Query, nil)
	} else {
		a.copyRelation(n)
	}
	a.balance()
}

// copyOptions leaves out what the parser puts among the options by mistake: its
// rule for the optional WITH has no value, and takes whatever lay on its stack,
// a piece of the query within. That piece is judged where it stands.
func copyOptions(n *ast.CopyStmt) *ast.NodeList {
	list := ast.NewNodeList()
	for _, o := range items(n.Options) {
		if d, ok := o.(*ast.DefElem); ok {
			list.Append(d)
		}
	}
	return list
}

// isDefault tells the option, since PostgreSQL 16, that lets data ask for a
// column's default.
func isDefault(n ast.Node) bool { return n.(*ast.DefElem).Defname == "default" }

func (a *analysis) copyRelation(n *ast.CopyStmt) {
	it := a.target(n.Relation)
	if it == nil {
		return
	}
	op := policy.Select
	if n.IsFrom {
		op = policy.Insert
	}
	a.touch(it.rel, op)
	written, ok := a.strings(n.Attlist)
	if !ok {
		return
	}
	for _, name := range written {
		if !columnNamed(it.rel, name) {
			a.fail(policy.RuleUndefined, a.pos(name), "column %q of relation %q does not exist", name, it.rel.Name)
			return
		}
		a.column(it.rel, op, name)
	}
	if n.Attlist == nil {
		for i := range it.rel.Columns {
			if c := &it.rel.Columns[i]; !c.Generated {
				a.column(it.rel, op, c.Name)
				written = append(written, c.Name)
			}
		}
	}
	if n.IsFrom {
		c := write{event: catalog.EventInsert, columns: written}
		if slices.ContainsFunc(items(copyOptions(n)), isDefault) {
			c.defaulted = written
		}
		a.changed(it.rel, c, checked{})
		// Only COPY … FROM has a WHERE of its own. Elsewhere the parser leaves
		// that of another query here; the ledger counts the real ones.
		a.where(n.WhereClause, &scope{items: []*item{it}})
	}
}

// callStmt judges CALL: a procedure is a user's, or it is refused.
func (a *analysis) callStmt(n *ast.CallStmt) {
	a.tag("CALL")
	a.settled()
	if n.Funccall == nil {
		a.unknown(n)
		return
	}
	a.funcCall(n.Funccall, &scope{})
	a.balance()
}

// truncate judges TRUNCATE. CASCADE goes on to the tables with foreign keys to
// those that are named, and each of them is asked for; RESTART IDENTITY wants
// the ownership of the sequences (ExecuteTruncate, tablecmds.c).
func (a *analysis) truncate(n *ast.TruncateStmt) {
	a.tag("TRUNCATE TABLE")
	a.settled()
	a.ledger.saw("identity")
	a.named(n.Relations, policy.Truncate)
	if a.fault != nil {
		return
	}
	seen := map[*catalog.Relation]bool{}
	for _, x := range slices.Clone(a.accesses) {
		if x.Op == policy.Truncate {
			a.truncated(x.rel, n, seen)
		}
	}
}

// truncated follows what TRUNCATE does beside the named tables. The children of
// a table are emptied by the right on the table.
func (a *analysis) truncated(rel *catalog.Relation, n *ast.TruncateStmt, seen map[*catalog.Relation]bool) {
	if seen[rel] || !a.spend(1) {
		return
	}
	seen[rel] = true
	if n.RestartSeqs {
		for _, seq := range rel.OwnedSequences {
			a.own(seq)
		}
	}
	if n.Behavior == ast.DropCascade {
		for _, x := range rel.ReferencedBy {
			a.whole(x, policy.Truncate)
			a.truncated(x, n, seen)
		}
	}
	for _, x := range rel.Children {
		a.truncated(x, n, seen)
	}
}

// lock judges LOCK TABLE. Any one of several rights is enough, which go with
// the mode (LockTableAclCheck, lockcmds.c).
func (a *analysis) lock(n *ast.LockStmt) {
	a.tag("LOCK TABLE")
	a.locks = true
	a.settled()
	a.ledger.saw("access", "share", "exclusive", "mode")
	a.ledger.saw("share")
	version := a.env.Catalog.ServerVersion
	op := policy.Update | policy.Delete | policy.Truncate
	if version >= 170000 {
		op |= policy.Maintain
	}
	switch {
	case n.Mode == ast.AccessShareLock && version < 160000:
		op = policy.Select
	case n.Mode == ast.AccessShareLock:
		op |= policy.Select | policy.Insert
	case n.Mode == ast.RowExclusiveLock, n.Mode == ast.RowShareLock && version >= 160000:
		op |= policy.Insert
	}
	a.named(n.Relations, op)
}

// named judges an operation on whole relations. The word TABLE before them is
// not a query.
func (a *analysis) named(list *ast.NodeList, op policy.Op) {
	if a.ledger.mentions("table") {
		a.ledger.clause(clauseSelect)
	}
	for _, n := range items(list) {
		rv, ok := n.(*ast.RangeVar)
		if !ok {
			a.unknown(n)
			return
		}
		it := a.target(rv)
		if it == nil {
			return
		}
		a.whole(it.rel, op)
		a.moves = a.moves || op == policy.Truncate && it.rel.Triggers
		if a.locks {
			a.lockedBelow(it.rel, op, checked{})
		}
	}
	a.balance()
}

// secret reports whether the text of a statement may hold a password or a
// key: roles, foreign servers and users, subscriptions, settings of the server.
func secret(n ast.Stmt) bool {
	switch n.(type) {
	case *ast.CreateRoleStmt, *ast.AlterRoleStmt, *ast.AlterRoleSetStmt, *ast.CreateUserMappingStmt, *ast.AlterUserMappingStmt,
		*ast.CreateForeignServerStmt, *ast.AlterForeignServerStmt, *ast.CreateFdwStmt, *ast.AlterFdwStmt,
		*ast.CreateForeignTableStmt, *ast.ImportForeignSchemaStmt, *ast.CreateSubscriptionStmt,
		*ast.AlterSubscriptionStmt, *ast.AlterSystemStmt, *ast.DoStmt, *ast.CreateFunctionStmt:
		return true
	}
	return false
}
