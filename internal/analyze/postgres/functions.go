package postgres

import (
	"cmp"
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
	if n.Funcformat == ast.COERCE_SQL_SYNTAX {
		names = w.syntaxCall(names)
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

// syntaxCall returns the function behind a call with a syntax of its own, where
// versions differ.
func (w *walker) syntaxCall(names []string) []string {
	switch {
	case names[len(names)-1] == "system_user":
		w.since(160000, "system_user")
	case names[len(names)-1] == "extract" && w.env.Catalog.ServerVersion < 140000: // gram.y, EXTRACT
		return []string{catalogSchema, "date_part"}
	}
	return names
}

// call decides what a call needs: nothing for harmless functions of the
// server's and of extensions, execute for the user's.
func (w *walker) call(names []string, n *ast.FuncCall, s *scope) {
	name, args := names[len(names)-1], len(items(n.Args))
	path, schema := w.path(), ""
	if len(names) == 2 {
		schema, path = names[0], nil
		if ns := w.env.Catalog.Schemas[schema]; ns != nil {
			path = []*catalog.Schema{ns}
		}
	}
	w.usage(schema)
	if schema == "" || schema == catalogSchema {
		w.namesIn(name, items(n.Args))
	}
	found := false
	for _, ns := range path {
		for _, f := range ns.Functions[name] {
			if isSystemSchema(ns.Name) || w.applies(f, n, s) {
				w.invoke(f, n)
				found = true
			}
		}
	}
	switch {
	case args == 1 && w.castCall(schema, name): // where no overload fits the server tries the type
	case found:
	case args == 1 && schema == "" && w.fieldCall(name, n.Args.Items[0], s):
	case schema != "" && w.env.Catalog.Schemas[schema] == nil:
		w.fail(policy.RuleUndefined, w.pos(schema), "schema %q does not exist", schema)
	default:
		w.fail(policy.RuleUndefined, w.pos(name), "function %s with %d arguments does not exist", dotted(schema, name), args)
	}
}

// invoke judges running a function. The call is nil where its arguments are
// not known: behind an operator, in a view's body.
func (w *walker) invoke(f *catalog.Function, call *ast.FuncCall) {
	if !isSystemSchema(f.Schema) {
		for _, t := range f.Types {
			w.typed(t)
		}
	}
	if call == nil || len(items(call.Args)) < f.Args {
		w.evaluate(f.Default, checked{}, 0)
	}
	w.permit(f, call)
}

// permit judges the right to run a function.
func (w *walker) permit(f *catalog.Function, call *ast.FuncCall) {
	if f.Extension == "" && isSystemSchema(f.Schema) {
		switch class, what := functionClass(f.Schema, f.Name); {
		case class != classDenied && !f.PublicExecute:
			w.fail(policy.RuleFunction, w.pos(f.Name), "function %s needs an unrestricted token: on this database not everybody may execute it", f.Name)
		case class == classSpecial && call != nil:
			w.special(what, f.Name, call)
		case class != classFree:
			w.denied(f.Schema, f.Name)
		}
		return
	}
	class, reason, known := extensionClass(f.Extension, f.Name)
	switch {
	case known && class != classFree || isSystemSchema(f.Schema) && !known:
		if reason == "" {
			reason = "it is of the extension " + f.Extension + ", which is not on the list of harmless ones"
		}
		w.fail(policy.RuleFunction, w.pos(f.Name), "function %s needs an unrestricted token: %s", f.Name, reason)
	case known && f.Extension != "" && f.PublicExecute:
	default:
		w.execute(f.Schema, f.Name)
	}
}

// denied refuses a function of the server's own.
func (w *walker) denied(schema, name string) {
	if schema == catalogSchema {
		schema = ""
	}
	w.fail(policy.RuleFunction, w.pos(name), "function %s needs an unrestricted token: %s", dotted(schema, name), functionReason(cmp.Or(schema, catalogSchema), name))
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
	w.wholeRow(it)
	if w.attribute(name) || it.wild {
		return
	}
	w.fail(policy.RuleUndefined, w.pos(name), "column %s.%s does not exist", it.name, name)
}

// attribute judges a field's name behind an expression. If it is no field it
// is a function or a type, called with the expression, whatever its type:
// ('/etc/passwd').pg_read_file works. It reports whether there is one.
func (w *walker) attribute(name string) bool {
	found := false
	for _, ns := range w.path() {
		for _, f := range ns.Functions[name] {
			if isSystemSchema(ns.Name) || takes(f, 1, false) {
				w.invoke(f, nil)
				found = true
			}
		}
	}
	return w.castCall("", name) || found
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
		w.usage(schema)
		w.cast(t)
	case rel != nil:
		w.usage(schema)
		w.rowTyped(rel)
	case schema != "" && w.env.Catalog.Schemas[schema] == nil:
		w.fail(policy.RuleUndefined, w.pos(schema), "schema %q does not exist", schema)
	case !pseudoType(schema, name):
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
