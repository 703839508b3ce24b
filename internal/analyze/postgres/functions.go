package postgres

import (
	"slices"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// funcCall judges a call and walks its arguments.
func (w *walker) funcCall(n *ast.FuncCall, s *scope) {
	names, ok := w.qualified(n.Funcname)
	if !ok {
		return
	}
	if len(names) == 0 || len(names) > 2 {
		w.fail(policy.RuleNotUnderstood, -1, "the name of a function has more than two parts")
		return
	}
	if n.Funcformat == ast.COERCE_SQL_SYNTAX && names[len(names)-1] == "system_user" {
		w.since(160000, "system_user")
	}
	w.exprs(n.Args, s)
	w.orderBy(n.AggOrder, s)
	w.where(n.AggFilter, s)
	w.window(n.Over, s)
	if w.fault != nil {
		return
	}
	w.call(names, n, s)
}

// call decides what a call needs: nothing for the server's own harmless
// functions, execute for a user's.
func (w *walker) call(names []string, n *ast.FuncCall, s *scope) {
	name, args := names[len(names)-1], len(items(n.Args))
	if len(names) == 2 {
		w.callQualified(names[0], name, args, n)
		return
	}
	candidates, builtin := w.candidates(name, args, n.FuncVariadic)
	class, what := functionClass(name)
	switch {
	case builtin && class == classSpecial:
		w.special(what, name, n)
	case builtin && class != classFree:
		w.fail(policy.RuleFunction, w.pos(name), "function %s is not on the list of harmless functions", name)
	}
	for _, f := range candidates {
		if builtin && class == classFree && f.Extension != "" {
			continue // an extension's variant for its own type
		}
		w.execute(f.Schema, f.Name)
	}
	if !builtin && len(candidates) == 0 {
		w.notFunction(name, args, n, s)
	} else if args == 1 {
		w.castCall("", name) // where no overload fits the server tries the type
	}
}

// callQualified judges schema.name(…).
func (w *walker) callQualified(schema, name string, args int, n *ast.FuncCall) {
	if schema == catalogSchema {
		switch class, what := functionClass(name); class {
		case classFree:
		case classSpecial:
			w.special(what, name, n)
		default:
			if args == 1 && w.env.Catalog.Schemas[catalogSchema].Functions[name] == nil && w.castCall(schema, name) {
				return
			}
			w.fail(policy.RuleFunction, w.pos(name), "function %s is not on the list of harmless functions", name)
		}
		return
	}
	if isSystemSchema(schema) {
		w.fail(policy.RuleFunction, w.pos(name), "function %s.%s is not on the list of harmless functions", schema, name)
		return
	}
	if ns := w.env.Catalog.Schemas[schema]; ns != nil {
		for _, f := range ns.Functions[name] {
			if takes(f, args, n.FuncVariadic) {
				w.execute(schema, name)
				return
			}
		}
	}
	if args == 1 && w.castCall(schema, name) {
		return
	}
	w.fail(policy.RuleUndefined, w.pos(name), "function %s.%s with %d arguments does not exist", schema, name, args)
}

// candidates returns the users' functions that a name may mean, and whether it
// may mean one of pg_catalog's. The types of the arguments, which decide
// between them, are not followed.
func (w *walker) candidates(name string, args int, variadic bool) (out []*catalog.Function, builtin bool) {
	for _, ns := range w.path() {
		if ns.Name == catalogSchema {
			builtin = len(ns.Functions[name]) > 0
			continue
		}
		for _, f := range ns.Functions[name] {
			if takes(f, args, variadic) {
				out = append(out, f)
			}
		}
	}
	return out, builtin
}

// takes reports whether a function can be called with that many arguments.
func takes(f *catalog.Function, args int, variadic bool) bool {
	switch {
	case f.Variadic && !variadic:
		return args >= f.Args-1-f.Defaults
	default:
		return args >= f.Args-f.Defaults && args <= f.Args
	}
}

// notFunction judges a call of no function: a cast written as a call, or a
// column written as a call on the row.
func (w *walker) notFunction(name string, args int, n *ast.FuncCall, s *scope) {
	if args == 1 {
		if w.castCall("", name) || w.fieldCall(name, n.Args.Items[0], s) {
			return
		}
	}
	w.fail(policy.RuleUndefined, w.pos(name), "function %s with %d arguments does not exist", name, args)
}

// castCall judges type(value).
func (w *walker) castCall(schema, name string) bool {
	t, _ := w.typeOf(schema, name)
	if t == nil {
		return false
	}
	w.cast(t)
	return true
}

// fieldCall judges column(row). Reading the whole row has been noted.
func (w *walker) fieldCall(name string, arg ast.Node, s *scope) bool {
	row, ok := loneName(arg)
	if !ok {
		return false
	}
	it := w.byName(s, "", truncate(row))
	if it == nil {
		return false
	}
	k, _ := it.find(name)
	return k == 1
}

// rowFunction judges t.name where t has no such column: the server calls the
// function of that name on the whole row, which for a function in FROM may be
// a plain value.
func (w *walker) rowFunction(it *item, name string) {
	w.readAll(it)
	if w.attribute(name) || it.wild {
		return
	}
	w.fail(policy.RuleUndefined, w.pos(name), "column %s.%s does not exist", it.name, name)
}

// attribute judges a field's name behind an expression. If it is no field it
// is a function or a type, called with the expression, whatever its type:
// ('/etc/passwd').pg_read_file works. It reports whether there is one.
func (w *walker) attribute(name string) bool {
	candidates, builtin := w.candidates(name, 1, false)
	for _, f := range candidates {
		w.execute(f.Schema, f.Name)
	}
	if class, _ := functionClass(name); builtin && class != classFree {
		w.fail(policy.RuleFunction, w.pos(name), "%q behind an expression calls the function %s, which is not on the list of harmless functions", name, name)
	}
	return w.castCall("", name) || builtin || len(candidates) > 0
}

// typeName judges the name of a type, in a cast or a column definition.
func (w *walker) typeName(n *ast.TypeName) {
	if n == nil {
		return
	}
	if n.PctType {
		w.fail(policy.RuleNotUnderstood, -1, "%%TYPE is not a type here")
		return
	}
	w.ledger.saw("year", "month", "day", "hour", "minute", "second")
	w.typmods(n.Typmods)
	names, ok := w.qualified(n.Names)
	if !ok {
		return
	}
	schema := ""
	switch len(names) {
	case 1:
	case 2:
		schema = names[0]
	default:
		w.fail(policy.RuleNotUnderstood, -1, "the name of a type has more than two parts")
		return
	}
	name := names[len(names)-1]
	t, rel := w.typeOf(schema, name)
	if t == nil && rel == nil && len(name) > 1 && name[0] == '_' {
		t, rel = w.typeOf(schema, name[1:]) // an array by the name that the server gave it
	}
	switch {
	case t != nil:
		w.cast(t)
	case rel == nil && !pseudoType(schema, name):
		w.fail(policy.RuleUndefined, w.pos(name), "type %q does not exist", dotted(schema, name))
	}
}

// pseudoType reports whether a type's name is one that the grammar makes up
// and the catalogue may not list.
func pseudoType(schema, name string) bool {
	return schema == catalogSchema && slices.Contains([]string{"bpchar", "int2vector", "oidvector"}, name)
}

// typmods walks what stands in a type's brackets: constants, and for types of
// extensions plain words.
func (w *walker) typmods(list *ast.NodeList) {
	for _, n := range items(list) {
		switch n := n.(type) {
		case *ast.Integer, *ast.A_Const, *ast.Float, *ast.String:
		case *ast.ColumnRef:
			if name, ok := loneName(n); ok {
				w.ledger.saw(name)
				continue
			}
			w.unknown(n)
			return
		default:
			w.unknown(n)
			return
		}
	}
}

// cast judges a conversion to a type. A domain's constraints may call any
// function on the value; the functions behind other types are made by
// superusers or by CREATE CAST.
func (w *walker) cast(t *catalog.Type) {
	if t.Kind == 'd' && t.Extension == "" && !isSystemSchema(t.Schema) {
		w.fail(policy.RuleFunction, w.pos(t.Name), "a cast to the domain %s.%s may call the functions in its constraints", t.Schema, t.Name)
	}
}
