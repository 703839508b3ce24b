package postgres

import (
	"unicode/utf8"

	"github.com/multigres/multigres/go/common/parser/ast"
)

// maxName is NAMEDATALEN - 1: the server cuts identifiers there.
const maxName = 63

// truncate cuts a name as truncate_identifier does, never within a character
// (pg_mbcliplen).
func truncate(name string) string {
	if len(name) <= maxName {
		return name
	}
	n := maxName
	for n > 0 && !utf8.RuneStart(name[n]) {
		n--
	}
	return name[:n]
}

// strings returns the items of a list of names, entered in the ledger and
// truncated. ok is false if the list holds anything else.
func (w *walker) strings(list *ast.NodeList) (names []string, ok bool) {
	if list == nil {
		return nil, true
	}
	names = make([]string, 0, len(list.Items))
	for _, n := range list.Items {
		s, isString := n.(*ast.String)
		if !isString {
			w.unknown(n)
			return nil, false
		}
		w.ledger.saw(s.SVal)
		names = append(names, truncate(s.SVal))
	}
	return names, true
}

// qualified is strings for a dotted name. The current database in front of it
// is left out.
func (w *walker) qualified(list *ast.NodeList) ([]string, bool) {
	if name, ok := behindCatalog(list); ok {
		w.ledger.catalogs++
		w.ledger.saw(name)
		return []string{catalogSchema, truncate(name)}, true
	}
	names, ok := w.strings(list)
	if ok && len(names) > 1 {
		w.ledger.dotted(len(names))
		if parts, joined := w.joined[list.Items[0].(*ast.String).SVal]; joined {
			names[0] = truncate(parts[1])
		}
	}
	return names, ok
}

// behindCatalog is the name in pg_catalog.name. The grammar makes such names up
// (int4 for INT, timezone for AT TIME ZONE): only the ledger, in the end, can
// tell how many were written.
func behindCatalog(list *ast.NodeList) (string, bool) {
	names := items(list)
	if len(names) != 2 || !plainNames(names) || names[0].(*ast.String).SVal != catalogSchema {
		return "", false
	}
	return names[1].(*ast.String).SVal, true
}

// outputName is the name that the server gives to a column of a select list
// (FigureColname, parse_target.c). The second result is how sure it is: 0 not
// at all, 1 weakly, 2 certain.
func (w *walker) outputName(n ast.Node) (string, int) {
	switch n := n.(type) {
	case *ast.ParenExpr:
		return w.outputName(n.Expr)
	case *ast.ColumnRef:
		return lastField(n.Fields)
	case *ast.A_Indirection:
		if name, s := lastField(n.Indirection); s > 0 {
			return name, s
		}
		return w.outputName(n.Arg)
	case *ast.FuncCall:
		return lastField(n.Funcname)
	case *ast.A_Expr:
		if n.Kind == ast.AEXPR_NULLIF {
			return "nullif", 2
		}
	case *ast.A_Const:
		// TRUE was a cast to bool before version 15.
		if _, ok := n.Val.(*ast.Boolean); ok && w.env.Catalog.ServerVersion < 150000 {
			return "bool", 1
		}
	case *ast.TypeCast:
		name, s := w.outputName(n.Arg)
		if s <= 1 && n.TypeName != nil {
			if t, ts := lastField(n.TypeName.Names); ts > 0 {
				return t, 1
			}
		}
		return name, s
	case *ast.CollateClause:
		return w.outputName(n.Arg)
	case *ast.SubLink:
		return w.sublinkName(n)
	case *ast.CaseExpr:
		if name, s := w.outputName(n.Defresult); s > 1 {
			return name, s
		}
		return "case", 1
	default:
		return fixedName(n)
	}
	return "", 0
}

func (w *walker) sublinkName(n *ast.SubLink) (string, int) {
	switch n.SubLinkType {
	case ast.EXISTS_SUBLINK:
		return "exists", 2
	case ast.ARRAY_SUBLINK:
		return "array", 2
	case ast.EXPR_SUBLINK:
		// The name of the sub-select's only column, noted when it was walked.
		if name, ok := w.sublinks[n]; ok {
			return name, 2
		}
	}
	return "", 0
}

// fixedName is outputName for the expressions whose name is a word of SQL.
func fixedName(n ast.Node) (string, int) {
	switch n := n.(type) {
	case *ast.A_ArrayExpr, *ast.ArrayExpr:
		return "array", 2
	case *ast.RowExpr:
		return "row", 2
	case *ast.CoalesceExpr:
		return "coalesce", 2
	case *ast.GroupingFunc:
		return "grouping", 2
	case *ast.MergeSupportFunc:
		return "merge_action", 2
	case *ast.MinMaxExpr:
		if n.Op == ast.IS_LEAST {
			return "least", 2
		}
		return "greatest", 2
	case *ast.SQLValueFunction:
		return valueFunctionName(n.Op), 2
	case *ast.XmlSerialize:
		return "xmlserialize", 2
	case *ast.XmlExpr:
		if name := xmlNames[n.Op]; name != "" {
			return name, 2
		}
	case *ast.JsonParseExpr:
		return "json", 2
	case *ast.JsonScalarExpr:
		return "json_scalar", 2
	case *ast.JsonSerializeExpr:
		return "json_serialize", 2
	case *ast.JsonObjectConstructor:
		return "json_object", 2
	case *ast.JsonArrayConstructor, *ast.JsonArrayQueryConstructor:
		return "json_array", 2
	case *ast.JsonObjectAgg:
		return "json_objectagg", 2
	case *ast.JsonArrayAgg:
		return "json_arrayagg", 2
	case *ast.JsonFuncExpr:
		return jsonNames[n.Op], 2
	}
	return "", 0
}

var xmlNames = map[ast.XmlExprOp]string{
	ast.IS_XMLCONCAT: "xmlconcat", ast.IS_XMLELEMENT: "xmlelement", ast.IS_XMLFOREST: "xmlforest",
	ast.IS_XMLPARSE: "xmlparse", ast.IS_XMLPI: "xmlpi", ast.IS_XMLROOT: "xmlroot",
}

var jsonNames = map[ast.JsonExprOp]string{
	ast.JSON_EXISTS_OP: "json_exists", ast.JSON_QUERY_OP: "json_query", ast.JSON_VALUE_OP: "json_value",
}

// lastField is the last name of a list that may hold subscripts and stars.
func lastField(list *ast.NodeList) (string, int) {
	if list != nil {
		for i := len(list.Items) - 1; i >= 0; i-- {
			if s, ok := list.Items[i].(*ast.String); ok {
				return truncate(s.SVal), 2
			}
		}
	}
	return "", 0
}

func valueFunctionName(op ast.SQLValueFunctionOp) string {
	switch op {
	case ast.SVFOP_CURRENT_DATE:
		return "current_date"
	case ast.SVFOP_CURRENT_TIME, ast.SVFOP_CURRENT_TIME_N:
		return "current_time"
	case ast.SVFOP_CURRENT_TIMESTAMP, ast.SVFOP_CURRENT_TIMESTAMP_N:
		return "current_timestamp"
	case ast.SVFOP_LOCALTIME, ast.SVFOP_LOCALTIME_N:
		return "localtime"
	case ast.SVFOP_LOCALTIMESTAMP, ast.SVFOP_LOCALTIMESTAMP_N:
		return "localtimestamp"
	case ast.SVFOP_CURRENT_ROLE:
		return "current_role"
	case ast.SVFOP_CURRENT_USER:
		return "current_user"
	case ast.SVFOP_USER:
		return "user"
	case ast.SVFOP_SESSION_USER:
		return "session_user"
	case ast.SVFOP_CURRENT_CATALOG:
		return "current_catalog"
	case ast.SVFOP_CURRENT_SCHEMA:
		return "current_schema"
	}
	return ""
}
