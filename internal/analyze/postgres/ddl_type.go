package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// typeNode resolves a type that is altered and asks for its ownership.
func (a *analysis) typeNode(n ast.Node, optional bool) (schema string, ok bool) {
	list, isList := n.(*ast.NodeList)
	switch t := n.(type) {
	case *ast.TypeName:
		if len(items(t.ArrayBounds)) > 0 || len(items(t.Typmods)) > 0 || t.PctType {
			a.unknown(n)
			return "", false
		}
		list = t.Names
	case *ast.NodeList:
		if len(t.Items) > 0 { // COMMENT ON CONSTRAINT … ON DOMAIN
			if _, inner := t.Items[0].(*ast.TypeName); inner {
				a.unknown(n)
				return "", false
			}
		}
	default:
		if !isList {
			a.unknown(n)
			return "", false
		}
	}
	schema, name, ok := a.listName(list)
	if !ok {
		return "", false
	}
	t, rel := a.typeOf(schema, name)
	switch {
	case t == nil && rel == nil && optional:
		a.absent(schema, name, policy.KindSchema)
	case t == nil && rel == nil:
		a.fail(policy.RuleUndefined, a.pos(name), "type %q does not exist", dotted(schema, name))
	case t == nil:
		a.own(rel)
		return rel.Schema, true
	case isSystemSchema(t.Schema):
		a.fail(policy.RuleSystemCatalog, a.pos(name), "the type %s.%s is the server's own", t.Schema, t.Name)
	case t.Extension != "":
		a.unrestricted("the type %s.%s belongs to the extension %s", t.Schema, t.Name, t.Extension)
	default:
		if t.Schema != "pg_temp" && (a.env.Catalog.Temp == nil || t.Schema != a.env.Catalog.Temp.Name) {
			a.object(policy.KindSchema, t.Schema, t.Name)
		}
		return t.Schema, true
	}
	return "", false
}

// newType asks for what making a type needs.
func (a *analysis) newType(list *ast.NodeList) (place, bool) {
	schema, name, ok := a.listName(list)
	if !ok {
		return place{}, false
	}
	return a.makeNamed(schema, name, false)
}

func (a *analysis) createEnum(n *ast.CreateEnumStmt) {
	a.ddl("CREATE TYPE")
	a.ledger.saw("type", "enum")
	a.newType(n.TypeName)
	a.balance()
}

func (a *analysis) createComposite(n *ast.CompositeTypeStmt) {
	a.ddl("CREATE TYPE")
	a.ledger.saw("type")
	at, ok := a.make(n.Typevar)
	if ok {
		a.elements(n.Coldeflist, &table{place: at, scope: &scope{}})
	}
	a.balance()
}

// createRange judges CREATE TYPE AS RANGE. The functions that it may name are
// called with its values (DefineRange, typecmds.c).
func (a *analysis) createRange(n *ast.CreateRangeStmt) {
	a.ddl("CREATE TYPE")
	a.ledger.saw("type")
	at, ok := a.newType(n.TypeName)
	if !ok {
		return
	}
	for _, x := range items(n.Params) {
		d, ok := x.(*ast.DefElem)
		if !ok {
			a.unknown(x)
			return
		}
		t, ok := d.Arg.(*ast.TypeName)
		if !ok {
			a.unknown(d.Arg)
			return
		}
		a.ledger.saw(d.Defname)
		switch d.Defname {
		case "subtype":
			a.typeName(t)
		case "subtype_opclass", "collation":
			a.collation(t.Names)
		case "multirange_type_name":
			if schema, name, ok := a.listName(t.Names); ok {
				if schema == "" {
					schema = at.schema
				}
				a.makeNamed(schema, name, false)
			}
		case "subtype_diff":
			if names, ok := a.qualified(t.Names); ok && len(names) < 3 {
				two := ast.NewNodeList(ast.NewNull(), ast.NewNull())
				a.call(names, &ast.FuncCall{Funcname: t.Names, Args: two}, &scope{})
			}
		default:
			a.unrestricted("the option %s names a function in C", d.Defname)
		}
	}
	a.balance()
}

func (a *analysis) alterEnum(n *ast.AlterEnumStmt) {
	a.ddl("ALTER TYPE")
	a.ledger.saw("type", "add", "rename", "value", "if", "before", "after")
	a.typeNode(n.TypeName, false)
	a.balance()
}

// ofValue is the level in which a domain's constraints are read.
func ofValue() *table {
	return &table{scope: columnsOf(&catalog.Relation{Columns: []catalog.Column{{Name: "value"}}})}
}

func (a *analysis) createDomain(n *ast.CreateDomainStmt) {
	a.ddl("CREATE DOMAIN")
	a.ledger.saw("domain")
	if _, ok := a.newType(n.Domainname); !ok {
		return
	}
	a.typeName(n.TypeName)
	if n.CollClause != nil {
		a.collation(n.CollClause.Collname)
	}
	a.domainConstraints(n.Constraints)
	a.balance()
}

func (a *analysis) domainConstraints(list *ast.NodeList) {
	for _, x := range items(list) {
		c, ok := x.(*ast.Constraint)
		if !ok {
			a.unknown(x)
			return
		}
		a.constraint(c, ofValue())
	}
}

func (a *analysis) alterDomain(n *ast.AlterDomainStmt) {
	a.ddl("ALTER DOMAIN")
	a.ledger.saw("domain", "add", "drop", "validate", "if", n.Name)
	a.typeNode(n.TypeName, false)
	if n.Behavior == ast.DropCascade {
		a.unrestricted("CASCADE goes on to what is not named")
	}
	switch def := n.Def.(type) {
	case nil:
	case *ast.Constraint:
		a.constraint(def, ofValue())
	default:
		a.expr(def, ofValue().scope)
	}
	a.balance()
}
