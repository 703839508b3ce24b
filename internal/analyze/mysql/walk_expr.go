package mysql

import (
	"reflect"
	"strings"

	"vitess.io/vitess/go/vt/sqlparser"

	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/policy"
)

type relation = catalog.Table

func (w *walker) exprs(list []sqlparser.Expr, s *scope) {
	for _, e := range list {
		w.expr(e, s)
	}
}

// expr walks an expression. What names something has a line of its own; the
// nodes that only combine others are listed, and their parts are walked as the
// parser's own visitor gives them.
func (w *walker) expr(n sqlparser.Expr, s *scope) {
	if n == nil || reflect.ValueOf(n).Kind() == reflect.Pointer && reflect.ValueOf(n).IsNil() || w.fault != nil {
		return
	}
	if w.depth++; w.depth > maxDepth {
		w.fail(policy.RuleLimit, -1, "the statement is nested too deeply")
	}
	defer func() { w.depth-- }()
	switch n := n.(type) {
	case *sqlparser.ColName:
		w.columnRef(n, s)
	case *sqlparser.FuncExpr:
		w.function(n, s)
	case *sqlparser.Subquery:
		w.query(n.Select, s)
	case *sqlparser.ExistsExpr:
		w.query(n.Subquery.Select, s)
	case *sqlparser.ValuesFuncExpr:
		w.valuesOf(n.Name, s)
	case *sqlparser.MatchExpr:
		for _, c := range n.Columns {
			w.columnRef(c, s)
		}
		w.expr(n.Expr, s)
	case *sqlparser.Default:
		w.hasDefault = true
		if n.ColName != "" {
			w.saw(n.ColName)
			if !w.lookup(s, n.ColName) {
				w.fail(policy.RuleUndefined, w.pos(n.ColName), "unknown column %q", n.ColName)
			}
			for _, it := range s.items {
				if it.table != nil {
					w.defaults(it.table, n.ColName)
				}
			}
		}
	case *sqlparser.Variable:
		w.variable(n)
	case *sqlparser.Literal:
		if w.views == 0 {
			w.passed(n)
		}
	case *sqlparser.AssignmentExpr:
		w.assignment(n, s)
	default:
		w.combined(n, s)
	}
}

// valuesOf is VALUES(column) behind ON DUPLICATE KEY UPDATE. Of a view MariaDB
// asks for insert and update on the column, and of a table for insert and
// select.
func (w *walker) valuesOf(c *sqlparser.ColName, s *scope) {
	if w.affected == nil || w.affected.table.Kind != 'v' {
		w.columnRef(c, s)
		return
	}
	name := c.Name.String()
	w.saw(c.Qualifier.Qualifier.String(), c.Qualifier.Name.String(), name)
	w.set(w.affected.table, policy.Update, name)
	w.set(w.affected.table, policy.Insert, name)
}

// assignment is @v := …; nothing else can be assigned to here.
func (w *walker) assignment(n *sqlparser.AssignmentExpr, s *scope) {
	if v, ok := n.Left.(*sqlparser.Variable); !ok || v.Scope != sqlparser.VariableScope {
		w.unknown(n)
		return
	}
	w.expr(n.Right, s)
}

// variable: the user's own are the session's; the server's show settings.
func (w *walker) variable(n *sqlparser.Variable) {
	switch n.Scope {
	case sqlparser.VariableScope, sqlparser.SessionScope, sqlparser.GlobalScope, sqlparser.NextTxScope, sqlparser.NoScope:
	default:
		w.unknown(n)
	}
}

// combined walks the parts of a node that names nothing itself.
func (w *walker) combined(n sqlparser.Expr, s *scope) {
	switch n := n.(type) {
	case *sqlparser.ConvertUsingExpr:
		w.saw(n.Type)
	case *sqlparser.CharExpr:
		w.saw(n.Charset)
	case *sqlparser.CollateExpr:
		w.saw(n.Collation)
	}
	if !combines(n) {
		w.unknown(n)
		return
	}
	whole := true
	err := sqlparser.Walk(func(part sqlparser.SQLNode) (bool, error) {
		switch part := part.(type) {
		case *sqlparser.OverClause:
			if part != nil {
				w.saw(part.WindowName.String())
				w.window(part.WindowSpec, s)
			}
			return false, nil
		case sqlparser.OrderBy:
			w.orderLimit(part, nil, s)
			return false, nil
		case *sqlparser.Limit:
			w.orderLimit(nil, part, s)
			return false, nil
		case sqlparser.Expr:
			if whole { // n itself comes first
				whole = false
				return true, nil
			}
			w.expr(part, s)
			return false, nil
		case *sqlparser.ConvertType:
			if part != nil {
				w.saw(part.Charset.Name)
			}
			return true, nil
		case *sqlparser.When, *sqlparser.JSONObjectParam, *sqlparser.JtOnResponse,
			*sqlparser.NullTreatmentClause, *sqlparser.FromFirstLastClause, sqlparser.IdentifierCI:
			return true, nil
		}
		w.unknown(part)
		return false, nil
	}, n)
	if err != nil {
		w.fail(policy.RuleNotUnderstood, -1, "an expression cannot be walked")
	}
}

// combines lists the nodes that name nothing themselves.
func combines(n sqlparser.Expr) bool {
	switch n.(type) {
	case *sqlparser.AndExpr, *sqlparser.OrExpr, *sqlparser.XorExpr, *sqlparser.NotExpr, *sqlparser.ComparisonExpr,
		*sqlparser.BetweenExpr, *sqlparser.IsExpr, *sqlparser.Argument, *sqlparser.NullVal, sqlparser.BoolVal,
		sqlparser.ValTuple, *sqlparser.BinaryExpr, *sqlparser.UnaryExpr, *sqlparser.IntroducerExpr, *sqlparser.CollateExpr,
		*sqlparser.TimestampDiffExpr, *sqlparser.ExtractFuncExpr, *sqlparser.WeightStringFuncExpr, *sqlparser.CurTimeFuncExpr,
		*sqlparser.CaseExpr, *sqlparser.CastExpr, *sqlparser.ConvertExpr, *sqlparser.SubstrExpr, *sqlparser.InsertExpr,
		*sqlparser.IntervalFuncExpr, *sqlparser.LocateExpr, *sqlparser.CharExpr, *sqlparser.ConvertUsingExpr, *sqlparser.TrimFuncExpr,
		*sqlparser.JSONSchemaValidFuncExpr, *sqlparser.JSONSchemaValidationReportFuncExpr, *sqlparser.JSONPrettyExpr,
		*sqlparser.JSONStorageFreeExpr, *sqlparser.JSONStorageSizeExpr, *sqlparser.JSONContainsExpr, *sqlparser.JSONContainsPathExpr,
		*sqlparser.JSONExtractExpr, *sqlparser.JSONKeysExpr, *sqlparser.JSONOverlapsExpr, *sqlparser.JSONSearchExpr,
		*sqlparser.JSONValueExpr, *sqlparser.JSONArrayExpr, *sqlparser.JSONArrayAgg, *sqlparser.JSONObjectExpr,
		*sqlparser.JSONObjectAgg, *sqlparser.JSONQuoteExpr, *sqlparser.JSONAttributesExpr, *sqlparser.JSONValueModifierExpr,
		*sqlparser.JSONValueMergeExpr, *sqlparser.JSONRemoveExpr, *sqlparser.JSONUnquoteExpr, *sqlparser.MemberOfExpr,
		*sqlparser.RegexpInstrExpr, *sqlparser.RegexpLikeExpr, *sqlparser.RegexpReplaceExpr, *sqlparser.RegexpSubstrExpr,
		*sqlparser.IntervalDateExpr, *sqlparser.ArgumentLessWindowExpr, *sqlparser.FirstOrLastValueExpr, *sqlparser.NtileExpr,
		*sqlparser.NTHValueExpr, *sqlparser.LagLeadExpr, *sqlparser.ExtractValueExpr, *sqlparser.UpdateXMLExpr, *sqlparser.Sum,
		*sqlparser.Min, *sqlparser.Max, *sqlparser.Avg, *sqlparser.CountStar, *sqlparser.Count, *sqlparser.GroupConcatExpr,
		*sqlparser.AnyValue, *sqlparser.BitAnd, *sqlparser.BitOr, *sqlparser.BitXor, *sqlparser.Std, *sqlparser.StdDev,
		*sqlparser.StdPop, *sqlparser.StdSamp, *sqlparser.VarPop, *sqlparser.VarSamp, *sqlparser.Variance, *sqlparser.PointExpr,
		*sqlparser.LineStringExpr, *sqlparser.PolygonExpr, *sqlparser.MultiPolygonExpr, *sqlparser.MultiPointExpr,
		*sqlparser.MultiLinestringExpr, *sqlparser.GeomFromTextExpr, *sqlparser.GeomFromWKBExpr, *sqlparser.GeomFormatExpr,
		*sqlparser.GeomPropertyFuncExpr, *sqlparser.PointPropertyFuncExpr, *sqlparser.LinestrPropertyFuncExpr,
		*sqlparser.PolygonPropertyFuncExpr, *sqlparser.GeomCollPropertyFuncExpr, *sqlparser.GeoHashFromLatLongExpr,
		*sqlparser.GeoHashFromPointExpr, *sqlparser.GeomFromGeoHashExpr, *sqlparser.GeoJSONFromGeomExpr, *sqlparser.GeomFromGeoJSONExpr:
		return true
	}
	return false
}

func (w *walker) columnRef(n *sqlparser.ColName, s *scope) {
	schema, table, name := n.Qualifier.Qualifier.String(), n.Qualifier.Name.String(), n.Name.String()
	w.saw(schema, table, name)
	found := false
	if table == "" {
		found = w.lookup(s, name)
	} else {
		found = w.lookupIn(s, schema, table, name)
	}
	if !found {
		w.fail(policy.RuleUndefined, w.pos(name), "unknown column %q", name)
	}
}

// function judges a call: the server's own are on a list or refused, a stored
// one needs execute.
func (w *walker) function(n *sqlparser.FuncExpr, s *scope) {
	schema, name := n.Qualifier.String(), n.Name.String()
	w.saw(schema, name)
	if w.sequence(n, s) {
		return
	}
	w.exprs(n.Exprs, s)
	if schema == "" && freeFunction(strings.ToLower(name)) {
		return
	}
	within := schema
	if within == "" {
		within = w.env.Schema
	}
	// A function of the server's own wins over a stored one of its name, so
	// that one that is not on the list is never taken for a stored one.
	if r := w.env.Catalog.Routine(within, name, false); r != nil && (schema != "" || !native(name)) {
		w.execute(r)
		return
	}
	w.fail(policy.RuleFunction, w.pos(name), "function %s is not on the list of harmless functions", name)
}

// native reports whether a function outside the list is the server's own.
func native(name string) bool {
	switch strings.ToLower(name) {
	case "load_file", "sleep", "benchmark", "get_lock", "release_lock", "release_all_locks", "is_free_lock", "is_used_lock",
		"master_pos_wait", "source_pos_wait", "master_gtid_wait", "wait_for_executed_gtid_set", "nextval", "setval", "lastval",
		"encode", "decode", "des_encrypt", "des_decrypt", "encrypt", "old_password", "password", "procedure_analyse":
		return true
	}
	return false
}
