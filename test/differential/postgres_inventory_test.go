package differential

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

func (r *relation) full() string { return quote(r.schema) + "." + quote(r.name) }

const userSchemas = `n.nspname NOT LIKE 'pg\_%' AND n.nspname <> 'information_schema'`

func readInventory(ctx context.Context, conn *pgconn.PgConn, version int) (*inventory, error) {
	v := newInventory(version)
	for _, part := range []struct {
		sql string
		row func([]string)
	}{
		{`SELECT nspname FROM pg_namespace n WHERE ` + userSchemas + ` ORDER BY 1`,
			func(f []string) { v.schemas = append(v.schemas, f[0]) }},
		{`SELECT n.nspname, relname, relkind,
				coalesce(array_to_string(array(SELECT attname || E'\x01' || format_type(atttypid, atttypmod) || E'\x01' ||
					CASE WHEN attgenerated <> '' THEN 'generated' WHEN attidentity = 'a' THEN 'always' ELSE '' END
					FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped ORDER BY attnum), E'\x02'), '')
			FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND ` + userSchemas + ` ORDER BY 1, 2`,
			v.relation},
		{`SELECT n.nspname, proname, p.oid::regprocedure, prokind, array_to_string(proargtypes::regtype[], E'\x01'), prorettype::regtype, proretset,
				coalesce((SELECT extname FROM pg_depend JOIN pg_extension e ON e.oid = refobjid WHERE objid = p.oid AND classid = 'pg_proc'::regclass AND deptype = 'e'), '')
			FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE ` + userSchemas + ` ORDER BY 1, 3::text`,
			v.function},
		{`SELECT n.nspname, CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'f' THEN 'FOREIGN TABLE' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END,
				relname, c.oid::regclass::text, true
			FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND ` + userSchemas + `
			AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.refobjsubid > 0 AND deptype IN ('a', 'i'))
			UNION ALL
			SELECT n.nspname, CASE prokind WHEN 'a' THEN 'AGGREGATE' WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END, proname, p.oid::regprocedure::text, false
			FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace WHERE ` + userSchemas + `
			AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
			UNION ALL
			SELECT n.nspname, CASE typtype WHEN 'd' THEN 'DOMAIN' ELSE 'TYPE' END, typname, t.oid::regtype::text, false
			FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace WHERE ` + userSchemas + ` AND typtype IN ('e', 'd', 'c', 'r')
			AND (typrelid = 0 OR EXISTS (SELECT FROM pg_class c WHERE c.oid = typrelid AND relkind = 'c'))
			AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = t.oid AND deptype = 'e') ORDER BY 1, 2, 3`,
			func(f []string) {
				v.owned[f[0]] = append(v.owned[f[0]], object{kind: f[1], name: f[2], identity: f[3], relation: f[4] == "t"})
			}},
	} {
		// An empty search_path has the server write every name in full.
		results, err := conn.Exec(ctx, "SET search_path = ''; "+part.sql+"; RESET search_path").ReadAll()
		if err != nil {
			return nil, err
		}
		for _, row := range results[1].Rows {
			fields := make([]string, len(row))
			for i := range row {
				fields[i] = string(row[i])
			}
			part.row(fields)
		}
	}
	return v, nil
}

func (v *inventory) relation(f []string) {
	r := &relation{schema: f[0], name: f[1], kind: f[2]}
	for _, c := range strings.Split(f[3], "\x02") {
		if part := strings.Split(c, "\x01"); len(part) == 3 {
			r.columns = append(r.columns, column{part[0], part[1], part[2]})
		}
	}
	v.relations[r.schema] = append(v.relations[r.schema], r)
}

func (v *inventory) function(f []string) {
	fn := &function{schema: f[0], name: f[1], signature: f[2], kind: f[3], result: f[5], set: f[6] == "t", extension: f[7]}
	if f[4] != "" {
		fn.args = strings.Split(f[4], "\x01")
	}
	v.functions[fn.schema] = append(v.functions[fn.schema], fn)
}
