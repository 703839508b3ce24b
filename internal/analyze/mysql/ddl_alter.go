package mysql

import (
	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/policy"
)

// alterTable judges ALTER TABLE, CREATE INDEX and DROP INDEX, which the parser
// keeps as one (Sql_cmd_alter_table::execute, sql_alter.cc).
func (a *analysis) alterTable(n *sqlparser.AlterTable) {
	a.ddl(a.spelled.alterTag())
	rel := a.target(n)
	if rel == nil && (a.fault != nil || !a.spelled.optional) {
		return
	}
	schema := a.env.Schema
	if q := n.Table.Qualifier.String(); q != "" {
		schema = q
	}
	s := &scope{items: []*item{{wild: true}}} // the table's own columns, old and new
	for _, o := range n.AlterOptions {
		a.alterOption(o, s, schema)
	}
	a.partitioning(n.PartitionOption, s)
	if n.PartitionSpec != nil {
		a.partitionSpec(n.PartitionSpec, rel, s)
	}
}

// target resolves the table, and asks for ddl on it unless it is only looked
// after.
func (a *analysis) target(n *sqlparser.AlterTable) *relation {
	if n.PartitionSpec != nil && maintenance(n.PartitionSpec.Action) && len(n.AlterOptions) == 0 {
		return a.existing(n.Table)
	}
	return a.altered(n.Table)
}

func maintenance(action sqlparser.PartitionSpecAction) bool {
	switch action {
	case sqlparser.AnalyzeAction, sqlparser.CheckAction, sqlparser.OptimizeAction, sqlparser.RepairAction:
		return true
	}
	return false
}

func (a *analysis) alterOption(n sqlparser.AlterOption, s *scope, schema string) {
	switch n := n.(type) {
	case *sqlparser.AddColumns:
		for _, c := range n.Columns {
			a.columnDefinition(c, s, schema)
		}
		a.ownColumns(n.After)
	case *sqlparser.ChangeColumn:
		a.ownColumns(n.OldColumn, n.After)
		a.columnDefinition(n.NewColDefinition, s, schema)
	case *sqlparser.ModifyColumn:
		a.ownColumns(n.After)
		a.columnDefinition(n.NewColDefinition, s, schema)
	case *sqlparser.AlterColumn:
		a.ownColumns(n.Column)
		a.expr(n.DefaultVal, s)
	case *sqlparser.RenameColumn:
		a.ownColumns(n.OldName, n.NewName)
	case *sqlparser.DropColumn:
		a.ownColumns(n.Name)
	case *sqlparser.AddConstraintDefinition:
		a.constraint(n.ConstraintDefinition, s, schema)
	case *sqlparser.AddIndexDefinition:
		a.index(n.IndexDefinition, s)
	case *sqlparser.RenameTableName:
		a.renamed(n.Table)
	default:
		a.alterDetail(n)
	}
}

// alterDetail judges what touches no more than the table itself.
func (a *analysis) alterDetail(n sqlparser.AlterOption) {
	switch n := n.(type) {
	case sqlparser.TableOptions:
		a.tableOptions(n)
	case *sqlparser.AlterCharset:
		a.saw(unquoted(n.CharacterSet), unquoted(n.Collate))
	case *sqlparser.AlterCheck:
		a.saw(n.Name.String())
	case *sqlparser.AlterIndex:
		a.saw(n.Name.String())
	case *sqlparser.DropKey:
		a.saw(n.Name.String())
		if n.Type == sqlparser.PrimaryKeyType {
			a.saw("PRIMARY") // as DROP INDEX has it
		}
	case *sqlparser.RenameIndex:
		a.saw(n.OldName.String(), n.NewName.String())
	case *sqlparser.OrderByOption:
		a.identifiers(n.Cols)
	case *sqlparser.KeyState, *sqlparser.Force, *sqlparser.LockOption, *sqlparser.Validation, sqlparser.AlgorithmValue:
	case *sqlparser.TablespaceOperation:
		a.unrestricted("DISCARD and IMPORT TABLESPACE put files of the server in the table's place")
	default:
		a.unknown(n)
	}
}

// ownColumns enters names of the altered table's columns.
func (a *analysis) ownColumns(list ...*sqlparser.ColName) {
	for _, c := range list {
		if c != nil {
			a.saw(c.Qualifier.Qualifier.String(), c.Qualifier.Name.String(), c.Name.String())
		}
	}
}

// partitionSpec judges what is done to partitions.
func (a *analysis) partitionSpec(n *sqlparser.PartitionSpec, rel *relation, s *scope) {
	for _, p := range n.Names {
		a.saw(p.String())
	}
	a.partitions(n.Definitions, s)
	switch n.Action {
	case sqlparser.AddAction, sqlparser.DropAction, sqlparser.ReorganizeAction, sqlparser.TruncateAction, sqlparser.CoalesceAction,
		sqlparser.RebuildAction, sqlparser.RemoveAction:
	case sqlparser.AnalyzeAction, sqlparser.CheckAction, sqlparser.OptimizeAction, sqlparser.RepairAction:
		a.maintained(rel)
	case sqlparser.ExchangeAction:
		a.exchange(n.TableName, rel)
	default:
		a.unrestricted("this operation on partitions changes the server's files")
	}
}

// exchange judges EXCHANGE PARTITION, after which each table holds the other's
// rows: ALTER, CREATE, DROP and INSERT on both
// (Sql_cmd_alter_table_exchange_partition::execute, sql_partition_admin.cc).
func (a *analysis) exchange(t sqlparser.TableName, rel *relation) {
	other := a.altered(t)
	for _, r := range []*relation{rel, other} {
		if r != nil {
			a.whole(r, policy.Insert)
		}
	}
}

// maintained asks for what ANALYZE, OPTIMIZE and REPAIR ask for: SELECT and
// INSERT (Sql_cmd_analyze_table::execute, sql_admin.cc).
func (a *analysis) maintained(rel *relation) {
	if rel != nil {
		a.touch(rel, policy.Select)
		a.touch(rel, policy.Insert)
	}
}
