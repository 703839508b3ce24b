package postgres

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// fixture is a small shop: what the tables below resolve names in.
func fixture() *catalog.Snapshot {
	s := &catalog.Snapshot{
		Version: 1, ServerVersion: 150018, Database: "shop", Role: "shop_svc", Encoding: "UTF8",
		SearchPath: `"$user", public`, Schemas: map[string]*catalog.Schema{},
	}
	for _, name := range []string{"pg_catalog", "information_schema", "public", "app", "Odd"} {
		s.Schemas[name] = &catalog.Schema{
			Name: name, Usage: true, Public: name != "app",
			Relations: map[string]*catalog.Relation{}, Functions: map[string][]*catalog.Function{},
			Operators: map[string][]*catalog.Operator{}, Types: map[string]*catalog.Type{},
		}
	}
	relation := func(kind byte, schema, name, columns string) {
		r := &catalog.Relation{Schema: schema, Name: name, Kind: kind, OID: uint32(len(s.Schemas[schema].Relations))}
		for _, c := range strings.Fields(columns) {
			c, generated := strings.CutSuffix(c, "!")
			r.Columns = append(r.Columns, catalog.Column{Name: c, Generated: generated})
		}
		s.Schemas[schema].Relations[name] = r
	}
	relation('r', "public", "orders", "id customer_id total note secret created")
	s.Schemas["public"].Relations["orders"].Constraints = map[string][]string{"orders_pkey": {"id"}}
	relation('r', "public", "customers", "id name email password")
	relation('r', "public", "items", "order_id product qty price total!")
	relation('v', "public", "report", "id total")
	relation('r', "public", "docs", "id tags body data")
	relation('m', "public", "digest", "id")
	relation('c', "public", "pair", "a b")
	relation('S', "public", "orders_id_seq", "last_value log_cnt is_called")
	relation('i', "public", "orders_pkey", "")
	relation('r', "app", "orders", "id secret")
	relation('r', "app", "secret", "key value")
	relation('r', "public", strings.Repeat("x", 63), "id")
	relation('r', "Odd", "Table Name", "Id id")
	relation('v', "pg_catalog", "pg_stat_activity", "datid pid query")
	relation('v', "pg_catalog", "pg_settings", "name setting unit sourcefile")
	relation('r', "pg_catalog", "pg_class", "oid relname relnamespace relkind reltoastrelid")
	relation('r', "pg_catalog", "pg_authid", "oid rolname rolpassword")
	relation('r', "pg_catalog", "pg_statistic", "starelid stavalues1")

	function := func(schema, name string, args, defaults int) {
		s.Schemas[schema].Functions[name] = append(s.Schemas[schema].Functions[name],
			&catalog.Function{Schema: schema, Name: name, Kind: 'f', Args: args, Defaults: defaults, PublicExecute: true})
	}
	for _, f := range strings.Fields(`count lower upper sum max min now generate_series unnest nextval currval setval set_config
		current_setting pg_backend_pid query_to_xml pg_read_file dblink row_to_json to_jsonb array_agg string_agg length timezone extract
		like_escape substring rank lag xmlexists ts_stat jsonb_each pg_sleep lo_export system_user`) {
		function("pg_catalog", f, 1, 0)
	}
	function("public", "refund", 1, 0)
	function("public", "order_secret", 1, 0)
	function("public", "twice", 2, 1)
	function("public", "leak", 2, 0)
	function("app", "leak", 2, 0)
	function("app", "hidden", 0, 0)
	function("public", "stamp", 0, 0)
	s.Schemas["public"].Functions["tidy"] = []*catalog.Function{{Schema: "public", Name: "tidy", Kind: 'p'}}
	s.Schemas["public"].Operators["@@@"] = []*catalog.Operator{{Schema: "public", Name: "@@@", Left: 25, Right: 25, FunctionSchema: "public", Function: "leak"}}
	s.Schemas["app"].Operators["=>>"] = []*catalog.Operator{{Schema: "app", Name: "=>>", Left: 25, Right: 25, FunctionSchema: "app", Function: "leak"}}

	for _, t := range strings.Fields("int4 int8 text bool numeric date timestamp timestamptz regclass regproc xml json jsonb float8 varchar interval name oid char") {
		s.Schemas["pg_catalog"].Types[t] = &catalog.Type{Schema: "pg_catalog", Name: t, Kind: 'b'}
	}
	s.Schemas["public"].Types["mood"] = &catalog.Type{Schema: "public", Name: "mood", Kind: 'e'}
	s.Schemas["public"].Types["positive"] = &catalog.Type{Schema: "public", Name: "positive", Kind: 'd'}
	return s
}

func fixtureEnv() *Env {
	return &Env{Catalog: fixture(), SearchPath: []string{"$user", "public"}, MaxSleep: time.Minute}
}

// render writes a statement's accesses in one line, as the tables have them:
// "select public.orders(id,total)", an asterisk for what has no column form,
// a tilde for what is free.
func render(s *policy.Statement) string {
	var out []string
	for _, a := range s.Accesses {
		line := a.Op.String() + " " + a.Schema + "." + a.Object
		switch {
		case a.Kind == policy.KindFunction:
			line += "()"
		case a.WholeObject:
			line += "(*)"
		case len(a.Columns) > 0:
			line += "(" + strings.Join(a.Columns, ",") + ")"
		}
		if a.Free {
			line = "~" + line
		}
		out = append(out, line)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func renderAll(parts []Part) string {
	var out []string
	for i := range parts {
		line := render(&parts[i].Statement)
		if f := parts[i].Statement.Fault; f != nil {
			line = fmt.Sprintf("! %s: %s", f.Rule, f.Reason)
		}
		out = append(out, line)
	}
	return strings.Join(out, " ; ")
}
