package wire

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// moving makes a server with two schemas that hold a relation of the same
// name, of which the role may read one, and code of every sort that changes
// the search_path behind the proxy's back.
func moving(t *testing.T) (*pgtest.Server, string) {
	t.Helper()
	return movingOn(t, pgtest.Options{})
}

func movingOn(t *testing.T, o pgtest.Options) (*pgtest.Server, string) {
	t.Helper()
	s := pgtesting.Start(t, o)
	pgtesting.Exec(t, s, "", `
		CREATE ROLE ana LOGIN;
		CREATE SCHEMA hidden; CREATE TABLE hidden.place (name text); INSERT INTO hidden.place VALUES ('hidden');
		CREATE TABLE public.place (name text); INSERT INTO public.place VALUES ('public');
		CREATE TABLE public.jobs (id int); CREATE TABLE public.late (id int);
		CREATE FUNCTION to_hidden() RETURNS int LANGUAGE sql AS $$ SELECT set_config('search_path', 'hidden, public', false); SELECT 1 $$;
		CREATE FUNCTION to_public() RETURNS int LANGUAGE sql AS $$ SELECT set_config('search_path', 'public', false); SELECT 1 $$;
		CREATE FUNCTION keep() RETURNS int LANGUAGE plpgsql AS $$ BEGIN CREATE TEMP TABLE kept (a int); RETURN 1; END $$;
		CREATE FUNCTION calm() RETURNS int LANGUAGE sql AS 'SELECT 1';
		CREATE FUNCTION stable_hidden() RETURNS int STABLE LANGUAGE plpgsql AS
			$$ BEGIN PERFORM set_config('search_path', 'hidden, public', false); RETURN 1; END $$;
		CREATE FUNCTION immutable_hidden() RETURNS int IMMUTABLE LANGUAGE plpgsql AS
			$$ BEGIN PERFORM set_config('search_path', 'hidden, public', false); RETURN 1; END $$;
		CREATE FUNCTION local_hidden() RETURNS int LANGUAGE sql AS $$ SELECT set_config('search_path', 'hidden, public', true); SELECT 1 $$;
		CREATE PROCEDURE commit_hidden() LANGUAGE plpgsql AS $$ BEGIN SET search_path = hidden, public; COMMIT; END $$;
		CREATE PROCEDURE rollback_hidden() LANGUAGE plpgsql AS $$ BEGIN SET search_path = hidden, public; ROLLBACK; END $$;
		CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN SET search_path = hidden, public; RETURN NULL; END $$;
		CREATE TRIGGER fire AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION fire();
		CREATE CONSTRAINT TRIGGER fire AFTER INSERT ON late DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fire();
		CREATE TABLE public.old (id int); CREATE TRIGGER fire AFTER TRUNCATE ON old EXECUTE FUNCTION fire(); GRANT TRUNCATE ON old TO ana;
		GRANT USAGE ON SCHEMA hidden TO ana;
		GRANT SELECT ON public.place TO ana; GRANT INSERT ON jobs, late TO ana;`)
	scope := "shop/public.place:select shop/public.jobs:insert shop/public.late:insert shop/public.old:truncate"
	for _, f := range []string{"to_hidden", "to_public", "keep", "calm", "stable_hidden", "immutable_hidden", "local_hidden", "commit_hidden", "rollback_hidden"} {
		scope += fmt.Sprintf(" shop/public.%s():execute", f)
	}
	return s, scope
}

const place = "SELECT name FROM place"

// moves are conversations in which code of the user's moves the search_path.
var moves = []conversation{
	{name: "function", steps: []step{{query("SELECT to_hidden()"), "Z"}, {query(place), "Z"}}},
	{name: "there and back", steps: []step{
		{query("SELECT to_hidden()"), "Z"}, {query(place), "Z"}, {query("SELECT public.to_public()"), "Z"}, {query(place), "Z"}}},
	{name: "stable", steps: []step{{query("SELECT stable_hidden()"), "Z"}, {query(place), "Z"}}},
	{name: "immutable, at Bind", later: []string{"1"}, steps: []step{
		{join(parse("", "SELECT immutable_hidden()"), bind("", ""), synced()), "Z"}, {join(run("", place), synced()), "Z"}}},
	{name: "local", steps: []step{{query("SELECT local_hidden()"), "Z"}, {query(place), "Z"}}},
	{name: "local in a transaction", steps: []step{
		{query("BEGIN"), "Z"}, {query("SELECT local_hidden()"), "Z"}, {query(place), "Z"}, {query("ROLLBACK"), "Z"}, {query(place), "Z"}}},
	{name: "rolled back", steps: []step{
		{query("BEGIN"), "Z"}, {query("SELECT to_hidden()"), "Z"}, {query("ROLLBACK"), "Z"}, {query(place), "Z"}}},
	{name: "rolled back to a savepoint", steps: []step{
		{query("BEGIN"), "Z"}, {query("SAVEPOINT s"), "Z"}, {query("SELECT to_hidden()"), "Z"}, {query("SELECT public.calm()"), "Z"},
		{query("ROLLBACK TO s"), "Z"}, {query(place), "Z"}, {query("SELECT to_hidden()"), "Z"}, {query("COMMIT"), "Z"}, {query(place), "Z"}}},
	{name: "committed", steps: []step{
		{query("BEGIN"), "Z"}, {query("SELECT to_hidden()"), "Z"}, {query("COMMIT"), "Z"}, {query(place), "Z"}}},
	{name: "procedure that commits", steps: []step{{query("CALL commit_hidden()"), "Z"}, {query(place), "Z"}}},
	{name: "procedure that rolls back", steps: []step{{query("CALL rollback_hidden()"), "Z"}, {query(place), "Z"}}},
	{name: "trigger", steps: []step{{query("INSERT INTO jobs VALUES (1)"), "Z"}, {query(place), "Z"}}},
	{name: "TRUNCATE that sets off a trigger", steps: []step{{query("TRUNCATE old"), "Z"}, {query(place), "Z"}}},
	{name: "deferred trigger", steps: []step{
		{query("BEGIN"), "Z"}, {query("INSERT INTO late VALUES (1)"), "Z"}, {query(place), "Z"}, {query("COMMIT"), "Z"}, {query(place), "Z"}}},
	{name: "deferred trigger in a pipeline", later: []string{"1"}, steps: []step{
		{join(run("", "INSERT INTO late VALUES (1)"), run("", place), synced(), run("", place), synced()), "ZZ"}}},
	{name: "deferred trigger, set to be immediate", steps: []step{
		{query("BEGIN"), "Z"}, {query("INSERT INTO late VALUES (1)"), "Z"}, {query(place), "Z"}, {query("SET CONSTRAINTS ALL IMMEDIATE"), "Z"}, {query(place), "Z"}, {query("ROLLBACK"), "Z"}, {query(place), "Z"}}},
	{name: "COPY that sets off a trigger", steps: []step{
		{query("COPY jobs FROM STDIN"), "G"}, {join(data("1\n"), copyDone(), query(place)), "ZZ"}}},
	{name: "cursor", steps: []step{
		{query("BEGIN"), "Z"}, {query("DECLARE c CURSOR FOR SELECT to_hidden()"), "Z"}, {query(place), "Z"}, {query("FETCH c"), "Z"}, {query(place), "Z"}, {query("ROLLBACK"), "Z"}}},
	{name: "portal in steps", steps: []step{
		{query("BEGIN"), "Z"}, {join(parse("f", "SELECT CASE n WHEN 2 THEN public.to_hidden() ELSE public.to_public() END FROM generate_series(1, 3) n"), bind("c", "f"), nextRow("c"), synced()), "Z"},
		{query(place), "Z"}, {join(nextRow("c"), synced()), "Z"}, {query(place), "Z"}, {query("ROLLBACK"), "Z"}}},
	{name: "PREPARE and EXECUTE", steps: []step{
		{query("PREPARE f AS SELECT to_hidden()"), "Z"}, {query(place), "Z"}, {query("EXECUTE f"), "Z"}, {query(place), "Z"}}},
	{name: "EXPLAIN", steps: []step{{query("EXPLAIN (COSTS off) SELECT stable_hidden()"), "Z"}, {query(place), "Z"}}},
	{name: "pipeline", later: []string{"1"}, steps: []step{
		{join(run("", "SELECT to_hidden()"), run("", place), synced()), "Z"}, {query("SELECT public.to_public()"), "Z"}, {query(place), "Z"}}},
	{name: "pipeline of segments", later: []string{"1"}, steps: []step{
		{join(run("", "SELECT to_hidden()"), synced(), run("", place), synced(), run("", "SELECT public.to_public()"), synced(), run("", place), synced()), "ZZZZ"}}},
	{name: "pipeline back", steps: []step{
		{join(run("", "SELECT to_hidden()"), run("", "SELECT to_public()"), run("", place), synced()), "Z"}}},
	{name: "queries at once", steps: []step{
		{join(query("SELECT to_hidden()"), query(place), query("SELECT public.to_public()"), query(place)), "ZZZZ"}}},
	{name: "prepared before", later: []string{""}, steps: []step{
		{join(parse("p", place), parse("f", "SELECT to_hidden()"), synced()), "Z"},
		{join(bind("", "f"), execute(""), bind("", "p"), execute(""), synced()), "Z"},
		{join(bind("", "p"), execute(""), synced()), "Z"}}},
	{name: "failed transaction", steps: []step{
		{query("BEGIN"), "Z"}, {query("SELECT to_hidden()"), "Z"}, {query("SELECT 1/0"), "Z"}, {query(place), "Z"},
		{query("ROLLBACK"), "Z"}, {query(place), "Z"}}},
	{name: "isolation level", steps: []step{
		{query("SELECT to_public()"), "Z"}, {query("BEGIN"), "Z"}, {query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"), "Z"},
		{query("SHOW transaction_isolation"), "Z"}, {query(place), "Z"}, {query("COMMIT"), "Z"}}},
	{name: "isolation level in a pipeline", steps: []step{
		{join(run("", "SELECT to_public()"), synced(), run("", "BEGIN"), synced(), run("", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"), synced(), run("", place), synced()), "ZZZZ"},
		{query("COMMIT"), "Z"}}},
	{name: "unnamed statement and portal", steps: []step{
		{query("BEGIN"), "Z"}, {join(parse("", place), bind("", ""), synced()), "Z"},
		{join(parse("f", "SELECT public.calm()"), bind("g", "f"), execute("g"), synced()), "Z"},
		{join(parse("q", place), synced()), "Z"},
		{join(execute(""), bind("", ""), execute(""), describe("S", ""), synced()), "Z"}, {query("COMMIT"), "Z"}}},
	{name: "portals stay in a segment", steps: []step{
		{join(parse("p", place), bind("c", "p"), parse("", "SELECT calm()"), bind("", ""), execute(""), parse("q", place), execute("c"), synced()), "Z"}}},
	{name: "COPY behind it", steps: []step{
		{query("SELECT calm()"), "Z"}, {query("COPY place TO STDOUT"), "Z"}, {join(run("", "SELECT calm()"), run("", "COPY place TO STDOUT"), synced()), "Z"}}},
	{name: "Query in an open segment", steps: []step{
		{join(run("", "SELECT to_hidden()"), query(place), synced()), "ZZ"}, {query("SELECT public.to_public()"), "Z"}}},
	{name: "error behind it in a pipeline", steps: []step{
		{join(run("", "SELECT calm()"), run("", "SELECT 1/0"), run("", place), synced(), run("", place), synced()), "ZZ"}}},
	{name: "Flush", steps: []step{
		{join(run("", "SELECT calm()"), flushed()), "C"}, {join(run("", place), flushed()), "C"}, {synced(), "Z"}}},
}

// TestMovedBehindTheProxy holds each conversation with the server, as a role
// with the scope's grants, and with the proxy, which must ask the server
// without anything of it being seen: not a byte may differ.
func TestMovedBehindTheProxy(t *testing.T) {
	server, scope := moving(t)
	alike(t, newGate(t, server), scope, moves)
}

// TestAsidesOnEachVersion holds some of the conversations on every version.
func TestAsidesOnEachVersion(t *testing.T) {
	pgtesting.EachVersion(t, func(t *testing.T, _ int, o pgtest.Options) {
		server, scope := movingOn(t, o)
		alike(t, newGate(t, server), scope, moves[:6])
		server, scope = hidingOn(t, o)
		g := newGate(t, server)
		alike(t, g, scope, temps[:6])
		g.schema.SetStrict(true)
		alike(t, g, scope, temps[:3])
	})
}

func alike(t *testing.T, g *gate, scope string, list []conversation) {
	t.Helper()
	for _, c := range list {
		t.Run(c.name, func(t *testing.T) {
			want := unnumbered(c.early(t, c.said(direct(t, g.server, "ana"))))
			got := unnumbered(c.said(g.connect(t, scope)))
			if !slices.Equal(got, want) {
				t.Errorf("the proxy answers\n\t%s\nthe server\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
		})
	}
}

// said is hold without a look at what was stored.
func (c *conversation) said(r *raw) []string {
	r.t.Helper()
	var got []string
	for _, s := range c.steps {
		r.send(s.send)
		got = append(got, r.until(s.wait)...)
	}
	return append(got, r.rest()...)
}

// TestRoleMovedBehindTheProxy: "$user" in the search_path is another's then.
func TestRoleMovedBehindTheProxy(t *testing.T) {
	server, scope := moving(t)
	pgtesting.Exec(t, server, "", `CREATE SCHEMA ana; CREATE TABLE ana.place AS SELECT 'ana' AS name; GRANT USAGE ON SCHEMA ana TO ana;
		GRANT SELECT ON ana.place TO ana;
		CREATE FUNCTION to_ana() RETURNS int LANGUAGE sql AS $$ SELECT set_config('role', 'ana', false); SELECT 1 $$;
		CREATE FUNCTION back() RETURNS int LANGUAGE sql AS $$ SELECT set_config('role', 'none', false); SELECT 1 $$`)
	r := newGate(t, server).connect(t, scope+" shop/public.to_ana():execute shop/public.back():execute")
	r.send(query("SELECT public.to_ana()"))
	r.until("Z")
	r.send(query(place))
	if got := r.until("Z"); got[0][0] != 'E' {
		t.Errorf("as another role: %q", got)
	}
}
