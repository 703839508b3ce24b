package wire

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// wrong are texts that the server's own grammar refuses.
var wrong = []string{
	"SELEC 1", "SELECT FROM WHERE", "SELECT id FROM wares WHERE", "SELECT (1", "SELECT 1)", "SELECT 'é', x y z", "SELECT 'open", `SELECT "open`,
	"SELECT /* open", "SELECT $a$ open", "SELECT 1; SELEC 2", "INSERT INTO wares VALUES (9, 'nine'); SELEC", `SELECT ""`, "SELECT 'x' U&'y'",
	`SELECT U&"\00"`, `SELECT U&'\d83d'`, "SELECT 1 1a", "SELECT {", "SELECT '\xff'", "INSERT INTO wares (id) VALUES (1) RETURN id", "\\d wares",
	"SELECT 1 /* ; */ FROM", "CREATE TABLE", "SELECT '" + strings.Repeat("é", 20000),
}

// grammars are conversations in which such a text stands.
func grammars(sql string) []conversation {
	return []conversation{
		{name: "Query", steps: []step{{query(sql), "Z"}, {query(allowed), "Z"}}},
		{name: "Parse", steps: []step{{join(run("", sql), synced()), "Z"}, {join(run("", allowed), synced()), "Z"}}},
		{name: "Parse of a name", steps: []step{{join(run("p", sql), synced(), parse("p", allowed), bind("", "p"), execute(""), synced()), "ZZ"}}},
		{name: "in a transaction", steps: []step{{query("BEGIN;" + insert), "Z"}, {query(sql), "Z"}, {query(allowed), "Z"}, {query("ROLLBACK"), "Z"}}},
		{name: "in a failed transaction", steps: []step{{query("BEGIN;SELECT 1/0"), "Z"}, {query(sql), "Z"}, {join(run("", sql), synced()), "Z"}, {query("ROLLBACK"), "Z"}}},
		{name: "in an open segment", steps: []step{{join(run("", insert), query(sql), synced()), "ZZ"}}},
		{name: "in a pipeline", steps: []step{{join(run("", insert), run("", sql), run("", insert), synced(), run("", allowed), synced()), "ZZ"}}},
		{name: "two at once", steps: []step{{join(query(sql), query(insert), query(sql)), "ZZZ"}}},
		{name: "the unnamed statement is dropped", steps: []step{
			{join(parse("", allowed), synced()), "Z"}, {query(sql), "Z"}, {join(bind("", ""), execute(""), synced()), "Z"}}},
	}
}

// TestSyntaxErrorsAreTheServers: a text that is wrong to the server too is
// answered in its own words, with the position, and leaves the same state.
func TestSyntaxErrorsAreTheServers(t *testing.T) {
	server, scope := shop(t)
	g := newGate(t, server)
	for _, sql := range wrong {
		for _, c := range grammars(sql) {
			reset := func() { pgtesting.Exec(t, server, "", "TRUNCATE wares; INSERT INTO wares VALUES (1, 'one')") }
			reset()
			role := direct(t, server, "ana")
			role.whole = true
			want := c.hold(role)
			reset()
			token := g.connect(t, scope)
			token.whole = true
			if got := c.hold(token); !slices.Equal(got, want) {
				t.Errorf("%.60s: %s: the proxy answers\n\t%.3000s\nthe server\n\t%.3000s", sql, c.name, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
		}
	}
}

// TestWhatOnlyTheServerReads: a text that the server would take is refused, and
// nothing of it is run, analysed or kept.
func TestWhatOnlyTheServerReads(t *testing.T) {
	server, scope := shop(t)
	pgtesting.Exec(t, server, "", `
		CREATE SEQUENCE calls; CREATE FUNCTION called(int) RETURNS bool LANGUAGE sql AS 'SELECT nextval(''calls'') > 0';
		CREATE DOMAIN watched AS int CHECK (called(VALUE))`)
	g := newGate(t, server)
	const atomic = "CREATE FUNCTION f() RETURNS watched[] LANGUAGE sql BEGIN ATOMIC SELECT '{1}'::watched[]; END"
	r := g.connect(t, scope)
	for _, sent := range [][]byte{query(atomic), query("SELECT 1;" + atomic), join(parse("p", atomic), synced()), join(parse("", atomic), synced())} {
		r.send(sent)
		got := r.until("Z")
		if len(got) != 2 || got[0] != "E SERROR VERROR C42501" || got[1] != `Z "I"` {
			t.Errorf("%q", got)
		}
	}
	r.send(join(bind("", "p"), synced()))
	if got := r.until("Z"); got[0] != "E SERROR VERROR C26000" {
		t.Errorf("the refused statement was kept: %q", got)
	}
	role := direct(t, server, "postgres")
	role.send(query("SELECT is_called FROM calls; SELECT count(*) FROM pg_proc WHERE proname = 'f'"))
	if got := strings.Join(role.until("Z"), " "); !strings.Contains(got, `x01f"`) || !strings.Contains(got, `x010"`) {
		t.Errorf("something ran: %s", got)
	}
}

// undefined are texts that the server analyses and finds something missing or
// not to be told apart.
var undefined = []string{
	"SELECT id FROM nowhere", "SELECT nothing FROM wares", "SELECT w.nothing FROM wares w", "SELECT x.id FROM wares", "SELECT wares.id FROM wares w",
	"SELECT id FROM wares a, wares b", "SELECT 1::nowhere.t", "SELECT other.id FROM other", "SELECT a.id FROM wares a, wares a", "SELECT nothing(1)", "SELECT public.nothing(1)", "SELECT lower(1, 2, 3, 4)",
	"SELECT 1::nothing", "SELECT 1::public.nothing", "SELECT id FROM nowhere.wares", "SELECT nowhere.f()", "SELECT id ~~~~ 1 FROM wares", "SELECT 1 OPERATOR(public.+) 2",
	"SELECT *", "SELECT id FROM wares JOIN wares b USING (nothing)", "SELECT id FROM wares a JOIN wares b USING (id) JOIN wares c USING (name)",
	"SELECT 1 FROM wares AS w (a, b, c)", "SELECT id FROM other.public.wares", "SELECT other.public.wares.id FROM wares", "SELECT a.b.c.d.e FROM wares",
	"SELECT id FROM wares FOR UPDATE OF x", "INSERT INTO wares (nothing) VALUES (1)", "INSERT INTO nowhere VALUES (1)", "UPDATE wares SET nothing = 1",
	"DELETE FROM nowhere", "WITH t AS (SELECT 1) DELETE FROM t", "EXECUTE nothing", "FETCH nothing", "CALL nothing()", "COPY wares (nothing) TO STDOUT",
	"COPY nowhere TO STDOUT", "TRUNCATE nowhere", "SELECT id FROM wares_pkey", "EXPLAIN SELECT nothing FROM wares", "PREPARE x AS SELECT nothing FROM wares",
	"DECLARE c CURSOR FOR SELECT 1 FROM nowhere", "SELECT nextval('nothing')", "SELECT pg_catalog.nothing(1)",
	"SELECT * FROM wares NATURAL JOIN nowhere", "SELECT (SELECT nothing) FROM wares", "INSERT INTO wares VALUES (1) ON CONFLICT (nothing) DO NOTHING",
	"MERGE INTO nowhere USING wares ON true WHEN MATCHED THEN DELETE",
}

// TestUndefinedNamesHaveTheServersCodes: what does not resolve is refused with
// the code that the server has for it, and not as a denial.
func TestUndefinedNamesHaveTheServersCodes(t *testing.T) {
	server, scope := shop(t)
	pgtesting.Exec(t, server, "", "ALTER TABLE wares ADD PRIMARY KEY (id)")
	g := newGate(t, server)
	for _, sql := range undefined {
		role, token := direct(t, server, "ana"), g.connect(t, scope)
		c := conversation{steps: []step{{query("BEGIN"), "Z"}, {query(sql), "Z"}}}
		want, got := c.hold(role), c.hold(token)
		if !slices.Equal(got, want) {
			t.Errorf("%s: the proxy answers %q, the server %q", sql, got, want)
		}
	}
}
