package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// DDL. What is made belongs to the proxy's role, which may do anything; what it
// runs later, it runs with that role's rights, for whoever comes. So the query
// of a view is asked for when it is made, and so are the functions in defaults,
// constraints and indexes. What of DDL is not judged here needs unrestricted.

// ddl begins the judging of a statement that changes what names mean.
func (a *analysis) ddl(tag string) {
	a.tag(tag)
	a.settled()
	a.effect = Effect{Kind: EffectSchema}
	a.headings()
	a.ledger.saw("if")
	if !a.ledger.isPunct(1, '.') {
		a.ledger.saw(a.ledger.name(0)) // the verb
	}
}

// headings enters the words TABLE that are no query but say what kind of thing
// follows.
func (a *analysis) headings() {
	for i := range a.ledger.tokens {
		if i > 0 && a.ledger.isWord(i, "table") &&
			a.ledger.isWord(i-1, "create", "alter", "drop", "on", "temp", "temporary", "unlogged", "into", "foreign", "reindex", "old", "new") {
			a.ledger.clause(clauseSelect)
		}
	}
}

// unrestricted refuses what of a kind grants cannot express.
func (a *analysis) unrestricted(format string, args ...any) {
	a.fail(policy.RuleNeedsUnrestricted, a.part.Start, a.part.Statement.Tag+": "+format, args...)
}

// place is where something is made.
type place struct {
	schema, name string
	temp         bool
}

// make asks for what making a relation of that name needs.
func (a *analysis) make(rv *ast.RangeVar) (place, bool) {
	if rv == nil {
		a.fail(policy.RuleNotUnderstood, -1, "the statement does not say what it makes")
		return place{}, false
	}
	schema, name, ok := a.rangeName(rv)
	if !ok {
		return place{}, false
	}
	return a.makeNamed(schema, name, rv.RelPersistence == 't')
}

// makeNamed asks for CREATE on the schema that something new goes to
// (RangeVarGetCreationNamespace, namespace.c). Everybody may make temporary
// things.
func (a *analysis) makeNamed(schema, name string, temp bool) (place, bool) {
	if schema == "" && !temp {
		schema = a.creationSchema()
	}
	switch {
	case temp && (schema == "" || schema == "pg_temp"), schema == "pg_temp":
		return place{"pg_temp", name, true}, true
	case temp || isTempSchema(schema):
		a.fail(policy.RuleNotUnderstood, a.pos(schema), "a temporary thing in a schema that is named: write pg_temp, or no schema")
	case schema == "":
		a.fail(policy.RuleUndefined, -1, "no schema has been selected to create in")
	case isSystemSchema(schema):
		a.unrestricted("%s is the server's own", schema)
	case a.env.Catalog.Schemas[schema] == nil:
		a.fail(policy.RuleUndefined, a.pos(schema), "schema %q does not exist", schema)
	default:
		a.made(schema, name)
		return place{schema, name, false}, true
	}
	return place{}, false
}

// made notes that something new gets a name in a schema.
func (a *analysis) made(schema, name string) {
	if a.env.Catalog.Temp != nil && schema == a.env.Catalog.Temp.Name || schema == "pg_temp" {
		return
	}
	a.object(policy.KindNew, schema, name)
}

// creationSchema is the first schema of the search_path that there is.
func (a *analysis) creationSchema() string {
	for _, name := range a.env.SearchPath {
		if name == "$user" {
			name = a.env.Catalog.Role
		}
		if name == "pg_temp" {
			return name
		}
		if ns := a.env.Catalog.Schemas[name]; ns != nil && ns.Usage {
			return ns.Name
		}
	}
	return ""
}

// object notes ddl on something that is no relation, or not there yet.
func (a *analysis) object(kind policy.Kind, schema, name string) {
	for i := range a.accesses {
		if x := &a.accesses[i]; x.Kind == kind && x.Op == policy.DDL && x.Schema == schema && x.Object == name {
			return
		}
	}
	a.accesses = append(a.accesses, access{Access: policy.Access{
		Kind: kind, Op: policy.DDL, Schema: schema, Object: name, Pos: a.pos(name), WholeObject: kind == policy.KindRelation,
	}})
}

// own asks for the ownership of a relation, which ddl stands for. An index and
// the sequence of a column belong to whom their table belongs.
func (a *analysis) own(rel *catalog.Relation) { a.owns(rel, policy.DDL) }

func (a *analysis) owns(rel *catalog.Relation, op policy.Op) {
	switch {
	case isSystemSchema(rel.Schema):
		a.fail(policy.RuleSystemCatalog, a.pos(rel.Name), "%s.%s is the server's own: it can only be read", rel.Schema, rel.Name)
	case rel.Kind == 'c':
		a.object(policy.KindSchema, rel.Schema, rel.Name)
	case rel.Table != nil:
		a.reached(rel)
		a.owns(rel.Table, op)
	default:
		a.whole(rel, op)
		a.touch(rel, op).Free = a.env.Catalog.IsTemp(rel)
	}
}

// reached notes ddl on a relation that needs no grant of its own, for the
// record and for what is forbidden.
func (a *analysis) reached(rel *catalog.Relation) {
	for i := range a.accesses {
		if x := &a.accesses[i]; x.rel == rel && x.Op == policy.DDL {
			return
		}
	}
	x := a.touch(rel, policy.DDL)
	x.WholeObject, x.Free = true, true
}

// existing resolves the relation that a statement alters. Where the statement
// takes it that there is none, whoever may change whatever goes by the name may
// ask.
func (a *analysis) existing(schema, name string, optional bool) *catalog.Relation {
	rel := a.lookup(schema, name)
	switch {
	case rel != nil:
		return rel
	case schema == "" && a.ledger.qualifies(name):
		a.fail(policy.RuleNotUnderstood, a.pos(name), "the name that begins with %q has more than two parts", name)
	case optional:
		a.absent(schema, name, policy.KindRelation)
	default:
		a.fail(policy.RuleUndefined, a.pos(name), "relation %q does not exist", dotted(schema, name))
	}
	return nil
}

// absent asks for ddl on a name that means nothing now, wherever it could turn
// up before the server looks.
func (a *analysis) absent(schema, name string, kind policy.Kind) {
	if schema != "" {
		if !isTempSchema(schema) {
			a.object(kind, schema, name)
		}
		return
	}
	for _, ns := range a.path() {
		if !isSystemSchema(ns.Name) && ns != a.env.Catalog.Temp {
			a.object(kind, ns.Name, name)
		}
	}
}

// altered resolves the relation of a RangeVar and asks for its ownership.
func (a *analysis) altered(rv *ast.RangeVar, optional bool) *catalog.Relation {
	if rv == nil {
		a.fail(policy.RuleNotUnderstood, -1, "the statement names no relation")
		return nil
	}
	schema, name, ok := a.rangeName(rv)
	if !ok {
		return nil
	}
	rel := a.existing(schema, name, optional)
	if rel != nil {
		a.own(rel)
	}
	return rel
}

// listName enters a name that the grammar keeps as a list.
func (a *analysis) listName(list *ast.NodeList) (schema, name string, ok bool) {
	names, ok := a.qualified(list)
	switch {
	case !ok:
	case len(names) == 1:
		return "", names[0], true
	case len(names) == 2:
		return names[0], names[1], true
	default:
		a.fail(policy.RuleNotUnderstood, -1, "a name has more than two parts")
	}
	return "", "", false
}

// columnsOf is the level in which an expression that is kept with a relation is
// read. Its columns are the relation's own: reading them asks for nothing.
func columnsOf(rel *catalog.Relation) *scope {
	it := &item{name: rel.Name, row: []column{}, named: true, visible: true}
	for i := range rel.Columns {
		it.row = append(it.row, column{name: rel.Columns[i].Name})
	}
	for _, name := range systemColumns {
		it.row = append(it.row, column{name: name})
	}
	return &scope{items: []*item{it}}
}

// reloptions enters WITH (name = value, …).
func (a *analysis) reloptions(list *ast.NodeList) {
	for _, n := range items(list) {
		d, ok := n.(*ast.DefElem)
		if !ok {
			a.unknown(n)
			return
		}
		a.ledger.saw(d.Defname)
		if d.Defnamespace != "" {
			a.ledger.saw(d.Defnamespace)
			a.ledger.dotted(2)
		}
		if t, ok := d.Arg.(*ast.TypeName); ok { // a plain word
			a.strings(t.Names)
			continue
		}
		a.optionValue(d.Arg)
	}
}
