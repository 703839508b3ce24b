package mysql

import (
	"strings"

	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/policy"
)

// DDL. What is made belongs to nobody, as in every MySQL; what a view reads,
// it reads with the rights of its definer, which is the proxy's own user. So
// all that a view reads is asked for when it is made. ddl on a name stands for
// the privileges CREATE, ALTER, DROP, INDEX, CREATE VIEW and SHOW VIEW on it.
// What of DDL is not judged here needs unrestricted.

// definition judges a statement that changes what names mean. It returns false
// for every other.
func (a *analysis) definition(n sqlparser.Statement) bool {
	switch n := n.(type) {
	case *sqlparser.CreateTable:
		a.createTable(n)
	case *sqlparser.AlterTable:
		a.alterTable(n)
	case *sqlparser.DropTable:
		a.dropTable(n)
	case *sqlparser.RenameTable:
		a.renameTable(n)
	case *sqlparser.CreateView:
		a.createView(n)
	case *sqlparser.AlterView:
		a.alterView(n)
	case *sqlparser.DropView:
		a.dropView(n)
	case *sqlparser.CreateDatabase:
		a.createDatabase(n)
	case *sqlparser.AlterDatabase:
		a.alterDatabase(n)
	case *sqlparser.DropDatabase:
		a.dropDatabase(n)
	default:
		return false
	}
	return true
}

// ddl begins the judging of a statement that changes what names mean.
func (a *analysis) ddl(tag string) {
	a.tag(tag)
	a.part.Effect = Effect{Kind: EffectSchema}
}

// unrestricted refuses what of a kind grants cannot express.
func (a *analysis) unrestricted(format string, args ...any) {
	a.fail(policy.RuleNeedsUnrestricted, a.span.start, a.part.Statement.Tag+": "+format, args...)
}

// place resolves the name of a table that is there, or could be. The names of
// what is there come from the catalogue.
func (a *analysis) place(t sqlparser.TableName) (schema, name string, ok bool) {
	schema, name = t.Qualifier.String(), t.Name.String()
	a.saw(schema, name)
	return a.located(schema, name)
}

func (a *analysis) located(schema, name string) (string, string, bool) {
	if schema == "" {
		schema = a.env.Schema
	}
	if schema == "" {
		a.fail(policy.RuleUndefined, a.pos(name), "no database selected")
		return "", "", false
	}
	ns := a.env.Catalog.Schema(schema)
	switch {
	case ns == nil:
		a.fail(policy.RuleUndefined, a.pos(schema), "unknown database %q", schema)
		return "", "", false
	case isSystemSchema(ns.Name):
		a.fail(policy.RuleSystemCatalog, a.pos(schema), "%s is the server's own: it can only be read", ns.Name)
		return "", "", false
	}
	if t := a.env.Catalog.Table(ns.Name, name); t != nil {
		return ns.Name, t.Name, true
	}
	return ns.Name, a.env.Catalog.Fold(name), true
}

// named asks for operations on a name, whether there is something by it or not.
func (a *analysis) onName(schema, name string, ops ...policy.Op) {
	for _, op := range ops {
		if t := a.env.Catalog.Table(schema, name); t != nil {
			a.whole(t, op)
			continue
		}
		a.object(policy.Access{Kind: policy.KindRelation, Op: op, Schema: schema, Object: name, WholeObject: true})
	}
}

// object notes an access to what is no table of the catalogue, once.
func (a *analysis) object(x policy.Access) {
	for i := range a.accesses {
		if y := &a.accesses[i]; y.table == nil && y.Kind == x.Kind && y.Op == x.Op && y.Schema == x.Schema && y.Object == x.Object {
			return
		}
	}
	x.Pos = a.pos(x.Object)
	a.accesses = append(a.accesses, access{Access: x})
}

// database asks for ddl on all of a schema.
func (a *analysis) database(schema string) {
	a.object(policy.Access{Kind: policy.KindSchema, Op: policy.DDL, Schema: schema})
}

// existing resolves the table of a statement that alters or drops it. Where the
// statement takes it that there is none, whoever may change what goes by the
// name may ask.
func (a *analysis) existing(t sqlparser.TableName) *relation {
	schema, name, ok := a.place(t)
	if !ok {
		return nil
	}
	if temp := a.temporary(schema, name); temp != nil {
		return temp
	}
	rel := a.env.Catalog.Table(schema, name)
	switch {
	case rel != nil:
	case a.spelled.optional:
		a.onName(schema, name, policy.DDL)
	default:
		a.fail(policy.RuleUndefined, a.pos(name), "table %q does not exist", schema+"."+name)
	}
	return rel
}

// altered is existing, and asks for ddl on the table.
func (a *analysis) altered(t sqlparser.TableName) *relation {
	rel := a.existing(t)
	if rel != nil {
		a.whole(rel, policy.DDL)
		a.plainEngine(rel)
	}
	return rel
}

func (a *analysis) dropTable(n *sqlparser.DropTable) {
	a.ddl("DROP TABLE")
	for _, t := range n.FromTables {
		if n.Temp {
			a.dropTemporary(t)
			continue
		}
		if rel := a.existing(t); rel != nil {
			a.whole(rel, policy.DDL)
		}
	}
}

// renameTable judges RENAME TABLE: ALTER and DROP on the old name, CREATE and
// INSERT on the new one (check_rename_table, sql_parse.cc).
func (a *analysis) renameTable(n *sqlparser.RenameTable) {
	a.ddl("RENAME TABLE")
	for _, p := range n.TablePairs {
		from, name, ok := a.place(p.FromTable)
		if !ok {
			return
		}
		if temp := a.temporary(from, name); temp != nil { // and so it stays
			a.whole(temp, policy.DDL)
			a.saw(p.ToTable.Qualifier.String(), p.ToTable.Name.String())
			continue
		}
		a.onName(from, name, policy.DDL)
		a.renamed(p.ToTable)
	}
}

// renamed asks for what it takes to give a table a new name.
func (a *analysis) renamed(t sqlparser.TableName) {
	if schema, name, ok := a.place(t); ok {
		a.onName(schema, name, policy.DDL, policy.Insert)
	}
}

func (a *analysis) createDatabase(n *sqlparser.CreateDatabase) {
	a.ddl("CREATE DATABASE")
	name := n.DBName.String()
	a.saw(name)
	a.charsets(n.CreateOptions)
	if isSystemSchema(name) {
		a.unrestricted("%s is the server's own", name)
		return
	}
	a.database(a.env.Catalog.Fold(name))
}

func (a *analysis) alterDatabase(n *sqlparser.AlterDatabase) {
	a.ddl("ALTER DATABASE")
	a.saw(n.DBName.String())
	a.charsets(n.AlterOptions)
	if n.UpdateDataDirectory {
		a.unrestricted("UPGRADE DATA DIRECTORY NAME changes the server's files")
		return
	}
	a.knownDatabase(n.DBName.String())
}

// dropDatabase judges DROP DATABASE: DROP on all of it. If it is the default
// one, there is none behind it.
func (a *analysis) dropDatabase(n *sqlparser.DropDatabase) {
	a.ddl("DROP DATABASE")
	a.saw(n.DBName.String())
	if a.env.Catalog.Schema(n.DBName.String()) == nil && a.spelled.optional && !isSystemSchema(n.DBName.String()) {
		a.database(a.env.Catalog.Fold(n.DBName.String()))
		return
	}
	a.knownDatabase(n.DBName.String())
}

func (a *analysis) knownDatabase(name string) {
	if name == "" {
		name = a.env.Schema
	}
	ns := a.env.Catalog.Schema(name)
	switch {
	case ns == nil:
		a.fail(policy.RuleUndefined, a.pos(name), "unknown database %q", name)
	case isSystemSchema(ns.Name):
		a.unrestricted("%s is the server's own", ns.Name)
	default:
		a.database(ns.Name)
	}
}

func (a *analysis) charsets(list []sqlparser.DatabaseOption) {
	for _, o := range list {
		a.saw(strings.Trim(o.Value, "'"))
	}
}
