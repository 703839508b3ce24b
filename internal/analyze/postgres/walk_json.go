package postgres

import "github.com/multigres/multigres/go/common/parser/ast"

// jsonWords enters the words that are syntax inside one SQL/JSON expression.
func (w *walker) jsonWords() {
	w.ledger.saw("value", "keys", "format", "encoding", "absent", "object", "scalar", "empty", "error",
		"quotes", "keep", "omit", "wrapper", "conditional", "unconditional", "path", "columns", "string")
}

// jsonExpr walks the SQL/JSON expressions. On a server that does not know them
// their words are names of functions, and they are refused.
func (w *walker) jsonExpr(n ast.Node, s *scope) {
	w.jsonWords()
	switch n := n.(type) {
	case *ast.JsonIsPredicate:
		w.since(160000, "json")
		w.expr(n.Expr, s)
	case *ast.JsonObjectConstructor:
		w.since(160000, "json_object")
		w.exprs(n.Exprs, s)
		w.jsonOutput(n.Output)
	case *ast.JsonArrayConstructor:
		w.since(160000, "json_array")
		w.exprs(n.Exprs, s)
		w.jsonOutput(n.Output)
	case *ast.JsonArrayQueryConstructor:
		w.since(160000, "json_array")
		w.query(n.Query, s)
		w.jsonOutput(n.Output)
	case *ast.JsonObjectAgg:
		w.since(160000, "json_objectagg")
		w.jsonKeyValue(n.Arg, s)
		w.jsonAggregate(n.Constructor, s)
	case *ast.JsonArrayAgg:
		w.since(160000, "json_arrayagg")
		w.jsonValue(n.Arg, s)
		w.jsonAggregate(n.Constructor, s)
	case *ast.JsonKeyValue:
		w.jsonKeyValue(n, s)
	case *ast.JsonValueExpr:
		w.jsonValue(n, s)
	case *ast.JsonParseExpr:
		w.since(170000, "json")
		w.jsonValue(n.Expr, s)
		w.jsonOutput(n.Output)
	case *ast.JsonScalarExpr:
		w.since(170000, "json_scalar")
		w.expr(n.Expr, s)
		w.jsonOutput(n.Output)
	case *ast.JsonSerializeExpr:
		w.since(170000, "json_serialize")
		w.jsonValue(n.Expr, s)
		w.jsonOutput(n.Output)
	case *ast.JsonFuncExpr:
		w.jsonFunc(n, s)
	default:
		w.unknown(n)
	}
}

func (w *walker) jsonFunc(n *ast.JsonFuncExpr, s *scope) {
	w.since(170000, jsonNames[n.Op])
	w.ledger.saw(n.ColumnName)
	w.jsonValue(n.ContextItem, s)
	w.expr(n.Pathspec, s)
	w.jsonPassing(n.Passing, s)
	w.jsonOutput(n.Output)
	w.jsonBehavior(n.OnEmpty, s)
	w.jsonBehavior(n.OnError, s)
}

func (w *walker) jsonValue(n *ast.JsonValueExpr, s *scope) {
	if n == nil {
		return
	}
	w.jsonWords()
	w.expr(n.RawExpr, s)
	if n.FormattedExpr != nil {
		w.unknown(n)
	}
}

func (w *walker) jsonKeyValue(n *ast.JsonKeyValue, s *scope) {
	if n == nil {
		return
	}
	w.expr(n.Key, s)
	w.jsonValue(n.Value, s)
}

func (w *walker) jsonPassing(list *ast.NodeList, s *scope) {
	if list == nil {
		return
	}
	for _, n := range list.Items {
		arg, ok := n.(*ast.JsonArgument)
		if !ok {
			w.unknown(n)
			return
		}
		w.ledger.saw(arg.Name)
		w.jsonValue(arg.Val, s)
	}
}

func (w *walker) jsonOutput(n *ast.JsonOutput) {
	if n != nil {
		w.typeName(n.TypeName)
	}
}

func (w *walker) jsonBehavior(n *ast.JsonBehavior, s *scope) {
	if n != nil {
		w.jsonWords()
		w.expr(n.Expr, s)
	}
}

func (w *walker) jsonAggregate(n *ast.JsonAggConstructor, s *scope) {
	if n == nil {
		return
	}
	w.jsonOutput(n.Output)
	w.where(n.AggFilter, s)
	w.orderBy(n.AggOrder, s)
	w.window(n.Over, s)
}

// jsonTable walks JSON_TABLE in FROM.
func (w *walker) jsonTable(n *ast.JsonTable, s *scope) *item {
	w.since(170000, "json_table")
	before := s.lateral
	s.lateral = true
	defer func() { s.lateral = before }()
	it := &item{name: "json_table", row: []column{}}
	w.jsonWords()
	w.jsonValue(n.ContextItem, s)
	w.jsonPath(n.Pathspec, s)
	w.jsonPassing(n.Passing, s)
	w.jsonColumns(n.Columns, s, it)
	w.jsonBehavior(n.OnError, s)
	return w.aliased(it, n.Alias)
}

func (w *walker) jsonPath(n *ast.JsonTablePathSpec, s *scope) {
	if n != nil {
		w.ledger.saw(n.Name)
		w.expr(n.StringExpr, s)
	}
}

func (w *walker) jsonColumns(list *ast.NodeList, s *scope, it *item) {
	if list == nil || !w.enter() {
		if list != nil {
			w.leave()
		}
		return
	}
	defer w.leave()
	for _, n := range list.Items {
		c, ok := n.(*ast.JsonTableColumn)
		if !ok {
			w.unknown(n)
			return
		}
		w.jsonWords()
		w.ledger.saw(c.Name)
		w.typeName(c.TypeName)
		w.jsonPath(c.Pathspec, s)
		w.jsonBehavior(c.OnEmpty, s)
		w.jsonBehavior(c.OnError, s)
		if c.Coltype == ast.JTC_NESTED {
			w.jsonColumns(c.Columns, s, it)
			continue
		}
		it.row = append(it.row, column{name: truncate(c.Name)})
	}
}
