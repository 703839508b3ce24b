package postgres

import (
	"slices"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// alterTags are the kinds of which ALTER … is judged by its commands.
var alterTags = map[ast.ObjectType]string{
	ast.OBJECT_TABLE: "ALTER TABLE", ast.OBJECT_INDEX: "ALTER INDEX", ast.OBJECT_VIEW: "ALTER VIEW",
	ast.OBJECT_MATVIEW: "ALTER MATERIALIZED VIEW", ast.OBJECT_SEQUENCE: "ALTER SEQUENCE",
	ast.OBJECT_FOREIGN_TABLE: "ALTER FOREIGN TABLE", ast.OBJECT_TYPE: "ALTER TYPE",
}

// alterTable judges ALTER TABLE and its kin: ownership of the relation, and
// what each command needs on top.
func (a *analysis) alterTable(n *ast.AlterTableStmt) {
	tag, ok := alterTags[n.Objtype]
	if !ok {
		a.outside(n)
		return
	}
	a.ddl(tag)
	a.ledger.saw("index", "view", "sequence", "type")
	rel := a.altered(n.Relation, n.MissingOk)
	if a.fault != nil {
		return
	}
	if rel == nil { // nothing happens, if it stays so
		rel = &catalog.Relation{Name: truncate(n.Relation.RelName)}
	}
	t := &table{place: place{schema: rel.Schema, name: rel.Name, temp: a.env.Catalog.IsTemp(rel)}, scope: columnsOf(rel), alter: true}
	t.scope.items[0].wild = rel.Schema == "" || len(items(n.Cmds)) > 1 // a command before may have added columns
	for _, x := range items(n.Cmds) {
		c, ok := x.(*ast.AlterTableCmd)
		if !ok {
			a.unknown(x)
			return
		}
		a.ledger.saw(c.Name)
		a.alterCommand(c, rel, t)
		if a.fault != nil {
			return
		}
	}
	a.balance()
}

// alterCommand judges one command of ALTER TABLE.
func (a *analysis) alterCommand(c *ast.AlterTableCmd, rel *catalog.Relation, t *table) {
	a.ledger.saw("alter", "add", "drop")
	switch c.Subtype {
	case ast.AT_AddColumn:
		a.ledger.saw("if", "attribute")
		if def, ok := c.Def.(*ast.ColumnDef); ok {
			a.columnDef(def, t)
			if slices.ContainsFunc(items(def.Constraints), fills) {
				a.rebuilt(rel)
			}
			return
		}
		a.unknown(c.Def)
	case ast.AT_DropColumn, ast.AT_DropConstraint:
		a.ledger.saw("if", "attribute")
		a.cascade(rel, c.Behavior)
	case ast.AT_ColumnDefault, ast.AT_SetExpression:
		a.ledger.saw("expression")
		a.expr(c.Def, t.scope)
	case ast.AT_DropNotNull, ast.AT_SetNotNull, ast.AT_DropIdentity, ast.AT_DropExpression, ast.AT_DropCluster:
		a.ledger.saw("if", "identity", "expression", "cluster")
	case ast.AT_SetLogged, ast.AT_SetUnLogged, ast.AT_ValidateConstraint:
		a.ledger.saw("logged", "unlogged", "validate")
		a.rebuilt(rel)
	case ast.AT_ClusterOn:
		a.ledger.saw("cluster")
	case ast.AT_AlterColumnType:
		a.ledger.saw("data", "type", "attribute")
		a.alterType(c, t)
		a.rebuilt(rel)
	case ast.AT_AddConstraint:
		if con, ok := c.Def.(*ast.Constraint); ok {
			a.constraint(con, t)
			return
		}
		a.unknown(c.Def)
	default:
		a.alterRarely(c, rel, t)
	}
}

// fills says that a constraint gives a new column its values, for which the
// table may be written anew.
func fills(n ast.Node) bool {
	c, ok := n.(*ast.Constraint)
	return ok && (c.Contype == ast.CONSTR_DEFAULT || c.Contype == ast.CONSTR_GENERATED || c.Contype == ast.CONSTR_IDENTITY)
}

// alterType judges ALTER COLUMN … TYPE … USING.
func (a *analysis) alterType(c *ast.AlterTableCmd, t *table) {
	def, ok := c.Def.(*ast.ColumnDef)
	if !ok {
		a.unknown(c.Def)
		return
	}
	a.typeName(def.TypeName)
	if def.Collclause != nil {
		a.collation(def.Collclause.Collname)
	}
	a.expr(def.RawDefault, t.scope)
}

// alterRarely judges the commands that are seldom seen, and refuses those that
// have no line: owners, tablespaces, rules, row security, triggers by name.
func (a *analysis) alterRarely(c *ast.AlterTableCmd, rel *catalog.Relation, t *table) {
	switch c.Subtype {
	case ast.AT_SetStatistics, ast.AT_SetStorage, ast.AT_SetCompression:
		a.ledger.saw("statistics", "storage", "compression")
		a.optionValue(c.Def)
	case ast.AT_SetOptions, ast.AT_ResetOptions, ast.AT_SetRelOptions, ast.AT_ResetRelOptions:
		a.ledger.saw("reset")
		if rel.Kind == 'v' {
			a.unrestricted("options of a view decide with whose rights it reads")
			return
		}
		a.nodeOptions(c.Def)
	case ast.AT_AddIdentity, ast.AT_SetIdentity:
		a.ledger.saw("generated", "always", "identity")
		if con, ok := c.Def.(*ast.Constraint); ok {
			a.made(t.schema, truncate(t.name+"_"+c.Name+"_seq"))
			a.constraint(con, t)
			return
		}
		a.sequenceNode(c.Def)
	case ast.AT_AlterConstraint:
		if con, ok := c.Def.(*ast.Constraint); ok {
			a.ledger.saw(con.Conname, "deferred", "immediate")
			return
		}
		a.unknown(c.Def)
	case ast.AT_AddInherit, ast.AT_DropInherit, ast.AT_AttachPartition, ast.AT_DetachPartition, ast.AT_DetachPartitionFinalize:
		a.kinship(c, rel)
	case ast.AT_EnableTrigUser, ast.AT_DisableTrigUser:
		a.ledger.saw("enable", "disable", "trigger")
	case ast.AT_ReplicaIdentity:
		a.ledger.saw("replica", "identity", "index")
		if r, ok := c.Def.(*ast.ReplicaIdentityStmt); ok {
			a.ledger.saw(r.Name)
			return
		}
		a.unknown(c.Def)
	default:
		a.unrestricted("this command changes more than the relation itself (owners, tablespaces, rules, row security, single triggers)")
	}
}

func (a *analysis) nodeOptions(n ast.Node) {
	list, ok := n.(*ast.NodeList)
	if !ok {
		a.unknown(n)
		return
	}
	a.reloptions(list)
}

func (a *analysis) sequenceNode(n ast.Node) {
	list, ok := n.(*ast.NodeList)
	if !ok {
		a.unknown(n)
		return
	}
	a.sequenceOptions(list, nil)
}

// kinship judges INHERIT and ATTACH PARTITION: whoever ties two relations must
// own both (ATPrepAddInherit, ATExecAttachPartition). Whoever unties them needs
// to own the one that is altered.
func (a *analysis) kinship(c *ast.AlterTableCmd, rel *catalog.Relation) {
	a.ledger.saw("inherit", "attach", "detach", "finalize")
	var rv *ast.RangeVar
	switch def := c.Def.(type) {
	case *ast.RangeVar:
		rv = def
	case *ast.PartitionCmd:
		rv = def.Name
		a.partitionBound(def.Bound)
	}
	if rv == nil {
		a.unknown(c.Def)
		return
	}
	if c.Subtype == ast.AT_AddInherit || c.Subtype == ast.AT_AttachPartition {
		a.altered(rv, false)
		for up := rel; up != nil; up = firstOf(up.Parents) {
			for i := range up.Stored {
				if s := &up.Stored[i]; s.Kind == catalog.StoredPartition {
					a.evaluate(s.Expression, checked{}, 0)
				}
			}
		}
		return
	}
	if schema, name, ok := a.rangeName(rv); ok {
		if rel := a.existing(schema, name, false); rel != nil {
			a.reached(rel)
		}
	}
}

func firstOf(list []*catalog.Relation) *catalog.Relation {
	if len(list) == 0 {
		return nil
	}
	return list[0]
}

// cascade judges what goes on from a relation: nothing without CASCADE. With
// it the server asks nobody; what is reached is noted, so that what is
// forbidden is kept.
func (a *analysis) cascade(rel *catalog.Relation, behavior ast.DropBehavior) {
	if behavior == ast.DropCascade && rel.Schema != "" {
		a.reach(rel, map[*catalog.Relation]bool{})
	}
}

func (a *analysis) reach(rel *catalog.Relation, seen map[*catalog.Relation]bool) {
	if seen[rel] || !a.spend(1) {
		return
	}
	seen[rel] = true
	if rel.Tied {
		a.fail(policy.RuleNeedsUnrestricted, a.part.Start, "CASCADE would drop something that is no relation (a function, a domain) and depends on %s.%s", rel.Schema, rel.Name)
		return
	}
	for _, more := range [...][]*catalog.Relation{rel.Dependents, rel.ReferencedBy, rel.Children, rel.OwnedSequences} {
		for _, x := range more {
			if x.Kind != 't' {
				a.reached(x)
				a.reach(x, seen)
			}
		}
	}
}
