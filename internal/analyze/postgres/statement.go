package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/policy"
)

// statement judges one statement by its kind. What has no line here is outside
// what grants can express.
func (a *analysis) statement(n ast.Stmt) {
	switch n := n.(type) {
	case *ast.SelectStmt:
		if into := takeInto(n); into != nil {
			a.selectInto(n, into)
			return
		}
		a.rows("SELECT", n)
	case *ast.InsertStmt:
		a.rows("INSERT", n)
	case *ast.UpdateStmt:
		a.rows("UPDATE", n)
	case *ast.DeleteStmt:
		a.rows("DELETE", n)
	case *ast.MergeStmt:
		a.rows("MERGE", n)
	case *ast.CopyStmt:
		a.copy(n)
	case *ast.ExplainStmt:
		a.explain(n)
	case *ast.PrepareStmt:
		a.prepare(n)
	case *ast.ExecuteStmt:
		a.tag("EXECUTE")
		a.executeStmt(n)
		a.balance()
	case *ast.DeallocateStmt:
		a.deallocate(n)
	case *ast.DeclareCursorStmt:
		a.declare(n)
	case *ast.FetchStmt:
		a.fetch(n)
	case *ast.ClosePortalStmt:
		a.closeCursor(n)
	case *ast.CallStmt:
		a.callStmt(n)
	case *ast.TruncateStmt:
		a.truncate(n)
	case *ast.LockStmt:
		a.lock(n)
	default:
		a.relationStatement(n)
	}
}

// relationStatement judges DDL on relations, and what looks after them.
func (a *analysis) relationStatement(n ast.Stmt) {
	switch n := n.(type) {
	case *ast.CreateStmt:
		a.createTable(n)
	case *ast.CreateTableAsStmt:
		a.createTableAs(n)
	case *ast.IndexStmt:
		a.createIndex(n)
	case *ast.ViewStmt:
		a.createView(n)
	case *ast.CreateSeqStmt:
		a.createSequence(n)
	case *ast.AlterSeqStmt:
		a.alterSequence(n)
	case *ast.CreateTriggerStmt:
		a.createTrigger(n)
	case *ast.CreateStatsStmt:
		a.createStatistics(n)
	case *ast.AlterTableStmt:
		a.alterTable(n)
	case *ast.RefreshMatViewStmt:
		a.refresh(n)
	case *ast.VacuumStmt:
		a.vacuum(n)
	case *ast.ClusterStmt:
		a.cluster(n)
	case *ast.ReindexStmt:
		a.reindex(n)
	default:
		a.nameStatement(n)
	}
}

// nameStatement judges DDL on types, and what is alike for all kinds of names.
func (a *analysis) nameStatement(n ast.Stmt) {
	switch n := n.(type) {
	case *ast.CreateEnumStmt:
		a.createEnum(n)
	case *ast.CompositeTypeStmt:
		a.createComposite(n)
	case *ast.CreateRangeStmt:
		a.createRange(n)
	case *ast.CreateDomainStmt:
		a.createDomain(n)
	case *ast.AlterDomainStmt:
		a.alterDomain(n)
	case *ast.AlterEnumStmt:
		a.alterEnum(n)
	case *ast.DropStmt:
		a.drop(n)
	case *ast.RenameStmt:
		a.rename(n)
	case *ast.AlterObjectSchemaStmt:
		a.setSchema(n)
	case *ast.CommentStmt:
		a.comment(n)
	default:
		a.sessionStatement(n)
	}
}

// sessionStatement judges the statements that touch no objects: transactions,
// settings, notifications.
func (a *analysis) sessionStatement(n ast.Stmt) {
	switch n := n.(type) {
	case *ast.TransactionStmt:
		a.transaction(n)
	case *ast.VariableSetStmt:
		a.set(n)
	case *ast.VariableShowStmt:
		a.show(n)
	case *ast.DiscardStmt:
		a.discard(n)
	case *ast.ListenStmt:
		a.tag("LISTEN")
	case *ast.UnlistenStmt:
		a.tag("UNLISTEN")
	case *ast.NotifyStmt:
		a.tag("NOTIFY")
	case *ast.ConstraintsSetStmt:
		a.tag("SET CONSTRAINTS") // names, and when a constraint is checked
		for _, x := range items(n.Constraints) {
			if rv, ok := x.(*ast.RangeVar); ok && rv.SchemaName != "" {
				a.settled()
				a.usage(truncate(rv.SchemaName))
			}
		}
		a.moves = true // at once, if it was due: the triggers run
	default:
		a.outside(n)
	}
}

// rows judges a statement that reads or changes rows.
func (a *analysis) rows(tag string, n ast.Node) {
	a.tag(tag)
	a.settled()
	a.walk(n)
}

// outside is for everything else: DDL, roles, the server itself.
func (a *analysis) outside(n ast.Stmt) {
	tag, why := kindName(n), kindReasons[nodeName(n)]
	a.tag(tag)
	a.part.Secret = secret(n)
	if why == "" {
		why = "it has no line in the table of statements"
	}
	a.fail(policy.RuleNeedsUnrestricted, a.part.Start, "%s needs unrestricted: %s", tag, why)
}

// inner judges a statement inside another one, of which it is all that counts.
// Its effect on the session is the caller's to judge.
func (a *analysis) inner(n ast.Node) {
	switch n := n.(type) {
	case *ast.SelectStmt, *ast.InsertStmt, *ast.UpdateStmt, *ast.DeleteStmt, *ast.MergeStmt:
		a.topWith = ownWith(n)
		a.query(n, nil)
	case *ast.ExecuteStmt:
		a.executeStmt(n)
	case ast.Stmt:
		tag := kindName(n)
		a.fail(policy.RuleNeedsUnrestricted, a.part.Start, "%s of %s needs unrestricted", a.part.Statement.Tag, tag)
	default:
		a.unknown(n)
	}
}

func (a *analysis) explain(n *ast.ExplainStmt) {
	a.tag("EXPLAIN")
	a.settled()
	a.options(n.Options)
	switch q := n.Query.(type) {
	case *ast.CreateTableAsStmt:
		a.headings()
		a.ledger.saw("if")
		a.tableAs(q)
	case *ast.DeclareCursorStmt: // no cursor comes of it
		a.ledger.saw(q.PortalName)
		a.inner(q.Query)
	case *ast.SelectStmt:
		if into := takeInto(q); into != nil {
			a.headings()
			a.into(into)
			a.effect = Effect{Kind: EffectSchema}
		}
		a.inner(q)
	default:
		a.inner(n.Query)
	}
	if a.effect.Kind != EffectNone && a.effect.Kind != EffectSchema {
		a.fail(policy.RuleNotUnderstood, a.part.Start, "EXPLAIN of a statement that changes the session")
	}
	a.balance()
}

// options enters the words of an option list.
func (a *analysis) options(list *ast.NodeList) {
	for _, n := range items(list) {
		d, ok := n.(*ast.DefElem)
		if !ok {
			a.unknown(n)
			return
		}
		a.ledger.saw(d.Defname)
		a.optionValue(d.Arg)
	}
}

func (a *analysis) optionValue(n ast.Node) {
	switch n := n.(type) {
	case nil, *ast.Integer, *ast.Float, *ast.Boolean, *ast.A_Star, *ast.A_Const:
	case *ast.String:
		a.ledger.saw(n.SVal)
	case *ast.NodeList:
		for _, x := range n.Items {
			a.optionValue(x)
		}
	default:
		a.unknown(n)
	}
}

func (a *analysis) prepare(n *ast.PrepareStmt) {
	a.tag("PREPARE")
	a.settled()
	a.ledger.saw(n.Name)
	for _, t := range items(n.Argtypes) {
		tn, ok := t.(*ast.TypeName)
		if !ok {
			a.unknown(t)
			break
		}
		a.typeName(tn)
	}
	a.inner(n.Query)
	a.balance()
	a.hold(EffectPrepare, truncate(n.Name), n.Query)
}

func (a *analysis) declare(n *ast.DeclareCursorStmt) {
	a.tag("DECLARE CURSOR")
	a.settled()
	a.ledger.saw(n.PortalName)
	a.inner(n.Query)
	a.balance()
	a.hold(EffectDeclare, truncate(n.PortalName), n.Query)
}

// hold makes the statement inside a part of its own, to be judged again when
// it is run or fetched from.
func (a *analysis) hold(kind EffectKind, name string, query ast.Node) {
	if a.fault != nil {
		return
	}
	in := &analysis{walker: a.walker, course: a.course}
	in.part = Part{Start: a.part.Start, End: a.part.End}
	in.effect = Effect{}
	if kind == EffectPrepare {
		a.moves = false // nothing runs but the parser
	}
	if q, ok := query.(ast.Stmt); ok {
		in.tag(kindName(q))
	}
	p := in.close()
	a.effect = Effect{Kind: kind, Name: name, Part: &p}
}

// executeStmt judges EXECUTE: what was prepared, and the arguments.
func (a *analysis) executeStmt(n *ast.ExecuteStmt) {
	a.settled()
	a.ledger.saw(n.Name)
	name := truncate(n.Name)
	p := a.course.prepared(name)
	if p == nil {
		a.fail(policy.RuleUndefined, a.pos(n.Name), "prepared statement %q does not exist", name)
		return
	}
	a.exprs(n.Params, &scope{})
	if a.part.Statement.Tag == "EXECUTE" {
		a.tag(p.Statement.Tag)
	}
	a.reuse(p)
	a.effect = p.Effect
}

// reuse takes over what a statement was found to do when it was prepared or
// declared.
func (a *analysis) reuse(p *Part) {
	a.merge(&p.Statement)
	if f := p.Statement.Fault; f != nil && a.fault == nil {
		g := *f
		g.Pos = -1
		a.fault = &g
	}
	a.part.Secret = a.part.Secret || p.Secret
	a.part.CopyIn, a.part.CopyOut = p.CopyIn, p.CopyOut
	a.literal = a.literal || p.Literal
	a.moves = a.moves || p.Moves
}

func (a *analysis) deallocate(n *ast.DeallocateStmt) {
	a.tag("DEALLOCATE")
	if n.IsAll || n.Name == "" {
		a.tag("DEALLOCATE ALL")
	}
	a.effect = Effect{Kind: EffectDeallocate, Name: truncate(n.Name)}
}

func (a *analysis) fetch(n *ast.FetchStmt) {
	a.tag("FETCH")
	if n.IsMove {
		a.tag("MOVE")
	}
	name := truncate(n.PortalName)
	p := a.course.cursor(name)
	if p == nil {
		a.fail(policy.RuleUndefined, a.pos(n.PortalName), "cursor %q does not exist", name)
		return
	}
	a.reuse(p)
}

func (a *analysis) closeCursor(n *ast.ClosePortalStmt) {
	a.tag("CLOSE CURSOR")
	if n.PortalName == "" {
		a.tag("CLOSE CURSOR ALL")
	}
	a.effect = Effect{Kind: EffectCloseCursor, Name: truncate(n.PortalName)}
}

func (a *analysis) transaction(n *ast.TransactionStmt) {
	name := truncate(n.SavepointName)
	switch n.Kind {
	case ast.TRANS_STMT_BEGIN, ast.TRANS_STMT_START:
		a.tag("BEGIN")
		if n.Kind == ast.TRANS_STMT_START {
			a.tag("START TRANSACTION")
		}
		a.effect = Effect{Kind: EffectBegin}
	case ast.TRANS_STMT_COMMIT:
		a.tag("COMMIT")
		a.effect = Effect{Kind: EffectCommit, Chain: n.Chain}
	case ast.TRANS_STMT_ROLLBACK:
		a.tag("ROLLBACK")
		a.effect = Effect{Kind: EffectRollback, Chain: n.Chain}
	case ast.TRANS_STMT_SAVEPOINT:
		a.tag("SAVEPOINT")
		a.effect = Effect{Kind: EffectSavepoint, Name: name}
	case ast.TRANS_STMT_RELEASE:
		a.tag("RELEASE")
		a.effect = Effect{Kind: EffectRelease, Name: name}
	case ast.TRANS_STMT_ROLLBACK_TO:
		a.tag("ROLLBACK")
		a.effect = Effect{Kind: EffectRollbackTo, Name: name}
	default:
		a.tag("PREPARE TRANSACTION")
		a.fail(policy.RuleNeedsUnrestricted, a.part.Start, "two-phase commit needs unrestricted: a prepared transaction outlives its session")
	}
}

func (a *analysis) discard(n *ast.DiscardStmt) {
	switch n.Target {
	case ast.DISCARD_ALL:
		a.tag("DISCARD ALL")
		a.effect = Effect{Kind: EffectDiscardAll}
	case ast.DISCARD_PLANS:
		a.tag("DISCARD PLANS")
	case ast.DISCARD_SEQUENCES:
		a.tag("DISCARD SEQUENCES")
	case ast.DISCARD_TEMP:
		a.tag("DISCARD TEMP")
		a.effect = Effect{Kind: EffectSchema}
	default:
		a.unknown(n)
	}
}
