package postgres

import (
	"strings"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// builtinOperators are the names of pg_catalog's operators, PostgreSQL 13 to
// 18 (select distinct oprname from pg_operator).
var builtinOperators = words(`! !! !~ !~* !~~ !~~* # ## #- #> #>> % & && &< &<| &> * *< *<= *<> *= *> *>= + - -> ->>
	-|- / < <-> << <<= <<| <= <> <@ <^ = > >= >> >>= >^ ? ?# ?& ?- ?-| ?| ?|| @ @-@ @> @? @@ @@@ ^ ^@ | |&> |/ |>> ||
	||/ ~ ~* ~<=~ ~<~ ~= ~>=~ ~>~ ~~ ~~*`)

// operator judges the name of an operator, which may be written
// OPERATOR(schema.op). A nil list stands for none. The operands are nil where
// they are not known, the left one also where there is none.
func (w *walker) operator(list *ast.NodeList, left, right ast.Node, s *scope) {
	if list == nil || len(list.Items) == 0 {
		return
	}
	if len(list.Items) == 1 {
		if op, ok := list.Items[0].(*ast.String); ok {
			w.operatorNamed(op.SVal, left, right, s)
			return
		}
	}
	parts, ok := w.strings(list)
	if !ok {
		return
	}
	w.ledger.saw("operator")
	w.ledger.dotted(len(parts))
	if len(parts) == 3 && parts[0] == w.env.Catalog.Database {
		parts = parts[1:]
	}
	if len(parts) != 2 {
		w.fail(policy.RuleNotUnderstood, -1, "the name of an operator has more than two parts")
		return
	}
	schema, name := parts[0], parts[1]
	if schema == catalogSchema {
		return
	}
	ns := w.env.Catalog.Schemas[schema]
	if ns == nil || len(ns.Operators[name]) == 0 {
		w.fail(policy.RuleUndefined, w.pos(schema), "operator does not exist: %s.%s", schema, name)
		return
	}
	w.usage(schema)
	w.operatorFunctions(ns.Operators[name], left, right, s)
}

// operatorNamed judges an unqualified operator. Which one of several of a name
// is meant depends on the types: every one that could be meant asks for the
// function behind it.
func (w *walker) operatorNamed(name string, left, right ast.Node, s *scope) {
	found := builtinOperators[name] || name == "!="
	for _, ns := range w.path() {
		if ops := ns.Operators[name]; len(ops) > 0 {
			found = true
			w.operatorFunctions(ops, left, right, s)
		}
	}
	if !found {
		w.fail(policy.RuleUndefined, -1, "operator does not exist: %s", strings.ToValidUTF8(name, "?"))
	}
}

// operatorFunctions judges the functions behind operators. A shell, declared
// and never defined, has none.
func (w *walker) operatorFunctions(ops []*catalog.Operator, left, right ast.Node, s *scope) {
	for _, op := range ops {
		ns := w.env.Catalog.Schemas[op.FunctionSchema]
		if op.Function == "" || isSystemSchema(op.Schema) || !w.appliesTo(op, left, right, s) {
			continue
		}
		if ns == nil || ns.Functions[op.Function] == nil {
			w.fail(policy.RuleNotUnderstood, -1, "the function %s behind the operator %s.%s is not known", op.Function, op.Schema, op.Name)
			return
		}
		for _, f := range ns.Functions[op.Function] {
			w.invoke(f, nil)
		}
	}
}
