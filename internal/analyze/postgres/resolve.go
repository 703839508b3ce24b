package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// catalogSchema is where the server looks first unless the path names it.
const catalogSchema = "pg_catalog"

// path returns the schemas that unqualified names are looked up in, in order.
func (w *walker) path() []*catalog.Schema {
	if w.schemas == nil {
		w.schemas = w.env.Catalog.Path(w.env.SearchPath)
	}
	return w.schemas
}

// places returns the schemas that unqualified relations and types are looked
// up in: path, and where the session's temporary ones are.
func (w *walker) places() []*catalog.Schema {
	if w.env.Catalog.Temp == nil {
		return w.path()
	}
	if w.placed == nil {
		w.placed = w.env.Catalog.Places(w.env.SearchPath)
	}
	return w.placed
}

// rangeName enters the name of a RangeVar in the ledger and returns it as the
// server would store it.
func (w *walker) rangeName(rv *ast.RangeVar) (schema, name string, ok bool) {
	if rv.CatalogName != "" {
		w.fail(policy.RuleNotUnderstood, w.pos(rv.CatalogName), "the name %s.%s.%s has more than two parts", rv.CatalogName, rv.SchemaName, rv.RelName)
		return "", "", false
	}
	w.ledger.saw(rv.RelName)
	schema = rv.SchemaName
	if schema != "" {
		w.ledger.saw(schema)
		w.ledger.dotted(2)
		if parts, ok := w.joined[schema]; ok {
			schema = parts[1] // of the current database
		}
	}
	return truncate(schema), truncate(rv.RelName), true
}

// relation resolves a name in the catalogue. It fails and returns nil if the
// server would not find it, or not as a thing with rows.
func (w *walker) relation(schema, name string) *catalog.Relation {
	rel := w.lookup(schema, name)
	switch {
	case rel != nil:
	case schema != "" || !w.ledger.qualifies(name):
		w.fail(policy.RuleUndefined, w.pos(name), "relation %q does not exist", dotted(schema, name))
		return nil
	case name == w.env.Catalog.Database:
		w.fail(policy.RuleUndefined, w.pos(name), "improper relation name (too many dotted names)")
		return nil
	default:
		w.fail(policy.RuleUndefined, w.pos(name), "cross-database references are not implemented: %q is not the current database", name)
		return nil
	}
	switch rel.Kind {
	case 'r', 'p', 'v', 'm', 'f', 'S', 't':
		return rel
	}
	w.fail(policy.RuleUndefined, w.pos(name), "%q is not a table or a view", dotted(schema, name))
	return nil
}

func (w *walker) lookup(schema, name string) *catalog.Relation {
	if schema != "" {
		return w.env.Catalog.Lookup(schema, name)
	}
	for _, s := range w.places() {
		if rel := s.Relations[name]; rel != nil {
			return rel
		}
	}
	return nil
}

// typeOf resolves the name of a type, without brackets. A relation's name is
// the name of its row type.
func (w *walker) typeOf(schema, name string) (*catalog.Type, *catalog.Relation) {
	find := func(s *catalog.Schema) (*catalog.Type, *catalog.Relation) {
		if t := s.Types[name]; t != nil {
			return t, nil
		}
		return nil, s.Relations[name]
	}
	if schema != "" {
		if s := w.env.Catalog.Schemas[schema]; s != nil {
			return find(s)
		}
		return nil, nil
	}
	for _, s := range w.places() {
		if t, rel := find(s); t != nil || rel != nil {
			return t, rel
		}
	}
	return nil, nil
}

func columnNamed(rel *catalog.Relation, name string) bool { return rel.Column(name) != nil }

// systemColumn reports whether a relation has a system column of that name
// (heap.c: views and composite types have none).
func systemColumn(rel *catalog.Relation, name string) bool {
	switch rel.Kind {
	case 'r', 'p', 'm', 'f', 't', 'S':
	default:
		return false
	}
	switch name {
	case "ctid", "xmin", "cmin", "xmax", "cmax", "tableoid":
		return true
	}
	return false
}

func dotted(schema, name string) string {
	if schema == "" {
		return name
	}
	return schema + "." + name
}
