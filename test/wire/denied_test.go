package wire

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// step is bytes to send, and the types of messages to wait for.
type step struct {
	send []byte
	wait string
}

// conversation is one that both sides must answer alike.
type conversation struct {
	name  string
	steps []step
	// later holds the types of what the server alone answers before each of
	// its refusals, one element a refusal: it looks at a table's privileges
	// when a statement is about to run, the proxy when it is prepared. Errors
	// that are no refusals have no element.
	later []string
}

const (
	denied  = "SELECT id FROM secrets"
	locked  = "SELECT id FROM locked.safe"
	allowed = "SELECT id FROM wares"
	insert  = "INSERT INTO wares VALUES (7, 'seven')"
)

var (
	simple = []conversation{
		{name: "idle", steps: []step{{query(denied), "Z"}, {query(allowed), "Z"}}},
		{name: "schema", steps: []step{{query(locked), "Z"}}},
		{name: "in a transaction", steps: []step{
			{query("BEGIN"), "Z"}, {query(insert), "Z"}, {query(denied), "Z"}, {query(allowed), "Z"},
			{query(denied), "Z"}, {query("COMMIT"), "Z"}}},
		{name: "savepoint", steps: []step{
			{query("BEGIN"), "Z"}, {query("SAVEPOINT s"), "Z"}, {query(denied), "Z"}, {query("ROLLBACK TO s"), "Z"},
			{query(insert), "Z"}, {query("COMMIT"), "Z"}}},
		{name: "after another error", steps: []step{
			{query("BEGIN"), "Z"}, {query("SELECT 1/0"), "Z"}, {query(denied), "Z"}, {query("ROLLBACK"), "Z"}, {query(denied), "Z"}}},
		{name: "first of several", steps: []step{{query(denied + ";" + insert), "Z"}}},
		{name: "in the middle", steps: []step{{query(insert + ";" + denied + ";" + insert), "Z"}}},
		{name: "last", steps: []step{{query(insert + ";" + allowed + ";" + denied), "Z"}}},
		{name: "after a comment", steps: []step{{query(insert + " -- one\n;/* two */" + denied), "Z"}}},
		{name: "behind BEGIN", steps: []step{{query("BEGIN;" + insert + ";" + denied), "Z"}, {query(allowed), "Z"}, {query("COMMIT"), "Z"}}},
		{name: "behind COMMIT", steps: []step{
			{query("BEGIN;" + insert), "Z"}, {query(insert + ";COMMIT;" + denied), "Z"}}},
		{name: "between BEGIN and COMMIT", steps: []step{{query("BEGIN;" + insert + ";" + denied + ";COMMIT"), "Z"}, {query("ROLLBACK"), "Z"}}},
		{name: "after an implicit commit", steps: []step{{query(insert + ";COMMIT;" + insert + ";" + denied), "Z"}}},
		{name: "error before it in the text", steps: []step{{query(insert + ";SELECT 1/0;" + denied), "Z"}}},
		{name: "failed transaction, several", steps: []step{
			{query("BEGIN;SELECT 1/0"), "Z"}, {query("ROLLBACK;" + insert + ";" + denied), "Z"}}},
		{name: "behind the end of a transaction with a path of its own", steps: []step{
			{query("BEGIN;SET LOCAL search_path = public;COMMIT;" + denied), "Z"}, {query(denied), "Z"}}},
		{name: "two at once", steps: []step{{join(query(denied), query(insert), query(denied)), "ZZZ"}}},
		{name: "empty", steps: []step{{query(""), "Z"}, {query(" ; "), "Z"}}},
		{name: "EXPLAIN", steps: []step{{query("EXPLAIN " + denied), "Z"}}},
		{name: "cursor", steps: []step{
			{query("BEGIN"), "Z"}, {query("DECLARE c CURSOR FOR " + denied), "Z"}, {query("FETCH c"), "Z"}, {query("ROLLBACK"), "Z"}}},
	}
	copying = []conversation{
		{name: "denied, with its data", steps: []step{
			{query("COPY secrets FROM STDIN"), "Z"}, {join(data("1\tone\n"), copyDone(), query(allowed)), "Z"}}},
		{name: "denied, all at once", steps: []step{
			{join(query("COPY secrets FROM STDIN"), data("1\tone\n"), data("2\ttwo\n"), copyDone(), query(allowed)), "ZZ"}}},
		{name: "denied, then CopyFail", steps: []step{{join(query("COPY secrets FROM STDIN"), copyFail(), query(allowed)), "ZZ"}}},
		{name: "denied out", steps: []step{{query("COPY secrets TO STDOUT"), "Z"}, {query("COPY wares TO STDOUT"), "Z"}}},
		{name: "allowed, then denied", steps: []step{
			{query("COPY wares FROM STDIN"), "G"}, {join(data("1\tone\n"), copyDone(), query(denied)), "ZZ"}}},
		{name: "CopyFail", steps: []step{
			{query("COPY wares FROM STDIN"), "G"}, {join(data("1\tone\n"), copyFail(), query(denied)), "ZZ"}}},
		{name: "bad data", steps: []step{
			{query("COPY wares FROM STDIN"), "G"}, {join(data("x\ty\tz\n"), data("1\tone\n"), copyDone(), query(denied)), "ZZ"}}},
		{name: "two in a text", steps: []step{
			{query("COPY wares FROM STDIN; COPY wares FROM STDIN"), "G"}, {join(data("1\tone\n"), copyDone()), "G"},
			{join(data("2\ttwo\n"), copyDone(), query(allowed)), "ZZ"}}},
		{name: "denied behind one", steps: []step{
			{query("COPY wares FROM STDIN;" + denied), "G"}, {join(data("1\tone\n"), copyDone(), query(allowed)), "ZZ"}}},
		{name: "extended", steps: []step{
			{join(run("", "COPY wares FROM STDIN"), flushed()), "G"},
			{join(data("1\tone\n"), copyDone(), synced(), query(denied)), "ZZ"}}},
		{name: "extended, sent at once", steps: []step{
			{join(run("", "COPY wares FROM STDIN"), synced(), data("1\tone\n"), copyDone(), synced(), query(denied)), "ZZ"}}},
		{name: "extended, denied", steps: []step{
			{join(run("", "COPY secrets FROM STDIN"), synced(), data("1\tone\n"), copyDone(), query(allowed)), "ZZ"}}, later: []string{"12"}},
		{name: "extended, CopyFail", steps: []step{
			{join(run("", "COPY wares FROM STDIN"), flushed()), "G"}, {join(copyFail(), execute(""), synced(), query(denied)), "ZZ"}}},
	}
	extended = []conversation{
		{name: "schema, refused at Parse", steps: []step{{join(run("", locked), synced()), "Z"}}},
		{name: "table", steps: []step{{join(run("", denied), synced()), "Z"}}, later: []string{"1"}},
		{name: "pipeline", later: []string{"1"}, steps: []step{
			{join(run("", insert), run("", denied), run("", insert), synced(), run("", allowed), synced()), "ZZ"}}},
		{name: "pipeline, schema", steps: []step{
			{join(run("", insert), run("", locked), run("", insert), synced(), run("", allowed), synced()), "ZZ"}}},
		{name: "pipeline in a transaction", steps: []step{
			{join(run("", "BEGIN"), run("", insert), run("", locked), run("", "COMMIT"), synced(), run("", allowed), synced()), "ZZ"},
			{join(run("", "ROLLBACK"), synced()), "Z"}}},
		{name: "after an error in the pipeline", steps: []step{
			{join(run("", "SELECT 1/0"), run("", locked), synced(), run("", locked), synced()), "ZZ"}}},
		{name: "after an error in the transaction", steps: []step{
			{query("BEGIN;SELECT 1/0"), "Z"}, {join(run("", locked), synced()), "Z"}, {join(run("", "ROLLBACK"), synced()), "Z"}}},
		{name: "one name twice, refused first", steps: []step{
			{join(parse("p", locked), synced(), parse("p", allowed), bind("", "p"), execute(""), synced()), "ZZ"}}},
		{name: "one name twice, refused last", steps: []step{
			{join(parse("p", allowed), synced()), "Z"}, {join(parse("p", locked), synced()), "Z"},
			{join(bind("", "p"), execute(""), synced()), "Z"}}},
		{name: "one name twice, in one segment", steps: []step{
			{join(parse("p", allowed), parse("p", locked), synced()), "Z"}, {join(bind("", "p"), execute(""), synced()), "Z"}}},
		{name: "one name twice, both allowed", steps: []step{
			{join(parse("p", allowed), parse("p", allowed), synced()), "Z"}, {join(bind("", "p"), execute(""), synced()), "Z"}}},
		{name: "unnamed is dropped by a refused Parse", steps: []step{
			{join(parse("", allowed), synced()), "Z"}, {join(parse("", locked), synced()), "Z"}, {join(bind("", ""), execute(""), synced()), "Z"}}},
		{name: "unnamed is dropped by a refused Query", steps: []step{
			{join(parse("", allowed), synced()), "Z"}, {query(locked), "Z"}, {join(bind("", ""), execute(""), synced()), "Z"}}},
		{name: "unnamed outlives an earlier error", steps: []step{
			{join(parse("", allowed), synced()), "Z"},
			{join(bind("none", "none"), parse("", "SELECT 1"), synced()), "Z"},
			{join(describe("S", ""), bind("", ""), execute(""), synced()), "Z"}}},
		{name: "unnamed outlives a failed Execute", steps: []step{
			{join(parse("", "SELECT 1/id FROM wares WHERE id = 0"), synced()), "Z"}, {query("INSERT INTO wares VALUES (0, 'zero')"), "Z"},
			{join(parse("", "SELECT 1/id FROM wares WHERE id = 0"), bind("", ""), execute(""), parse("", allowed), synced()), "Z"},
			{join(describe("S", ""), synced()), "Z"}}},
		{name: "Flush without Sync", steps: []step{
			{join(parse("", locked), flushed()), "E"}, {join(bind("", ""), execute(""), flushed(), query(allowed), synced()), "Z"}}},
		{name: "Flush, then go on", steps: []step{
			{join(run("", insert), flushed()), "C"}, {join(parse("", locked), flushed()), "E"}, {join(run("", insert), synced()), "Z"},
			{join(run("", allowed), synced()), "Z"}}},
		{name: "Describe", steps: []step{
			{join(parse("p", allowed), describe("S", "p"), bind("c", "p"), describe("P", "c"), execute("c"), synced()), "Z"},
			{join(parse("q", locked), describe("S", "q"), synced()), "Z"},
			{join(describe("S", "q"), synced()), "Z"}, {join(describe("P", "c"), synced()), "Z"}}},
		{name: "unknown names", steps: []step{
			{join(bind("", "none"), synced()), "Z"}, {join(execute("none"), synced()), "Z"}, {join(describe("S", "none"), synced()), "Z"}}},
		{name: "Close", steps: []step{
			{join(closing("S", "none"), closing("P", "none"), synced()), "Z"},
			{join(parse("p", allowed), closing("S", "p"), bind("", "p"), execute(""), synced()), "Z"},
			{join(parse("p", locked), closing("S", "p"), synced(), parse("p", allowed), synced()), "ZZ"}}},
		{name: "Query in an open segment", steps: []step{{join(run("", insert), query(allowed), synced()), "ZZ"}}},
		{name: "Query in a failed segment", steps: []step{{join(parse("", locked), query(allowed), synced()), "Z"}, {query(allowed), "Z"}}},
		{name: "refused Query in an open segment", steps: []step{{join(run("", insert), query(denied), synced()), "ZZ"}, {query(allowed), "Z"}}},
		{name: "refused Query in a segment of a transaction", steps: []step{
			{query("BEGIN"), "Z"}, {join(run("", insert), query(denied), synced()), "ZZ"}, {query("ROLLBACK"), "Z"}}},
		{name: "only Sync", steps: []step{{join(synced(), synced(), flushed()), "ZZ"}}},
		{name: "PREPARE and EXECUTE", steps: []step{
			{query("PREPARE p AS " + allowed), "Z"}, {join(bind("", "p"), execute(""), synced()), "Z"}, {query("EXECUTE p"), "Z"},
			{query("DEALLOCATE p"), "Z"}, {query("EXECUTE p"), "Z"}, {join(bind("", "p"), synced()), "Z"}}},
		{name: "long names are cut", steps: []step{
			{join(parse(strings.Repeat("n", 63)+"x", allowed), bind("", strings.Repeat("n", 63)+"y"), execute(""), synced()), "Z"}}},
		{name: "portal across Sync", steps: []step{
			{query("BEGIN"), "Z"}, {join(parse("p", allowed), bind("c", "p"), synced()), "Z"}, {join(execute("c"), synced()), "Z"},
			{query("COMMIT"), "Z"}, {join(execute("c"), synced()), "Z"}}},
	}
)

// TestDeniedAsTheServerDenies holds each conversation with the server, as a
// role without the privilege, and with the proxy, whose own role may do
// everything. What comes back must be the same, bytes and order, but for the
// texts of errors.
func TestDeniedAsTheServerDenies(t *testing.T) {
	server, scope := shop(t)
	g := newGate(t, server)
	groups := map[string][]conversation{"simple": simple, "copy": copying, "extended": extended}
	for group, list := range groups {
		for _, c := range list {
			t.Run(group+"/"+c.name, func(t *testing.T) {
				reset := func() {
					pgtesting.Exec(t, server, "", "TRUNCATE wares, secrets; INSERT INTO wares VALUES (1, 'one'); INSERT INTO secrets VALUES (1, 'hidden')")
				}
				reset()
				want := c.hold(direct(t, server, "ana"))
				reset()
				got := c.hold(g.connect(t, scope))
				want = c.early(t, want)
				if !slices.Equal(got, want) {
					t.Errorf("the proxy answers\n\t%s\nthe server\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
				}
			})
		}
	}
}

// hold speaks, and ends with a look at what was stored.
func (c *conversation) hold(r *raw) []string {
	r.t.Helper()
	var got []string
	for _, s := range append(slices.Clone(c.steps), step{query("ROLLBACK"), "Z"}, step{query("SELECT * FROM wares"), "Z"}) {
		r.send(s.send)
		got = append(got, r.until(s.wait)...)
	}
	return append(got, r.rest()...)
}

// early leaves out what the server answers before it refuses, where the proxy
// has refused already.
func (c *conversation) early(t *testing.T, answers []string) []string {
	t.Helper()
	var out []string
	n := 0
	for _, a := range answers {
		if strings.HasSuffix(a, " C42501") && n < len(c.later) {
			for i := len(c.later[n]) - 1; i >= 0; i-- {
				last := len(out) - 1
				if last < 0 || out[last][0] != c.later[n][i] {
					t.Fatalf("the server answered %q before its refusal, not %q", out, c.later[n])
				}
				out = out[:last]
			}
			n++
		}
		out = append(out, a)
	}
	if n != len(c.later) {
		t.Fatalf("the server refused %d times, not %d", n, len(c.later))
	}
	return out
}
