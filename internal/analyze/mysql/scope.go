package mysql

import (
	"strings"

	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/policy"
)

// scope is one query level: what its column references can mean (Name
// resolution, sql_base.cc find_field_in_tables).
type scope struct {
	parent  *scope
	ctes    []*derived
	items   []*item
	aliases map[string]bool // of the select list, for ORDER BY, GROUP BY, HAVING
}

// item is one name in FROM.
type item struct {
	name   string // alias or table's name
	schema string // of a table without an alias
	table  *catalog.Table
	names  map[string]bool // of a derived table, in lower case
	wild   bool            // ... or there may be more

	inserted bool // an INSERT fills it: the server asks for insert on what is read of it, too
}

// derived is a WITH query or a sub-select: the names of its columns.
type derived struct {
	name  string
	names []string
	wild  bool
}

func (it *item) called(schema, name string, fold bool) bool {
	same := it.name == name || fold && strings.EqualFold(it.name, name)
	return same && (schema == "" || it.table != nil && (it.schema == schema || fold && strings.EqualFold(it.schema, schema)))
}

// has says whether an item has a column, and notes its reading.
func (w *walker) read(it *item, column string) bool {
	if it.table == nil {
		return it.wild || it.names[strings.ToLower(column)]
	}
	w.sure(column, it.table.Columns)
	real, ok := it.table.Column(column)
	if ok {
		w.column(it.table, policy.Select, real)
		if it.inserted {
			w.column(it.table, policy.Insert, real)
		}
	}
	return ok
}

// lookup resolves a column. Where several items have it, all are read: the
// server takes it for ambiguous, or it is one of a join's common columns.
func (w *walker) lookup(s *scope, column string) bool {
	maybe := false
	for ; s != nil; s = s.parent {
		found := s.aliases[strings.ToLower(column)]
		for _, it := range s.items {
			switch {
			case !w.read(it, column):
			case it.wild && !it.names[strings.ToLower(column)]:
				maybe = true // it may have it; what an outer level has counts as read, too
			default:
				found = true
			}
		}
		if found {
			return true
		}
	}
	return maybe
}

// lookupIn resolves a column with a table's name before it.
func (w *walker) lookupIn(s *scope, schema, table, column string) bool {
	for ; s != nil; s = s.parent {
		found := false
		for _, it := range s.items {
			if it.called(schema, table, w.env.Catalog.FoldNames) {
				if !w.read(it, column) {
					return false
				}
				found = true
			}
		}
		if found {
			return true
		}
	}
	return false
}
