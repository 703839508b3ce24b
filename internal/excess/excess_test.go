package excess

import (
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

func look(t *testing.T, s *pgtest.Server, role, db string) *Report {
	t.Helper()
	config, err := pgconn.ParseConfig(s.URL(role, db))
	if err != nil {
		t.Fatal(err)
	}
	r, err := Look(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const world = `
	CREATE SCHEMA "App data";
	CREATE TABLE public.orders (id serial PRIMARY KEY);
	CREATE TABLE "App data"."Rows" (id int);
	ALTER TABLE "App data"."Rows" ENABLE ROW LEVEL SECURITY;
	CREATE ROLE plain LOGIN; CREATE ROLE mighty LOGIN SUPERUSER REPLICATION; CREATE ROLE "odd ""one""" LOGIN CREATEROLE CREATEDB BYPASSRLS;
	CREATE ROLE team; GRANT team TO "odd ""one""";
	GRANT pg_read_server_files, pg_execute_server_program, pg_monitor TO "odd ""one""";
	GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO "odd ""one""";
	GRANT SELECT ON pg_catalog.pg_authid TO "odd ""one""";
	ALTER TABLE "App data"."Rows" OWNER TO "odd ""one""";
	ALTER TABLE public.orders OWNER TO "odd ""one""";
	ALTER DATABASE shop OWNER TO "odd ""one""";`

// Everything that a role can do too much of is found, and what is said against it takes it away.
func TestFindings(t *testing.T) { pgtesting.EachVersion(t, testFindings) }

func testFindings(t *testing.T, version int, o pgtest.Options) {
	s := pgtesting.Start(t, o)
	pgtesting.Exec(t, s, "", "CREATE DATABASE shop")
	pgtesting.Exec(t, s, "shop", world)

	plain := look(t, s, "plain", "shop")
	everybody := []string{"may connect to other databases: postgres, template1"}
	if version < 15 {
		everybody = []string{"may create objects in schemas: public", everybody[0]}
	}
	if got := plain.Summary(); !slices.Equal(got, everybody) {
		t.Errorf("a plain role: %q", got)
	}
	mighty := look(t, s, "mighty", "shop").Summary()
	if len(mighty) != 3 || mighty[0] != "is a superuser" || mighty[1] != "may replicate" {
		t.Errorf("a superuser: %q", mighty)
	}

	odd := look(t, s, `odd "one"`, "shop")
	want := []string{
		"bypasses row-level security", "may create roles", "may create databases",
		"is a member of pg_execute_server_program", "is a member of pg_monitor", "is a member of pg_read_all_settings",
		"is a member of pg_read_all_stats", "is a member of pg_read_server_files", "is a member of pg_stat_scan_tables",
		"is a member of team", "may read pg_authid", "may call pg_read_file(text)", "owns the database",
		"may create objects in schemas: public", `owns tables that have row-level security: "App data"."Rows"`,
		"owns tables: public.orders", "may connect to other databases: postgres, template1",
	}
	if got := odd.Summary(); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	for _, f := range odd.Findings {
		pgtesting.Exec(t, s, "shop", strings.ReplaceAll(f.Fix, "…", "postgres"))
	}
	if got := look(t, s, `odd "one"`, "shop").Summary(); !slices.Equal(got, []string{`owns tables: "App data"."Rows"`}) {
		t.Errorf("after the fixes: %q", got) // which row-level security now binds
	}
}

// The role that is proposed can do its work and nothing else.
func TestLeast(t *testing.T) { pgtesting.EachVersion(t, testLeast) }

func testLeast(t *testing.T, _ int, o pgtest.Options) {
	s := pgtesting.Start(t, o)
	pgtesting.Exec(t, s, "", "CREATE DATABASE shop")
	pgtesting.Exec(t, s, "shop", world)
	sql := look(t, s, "plain", "shop").Least
	if !strings.Contains(sql, "\n-- REVOKE CONNECT") {
		t.Errorf("nothing is said of other databases:\n%s", sql)
	}
	pgtesting.Exec(t, s, "shop", strings.ReplaceAll(sql, "-- REVOKE", "REVOKE"))
	if got := look(t, s, "sallyport_shop", "shop").Summary(); len(got) != 0 {
		t.Errorf("the role can do too much: %q", got)
	}
	pgtesting.Exec(t, s, "shop", `GRANT USAGE, CREATE ON SCHEMA "App data" TO "odd ""one"""; SET SESSION AUTHORIZATION "odd ""one"""; CREATE TABLE "App data".later (id serial)`)
	pgtesting.Exec(t, s, "shop", `SET SESSION AUTHORIZATION sallyport_shop; 
		INSERT INTO public.orders DEFAULT VALUES; SELECT * FROM "App data"."Rows"; INSERT INTO "App data".later DEFAULT VALUES`)
	if err := s.ExecIn(t.Context(), "shop", `SET SESSION AUTHORIZATION sallyport_shop; CREATE TABLE public.mine (id int)`); err == nil {
		t.Error("the role can make tables")
	}
}
