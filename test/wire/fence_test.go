package wire

import (
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/token"
)

// fenced is a proxy in front of a table, and a session on it that may do all
// to it.
func fenced(t *testing.T) (*gate, *raw) {
	t.Helper()
	server := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, server, "", "CREATE TABLE kept (a int)")
	g := newGate(t, server)
	r := g.connect(t, "shop/public.kept:all")
	r.send(query("SELECT a FROM kept"))
	r.until("Z")
	return g, r
}

func (g *gate) kept(t *testing.T) string {
	t.Helper()
	r := direct(t, g.server, "postgres")
	r.send(query("SELECT coalesce(string_agg(a::text, ',' ORDER BY a), '') FROM kept"))
	for _, m := range r.until("Z") {
		if m[0] == 'D' {
			return strings.Trim(m[2:], `"`)[len(`\x00\x01\x00\x00\x00\x01`):]
		}
	}
	return "nothing"
}

// A node that has lost the registry forwards nothing that could change or show
// anything, and goes on with its sessions when it has caught up.
func TestALostRegistryRefusesStatements(t *testing.T) {
	g, r := fenced(t)
	g.lost.Store(true)
	for name, c := range map[string]struct {
		send []byte
		want string
	}{
		"a simple query":   {query("INSERT INTO kept VALUES (1)"), "E SERROR VERROR C57P03\nZ \"I\""},
		"several in one":   {query("INSERT INTO kept VALUES (1); COMMIT"), "E SERROR VERROR C57P03\nZ \"I\""},
		"the extended one": {join(run("", "INSERT INTO kept VALUES (1)"), synced()), "E SERROR VERROR C57P03\nZ \"I\""},
		"COPY":             {query("COPY kept FROM STDIN"), "E SERROR VERROR C57P03\nZ \"I\""},
		"BEGIN":            {query("BEGIN"), "E SERROR VERROR C57P03\nZ \"I\""},
	} {
		r.send(c.send)
		if got := strings.Join(r.until("Z"), "\n"); got != c.want {
			t.Errorf("%s: %s", name, got)
		}
	}
	if out := g.refusedLogin(t); !strings.Contains(out, "57P03") {
		t.Errorf("login: %s", out)
	}
	g.lost.Store(false)
	r.send(query("INSERT INTO kept VALUES (2)"))
	r.until("CZ")
	if got := g.kept(t); got != "2" {
		t.Errorf("kept %q", got)
	}
}

// What had begun before it was lost is not brought to its end.
func TestALostRegistryCommitsNothing(t *testing.T) {
	for name, c := range map[string]struct{ before, after []byte }{
		"COMMIT":                   {join(query("BEGIN"), query("INSERT INTO kept VALUES (1)")), query("COMMIT")},
		"the Sync of a pipeline":   {join(run("", "INSERT INTO kept VALUES (1)"), flushed()), synced()},
		"the data of a COPY":       {query("COPY kept FROM STDIN"), join(data("1\n"), copyDone())},
		"the end of a COPY":        {join(query("COPY kept FROM STDIN"), data("1\n")), copyDone()},
		"a portal that was bound":  {join(parse("p", "INSERT INTO kept VALUES (1)"), bind("", "p"), flushed()), join(execute(""), synced())},
		"the rest of a long query": {query("SELECT 1"), query("INSERT INTO kept VALUES (1) --" + strings.Repeat("x", 100_000))},
	} {
		t.Run(name, func(t *testing.T) {
			g, r := fenced(t)
			r.send(c.before)
			switch {
			case strings.HasPrefix(string(c.before[5:]), "COPY"):
				r.until("G")
			case slices.Contains(c.before, 'H') && c.before[0] == 'P':
				r.until("12")
			default:
				r.until("Z")
			}
			time.Sleep(50 * time.Millisecond) // until all of it has been forwarded; if it has not, there is less to lose
			g.lost.Store(true)
			r.send(c.after)
			got := r.ended()
			if got != "" && !strings.Contains(got, "57P03") {
				t.Errorf("the client is told %s", got)
			}
			g.lost.Store(false)
			r.conn.Close()
			if kept := g.kept(t); kept != "" {
				t.Errorf("kept %q; the client was told %s", kept, got)
			}
		})
	}
}

// ended reads until an error, or the end.
func (r *raw) ended() string {
	for {
		m, err := r.read()
		if err != nil {
			return ""
		}
		if m[0] == 'E' {
			return r.show(m)
		}
	}
}

// refusedLogin is what a client with a good token is told.
func (g *gate) refusedLogin(t *testing.T) string {
	t.Helper()
	secret, _, err := g.issuer.Issue(token.Request{Subject: "ana", Scope: "shop/public.kept:all", From: []string{"127.0.0.1"}, TTL: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", g.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	r := &raw{t: t, conn: conn}
	r.send(join(startup("user", "ana", "database", "shop"), message('p', secret, zero)))
	return r.ended()
}
