package wire

import (
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/proxy"
)

// next runs one row of a portal.
func nextRow(portal string) []byte { return message('E', portal, zero, uint32(1)) }

// suspended has a portal on three rows, of which one was fetched.
func suspended(t *testing.T) (*gate, *raw) {
	t.Helper()
	server, scope := shop(t)
	pgtesting.Exec(t, server, "", "INSERT INTO wares VALUES (1, 'one'), (2, 'two'), (3, 'three')")
	g := newGate(t, server)
	r := g.connect(t, scope)
	r.send(join(query("BEGIN"), parse("p", allowed), bind("c", "p"), nextRow("c"), synced()))
	if got := r.until("ZZ"); !slices.Contains(got, `s ""`) {
		t.Fatalf("no portal is suspended: %q", got)
	}
	return g, r
}

// TestSuspendedPortalIsJudgedAgain: what is left of its rows is refused when
// the rules have changed.
func TestSuspendedPortalIsJudgedAgain(t *testing.T) {
	g, r := suspended(t)
	forbid, err := policy.ParseScope("shop/public.wares:all")
	if err != nil {
		t.Fatal(err)
	}
	r.send(join(nextRow("c"), synced()))
	if got := r.until("Z"); got[0][0] != 'D' {
		t.Fatalf("the second row is not given: %q", got)
	}
	g.proxy.Configure(map[string]*proxy.Upstream{"shop": {Name: "shop", Forbid: forbid}})
	r.send(join(nextRow("c"), synced()))
	if got := r.until("Z"); !strings.HasSuffix(got[0], " C42501") || len(got) != 2 {
		t.Errorf("the third row: %q", got)
	}
}

// TestSuspendedPortalEndsWithItsSession: after a revocation nothing is given.
func TestSuspendedPortalEndsWithItsSession(t *testing.T) {
	g, r := suspended(t)
	g.proxy.End(func(*proxy.SessionInfo) bool { return true }, proxy.Revoked())
	_, _ = r.conn.Write(join(nextRow("c"), synced()))
	for {
		m, err := r.read()
		if err != nil {
			break
		}
		if m[0] != 'E' || !strings.HasSuffix(r.show(m), "SFATAL VFATAL C57P01") {
			t.Errorf("after the revocation: %s", r.show(m))
		}
	}
}

// TestSuspendedPortalKeepsItsPlan: the server has resolved its names, and the
// relations are locked. Names that have come to mean something else since do
// not matter, as they do not to the server.
func TestSuspendedPortalKeepsItsPlan(t *testing.T) {
	g, r := suspended(t)
	pgtesting.Exec(t, g.server, "", "CREATE SCHEMA postgres; CREATE TABLE postgres.wares (id int, name text)")
	if err := g.schema.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.send(join(nextRow("c"), synced()))
	if got := r.until("Z"); got[0] != `D "\x00\x01\x00\x00\x00\x012"` {
		t.Errorf("the second row: %q", got)
	}
	r.send(join(bind("", "p"), execute(""), synced()))
	if got := r.until("Z"); !strings.HasSuffix(got[0], " C42501") {
		t.Errorf("what was prepared means another table now: %q", got)
	}
}

// TestPreparedIsJudgedByTheNamesOfNow: whatever was judged at Parse is judged
// again where the server reads names again: at Bind of what has a plan, at
// Execute of what has none.
func TestPreparedIsJudgedByTheNamesOfNow(t *testing.T) {
	server, scope := shop(t)
	g := newGate(t, server)
	r := g.connect(t, scope)
	r.send(join(query("BEGIN"), parse("p", allowed), parse("e", "EXPLAIN "+allowed), bind("c", "e"), synced(),
		query("PREPARE q AS "+allowed), query("COMMIT")))
	r.until("ZZZZ")
	r.send(join(query("BEGIN"), bind("d", "e"), parse("k", "COPY wares TO STDOUT"), bind("k", "k"), synced()))
	r.until("ZZ")
	pgtesting.Exec(t, server, "", "CREATE SCHEMA postgres; CREATE TABLE postgres.wares (id int, name text)")
	if err := g.schema.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	r.send(join(query("SAVEPOINT s"), synced()))
	r.until("ZZ")
	for _, m := range [][]byte{
		join(bind("", "p"), execute(""), synced()), join(execute("d"), synced()), join(execute("k"), synced()),
		join(describe("S", "p"), synced()), query("EXECUTE q"), join(parse("", allowed), synced()),
	} {
		r.send(m)
		if got := r.until("Z"); !strings.HasSuffix(got[0], " C42501") {
			t.Errorf("%.20q: %q", m, got)
		}
		r.send(query("ROLLBACK TO s"))
		r.until("Z")
	}
}

// names are conversations in which SQL and the protocol name the same things.
var names = []conversation{
	{name: "Parse, EXECUTE", steps: []step{{join(parse("p", allowed), synced()), "Z"}, {query("EXECUTE p"), "Z"}}},
	{name: "Parse, PREPARE", steps: []step{{join(parse("p", allowed), synced()), "Z"}, {query("PREPARE p AS SELECT 1"), "Z"}, {query("EXECUTE p"), "Z"}}},
	{name: "PREPARE, Parse", steps: []step{{query("PREPARE p AS SELECT 1"), "Z"}, {join(parse("p", allowed), synced()), "Z"}, {join(bind("", "p"), execute(""), synced()), "Z"}}},
	{name: "Parse, DEALLOCATE", steps: []step{{join(parse("p", allowed), synced()), "Z"}, {query("DEALLOCATE p"), "Z"}, {join(bind("", "p"), synced()), "Z"}}},
	{name: "PREPARE, Close", steps: []step{{query("PREPARE p AS " + allowed), "Z"}, {join(closing("S", "p"), synced()), "Z"}, {query("EXECUTE p"), "Z"}}},
	{name: "DECLARE, Execute", steps: []step{
		{query("BEGIN"), "Z"}, {query("DECLARE c CURSOR FOR " + allowed), "Z"}, {join(describe("P", "c"), execute("c"), synced()), "Z"}, {query("ROLLBACK"), "Z"}}},
	{name: "Bind, FETCH", steps: []step{
		{query("BEGIN"), "Z"}, {join(parse("p", allowed), bind("c", "p"), synced()), "Z"}, {query("FETCH c"), "Z"}, {query("CLOSE c"), "Z"},
		{join(execute("c"), synced()), "Z"}, {query("ROLLBACK"), "Z"}}},
	{name: "suspended", steps: []step{
		{query("BEGIN"), "Z"}, {query("INSERT INTO wares VALUES (2, 'two')"), "Z"},
		{join(parse("p", allowed), bind("c", "p"), nextRow("c"), nextRow("c"), synced()), "Z"}, {join(nextRow("c"), synced()), "Z"}, {query("ROLLBACK"), "Z"}}},
}

func TestOneNamespaceForNames(t *testing.T) {
	server, scope := shop(t)
	pgtesting.Exec(t, server, "", "INSERT INTO wares VALUES (1, 'one')")
	g := newGate(t, server)
	for _, c := range names {
		t.Run(c.name, func(t *testing.T) {
			want, got := c.said(direct(t, server, "ana")), c.said(g.connect(t, scope))
			if !slices.Equal(got, want) {
				t.Errorf("the proxy answers\n\t%s\nthe server\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
		})
	}
}

// TestFunctionCallIsRefused: it runs a function by its number. 1598 is random().
func TestFunctionCallIsRefused(t *testing.T) {
	server, scope := shop(t)
	call := message('F', uint32(1598), uint16(0), uint16(0), uint16(0))
	g := newGate(t, server)
	for _, scope := range []string{scope, "shop:unrestricted"} {
		r := g.connect(t, scope)
		r.send(join(query("BEGIN"), call, query("ROLLBACK"), call, query("SELECT 1")))
		got := r.until("ZZZZZ")
		refused := 0
		for _, m := range got {
			if strings.HasSuffix(m, " C42501") {
				refused++
			}
			if m[0] == 'V' {
				t.Errorf("%s: a function was called: %q", scope, m)
			}
		}
		if refused != 2 || got[3] != `Z "E"` {
			t.Errorf("%s: %q", scope, got)
		}
	}
}
