package postgres

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// moving are catalogues that count, or show the very session that reads them;
// of pg_settings a plain role does not see all names.
var moving = []string{"pg_locks", "pg_cursors", "pg_prepared_statements", "pg_stat_", "pg_statio_", "pg_settings"}

// hidden makes something of every kind that a server may hide from plain roles.
var hidden = []string{
	"CREATE ROLE plain LOGIN", "CREATE ROLE other LOGIN PASSWORD 'x' VALID UNTIL '2040-01-01'", "ALTER ROLE other SET work_mem = '8MB'",
	"ALTER DATABASE postgres SET work_mem = '7MB'",
	"CREATE TABLE secret (a int PRIMARY KEY, b serial)", "INSERT INTO secret SELECT generate_series(1, 100)", "ANALYZE secret",
	"CREATE VIEW v AS SELECT a FROM secret", "CREATE SCHEMA closed CREATE TABLE t (a int)", "ALTER TABLE secret ENABLE ROW LEVEL SECURITY",
	"CREATE POLICY p ON secret USING (a = 1)", "CREATE STATISTICS st ON a, b FROM secret", "SELECT lo_create(1)",
	"CREATE FOREIGN DATA WRAPPER w", "CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'h')",
	"CREATE USER MAPPING FOR other SERVER s OPTIONS (password 'x')", "CREATE FOREIGN TABLE ft (a int) SERVER s OPTIONS (x 'y')",
	"CREATE PUBLICATION pub FOR TABLE secret", "CREATE SUBSCRIPTION sub CONNECTION 'dbname=x' PUBLICATION pub WITH (connect = false)",
	"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "REVOKE ALL ON FUNCTION f FROM PUBLIC",
}

// TestFreeShowsNoMoreToASuperuser: what is open to reading in pg_catalog shows
// a plain role what it shows a superuser, for the proxy's role may be one.
func TestFreeShowsNoMoreToASuperuser(t *testing.T) {
	pgtesting.EachVersion(t, func(t *testing.T, _ int, o pgtest.Options) {
		o.Settings = map[string]string{"wal_level": "logical"}
		showsNoMore(t, pgtesting.Start(t, o))
	})
}

func showsNoMore(t *testing.T, s *pgtest.Server) {
	t.Helper()
	for _, sql := range hidden {
		pgtesting.Exec(t, s, "", sql)
	}
	super, plain := rowsAs(t, s, ""), rowsAs(t, s, "plain")
	// A session of somebody else's with a statement and a transaction open.
	if _, err := rowsAs(t, s, "other")("BEGIN; CREATE TEMP TABLE x AS SELECT 1; SELECT 2"); err != nil {
		t.Fatal(err)
	}
	compared := 0
	for key, rule := range builtinRelations {
		if key.schema != catalogSchema || rule.class == classDenied || slices.ContainsFunc(moving, func(m string) bool {
			return strings.HasPrefix(key.name, m) && key.name != "pg_stat_activity"
		}) {
			continue
		}
		columns := "*"
		if rule.class == classColumns {
			columns = strings.Join(rule.columns, ", ")
		}
		sql := fmt.Sprintf("SELECT q::text FROM (SELECT %s FROM pg_catalog.%s) q ORDER BY 1", columns, key.name)
		want, errPlain := plain(sql)
		got, errSuper := super(sql)
		if errSuper != nil {
			continue // another version's
		}
		compared++
		if errPlain != nil {
			t.Errorf("%s: %v", key.name, errPlain)
		} else if !slices.Equal(got, want) {
			t.Errorf("%s: a superuser sees %d rows, a plain role %d, or others in them", key.name, len(got), len(want))
		}
	}
	// One row of pg_settings: each that SHOW shows.
	names := make([]string, 0, len(builtinSettings))
	for name, e := range builtinSettings {
		if e.readable {
			names = append(names, "'"+name+"'")
		}
	}
	sql := "SELECT q::text FROM (SELECT " + strings.Join(builtinRelations[objectKey{catalogSchema, "pg_settings"}].row, ", ") +
		" FROM pg_settings WHERE lower(name) IN (" + strings.Join(names, ", ") + ")) q ORDER BY 1"
	want, errPlain := plain(sql)
	got, errSuper := super(sql)
	if errPlain != nil || errSuper != nil || len(want) < 200 || !slices.Equal(got, want) {
		t.Errorf("of settings a superuser sees %d rows (%v), a plain role %d (%v), or others in them", len(got), errSuper, len(want), errPlain)
	}
	if compared < 70 {
		t.Errorf("%d catalogues were compared", compared)
	}
}

// rowsAs returns what runs a query in a session of a role and returns the first column.
func rowsAs(t *testing.T, s *pgtest.Server, role string) func(sql string) ([]string, error) {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), s.URL(role, ""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return func(sql string) ([]string, error) {
		results, err := conn.Exec(t.Context(), sql).ReadAll()
		if err != nil {
			return nil, err
		}
		var out []string
		for _, r := range results[0].Rows {
			out = append(out, string(r[0]))
		}
		return out, nil
	}
}
