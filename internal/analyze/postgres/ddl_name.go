package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// relationKinds are the kinds of relations that DROP, COMMENT, RENAME and SET
// SCHEMA may name, with the words that stand for them in the text.
var relationKinds = map[ast.ObjectType]string{
	ast.OBJECT_TABLE: "TABLE", ast.OBJECT_VIEW: "VIEW", ast.OBJECT_MATVIEW: "MATERIALIZED VIEW", ast.OBJECT_INDEX: "INDEX",
	ast.OBJECT_SEQUENCE: "SEQUENCE", ast.OBJECT_FOREIGN_TABLE: "FOREIGN TABLE",
}

// drop judges DROP of relations, types and triggers: ownership. Whoever owns
// the schema may too, which ddl on schema.* is.
func (a *analysis) drop(n *ast.DropStmt) {
	kind, isRelation := relationKinds[n.RemoveType]
	switch {
	case isRelation:
		a.ddl("DROP " + kind)
		a.ledger.saw("view", "index", "sequence")
		for _, x := range items(n.Objects) {
			list, ok := x.(*ast.NodeList)
			if !ok {
				a.unknown(x)
				return
			}
			a.dropRelation(list, n)
		}
	case n.RemoveType == ast.OBJECT_TYPE, n.RemoveType == ast.OBJECT_DOMAIN:
		a.ddl(kindName(n))
		a.ledger.saw("type", "domain")
		for _, x := range items(n.Objects) {
			a.typeNode(x, n.MissingOk)
		}
		if n.Behavior == ast.DropCascade {
			a.unrestricted("CASCADE of a type drops columns and functions that are not named")
		}
	case n.RemoveType == ast.OBJECT_TRIGGER:
		a.ddl("DROP TRIGGER")
		a.ledger.saw("trigger")
		a.ofRelation(n.Objects, n.MissingOk, false)
	default:
		a.outside(n)
		return
	}
	a.balance()
}

func (a *analysis) dropRelation(list *ast.NodeList, n *ast.DropStmt) {
	schema, name, ok := a.listName(list)
	if !ok {
		return
	}
	rel := a.existing(schema, name, n.MissingOk)
	if rel == nil {
		return
	}
	a.own(rel)
	for _, more := range [...][]*catalog.Relation{rel.OwnedSequences, partitions(rel)} {
		for _, x := range more {
			a.reached(x)
		}
	}
	a.cascade(rel, n.Behavior)
}

// partitions are dropped with their table, without CASCADE.
func partitions(rel *catalog.Relation) (out []*catalog.Relation) {
	if rel.Kind == 'p' {
		for _, x := range rel.Children {
			out = append(append(out, x), partitions(x)...)
		}
	}
	return out
}

// ofRelation judges a thing that belongs to a relation: its ownership.
func (a *analysis) ofRelation(n ast.Node, optional, column bool) {
	list, ok := n.(*ast.NodeList)
	if !ok {
		a.unknown(n)
		return
	}
	schema, relation, _, ok := a.belonging(list, column)
	if !ok {
		return
	}
	if rel := a.existing(schema, relation, optional); rel != nil {
		a.own(rel)
	}
}

// comment judges COMMENT ON: the ownership of what is spoken of.
func (a *analysis) comment(n *ast.CommentStmt) {
	if _, ok := relationKinds[n.Objtype]; ok {
		a.ddl("COMMENT")
		a.ledger.saw("view", "index", "sequence")
		if list, ok := n.Object.(*ast.NodeList); ok {
			if schema, name, ok := a.listName(list); ok {
				if rel := a.existing(schema, name, false); rel != nil {
					a.own(rel)
				}
			}
		} else {
			a.unknown(n.Object)
		}
		a.balance()
		return
	}
	switch n.Objtype {
	case ast.OBJECT_COLUMN, ast.OBJECT_TABCONSTRAINT, ast.OBJECT_TRIGGER:
		a.ddl("COMMENT")
		a.ledger.saw("trigger")
		a.ofRelation(n.Object, false, n.Objtype == ast.OBJECT_COLUMN)
	case ast.OBJECT_TYPE, ast.OBJECT_DOMAIN:
		a.ddl("COMMENT")
		a.ledger.saw("type", "domain")
		a.typeNode(n.Object, false)
	default:
		a.outside(n)
		return
	}
	a.balance()
}

// rename judges RENAME: ddl on the old name and on the new one. For a relation
// the server asks for CREATE on the schema too (RangeVarCallbackForAlterRelation);
// a column, a constraint or a trigger is its relation's.
func (a *analysis) rename(n *ast.RenameStmt) {
	switch n.RenameType {
	case ast.OBJECT_COLUMN, ast.OBJECT_ATTRIBUTE, ast.OBJECT_TABCONSTRAINT, ast.OBJECT_TRIGGER:
		a.renaming(n)
		a.ledger.saw(n.Subname, "attribute", "trigger", "type", "view")
		if n.Behavior == ast.DropCascade {
			a.unrestricted("CASCADE goes on to tables that are not named")
		}
		a.altered(n.Relation, n.MissingOk)
	case ast.OBJECT_TYPE, ast.OBJECT_DOMAIN, ast.OBJECT_DOMCONSTRAINT:
		a.renaming(n)
		a.ledger.saw(n.Subname, "type", "domain")
		if schema, ok := a.typeNode(n.Object, false); ok && n.RenameType != ast.OBJECT_DOMCONSTRAINT {
			a.object(policy.KindSchema, schema, truncate(n.Newname))
		}
	default:
		if _, ok := relationKinds[n.RenameType]; !ok {
			a.outside(n)
			return
		}
		a.renaming(n)
		a.ledger.saw("view", "index", "sequence")
		if rel := a.altered(n.Relation, n.MissingOk); rel != nil {
			a.made(rel.Schema, truncate(n.Newname))
		}
	}
	a.balance()
}

func (a *analysis) renaming(n *ast.RenameStmt) {
	a.ddl("ALTER " + renamed(n))
	a.ledger.saw("rename", n.Newname)
}

// renamed is the kind of thing that the server's tag of RENAME names.
func renamed(n *ast.RenameStmt) string {
	for _, kind := range [...]ast.ObjectType{n.RenameType, n.RelationType} {
		if word := relationKinds[kind]; word != "" {
			return word
		}
	}
	switch n.RenameType {
	case ast.OBJECT_TABCONSTRAINT:
		return "TABLE"
	case ast.OBJECT_TRIGGER:
		return "TRIGGER"
	case ast.OBJECT_DOMAIN, ast.OBJECT_DOMCONSTRAINT:
		return "DOMAIN"
	}
	return "TYPE"
}

// setSchema judges SET SCHEMA: ownership, and CREATE on where it goes. What
// belongs to a table goes with it.
func (a *analysis) setSchema(n *ast.AlterObjectSchemaStmt) {
	name := ""
	switch word, isRelation := relationKinds[n.ObjectType]; {
	case isRelation:
		a.ddl("ALTER " + word)
		if rel := a.altered(n.Relation, n.MissingOk); rel != nil {
			name = rel.Name
			for _, seq := range rel.OwnedSequences {
				a.reached(seq)
			}
		}
	case n.ObjectType == ast.OBJECT_TYPE, n.ObjectType == ast.OBJECT_DOMAIN:
		a.ddl("ALTER TYPE")
		if n.ObjectType == ast.OBJECT_DOMAIN {
			a.tag("ALTER DOMAIN")
		}
		if list, ok := n.Object.(*ast.NodeList); ok && len(list.Items) > 0 {
			name = truncate(lastOf(list.Items))
		}
		a.typeNode(n.Object, false)
	default:
		a.outside(n)
		return
	}
	a.ledger.saw("schema", "view", "index", "sequence", "type", "domain", n.NewSchema)
	schema := truncate(n.NewSchema)
	switch {
	case a.env.Catalog.Schemas[schema] == nil:
		a.fail(policy.RuleUndefined, a.pos(n.NewSchema), "schema %q does not exist", schema)
	case isSystemSchema(schema) || isTempSchema(schema):
		a.unrestricted("%s is the server's own", schema)
	default:
		a.made(schema, name)
	}
	a.balance()
}
