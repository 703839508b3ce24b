package postgres

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// These tests hold the lists against real servers of every major version, as a
// role without grants: what the list gives away, the server must give away too.

// plain returns a function that runs a query as a plain role of a throwaway
// server and returns the rows.
func plain(t *testing.T, o pgtest.Options) func(sql string) [][]string {
	t.Helper()
	s := pgtesting.Start(t, o)
	pgtesting.Exec(t, s, "", "CREATE ROLE plain LOGIN")
	conn, err := pgconn.Connect(t.Context(), s.URL("plain", ""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return func(sql string) [][]string {
		t.Helper()
		rows, err := rowsOf(conn, sql)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		return rows
	}
}

// rowsOf runs one query and returns its rows as texts.
func rowsOf(conn *pgconn.PgConn, sql string) ([][]string, error) {
	results, err := conn.Exec(context.Background(), sql).ReadAll()
	if err != nil {
		return nil, err
	}
	var rows [][]string
	for _, r := range results[len(results)-1].Rows {
		row := make([]string, len(r))
		for i := range r {
			row[i] = string(r[i])
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// expected reports whether a server of the version has an entry, by its mark:
// name@N, name@-N or name@M-N.
func expected(entry string, version int) bool {
	_, mark, marked := strings.Cut(entry, "@")
	if !marked {
		return true
	}
	first, last, both := strings.Cut(mark, "-")
	from, _ := strconv.Atoi(cmp.Or(first, "0"))
	until, _ := strconv.Atoi(cmp.Or(last, "99"))
	return version >= from && (!both || version <= until)
}

func TestListsAgainstTheServer(t *testing.T) {
	against := func(t *testing.T, version int, o pgtest.Options) {
		query := plain(t, o)
		if version == 0 {
			number, _ := strconv.Atoi(query("SHOW server_version_num")[0][0])
			version = number / 10000
		}
		t.Run("functions", func(t *testing.T) { functionsAgainst(t, version, query) })
		t.Run("operators", func(t *testing.T) { operatorsAgainst(t, query) })
		t.Run("relations", func(t *testing.T) { relationsAgainst(t, version, query) })
		t.Run("settings", func(t *testing.T) { settingsAgainst(t, version, query) })
	}
	t.Run("the machine's own", func(t *testing.T) { against(t, 0, pgtest.Options{}) })
	pgtesting.EachVersion(t, against)
}

func functionsAgainst(t *testing.T, version int, query func(string) [][]string) {
	exists := map[objectKey]bool{} // and whether a plain role may call every overload
	for _, r := range query(`SELECT n.nspname, p.proname, bool_and(has_function_privilege(p.oid, 'execute'))
		FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
		WHERE n.nspname IN ('pg_catalog', 'information_schema') GROUP BY 1, 2`) {
		key := objectKey{r[0], r[1]}
		exists[key] = r[2] == "t"
		if _, listed := builtinFunctions[key]; !listed {
			t.Errorf("%s.%s is not on the list: decide", r[0], r[1])
		}
	}
	for _, r := range query(`SELECT DISTINCT p.proname FROM pg_proc p, unnest(p.proargtypes) a
		WHERE p.pronamespace = 'pg_catalog'::regnamespace AND a = ANY ('{regclass, regcollation, regconfig, regdictionary, regoper,
		regoperator, regproc, regprocedure, regtype}'::regtype[])`) {
		if class, _ := functionClass(catalogSchema, r[0]); class != classDenied && !namingFunctions[r[0]] {
			t.Errorf("%s takes the name of an object, and nothing looks at the schema in it", r[0])
		}
	}
	schema, seen := "", map[objectKey]bool{}
	for f := range fieldsOf(functionsText) {
		switch f[0] {
		case "schema":
			schema = f[1]
			continue
		case "free:", "special:", "denied:":
			continue
		}
		for _, entry := range f {
			key := objectKey{schema, unmarked(entry)}
			if seen[key] {
				t.Errorf("%v is listed twice", key)
			}
			seen[key] = true
			open, there := exists[key]
			if there != expected(entry, version) && !strings.HasSuffix(entry, "@?") {
				t.Errorf("PostgreSQL %d has %v: %v; the list says %q", version, key, there, entry)
			}
			if class, _ := functionClass(key.schema, key.name); there && class == classFree && !open {
				t.Errorf("%v is free, and the server withholds it from plain roles", key)
			}
		}
	}
}

// Every operator of the server's own calls a function that is free, and its
// name is known.
func operatorsAgainst(t *testing.T, query func(string) [][]string) {
	for _, r := range query("SELECT o.oprname, p.proname FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode") {
		if !builtinOperators[r[0]] {
			t.Errorf("the operator %s is not on the list of the server's own", r[0])
		}
		if class, _ := functionClass(catalogSchema, r[1]); class != classFree {
			t.Errorf("the operator %s calls %s, which is not free", r[0], r[1])
		}
	}
}

func relationsAgainst(t *testing.T, version int, query func(string) [][]string) {
	type key = objectKey
	exists := map[key]bool{} // and whether a plain role may read it
	for _, r := range query(`SELECT n.nspname, c.relname, has_table_privilege(c.oid, 'select')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v', 'm', 'p', 'f')`) {
		exists[key{r[0], r[1]}] = r[2] == "t"
		if _, listed := builtinRelations[key{r[0], r[1]}]; !listed {
			t.Errorf("%s.%s is not on the list: decide", r[0], r[1])
		}
	}
	columns := map[string]bool{} // and whether a plain role may read it
	for _, r := range query(`SELECT n.nspname || '.' || c.relname || '.' || a.attname,
		has_column_privilege(c.oid, a.attnum, 'select') FROM pg_attribute a
		JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE a.attnum > 0 AND n.nspname IN ('pg_catalog', 'information_schema')`) {
		columns[r[0]] = r[1] == "t"
	}

	schema := ""
	for f := range fieldsOf(relationsText) {
		if f[0] == "schema" {
			schema = f[1]
			continue
		}
		name := unmarked(f[0])
		readable, there := exists[key{schema, name}]
		if there != expected(f[0], version) {
			t.Errorf("PostgreSQL %d has %s.%s: %v; the list says %q", version, schema, name, there, f[0])
		}
		if there && f[1] == "free" && !readable {
			t.Errorf("%s.%s: the server withholds it from plain roles", schema, name)
		}
		for _, c := range f[2:] {
			if c == "*" {
				continue
			}
			readable, has := columns[schema+"."+name+"."+c]
			// Before version 15 some harmless columns of pg_subscription were not granted to everybody.
			if there && !readable && (has || version == pgtesting.NewestVersion) && (version > 14 || name != "pg_subscription") {
				t.Errorf("%s.%s: no column %s that a plain role may read", schema, name, c)
			}
		}
	}
}

func settingsAgainst(t *testing.T, version int, query func(string) [][]string) {
	for _, r := range query("SELECT name FROM pg_settings WHERE name NOT LIKE '%.%'") {
		if _, listed := builtinSettings[foldSetting(r[0])]; !listed {
			t.Errorf("%s is not on the list: decide", r[0])
		}
	}
	contexts := map[string]string{}
	for _, r := range query("SELECT lower(name), context FROM pg_settings") {
		contexts[r[0]] = r[1]
	}
	for f := range fieldsOf(settingsText) {
		name := foldSetting(unmarked(f[0]))
		if strings.Contains(name, ".") {
			continue // of an extension: there once its library is loaded
		}
		context, shown := contexts[name]
		if shown && !expected(f[0], version) {
			t.Errorf("PostgreSQL %d has %s; the list says %q", version, name, f[0])
		}
		if shown && f[1] != "-" && context != "user" {
			t.Errorf("%s may be set, but the server lets no plain role do that (context %s)", name, context)
		}
		// Some settings are left out of the view and may still be shown.
		if !shown && f[2] == "shown" && expected(f[0], version) {
			if row := query("SELECT current_setting('" + name + "', true) IS NULL"); row[0][0] == "t" {
				t.Errorf("PostgreSQL %d does not have %s", version, name)
			}
		}
	}
}
