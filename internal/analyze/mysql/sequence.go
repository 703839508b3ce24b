package mysql

import (
	"slices"
	"strings"

	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/policy"
)

// sequenceOps is what MariaDB's functions of sequences need: the server asks
// for SELECT and INSERT, SELECT, and INSERT on the sequence (sql_sequence.cc,
// item_func.cc).
var sequenceOps = map[string]policy.Op{
	"nextval": policy.Usage,
	"lastval": policy.Usage | policy.Select,
	"setval":  policy.Update,
}

// sequence judges a call whose first argument is the name of a sequence, which
// the parser takes for a column. It reports whether it was one.
func (w *walker) sequence(n *sqlparser.FuncExpr, s *scope) bool {
	op, ok := sequenceOps[strings.ToLower(n.Name.String())]
	if !ok || !w.env.Catalog.MariaDB || !n.Qualifier.IsEmpty() {
		return false
	}
	var arg *sqlparser.ColName
	if len(n.Exprs) > 0 {
		arg, _ = n.Exprs[0].(*sqlparser.ColName)
	}
	if arg == nil || !arg.Qualifier.Qualifier.IsEmpty() {
		w.fail(policy.RuleNotUnderstood, w.pos(n.Name.String()), "%s wants the name of a sequence", n.Name.String())
		return true
	}
	schema, name := arg.Qualifier.Name.String(), arg.Name.String()
	w.saw(schema, name)
	w.exprs(n.Exprs[1:], s)
	rel := w.relation(schema, name)
	if rel == nil {
		return true
	}
	if rel.Kind != 'S' {
		w.fail(policy.RuleUndefined, w.pos(name), "%s.%s is not a sequence", rel.Schema, rel.Name)
		return true
	}
	for i := range w.accesses {
		if a := &w.accesses[i]; a.Kind == policy.KindSequence && a.Schema == rel.Schema && a.Object == rel.Name && a.Op == op {
			return true
		}
	}
	w.accesses = append(w.accesses, access{Access: policy.Access{
		Kind: policy.KindSequence, Op: op, Schema: rel.Schema, Object: rel.Name, Pos: w.pos(name),
	}})
	return true
}

// defaults asks for the sequences behind the defaults of a table into which
// rows are put: the server checks them as the invoker, whether a row uses them
// or not. With a column, for those behind its default alone.
func (w *walker) defaults(rel *relation, column string) {
	for _, name := range rel.Columns { // in an order that stays
		text, ok := rel.Defaults[name]
		if !ok || column != "" && !strings.EqualFold(column, name) {
			continue
		}
		w.views++
		tree := w.own("SELECT " + text)
		if q, ok := tree.(*sqlparser.Select); ok {
			w.targets(q.SelectExprs, &scope{items: []*item{{name: rel.Name, schema: rel.Schema, table: rel}}})
		} else {
			w.fail(policy.RuleNotUnderstood, -1, "the default of %s.%s cannot be read", rel.Name, name)
		}
		w.views--
	}
}

// anyDefault: where a statement that is prepared has a DEFAULT, the server opens
// the sequences behind every table that it names, for which it asks select
// (add_internal_tables, sql_base.cc).
func (w *walker) anyDefault() {
	if !w.hasDefault {
		return
	}
	asked := w.accesses
	w.accesses = nil
	for i := range asked {
		if asked[i].table != nil {
			w.defaults(asked[i].table, "")
		}
	}
	opened := w.accesses
	w.accesses = asked
	for i := range opened {
		if s := &opened[i]; s.Kind == policy.KindSequence && !slices.ContainsFunc(w.accesses, func(a access) bool {
			return a.Kind == policy.KindSequence && a.Schema == s.Schema && a.Object == s.Object && (a.Op == policy.Usage || a.Op == policy.Usage|policy.Select)
		}) {
			s.Op = policy.Usage | policy.Select
			w.accesses = append(w.accesses, *s)
		}
	}
}

// own parses a text of the server's own: a view's definition, a default.
func (w *walker) own(text string) sqlparser.Statement {
	tokens, f := scan([]byte(text), Mode{})
	if f != nil {
		return nil
	}
	r := respell([]byte(text), tokens, w.env.Catalog.MariaDB)
	w.past = w.past || r.past
	tree, err := parser.ParseStrictDDL(r.String())
	if err != nil {
		return nil
	}
	return tree
}
