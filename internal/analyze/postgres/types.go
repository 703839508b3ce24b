package postgres

import (
	"slices"
	"strings"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
)

// Which overload of a function or an operator is meant depends on the types of
// the arguments. They are not followed in full; this file knows of many values
// that their type is one of the server's own, and that is enough to rule an
// overload out that wants a type of the user's (func_match_argtypes,
// parse_func.c: an overload is a candidate only if each argument can be
// converted unasked).

// maxTyped is how deep an expression is looked into for its type.
const maxTyped = 8

// unknownValue is an operand of which nothing is known.
var unknownValue ast.Node = &ast.ParamRef{}

// columnValue is a column that is compared without being written: by USING.
type columnValue struct {
	ast.ParamRef
	column column
}

// ruledOut reports whether a value cannot be what an argument is declared as:
// it is of a type of the server's own, and no such becomes the declared one
// unasked.
func (w *walker) ruledOut(declared uint32, value ast.Node, s *scope) bool {
	return value != nil && w.foreign(declared) && w.serverTyped(value, s, 0)
}

// foreign reports whether no value of a type of the server's own becomes one of
// this type unasked. A domain stands for its base type (getBaseType), an array
// for its elements.
func (w *walker) foreign(oid uint32) bool {
	t := w.env.Catalog.Type(oid)
	switch {
	case t != nil && t.Name == "anyenum" && t.Schema == catalogSchema: // none of the server's own types is an enum
		return true
	case t == nil || t.Kind == 'p' || t.Kind == 'd' || t.FromServer || isSystemSchema(t.Schema):
		return false
	case t.Element != 0:
		return w.foreign(t.Element)
	}
	return true
}

// serverTyped reports whether an expression's type is surely one of the
// server's own: a base type or a range, or an array of them. False for what is
// not known, for rows, and for literals and parameters, which become whatever
// is wanted.
func (w *walker) serverTyped(n ast.Node, s *scope, depth int) bool {
	if depth > maxTyped || !w.spend(1) {
		return false
	}
	switch n := n.(type) {
	case *ast.A_Const:
		return !undecided(n) && n.Val != nil
	case *ast.Integer, *ast.Float, *ast.Boolean, *ast.BitString, *ast.BoolExpr, *ast.NullTest, *ast.BooleanTest,
		*ast.SQLValueFunction, *ast.GroupingFunc:
		return true
	case *ast.ParenExpr:
		return w.serverTyped(n.Expr, s, depth+1)
	case *ast.NodeList:
		return w.allServer(n.Items, s, depth)
	case *ast.A_ArrayExpr:
		return w.commonlyServer(items(n.Elements), s, depth)
	case *ast.CoalesceExpr:
		return w.commonlyServer(items(n.Args), s, depth)
	case *ast.MinMaxExpr:
		return w.commonlyServer(items(n.Args), s, depth)
	case *ast.CollateClause:
		return w.serverTyped(n.Arg, s, depth+1)
	case *ast.SubLink:
		return n.SubLinkType == ast.EXISTS_SUBLINK || n.SubLinkType == ast.ANY_SUBLINK || n.SubLinkType == ast.ALL_SUBLINK
	case *ast.TypeCast:
		return w.serverType(n.TypeName)
	case *ast.ColumnRef:
		return w.serverColumn(w.columnMeant(n, s))
	case *columnValue:
		return w.serverColumn(&n.column)
	case *ast.FuncCall:
		return w.callsServer(n, s, depth+1)
	case *ast.A_Expr:
		return w.comparesServer(n, s, depth+1)
	}
	return false
}

func (w *walker) isServerType(oid uint32) bool {
	t := w.env.Catalog.Type(oid)
	return t != nil && t.Extension == "" && t.Schema == catalogSchema && (t.Kind == 'b' || t.Kind == 'r' || t.Kind == 'm')
}

// serverType is isServerType for a type's name. Brackets behind it make an
// array.
func (w *walker) serverType(n *ast.TypeName) bool {
	if n == nil || n.PctType || n.Setof {
		return false
	}
	names := dottedNames(items(n.Names))
	if len(names) != 1 && len(names) != 2 {
		return false
	}
	schema := ""
	if len(names) == 2 {
		schema = names[0]
	}
	t, _ := w.typeOf(schema, names[len(names)-1])
	return t != nil && w.isServerType(t.OID) || t == nil && pseudoType(schema, names[len(names)-1])
}

// dottedNames returns the parts of a dotted name, or nil if there is anything
// else among them.
func dottedNames(list []ast.Node) []string {
	names := make([]string, len(list))
	for i, n := range list {
		s, ok := n.(*ast.String)
		if !ok {
			return nil
		}
		names[i] = truncate(s.SVal)
	}
	return names
}

// columnMeant finds the column that a reference means, and notes nothing. Nil
// where it is another thing, or not known.
func (w *walker) columnMeant(n *ast.ColumnRef, s *scope) *column {
	names := dottedNames(items(n.Fields))
	if len(names) != 1 && len(names) != 2 {
		return nil
	}
	name, found := names[len(names)-1], (*column)(nil)
	for ; s != nil && found == nil; s = s.parent {
		for _, it := range s.items {
			if it.lateral && !s.lateral || len(names) == 1 && !it.visible || len(names) == 2 && (!it.named || it.name != names[0]) {
				continue
			}
			k, c := it.find(name)
			if it.wild || k > 1 || k == 1 && found != nil || k == 0 && len(names) == 2 {
				return nil
			}
			if k == 1 {
				found = &c
			}
		}
	}
	return found
}

// serverColumn is isServerType for the type of a column, which is known where
// it is read from a relation.
func (w *walker) serverColumn(c *column) bool {
	if c == nil || c.rel == nil {
		return false
	}
	own := c.rel.Column(c.real)
	return own != nil && w.isServerType(own.Type)
}

func (w *walker) allServer(list []ast.Node, s *scope, depth int) bool {
	return len(list) > 0 && !slices.ContainsFunc(list, func(n ast.Node) bool { return !w.serverTyped(n, s, depth+1) })
}

// commonlyServer is allServer where literals become what the others are
// (select_common_type, parse_coerce.c).
func (w *walker) commonlyServer(list []ast.Node, s *scope, depth int) bool {
	return w.allServer(slices.DeleteFunc(slices.Clone(list), undecided), s, depth)
}

// polymorphic reports whether a result's type is made from those of the
// arguments.
func (w *walker) polymorphic(oid uint32) bool {
	t := w.env.Catalog.Type(oid)
	return t != nil && t.Kind == 'p' && strings.HasPrefix(t.Name, "any")
}

// callsServer reports whether a call can mean nothing but functions of the
// server's own, which all return a type of its own.
func (w *walker) callsServer(n *ast.FuncCall, s *scope, depth int) bool {
	names := dottedNames(items(n.Funcname))
	path := w.path()
	if len(names) == 2 && names[0] == catalogSchema {
		path = []*catalog.Schema{w.env.Catalog.Schemas[catalogSchema]}
	} else if len(names) != 1 {
		return false
	}
	found := false
	for _, ns := range path {
		for _, f := range ns.Functions[names[len(names)-1]] {
			switch {
			case !isSystemSchema(ns.Name) && !w.applies(f, n, s):
			case ns.Name != catalogSchema || len(f.Types) == 0:
				return false
			case !w.isServerType(f.Types[0]) && !(w.polymorphic(f.Types[0]) && w.commonlyServer(items(n.Args), s, depth)):
				return false
			default:
				found = true
			}
		}
	}
	return found && depth <= maxTyped
}

// comparesServer is callsServer for an operator. Comparisons are boolean; of
// the others the result is one of the server's types if all operands are.
func (w *walker) comparesServer(n *ast.A_Expr, s *scope, depth int) bool {
	if n.Kind != ast.AEXPR_OP {
		return n.Kind != ast.AEXPR_NULLIF && n.Kind != ast.AEXPR_LIKE && n.Kind != ast.AEXPR_ILIKE && n.Kind != ast.AEXPR_SIMILAR
	}
	names := dottedNames(items(n.Name))
	if len(names) != 1 || !builtinOperators[names[0]] {
		return false
	}
	for _, ns := range w.path() {
		for _, op := range ns.Operators[names[0]] {
			if w.appliesTo(op, n.Lexpr, n.Rexpr, s) {
				return false
			}
		}
	}
	if slices.Contains([]string{"=", "<>", "<", ">", "<=", ">="}, names[0]) {
		return true
	}
	left, right := n.Lexpr == nil || w.serverTyped(n.Lexpr, s, depth), w.serverTyped(n.Rexpr, s, depth)
	return left && right || n.Lexpr != nil && (left && undecided(n.Rexpr) || right && undecided(n.Lexpr))
}

// undecided reports whether a value takes the type that its place wants: a
// literal or a parameter.
func undecided(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.ParamRef:
		return true
	case *ast.A_Const:
		_, text := n.Val.(*ast.String)
		return text || n.Isnull
	}
	return false
}

// applies reports whether a function may be meant by a call.
func (w *walker) applies(f *catalog.Function, n *ast.FuncCall, s *scope) bool {
	args := items(n.Args)
	if n.AggWithinGroup { // both are arguments of an ordered-set aggregate
		return takes(f, len(args)+len(items(n.AggOrder)), n.FuncVariadic)
	}
	if !takes(f, len(args), n.FuncVariadic) {
		return false
	}
	fixed := f.Args
	if f.Variadic {
		fixed--
	}
	for i, arg := range args {
		if _, named := arg.(*ast.NamedArgExpr); named || i >= fixed || i+1 >= len(f.Types) {
			break
		}
		if w.ruledOut(f.Types[i+1], arg, s) {
			return false
		}
	}
	return true
}

// appliesTo reports whether an operator may be meant between two operands; the
// left one is nil for a prefix operator, both where they are not known.
func (w *walker) appliesTo(op *catalog.Operator, left, right ast.Node, s *scope) bool {
	if right == nil {
		return true
	}
	if (left == nil) != (op.Left == 0) {
		return false
	}
	return !w.ruledOut(op.Left, left, s) && !w.ruledOut(op.Right, right, s)
}
