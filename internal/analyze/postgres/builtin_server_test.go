package postgres

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// These tests hold the lists against a real server, as a role without grants:
// what the list gives away, the server must give away too.

// server returns the version (15) of a throwaway server and a function that
// runs a query there as a plain role and returns the rows.
func server(t *testing.T) (int, func(sql string) [][]string) {
	t.Helper()
	s := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, s, "", "CREATE ROLE plain LOGIN")
	conn, err := pgconn.Connect(t.Context(), s.URL("plain", ""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	query := func(sql string) [][]string {
		t.Helper()
		results, err := conn.Exec(t.Context(), sql).ReadAll()
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		var rows [][]string
		for _, r := range results[0].Rows {
			row := make([]string, len(r))
			for i := range r {
				row[i] = string(r[i])
			}
			rows = append(rows, row)
		}
		return rows
	}
	version, err := strconv.Atoi(query("SHOW server_version_num")[0][0])
	if err != nil {
		t.Fatal(err)
	}
	return version / 10000, query
}

// expected reports whether a server of the version has an entry, by its mark.
func expected(entry string, version int) bool {
	_, mark, _ := strings.Cut(entry, "@")
	n, err := strconv.Atoi(mark)
	switch {
	case mark == "":
		return true
	case err != nil:
		panic(fmt.Sprintf("%q: %v", entry, err))
	case n < 0:
		return version <= -n
	}
	return version >= n
}

func set(rows [][]string) map[string]bool {
	m := make(map[string]bool)
	for _, r := range rows {
		m[r[0]] = true
	}
	return m
}

func TestFunctionsAgainstTheServer(t *testing.T) {
	version, query := server(t)
	exists := set(query("SELECT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace"))
	withheld := set(query(`SELECT proname FROM pg_proc WHERE pronamespace = 'pg_catalog'::regnamespace
		AND NOT has_function_privilege(oid, 'execute')`))
	operators := set(query("SELECT p.proname FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode"))

	seen := map[string]bool{}
	inOperators := false
	for line := range strings.Lines(functionsText) {
		inOperators = inOperators || strings.HasPrefix(line, "## Behind the operators")
		for names := range fieldsOf(line) {
			for _, entry := range names {
				name := unmarked(entry)
				if seen[name] {
					t.Errorf("%s is listed twice", name)
				}
				seen[name] = true
				if exists[name] != expected(entry, version) {
					t.Errorf("PostgreSQL %d has %s: %v; the list says %q", version, name, exists[name], entry)
				}
				if withheld[name] {
					t.Errorf("%s: the server withholds it from plain roles", name)
				}
				if inOperators && exists[name] && !operators[name] {
					t.Errorf("%s implements no operator", name)
				}
			}
		}
	}
	for name := range builtinSpecial {
		if !exists[name] {
			t.Errorf("the special function %s does not exist", name)
		}
	}
}

func TestRelationsAgainstTheServer(t *testing.T) {
	version, query := server(t)
	type key = relationKey
	exists := map[key]bool{} // and whether a plain role may read it
	for _, r := range query(`SELECT n.nspname, c.relname, has_table_privilege(c.oid, 'select')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname IN ('pg_catalog', 'information_schema') AND c.relkind IN ('r', 'v', 'm', 'p', 'f')`) {
		exists[key{r[0], r[1]}] = r[2] == "t"
		if _, listed := builtinRelations[key{r[0], r[1]}]; !listed {
			t.Errorf("%s.%s is not on the list: decide", r[0], r[1])
		}
	}
	columns := map[string]bool{}
	for _, r := range query(`SELECT n.nspname || '.' || c.relname || '.' || a.attname FROM pg_attribute a
		JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE a.attnum > 0 AND n.nspname IN ('pg_catalog', 'information_schema')
		AND has_column_privilege(c.oid, a.attnum, 'select')`) {
		columns[r[0]] = true
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
			if there && !columns[schema+"."+name+"."+c] {
				t.Errorf("%s.%s: no column %s that a plain role may read", schema, name, c)
			}
		}
	}
}

func TestSettingsAgainstTheServer(t *testing.T) {
	version, query := server(t)
	if version == 15 { // the one that the list was made for
		for _, r := range query("SELECT name FROM pg_settings WHERE name NOT LIKE '%.%'") {
			if _, listed := builtinSettings[foldSetting(r[0])]; !listed {
				t.Errorf("%s is not on the list: decide", r[0])
			}
		}
	}
	contexts := map[string]string{}
	for _, r := range query("SELECT lower(name), context FROM pg_settings") {
		contexts[r[0]] = r[1]
	}
	for f := range fieldsOf(settingsText) {
		name := foldSetting(unmarked(f[0]))
		context, shown := contexts[name]
		if shown && !expected(f[0], version) {
			t.Errorf("PostgreSQL %d has %s; the list says %q", version, name, f[0])
		}
		if shown && f[1] != "-" && context != "user" {
			t.Errorf("%s may be set, but the server lets no plain role do that (context %s)", name, context)
		}
		// Some settings are left out of the view and may still be shown.
		if !shown && f[2] == "shown" && expected(f[0], version) {
			query("SELECT current_setting('" + name + "')")
		}
	}
}
