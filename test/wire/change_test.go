package wire

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// owning makes a server on which the role owns a schema, so that a function
// may change it for her.
func owning(t *testing.T) (*pgtest.Server, string) {
	t.Helper()
	s := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, s, "", `
		CREATE ROLE ana LOGIN;
		CREATE SCHEMA own AUTHORIZATION ana;
		CREATE TABLE secrets (id int, name text); INSERT INTO secrets VALUES (1, 'hidden');
		CREATE TABLE wares (id int, name text); INSERT INTO wares VALUES (1, 'one');
		CREATE FUNCTION go(what text) RETURNS int LANGUAGE plpgsql AS $$ BEGIN EXECUTE what; RETURN 1; END $$;
		GRANT SELECT ON wares TO ana;
		SET ROLE ana; CREATE TABLE own.a (id int, name text); INSERT INTO own.a VALUES (1, 'a');`)
	return s, "shop/public.wares:select shop/own.*:select,insert,update,delete shop/public.go():execute"
}

const undo = "DROP TABLE IF EXISTS own.a, own.b, own.fresh, own.mine CASCADE; CREATE TABLE own.a (id int, name text); ALTER TABLE own.a OWNER TO ana; INSERT INTO own.a VALUES (1, 'a')"

// changing are conversations in which the schema changes in a transaction.
var changing = []conversation{
	{name: "made and rolled back", steps: []step{
		{query("BEGIN"), "Z"}, {query("INSERT INTO own.a VALUES (2, 'two')"), "Z"}, {do("CREATE TABLE own.fresh (a int)"), "Z"},
		{query("INSERT INTO own.fresh VALUES (1)"), "Z"}, {query("SELECT a FROM own.fresh"), "Z"}, {query("ROLLBACK"), "Z"},
		{query("SELECT a FROM own.fresh"), "Z"}}},
	{name: "renamed and rolled back", steps: []step{
		{query("BEGIN"), "Z"}, {do("ALTER TABLE own.a RENAME TO b"), "Z"}, {query("SELECT name FROM own.b"), "Z"},
		{query("ROLLBACK"), "Z"}, {query("SELECT name FROM own.a"), "Z"}, {query("SELECT name FROM own.b"), "Z"}}},
	{name: "column added, to a savepoint", steps: []step{
		{query("BEGIN"), "Z"}, {query("SAVEPOINT s"), "Z"}, {do("ALTER TABLE own.a ADD COLUMN more int"), "Z"}, {query("SELECT more FROM own.a"), "Z"},
		{query("ROLLBACK TO s"), "Z"}, {query("SELECT more FROM own.a"), "Z"}, {query("ROLLBACK"), "Z"}}},
	{name: "changed twice", steps: []step{
		{query("BEGIN"), "Z"}, {do("ALTER TABLE own.a RENAME TO b"), "Z"}, {query("SELECT name FROM own.b"), "Z"},
		{do("ALTER TABLE own.b RENAME TO a"), "Z"}, {query("SELECT name FROM own.b"), "Z"}, {query("ROLLBACK"), "Z"}}},
	{name: "committed", steps: []step{
		{query("BEGIN"), "Z"}, {do("CREATE TABLE own.fresh (a int)"), "Z"}, {query("SELECT a FROM own.fresh"), "Z"}, {query("COMMIT"), "Z"},
		{query("SELECT a FROM own.fresh"), "Z"}}},
	{name: "in a pipeline", steps: []step{
		{join(run("", "BEGIN"), run("", "SELECT public.go('CREATE TABLE own.fresh (a int)')"), run("", "SELECT a FROM own.fresh"),
			run("", "SELECT public.go('ALTER TABLE own.fresh RENAME TO b')"), run("", "SELECT a FROM own.b"), run("", "ROLLBACK"), synced()), "Z"},
		{query("SELECT name FROM own.a"), "Z"}}},
	{name: "in a pipeline's own transaction", steps: []step{
		{join(run("", "SELECT public.go('CREATE TABLE own.fresh (a int)')"), run("", "SELECT a FROM own.fresh"), run("", "SELECT 1/0"), synced()), "Z"},
		{query("SELECT a FROM own.fresh"), "Z"}}},
	{name: "repeatable read", steps: []step{
		{query("BEGIN ISOLATION LEVEL REPEATABLE READ"), "Z"}, {do("ALTER TABLE own.a RENAME TO b"), "Z"}, {query("SELECT name FROM own.b"), "Z"},
		{query("SHOW search_path"), "Z"}, {query("ROLLBACK"), "Z"}}},
	{name: "the path is as it was", steps: []step{
		{query("SET search_path = own, public"), "Z"}, {query("BEGIN"), "Z"}, {query("SET LOCAL search_path = public, own"), "Z"},
		{do("CREATE TABLE own.fresh (a int)"), "Z"}, {query("SELECT a FROM fresh"), "Z"}, {query("SHOW search_path"), "Z"}, {query("COMMIT"), "Z"},
		{query("SHOW search_path"), "Z"}, {query("RESET ALL"), "Z"}, {query("SHOW search_path"), "Z"}}},
	{name: "the path that the transaction set", steps: []step{
		{query("BEGIN"), "Z"}, {query("SET search_path = own"), "Z"}, {query("SELECT public.go('CREATE TABLE own.fresh (a int)')"), "Z"},
		{query("SELECT a FROM fresh"), "Z"}, {query("COMMIT"), "Z"}, {query("SHOW search_path"), "Z"}, {query("SELECT name FROM a"), "Z"}}},
	{name: "a path with everything in it", steps: []step{
		{query(`SET search_path = "a'b\c", "d ""e""", own, "$user"`), "Z"}, {query("BEGIN"), "Z"}, {query("SELECT public.go('CREATE TABLE own.fresh (a int)')"), "Z"},
		{query("SELECT a FROM fresh"), "Z"}, {query("SHOW search_path"), "Z"}, {query("COMMIT"), "Z"}, {query("SHOW search_path"), "Z"}}},
}

// TestUncommittedChanges holds each conversation with the server and with the
// proxy, which must see what the transaction has changed.
func TestUncommittedChanges(t *testing.T) {
	server, scope := owning(t)
	g := newGate(t, server)
	g.schema.SetStrict(true) // what a function changes is known to a strict catalogue alone
	for _, c := range changing {
		t.Run(c.name, func(t *testing.T) {
			want := unnumbered(c.said(direct(t, server, "ana")))
			pgtesting.Exec(t, server, "", undo)
			got := unnumbered(c.said(g.connect(t, scope)))
			pgtesting.Exec(t, server, "", undo)
			if !slices.Equal(got, want) {
				t.Errorf("the proxy answers\n\t%s\nthe server\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
		})
	}
}

// TestStrictClosesTheWindow: another session's change holds for the next
// statement, whatever was prepared before.
func TestStrictClosesTheWindow(t *testing.T) {
	server, scope := owning(t)
	g := newGate(t, server)
	g.schema.SetStrict(true)
	r := g.connect(t, scope)
	r.send(join(parse("p", "SELECT name FROM wares"), bind("", "p"), execute(""), synced()))
	if got := r.until("Z"); got[2] != `D "\x00\x01\x00\x00\x00\x03one"` {
		t.Fatalf("%q", got)
	}
	for range 10 {
		pgtesting.Exec(t, server, "", "ALTER TABLE wares RENAME TO kept; ALTER VIEW IF EXISTS shown RENAME TO wares; CREATE OR REPLACE VIEW wares AS SELECT name, id FROM secrets")
		for _, m := range [][]byte{query("SELECT name FROM kept"), join(bind("", "p"), execute(""), synced())} {
			r.send(m)
			got := r.until("Z")
			if m[0] == 'Q' && !strings.HasSuffix(got[0], " C42501") {
				t.Fatalf("a table that was renamed out of the scope is read: %q", got)
			}
		}
		pgtesting.Exec(t, server, "", "ALTER VIEW wares RENAME TO shown; ALTER TABLE kept RENAME TO wares")
		r.send(query("SELECT name FROM wares"))
		if got := r.until("Z"); got[0][0] != 'T' {
			t.Fatalf("a table that is in the scope again is not read: %q", got)
		}
	}
}

// TestRepeatableReadSeesNoLaterChange: such a transaction reads the catalogue
// as it was, and resolves names as they are. Where both it and others change
// the schema, nothing can be told.
func TestRepeatableReadSeesNoLaterChange(t *testing.T) {
	server, scope := owning(t)
	g := newGate(t, server)
	g.schema.SetStrict(true)
	r := g.connect(t, scope)
	r.send(join(query("BEGIN ISOLATION LEVEL REPEATABLE READ"), query("SELECT name FROM own.a"), do("CREATE TABLE own.mine (a int)")))
	r.until("ZZZ")
	pgtesting.Exec(t, server, "", "ALTER TABLE wares RENAME TO kept; ALTER TABLE secrets RENAME TO wares")
	r.send(query("SELECT name FROM wares"))
	if got := r.until("Z"); got[0][0] != 'E' {
		t.Errorf("read: %q", got)
	}
	r.send(join(query("ROLLBACK"), query("SELECT name FROM wares")))
	if got := r.until("ZZ"); got[2][0] != 'T' {
		t.Errorf("behind it: %q", got)
	}
}

// granted are conversations with DDL of the session's own.
var granted = []conversation{
	{name: "temporary table", steps: []step{
		{query("CREATE TEMP TABLE secrets (name text)"), "Z"}, {query("INSERT INTO secrets VALUES ('mine')"), "Z"}, {query(hidden), "Z"},
		{query("SELECT name FROM public.secrets"), "Z"}, {query("ALTER TABLE secrets ADD COLUMN more int"), "Z"}, {query("SELECT more FROM secrets"), "Z"},
		{query("DROP TABLE secrets"), "Z"}, {query(hidden), "Z"}}},
	{name: "temporary table that is rolled back", steps: []step{
		{query("BEGIN"), "Z"}, {query("CREATE TEMP TABLE secrets (name text)"), "Z"}, {query(hidden), "Z"}, {query("ROLLBACK"), "Z"}, {query(hidden), "Z"}}},
	{name: "temporary table until commit", steps: []step{
		{query("BEGIN"), "Z"}, {query("CREATE TEMP TABLE secrets (name text) ON COMMIT DROP"), "Z"}, {query(hidden), "Z"}, {query("COMMIT"), "Z"}, {query(hidden), "Z"}}},
	{name: "temporary table of a query", steps: []step{
		{query("CREATE TEMP TABLE mine AS SELECT name FROM wares"), "Z"}, {query("SELECT name FROM mine"), "Z"}, {query("SELECT name INTO TEMP also FROM mine"), "Z"}, {query("TABLE also"), "Z"}}},
	{name: "temporary view", steps: []step{
		{query("CREATE TEMP VIEW secrets AS SELECT name FROM wares"), "Z"}, {query(hidden), "Z"}, {query("DROP VIEW secrets"), "Z"}, {query(hidden), "Z"}}},
	{name: "temporary table in a pipeline", later: []string{"1"}, steps: []step{
		{join(run("", "CREATE TEMP TABLE secrets (name text)"), run("", "INSERT INTO secrets VALUES ('mine')"), run("", hidden), synced()), "Z"},
		{join(run("", "DROP TABLE secrets"), run("", hidden), synced()), "Z"}}},
	{name: "pg_temp first in the path", steps: []step{
		{query("SET search_path = pg_temp, public"), "Z"}, {query("CREATE TABLE mine (a int)"), "Z"}, {query("SELECT a FROM pg_temp.mine"), "Z"}, {query("RESET search_path"), "Z"}, {query("TABLE mine"), "Z"}}},
	{name: "table", steps: []step{
		{query("CREATE TABLE own.fresh (a int)"), "Z"}, {query("INSERT INTO own.fresh VALUES (1)"), "Z"}, {query("SELECT a FROM own.fresh"), "Z"}, {query("DROP TABLE own.fresh"), "Z"}, {query("SELECT a FROM own.fresh"), "Z"}}},
	{name: "table that is rolled back", steps: []step{
		{query("BEGIN"), "Z"}, {query("CREATE TABLE own.fresh (a int)"), "Z"}, {query("INSERT INTO own.fresh VALUES (1)"), "Z"}, {query("SELECT a FROM own.fresh"), "Z"},
		{query("ALTER TABLE own.fresh RENAME TO mine"), "Z"}, {query("SELECT a FROM own.mine"), "Z"}, {query("SELECT a FROM own.fresh"), "Z"},
		{query("ROLLBACK"), "Z"}, {query("SELECT a FROM own.mine"), "Z"}}},
	{name: "table in a savepoint", steps: []step{
		{query("BEGIN"), "Z"}, {query("SAVEPOINT s"), "Z"}, {query("CREATE TABLE own.fresh (a int)"), "Z"}, {query("SELECT a FROM own.fresh"), "Z"},
		{query("ROLLBACK TO s"), "Z"}, {query("SELECT a FROM own.fresh"), "Z"}, {query("ROLLBACK"), "Z"}}},
	{name: "table in a pipeline", steps: []step{
		{join(run("", "BEGIN"), run("", "CREATE TABLE own.fresh (a int)"), run("", "INSERT INTO own.fresh VALUES (1)"), run("", "SELECT a FROM own.fresh"),
			run("", "ALTER TABLE own.fresh ADD COLUMN b int"), run("", "SELECT b FROM own.fresh"), run("", "ROLLBACK"), synced()), "Z"},
		{query("SELECT name FROM own.a"), "Z"}}},
	{name: "isolation level", steps: []step{
		{query("BEGIN"), "Z"}, {query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"), "Z"}, {query("CREATE TABLE own.fresh (a int)"), "Z"},
		{query("SELECT a FROM own.fresh"), "Z"}, {query("COMMIT"), "Z"}, {query("SELECT a FROM own.fresh"), "Z"}}},
}

// TestGrantedChanges holds each conversation with the server and with the
// proxy, whose catalogue is a plain one.
func TestGrantedChanges(t *testing.T) {
	server, scope := owning(t)
	g := newGate(t, server)
	for _, c := range granted {
		t.Run(c.name, func(t *testing.T) {
			want := unnumbered(c.early(t, c.said(direct(t, server, "ana"))))
			pgtesting.Exec(t, server, "", undo)
			if err := g.schema.Refresh(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := unnumbered(c.said(g.connect(t, scope+" shop/own.*:ddl")))
			pgtesting.Exec(t, server, "", undo)
			if !slices.Equal(got, want) {
				t.Errorf("the proxy answers\n\t%s\nthe server\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
		})
	}
}

// TestOthersSeeCommittedChanges: every session's next statement is judged by
// what DDL through the proxy has left, in a transaction too.
func TestOthersSeeCommittedChanges(t *testing.T) {
	server, scope := owning(t)
	g := newGate(t, server)
	one, two := g.connect(t, scope+" shop/own.*:ddl"), g.connect(t, scope)
	for _, c := range []struct {
		change []byte
		ends   string
		want   byte
	}{
		{query("CREATE TABLE own.fresh (a int)"), "Z", 'T'},
		{query("DROP TABLE own.fresh"), "Z", 'E'},
		{join(query("BEGIN"), query("CREATE TABLE own.fresh (a int)")), "ZZ", 'E'},
		{query("COMMIT"), "Z", 'T'},
		{query("BEGIN;DROP TABLE own.fresh;ROLLBACK"), "Z", 'T'},
		{join(run("", "DROP TABLE own.fresh"), synced()), "Z", 'E'},
	} {
		one.send(c.change)
		for _, m := range one.until(c.ends) {
			if m[0] == 'E' {
				t.Fatalf("%q: %s", c.change, m)
			}
		}
		two.send(query("SELECT a FROM own.fresh"))
		if got := two.until("Z"); got[0][0] != c.want {
			t.Errorf("behind %q the other gets %q", c.change, got)
		}
	}
}
