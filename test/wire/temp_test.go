package wire

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// hiding makes a server with a table that the role may not read, and a
// function that runs what it is told, as the one who calls it.
func hiding(t *testing.T) (*pgtest.Server, string) {
	t.Helper()
	return hidingOn(t, pgtest.Options{})
}

func hidingOn(t *testing.T, o pgtest.Options) (*pgtest.Server, string) {
	t.Helper()
	s := pgtesting.Start(t, o)
	pgtesting.Exec(t, s, "", `
		CREATE ROLE ana LOGIN;
		CREATE SCHEMA far; CREATE TABLE far.place (name text); INSERT INTO far.place VALUES ('far');
		CREATE TABLE secrets (id int, name text); INSERT INTO secrets VALUES (1, 'hidden');
		CREATE TABLE wares (id int, name text); INSERT INTO wares VALUES (1, 'one');
		CREATE FUNCTION go(what text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE what; RETURN 1; END $$;
		GRANT USAGE ON SCHEMA far TO ana;
		GRANT SELECT, INSERT ON wares TO ana;`)
	return s, "shop/public.wares:select,insert shop/public.go():execute"
}

// do has a function run a statement, so that the text does not show it.
func do(sql string) []byte {
	return query("SELECT public.go('" + strings.ReplaceAll(sql, "'", "''") + "')")
}

const hidden = "SELECT name FROM secrets"

var temps = []conversation{
	{name: "hides a permanent table", steps: []step{
		{query(hidden), "Z"}, {do("CREATE TEMP TABLE secrets (name text)"), "Z"}, {query(hidden), "Z"},
		{query("INSERT INTO secrets VALUES ('mine')"), "Z"}, {query(hidden), "Z"}, {query("SELECT name FROM public.secrets"), "Z"},
		{do("DROP TABLE pg_temp.secrets"), "Z"}, {query(hidden), "Z"}}},
	{name: "has columns of its own", steps: []step{
		{do("CREATE TEMP TABLE wares (other int)"), "Z"}, {query("SELECT other FROM wares"), "Z"}, {query("SELECT name FROM wares"), "Z"}}},
	{name: "by qualified names", steps: []step{
		{do("CREATE TEMP TABLE mine AS SELECT 1 AS a"), "Z"}, {query("SELECT a FROM pg_temp.mine"), "Z"},
		{query("SELECT a FROM mine"), "Z"}, {query("UPDATE pg_temp.mine SET a = 2"), "Z"}, {query("TABLE mine"), "Z"}}},
	{name: "rolled back", steps: []step{
		{query("BEGIN"), "Z"}, {do("CREATE TEMP TABLE secrets (name text)"), "Z"}, {query(hidden), "Z"},
		{query("ROLLBACK"), "Z"}, {query(hidden), "Z"}}},
	{name: "rolled back to a savepoint", steps: []step{
		{query("BEGIN"), "Z"}, {query("SAVEPOINT s"), "Z"}, {do("CREATE TEMP TABLE secrets (name text)"), "Z"}, {query(hidden), "Z"},
		{query("ROLLBACK TO s"), "Z"}, {query(hidden), "Z"}, {query("ROLLBACK"), "Z"}}},
	{name: "ON COMMIT DROP", steps: []step{
		{query("BEGIN"), "Z"}, {do("CREATE TEMP TABLE secrets (name text) ON COMMIT DROP"), "Z"}, {query(hidden), "Z"},
		{query("COMMIT"), "Z"}, {query(hidden), "Z"}}},
	{name: "ON COMMIT DELETE ROWS", steps: []step{
		{query("BEGIN"), "Z"}, {do("CREATE TEMP TABLE secrets (name text) ON COMMIT DELETE ROWS"), "Z"}, {query(hidden), "Z"},
		{query("COMMIT"), "Z"}, {query(hidden), "Z"}}},
	{name: "drop rolled back", steps: []step{
		{do("CREATE TEMP TABLE secrets (name text)"), "Z"}, {query("BEGIN"), "Z"}, {do("DROP TABLE pg_temp.secrets"), "Z"},
		{query(hidden), "Z"}, {query("ROLLBACK"), "Z"}, {query(hidden), "Z"}}},
	{name: "DISCARD TEMP", steps: []step{
		{do("CREATE TEMP TABLE secrets (name text)"), "Z"}, {query(hidden), "Z"}, {query("DISCARD TEMP"), "Z"}, {query(hidden), "Z"}}},
	{name: "DISCARD ALL", steps: []step{
		{do("CREATE TEMP TABLE secrets (name text)"), "Z"}, {query(hidden), "Z"}, {query("DISCARD ALL"), "Z"}, {query(hidden), "Z"}}},
	{name: "pg_temp last in the path", steps: []step{
		{do("CREATE TEMP TABLE secrets (name text)"), "Z"}, {query("SET search_path = public, pg_temp"), "Z"}, {query(hidden), "Z"},
		{query("SET search_path = pg_temp, public"), "Z"}, {query(hidden), "Z"}}},
	{name: "changed twice in a transaction", steps: []step{
		{query("BEGIN"), "Z"}, {do("CREATE TEMP TABLE secrets (name text)"), "Z"}, {query(hidden), "Z"},
		{do("ALTER TABLE pg_temp.secrets RENAME COLUMN name TO other"), "Z"}, {query("SELECT other FROM secrets"), "Z"},
		{do("ALTER TABLE pg_temp.secrets RENAME TO kept"), "Z"}, {query(hidden), "Z"}, {query("ROLLBACK"), "Z"}}},
	{name: "pipeline", later: []string{"1"}, steps: []step{
		{join(run("", "SELECT public.go('CREATE TEMP TABLE secrets (name text)')"), run("", hidden), run("", "INSERT INTO secrets VALUES ('mine')"), run("", hidden), synced()), "Z"},
		{join(run("", "SELECT public.go('DROP TABLE pg_temp.secrets')"), run("", hidden), synced()), "Z"}}},
	{name: "prepared before", steps: []step{
		{join(parse("p", "SELECT name FROM wares"), bind("", "p"), execute(""), synced()), "Z"},
		{do("CREATE TEMP TABLE wares (name text)"), "Z"}, {join(bind("", "p"), execute(""), synced()), "Z"},
		{do("ALTER TABLE pg_temp.wares RENAME TO others"), "Z"}, {join(bind("", "p"), execute(""), synced()), "Z"}}},
	{name: "prepared on what is dropped", steps: []step{
		{do("CREATE TEMP TABLE secrets (name text)"), "Z"}, {join(parse("p", hidden), bind("", "p"), execute(""), synced()), "Z"},
		{query("PREPARE q AS " + hidden), "Z"}, {do("DROP TABLE pg_temp.secrets"), "Z"}, {join(bind("", "p"), execute(""), synced()), "Z"}, {query("EXECUTE q"), "Z"}}},
	{name: "names of types and functions of the catalogue's queries", steps: []step{
		{do("CREATE TEMP TABLE text (a int)"), "Z"}, {do("CREATE TEMP TABLE pg_class (a int)"), "Z"}, {do("CREATE TEMP TABLE oid (a int)"), "Z"},
		{query("SELECT a FROM pg_class"), "Z"}, {query("SELECT name FROM wares"), "Z"}}},
	{name: "views that a function has made", steps: []step{
		{do("CREATE TEMP VIEW shown AS SELECT name FROM public.wares"), "Z"}, {query("SELECT name FROM shown"), "Z"}, {query("DELETE FROM shown"), "Z"},
		{query("BEGIN"), "Z"}, {query("INSERT INTO shown VALUES ('two')"), "Z"}, {query("ROLLBACK"), "Z"},
		{do("ALTER VIEW shown RENAME TO first"), "Z"}, {do("CREATE TEMP VIEW second AS SELECT name FROM first"), "Z"}, {query("SELECT name FROM second"), "Z"}}},
	{name: "a rule that a function has made", steps: []step{
		{do("CREATE TEMP TABLE ruled (name text); CREATE RULE r AS ON INSERT TO ruled DO ALSO SELECT name FROM public.wares"), "Z"}, {query("INSERT INTO ruled VALUES ('x')"), "Z"}}},
	{name: "isolation level", steps: []step{
		{do("CREATE TEMP TABLE secrets (name text)"), "Z"}, {query("BEGIN ISOLATION LEVEL REPEATABLE READ"), "Z"}, {query(hidden), "Z"},
		{do("CREATE TEMP TABLE more (name text)"), "Z"}, {query("SELECT name FROM more"), "Z"}, {query("COMMIT"), "Z"}, {query("TABLE more"), "Z"}}},
}

// TestTemporaryObjects holds each conversation with the server and with the
// proxy: temporary objects mean to both the same.
func TestTemporaryObjects(t *testing.T) {
	server, scope := hiding(t)
	alike(t, newGate(t, server), scope, temps)
}

// unnumbered leaves out the OIDs of relations, which no two tables share, and
// the settings that say who the server takes the session for.
func unnumbered(answers []string) []string {
	answers = slices.DeleteFunc(answers, func(a string) bool {
		return strings.HasPrefix(a, `S "is_superuser`) || strings.HasPrefix(a, `S "session_authorization`)
	})
	for i, a := range answers {
		body, err := strconv.Unquote(a[2:])
		if a[0] != 'T' || err != nil {
			continue
		}
		fields := []byte(body)
		for at := 2; at < len(fields); {
			at += bytes.IndexByte(fields[at:], 0) + 1
			clear(fields[at : at+4])
			at += 18
		}
		answers[i] = fmt.Sprintf("T %q", fields)
	}
	return answers
}

// TestTemporaryViewsReadAsTheToken: a view is the proxy's role's to the server,
// which may read everything.
func TestTemporaryViewsReadAsTheToken(t *testing.T) {
	server, scope := hiding(t)
	r := newGate(t, server).connect(t, scope)
	for _, c := range []struct{ made, used string }{
		{"CREATE TEMP VIEW shown AS SELECT name FROM public.secrets", "SELECT name FROM shown"},
		{"CREATE TEMP VIEW again AS SELECT name FROM shown", "TABLE again"},
		{"CREATE OR REPLACE TEMP VIEW wares AS SELECT w.name FROM public.wares w, public.secrets", "SELECT name FROM wares"},
		{"CREATE TEMP TABLE ruled (name text); CREATE RULE r AS ON INSERT TO ruled DO ALSO SELECT name FROM public.secrets", "INSERT INTO ruled VALUES ('x')"},
	} {
		r.send(do(c.made))
		if got := r.until("Z"); got[0][0] != 'T' {
			t.Fatalf("%s: %q", c.made, got)
		}
		r.send(query(c.used))
		if got := r.until("Z"); !strings.HasSuffix(got[0], " C42501") {
			t.Errorf("%s: %q", c.used, got)
		}
	}
}

// TestOthersTemporaryObjects: a superuser could read them.
func TestOthersTemporaryObjects(t *testing.T) {
	server, scope := hiding(t)
	g := newGate(t, server)
	other := g.connect(t, scope)
	other.send(do("CREATE TEMP TABLE wares AS SELECT 'theirs' AS name"))
	other.until("Z")
	other.send(query("SELECT relnamespace::regnamespace FROM pg_class WHERE oid = 'wares'::regclass"))
	schema := strings.TrimSuffix(strings.SplitN(other.until("Z")[1], "\\t", 2)[1], `"`)
	if !strings.HasPrefix(schema, "pg_temp_") {
		t.Fatalf("the other's schema is %q", schema)
	}
	r := g.connect(t, scope)
	for _, c := range []struct{ sql, code string }{
		{"SELECT name FROM " + schema + ".wares", "42P01"},
		{"SET search_path = " + schema, "42501"},
	} {
		r.send(query(c.sql))
		if got := r.until("Z"); !strings.HasSuffix(got[0], " C"+c.code) {
			t.Errorf("%s: %q", c.sql, got)
		}
	}
	r.send(do("SET search_path = " + schema + ", public"))
	r.until("Z")
	r.send(query("SELECT name FROM wares"))
	if got := r.until("Z"); !strings.HasPrefix(got[0], "E ") {
		t.Errorf("the other's table is read: %q", got)
	}
	r.send(join(query("SET search_path = public"), query("SELECT name FROM wares")))
	if got := r.until("ZZ"); !strings.Contains(strings.Join(got, "\n"), `D "\x00\x01\x00\x00\x00\x03one"`) {
		t.Errorf("with a path of its own the session reads %q", got)
	}
}
