package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/policy"
)

// exprs walks a list of expressions.
func (w *walker) exprs(list *ast.NodeList, s *scope) {
	if list == nil {
		return
	}
	for _, n := range list.Items {
		w.expr(n, s)
		if w.fault != nil {
			return
		}
	}
}

// expr walks an expression: every node type that the grammar puts into one has
// a line here, in partsExpr, in sqlExpr or in jsonExpr.
func (w *walker) expr(n ast.Node, s *scope) {
	if n == nil {
		return
	}
	defer w.leave()
	if !w.enter() {
		return
	}
	switch n := n.(type) {
	case *ast.ColumnRef:
		w.columnRef(n, s)
	case *ast.A_Const, *ast.ParamRef, *ast.Integer, *ast.Float, *ast.Boolean, *ast.BitString, *ast.Null, *ast.SetToDefault:
	case *ast.String:
		w.ledger.saw(n.SVal) // the field of EXTRACT, which may be written as a word
	case *ast.A_Expr:
		w.aExpr(n, s)
	case *ast.FuncCall:
		w.funcCall(n, s)
	case *ast.TypeCast:
		w.typeName(n.TypeName)
		w.named(n.TypeName, n.Arg)
		w.expr(n.Arg, s)
	case *ast.SubLink:
		w.subLink(n, s)
	case *ast.A_Indirection:
		w.expr(n.Arg, s)
		w.indirection(n.Indirection.Items, s)
	case *ast.CollateClause:
		w.collation(n.Collname)
		w.expr(n.Arg, s)
	case *ast.NamedArgExpr:
		w.ledger.saw(n.Name)
		w.expr(n.Arg, s)
	case *ast.CurrentOfExpr:
		w.ledger.saw(n.CursorName)
	default:
		w.partsExpr(n, s)
	}
}

// partsExpr walks the expressions that need nothing but what their parts need.
func (w *walker) partsExpr(n ast.Node, s *scope) {
	switch n := n.(type) {
	case *ast.ParenExpr:
		w.expr(n.Expr, s)
	case *ast.NodeList:
		w.exprs(n, s)
	case *ast.BoolExpr:
		w.exprs(n.Args, s)
	case *ast.NullTest:
		w.expr(n.Arg, s)
	case *ast.BooleanTest:
		w.expr(n.Arg, s)
	case *ast.CaseExpr:
		if n.Arg != nil {
			w.operatorNamed("=", n.Arg, whens(n), s)
		}
		w.expr(n.Arg, s)
		w.exprs(n.Args, s)
		w.expr(n.Defresult, s)
	case *ast.CaseWhen:
		w.expr(n.Expr, s)
		w.expr(n.Result, s)
	case *ast.CoalesceExpr:
		w.exprs(n.Args, s)
	case *ast.MinMaxExpr:
		w.exprs(n.Args, s)
	case *ast.RowExpr:
		w.exprs(n.Args, s)
	case *ast.A_ArrayExpr:
		w.exprs(n.Elements, s)
	case *ast.ArrayExpr:
		w.exprs(n.Elements, s)
	default:
		w.sqlExpr(n, s)
	}
}

// sqlExpr walks the expressions with a syntax of their own, XML's among them.
func (w *walker) sqlExpr(n ast.Node, s *scope) {
	switch n := n.(type) {
	case *ast.SQLValueFunction:
	case *ast.GroupingFunc:
		w.exprs(n.Args, s)
	case *ast.MergeSupportFunc:
		w.since(170000, "merge_action")
	case *ast.XmlExpr:
		w.xmlWords()
		w.ledger.saw(n.Name)
		w.namedTargets(n.NamedArgs, s)
		w.strings(n.ArgNames)
		w.exprs(n.Args, s)
	case *ast.XmlSerialize:
		w.xmlWords()
		w.typeName(n.TypeName)
		w.expr(n.Expr, s)
	default:
		w.jsonExpr(n, s)
	}
}

// xmlWords enters the words that are syntax inside one XML expression.
func (w *walker) xmlWords() {
	w.ledger.saw("name", "document", "content", "version", "value", "standalone", "yes", "strip", "preserve", "whitespace", "indent")
}

// since fails if the server is too old to know a construct: what the parser
// reads as syntax is a plain name there.
func (w *walker) since(version int, what string) {
	if w.env.Catalog.ServerVersion < version {
		w.fail(policy.RuleNotUnderstood, w.pos(what), "%s is read otherwise by PostgreSQL before version %d", what, version/10000)
	}
}

func (w *walker) aExpr(n *ast.A_Expr, s *scope) {
	switch n.Kind {
	case ast.AEXPR_OP, ast.AEXPR_OP_ANY, ast.AEXPR_OP_ALL, ast.AEXPR_DISTINCT, ast.AEXPR_NOT_DISTINCT,
		ast.AEXPR_NULLIF, ast.AEXPR_IN, ast.AEXPR_LIKE, ast.AEXPR_ILIKE, ast.AEXPR_SIMILAR:
		w.operator(n.Name, n.Lexpr, n.Rexpr, s)
	case ast.AEXPR_BETWEEN, ast.AEXPR_NOT_BETWEEN, ast.AEXPR_BETWEEN_SYM, ast.AEXPR_NOT_BETWEEN_SYM:
		for _, op := range [...]string{"<", "<=", ">", ">="} {
			w.operatorNamed(op, n.Lexpr, n.Rexpr, s)
		}
	default:
		w.unknown(n)
		return
	}
	w.expr(n.Lexpr, s)
	w.expr(n.Rexpr, s)
}

// whens is what the argument of a CASE is compared with.
func whens(n *ast.CaseExpr) *ast.NodeList {
	list := &ast.NodeList{}
	for _, x := range items(n.Args) {
		if when, ok := x.(*ast.CaseWhen); ok {
			list.Items = append(list.Items, when.Expr)
		}
	}
	return list
}

func (w *walker) subLink(n *ast.SubLink, s *scope) {
	w.expr(n.Testexpr, s)
	if n.Testexpr != nil && n.OperName == nil {
		w.operatorNamed("=", n.Testexpr, unknownValue, s) // IN
	}
	w.operator(n.OperName, n.Testexpr, unknownValue, s)
	out, _ := w.query(n.Subselect, s)
	if n.SubLinkType == ast.EXPR_SUBLINK && len(out.names) == 1 {
		if w.sublinks == nil {
			w.sublinks = make(map[*ast.SubLink]string)
		}
		w.sublinks[n] = out.names[0]
	}
}

// columnRef resolves a reference (transformColumnRef, parse_expr.c). The parser
// leaves subscripts and what follows them among the names; the server cuts
// there.
func (w *walker) columnRef(n *ast.ColumnRef, s *scope) {
	items := n.Fields.Items
	k := 0
	for k < len(items) {
		if _, ok := items[k].(*ast.String); !ok {
			break
		}
		k++
	}
	rest := items[k:]
	if k == 0 {
		w.fail(policy.RuleNotUnderstood, -1, "a star where an expression is expected")
		return
	}
	if len(rest) > 0 {
		if _, ok := rest[0].(*ast.A_Star); ok {
			if it := w.qualifier(items[:k], s); it != nil {
				w.wholeRow(it)
			}
			w.indirection(rest, s)
			return
		}
	}
	w.resolveName(items[:k], s)
	w.indirection(rest, s)
}

// fields enters the parts of a written name and returns them truncated.
func (w *walker) fields(items []ast.Node) []string {
	names := make([]string, len(items))
	for i, n := range items {
		name := n.(*ast.String).SVal
		w.ledger.saw(name)
		names[i] = truncate(name)
	}
	w.ledger.dotted(len(names))
	if parts, ok := w.joined[items[0].(*ast.String).SVal]; ok && len(names) > 1 {
		return append([]string{truncate(parts[0]), truncate(parts[1])}, names[1:]...)
	}
	return names
}

// resolveName resolves a name of one to four parts.
func (w *walker) resolveName(items []ast.Node, s *scope) {
	if len(items) == 1 {
		name := items[0].(*ast.String).SVal
		w.ledger.saw(name)
		name = truncate(name)
		if !w.columnOrRow(s, name) {
			w.fail(policy.RuleUndefined, w.pos(name), "column %q does not exist", name)
		}
		return
	}
	names := w.fields(items)
	column := names[len(names)-1]
	it := w.itemNamed(names[:len(names)-1], s)
	if it == nil {
		return
	}
	k, c := it.find(column)
	switch {
	case k == 1:
		w.read(c)
	case k > 1:
		w.fail(policy.RuleUndefined, w.pos(column), "column reference %q is ambiguous", column)
	default:
		w.rowFunction(it, column)
	}
}

// qualifier resolves the parts before a star.
func (w *walker) qualifier(items []ast.Node, s *scope) *item {
	return w.itemNamed(w.fields(items), s)
}

// itemNamed finds the item that one to three names mean.
func (w *walker) itemNamed(names []string, s *scope) *item {
	schema := ""
	switch len(names) {
	case 1:
	case 2:
		schema = names[0]
	case 3:
		if names[0] != w.env.Catalog.Database {
			w.fail(policy.RuleUndefined, w.pos(names[0]), "cross-database references are not implemented: %q is not the current database", names[0])
			return nil
		}
		schema = names[1]
	default:
		w.fail(policy.RuleUndefined, w.pos(names[0]), "improper qualified name (too many dotted names)")
		return nil
	}
	name := names[len(names)-1]
	it := w.byName(s, schema, name)
	if it == nil {
		w.fail(policy.RuleUndefined, w.pos(name), "missing FROM-clause entry for table %q", name)
	}
	return it
}

// indirection walks subscripts and fields behind an expression. A field may
// turn out to be a function's name: (row).f is f(row).
func (w *walker) indirection(items []ast.Node, s *scope) {
	for _, n := range items {
		switch n := n.(type) {
		case *ast.String:
			w.ledger.saw(n.SVal)
			w.ledger.dotted(2)
			w.attribute(truncate(n.SVal))
		case *ast.A_Star:
			w.ledger.dotted(2)
		case *ast.A_Indices:
			w.expr(n.Lidx, s)
			w.expr(n.Uidx, s)
		default:
			w.unknown(n)
			return
		}
	}
}
