package postgres

import (
	"slices"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// table is what a column or a constraint belongs to.
type table struct {
	place
	scope *scope
	alter bool // it is there already
}

// createTable judges CREATE TABLE (transformCreateStmt, parse_utilcmd.c).
func (a *analysis) createTable(n *ast.CreateStmt) {
	a.ddl("CREATE TABLE")
	a.ledger.saw("unlogged", "inherits", "commit", "preserve", "drop", "rows")
	at, ok := a.make(n.Relation)
	if !ok {
		return
	}
	t := &table{place: at}
	t.scope = a.futureColumns(n, at.name)
	for _, x := range items(n.InhRelations) {
		rv, ok := x.(*ast.RangeVar)
		if !ok {
			a.unknown(x)
			return
		}
		a.altered(rv, false)
	}
	a.typeName(n.OfTypename)
	a.elements(n.TableElts, t)
	for _, c := range n.Constraints {
		a.constraint(c, t)
	}
	a.partitionBound(n.PartBound)
	a.partitionKey(n.PartSpec, t)
	a.reloptions(n.Options)
	a.storage(n.AccessMethod, n.TableSpaceName)
	a.balance()
}

// futureColumns is the level in which the expressions of a new table are read.
func (a *analysis) futureColumns(n *ast.CreateStmt, name string) *scope {
	rel := &catalog.Relation{Name: name}
	wild := n.OfTypename != nil || len(items(n.InhRelations)) > 0
	for _, x := range items(n.TableElts) {
		switch x := x.(type) {
		case *ast.ColumnDef:
			rel.Columns = append(rel.Columns, catalog.Column{Name: truncate(x.Colname)})
		case *ast.TableLikeClause:
			wild = true
		}
	}
	s := columnsOf(rel)
	s.items[0].wild = wild
	return s
}

func (a *analysis) elements(list *ast.NodeList, t *table) {
	for _, x := range items(list) {
		switch x := x.(type) {
		case *ast.ColumnDef:
			a.columnDef(x, t)
		case *ast.Constraint:
			a.constraint(x, t)
		case *ast.TableLikeClause:
			a.like(x)
		default:
			a.unknown(x)
		}
		if a.fault != nil {
			return
		}
	}
}

// like judges LIKE: SELECT on the whole of a relation (transformTableLikeClause).
// Of a composite type everybody has USAGE.
func (a *analysis) like(n *ast.TableLikeClause) {
	schema, name, ok := a.rangeName(n.Relation)
	if !ok {
		return
	}
	for i := range a.ledger.tokens {
		if a.ledger.isWord(i, "including", "excluding") && i+1 < len(a.ledger.tokens) {
			a.ledger.saw(a.ledger.name(i), a.ledger.name(i+1))
		}
	}
	if rel := a.existing(schema, name, false); rel != nil && rel.Kind != 'c' {
		a.whole(rel, policy.Select)
	}
}

// storage refuses what stands outside the schema.
func (a *analysis) storage(method, tablespace string) {
	a.ledger.saw(method)
	if tablespace != "" {
		a.unrestricted("a tablespace is the whole cluster's")
	}
}

// serials are the types that make a sequence (transformColumnDefinition).
var serials = words("smallserial serial2 serial serial4 bigserial serial8")

// columnDef judges one column of CREATE TABLE or ADD COLUMN.
func (a *analysis) columnDef(n *ast.ColumnDef, t *table) {
	a.ledger.saw(n.Colname, n.StorageName, n.Compression, "storage", "compression", "options")
	if names := items(typeNames(n.TypeName)); len(names) == 1 && !n.TypeName.PctType && serials[lastOf(names)] {
		a.strings(n.TypeName.Names)
		a.typmods(n.TypeName.Typmods)
		a.made(t.schema, truncate(t.name+"_"+n.Colname+"_seq"))
	} else {
		a.typeName(n.TypeName)
	}
	if n.Collclause != nil {
		a.collation(n.Collclause.Collname)
	}
	a.expr(n.RawDefault, t.scope)
	for _, x := range items(n.Constraints) {
		c, ok := x.(*ast.Constraint)
		if !ok {
			a.unknown(x)
			return
		}
		if c.Contype == ast.CONSTR_IDENTITY {
			a.made(t.schema, truncate(t.name+"_"+n.Colname+"_seq"))
		}
		a.constraint(c, t)
	}
	if len(items(n.Fdwoptions)) > 0 || n.CookedDefault != nil {
		a.unrestricted("options of a foreign table")
	}
}

func typeNames(n *ast.TypeName) *ast.NodeList {
	if n == nil {
		return nil
	}
	return n.Names
}

func lastOf(names []ast.Node) string {
	s, _ := names[len(names)-1].(*ast.String)
	if s == nil {
		return ""
	}
	return s.SVal
}

// constraint judges a constraint of a column, a table or a domain.
func (a *analysis) constraint(n *ast.Constraint, t *table) {
	if n == nil {
		return
	}
	a.ledger.saw(n.Conname, "deferred", "immediate", "valid", "inherit")
	switch n.Contype {
	case ast.CONSTR_NULL, ast.CONSTR_NOTNULL, ast.CONSTR_ATTR_DEFERRABLE, ast.CONSTR_ATTR_NOT_DEFERRABLE,
		ast.CONSTR_ATTR_DEFERRED, ast.CONSTR_ATTR_IMMEDIATE:
	case ast.CONSTR_DEFAULT, ast.CONSTR_CHECK:
		a.expr(n.RawExpr, t.scope)
	case ast.CONSTR_GENERATED:
		a.ledger.saw("generated", "always", "stored")
		a.expr(n.RawExpr, t.scope)
	case ast.CONSTR_IDENTITY:
		a.ledger.saw("generated", "always", "identity")
		a.sequenceOptions(n.Options, nil)
	case ast.CONSTR_PRIMARY, ast.CONSTR_UNIQUE, ast.CONSTR_EXCLUSION:
		a.indexConstraint(n, t)
	case ast.CONSTR_FOREIGN:
		a.foreignKey(n, t)
	default:
		a.unknown(n)
	}
}

// indexConstraint judges PRIMARY KEY, UNIQUE and EXCLUDE. The index is made in
// the table's schema (DefineIndex).
func (a *analysis) indexConstraint(n *ast.Constraint, t *table) {
	a.ledger.saw("key", "include", "index", n.Indexname)
	a.strings(n.Keys)
	a.strings(n.Including)
	for _, x := range items(n.Exclusions) {
		pair, ok := x.(*ast.NodeList)
		if !ok || len(pair.Items) != 2 {
			a.unknown(x)
			return
		}
		op, ok := pair.Items[1].(*ast.NodeList)
		if !ok {
			a.unknown(pair.Items[1])
			return
		}
		a.indexElement(pair.Items[0], t.scope)
		a.operator(op, nil, nil, t.scope)
	}
	a.where(n.WhereClause, t.scope)
	a.reloptions(n.Options)
	a.storage(n.AccessMethod, n.Indexspace)
	if t.alter && n.Indexname == "" {
		name := truncate(n.Conname)
		if name == "" {
			name = truncate(t.name + "_pkey")
		}
		a.made(t.schema, name)
	}
}

// foreignKey judges REFERENCES and FOREIGN KEY: the right is needed on the
// columns of the other table (checkFkeyPermissions, tablecmds.c).
func (a *analysis) foreignKey(n *ast.Constraint, t *table) {
	a.ledger.saw("key", "match", "partial", "simple", "action", "action")
	a.strings(n.FkAttrs)
	a.strings(n.FkDelSetCols)
	keys, ok := a.strings(n.PkAttrs)
	if !ok || n.Pktable == nil {
		a.unknown(n)
		return
	}
	schema, name, ok := a.rangeName(n.Pktable)
	if !ok || !t.alter && name == t.name && (schema == "" || schema == t.schema) {
		return // the new table itself
	}
	rel := a.relation(schema, name)
	if rel == nil {
		return
	}
	for i := range rel.Columns {
		if c := &rel.Columns[i]; len(keys) == 0 && c.Key {
			keys = append(slices.Clip(keys), c.Name)
		}
	}
	a.touch(rel, policy.References)
	for _, key := range keys {
		if !columnNamed(rel, key) {
			a.fail(policy.RuleUndefined, a.pos(key), "column %q referenced in foreign key constraint does not exist", key)
			return
		}
		a.column(rel, policy.References, key)
	}
}

// partitionKey judges PARTITION BY.
func (a *analysis) partitionKey(n *ast.PartitionSpec, t *table) {
	if n == nil {
		return
	}
	a.ledger.saw(string(n.Strategy))
	for _, x := range items(n.PartParams) {
		e, ok := x.(*ast.PartitionElem)
		if !ok {
			a.unknown(x)
			return
		}
		a.ledger.saw(e.Name)
		a.expr(e.Expr, t.scope)
		a.collation(e.Collation)
		a.collation(e.Opclass)
	}
}

// partitionBound judges FOR VALUES, whose expressions are evaluated at once.
func (a *analysis) partitionBound(n *ast.PartitionBoundSpec) {
	if n == nil {
		return
	}
	a.ledger.saw("modulus", "remainder")
	for _, list := range [...]*ast.NodeList{n.ListDatums, n.LowDatums, n.HighDatums} {
		for _, x := range items(list) {
			if name, ok := loneName(x); ok && (name == "minvalue" || name == "maxvalue") {
				a.ledger.saw(name)
				continue
			}
			a.expr(x, &scope{})
		}
	}
}

// createIndex judges CREATE INDEX: ownership of the table, and CREATE on its
// schema (DefineIndex, indexcmds.c).
func (a *analysis) createIndex(n *ast.IndexStmt) {
	a.ddl("CREATE INDEX")
	a.ledger.saw("index", "include")
	a.ledger.saw(n.Idxname)
	rel := a.altered(n.Relation, false)
	if rel == nil {
		return
	}
	name := n.Idxname
	if name == "" {
		name = rel.Name + "_idx" // nearly; the server adds the columns
	}
	a.made(rel.Schema, truncate(name))
	s := columnsOf(rel)
	for _, list := range [...]*ast.NodeList{n.IndexParams, n.IndexIncludingParams} {
		for _, x := range items(list) {
			a.indexElement(x, s)
		}
	}
	a.where(n.WhereClause, s)
	a.reloptions(n.Options)
	a.storage(n.AccessMethod, n.TableSpace)
	a.balance()
}

func (a *analysis) indexElement(n ast.Node, s *scope) {
	e, ok := n.(*ast.IndexElem)
	if !ok {
		a.unknown(n)
		return
	}
	a.ledger.saw(e.Name)
	a.expr(e.Expr, s)
	a.collation(e.Collation)
	a.collation(e.Opclass)
	a.reloptions(e.Opclassopts)
}
