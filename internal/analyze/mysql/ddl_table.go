package mysql

import (
	"strings"

	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/policy"
)

// createTable judges CREATE TABLE (create_table_precheck, sql_parse.cc).
func (a *analysis) createTable(n *sqlparser.CreateTable) {
	a.ddl("CREATE TABLE")
	schema, name, ok := a.place(n.Table)
	if !ok {
		return
	}
	if n.Temp {
		a.makeTemporary(schema)
	} else {
		a.onName(schema, name, policy.DDL)
	}
	if n.OptLike != nil {
		a.likeTable(n.OptLike.LikeTable)
	}
	if n.TableSpec != nil {
		a.tableSpec(n.TableSpec, schema, name)
	}
	if n.Select != nil {
		if !n.Temp {
			a.onName(schema, name, policy.Insert)
		}
		a.query(n.Select, nil)
	}
}

// likeTable asks for select on any column of the table that is copied.
func (a *analysis) likeTable(t sqlparser.TableName) {
	schema, name := t.Qualifier.String(), t.Name.String()
	a.saw(schema, name)
	if rel := a.relation(schema, name); rel != nil {
		a.touch(rel, policy.Select)
		a.plainEngine(rel)
	}
}

func (a *analysis) tableSpec(n *sqlparser.TableSpec, schema, name string) {
	s := futureColumns(n)
	for _, c := range n.Columns {
		a.columnDefinition(c, s, schema)
	}
	for _, i := range n.Indexes {
		a.index(i, s)
	}
	for _, c := range n.Constraints {
		a.constraint(c, s, schema)
	}
	a.tableOptions(n.Options)
	a.partitioning(n.PartitionOption, s)
}

// futureColumns is the level in which the expressions of a new table are read.
// Its columns are the table's own: reading them asks for nothing.
func futureColumns(n *sqlparser.TableSpec) *scope {
	it := &item{names: map[string]bool{}, wild: true} // CREATE TABLE … SELECT adds the query's
	for _, c := range n.Columns {
		it.names[c.Name.Lowered()] = true
	}
	return &scope{items: []*item{it}}
}

// columnDefinition judges a column: the functions of its default, of what it
// is generated from and of ON UPDATE, and what it refers to.
func (a *analysis) columnDefinition(n *sqlparser.ColumnDefinition, s *scope, schema string) {
	a.saw(n.Name.String(), n.Type.Type, unquoted(n.Type.Charset.Name))
	o := n.Type.Options
	if o == nil {
		return
	}
	a.saw(unquoted(o.Collate))
	a.expr(o.Default, s)
	a.expr(o.OnUpdate, s)
	a.expr(o.As, s)
	a.references(o.Reference, schema)
}

// unquoted takes the quotes from a word that the grammar keeps with them.
func unquoted(s string) string { return strings.Trim(s, "'") }

func (a *analysis) index(n *sqlparser.IndexDefinition, s *scope) {
	a.saw(n.Info.Name.String(), n.Info.ConstraintName.String())
	for _, c := range n.Columns {
		a.saw(c.Column.String())
		a.expr(c.Expression, s)
	}
	for _, o := range n.Options {
		a.saw(o.String) // the index's type, or a parser's name
		if strings.HasPrefix(strings.ToLower(o.Name), "with") {
			a.unrestricted("WITH PARSER names a plugin of the server")
		}
	}
}

func (a *analysis) constraint(n *sqlparser.ConstraintDefinition, s *scope, schema string) {
	a.saw(n.Name.String())
	switch d := n.Details.(type) {
	case *sqlparser.CheckConstraintDefinition:
		a.expr(d.Expr, s)
	case *sqlparser.ForeignKeyDefinition:
		a.saw(d.IndexName.String())
		a.identifiers(d.Source)
		a.references(d.ReferenceDefinition, schema)
	default:
		a.unknown(d)
	}
}

// references asks for the right to refer to the parent. Without a database's
// name that is in the database of the child (dict_get_referenced_table,
// InnoDB). MariaDB 10.11 looks for the right in the default database
// (check_fk_parent_table_access, sql_parse.cc): so both are asked for.
func (a *analysis) references(n *sqlparser.ReferenceDefinition, schema string) {
	if n == nil {
		return
	}
	qualifier, name := n.ReferencedTable.Qualifier.String(), n.ReferencedTable.Name.String()
	a.saw(qualifier, name)
	a.identifiers(n.ReferencedColumns)
	switch {
	case qualifier != "":
		a.refersTo(qualifier, name)
	case a.env.Schema != "":
		a.refersTo(a.env.Schema, name)
		fallthrough
	default:
		a.refersTo(schema, name)
	}
}

func (a *analysis) refersTo(schema, name string) {
	schema, name, ok := a.located(schema, name)
	if !ok {
		return
	}
	any := policy.References
	if a.env.Catalog.MariaDB { // any of these, on all of it; MySQL asks for REFERENCES
		any |= policy.Select | policy.Insert | policy.Update | policy.Delete
	}
	a.onName(schema, name, any)
}

// partitioning judges PARTITION BY.
func (a *analysis) partitioning(n *sqlparser.PartitionOption, s *scope) {
	if n == nil {
		return
	}
	a.identifiers(n.ColList)
	a.expr(n.Expr, s)
	if sub := n.SubPartition; sub != nil {
		a.identifiers(sub.ColList)
		a.expr(sub.Expr, s)
	}
	a.partitions(n.Definitions, s)
}

func (a *analysis) partitions(list []*sqlparser.PartitionDefinition, s *scope) {
	for _, p := range list {
		a.saw(p.Name.String())
		o := p.Options
		if o == nil {
			continue
		}
		if o.ValueRange != nil {
			a.exprs(o.ValueRange.Range, s)
		}
		a.partitionPlace(o.Engine, o.DataDirectory, o.IndexDirectory, o.TableSpace)
		for _, sub := range o.SubPartitionDefinitions {
			a.saw(sub.Name.String())
			if o := sub.Options; o != nil {
				a.partitionPlace(o.Engine, o.DataDirectory, o.IndexDirectory, o.TableSpace)
			}
		}
	}
}

func (a *analysis) partitionPlace(engine *sqlparser.PartitionEngine, data, index *sqlparser.Literal, space string) {
	if engine != nil {
		a.engine(engine.Name)
	}
	if data != nil || index != nil || space != "" {
		a.unrestricted("DATA DIRECTORY, INDEX DIRECTORY and TABLESPACE name files of the server")
	}
}
