package mysql

import (
	"slices"

	"vitess.io/vitess/go/vt/sqlparser"

	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/policy"
)

// Temporaries is what is known of one session's temporary tables. They stand
// before permanent tables of their names, and are in no view of
// information_schema (MariaDB 10.11, MySQL 8.0): the server is asked for each
// name that could be one.
type Temporaries struct {
	known   map[tableName]*catalog.Table // nil: there is no temporary one
	unknown []tableName                  // met, and not asked yet
}

type tableName struct{ schema, name string }

// maxNames bounds what one session asks for, and what it remembers.
const maxNames = 250

// find returns the session's temporary table of a name, or nil. asked is false
// if the server must be asked first.
func (t *Temporaries) find(n tableName) (table *catalog.Table, asked bool) {
	table, asked = t.known[n]
	if !asked && !slices.Contains(t.unknown, n) {
		t.unknown = append(t.unknown, n)
	}
	return table, asked
}

// temporary returns the session's temporary table of a name, or nil. Where that
// is not known yet, what is judged now will be judged again.
func (w *walker) temporary(schema, name string) *catalog.Table {
	t := w.env.Temporaries
	if t == nil || w.permanent || w.views > 0 || isSystemSchema(schema) {
		return nil
	}
	if schema == "" {
		schema = w.env.Schema
	}
	if schema == "" {
		return nil // and relation says so
	}
	n := tableName{w.env.Catalog.Fold(schema), w.env.Catalog.Fold(name)}
	table, asked := t.find(n)
	if !asked && w.env.Catalog.Table(schema, name) == nil {
		return catalog.NewTemporary(n.schema, n.name, nil)
	}
	return table
}

// preliminary says that not all names are known: the fault that one does not
// exist may be wrong.
func (w *walker) preliminary() bool {
	return w.env.Temporaries != nil && len(w.env.Temporaries.unknown) > 0
}

// makeTemporary asks for the right to make temporary tables: who has a grant on
// anything in the schema has it.
func (a *analysis) makeTemporary(schema string) {
	a.object(policy.Access{Kind: policy.KindSchema, Op: policy.Usage, Schema: schema})
}

// dropTemporary judges DROP TEMPORARY TABLE, which drops nothing else.
func (a *analysis) dropTemporary(t sqlparser.TableName) {
	schema, name := t.Qualifier.String(), t.Name.String()
	a.saw(schema, name)
	if rel := a.temporary(schema, name); rel != nil {
		a.whole(rel, policy.DDL)
	}
}
