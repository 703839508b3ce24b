package proxytest

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/proxy"
)

// Wire is a protocol in front of a server of its own, for Run. The upstream is
// named shop.
type Wire struct {
	Protocol proxy.Protocol
	Connect  func(t *testing.T, addr, user, secret string) Client

	// Asked of the server itself:
	Value   func(t *testing.T, sql string) string // the only value
	Running func(t *testing.T, part string) int   // statements with that in their text that run now
	Cut     func(t *testing.T)                    // ends the sessions that the proxy has

	// What the scope grants: select and insert on goods (id int), and select
	// on heaps, which is long. nothing on secrets.
	Scope string

	Endless string // a result of heaps that no client reads to its end
	Forever string // a statement on heaps that gives nothing for minutes
	Denied  string // the code of a denial
	Ended   string // that of the error which ends a session
	Aborts  bool   // an error ends the transaction
	Kills   bool   // what waits upstream behind the running statement ends with it
}

// Client is a session on the wire. Answers come in the order of what was sent.
type Client interface {
	Send(r ...Request)     // all in one write
	Next() (Answer, error) // an error: the connection is over
	Begin() error          // reads the front of the next answer, up to its first row
	Close()
}

// Request is one thing that a client sends.
type Request struct {
	Kind Kind
	Name string // of a prepared statement
	Text string
}

// Kind is what a Request asks for.
type Kind uint8

// The kinds.
const (
	Query Kind = iota
	Prepare
	Execute
	Unknown // a message of the protocol's that is refused
)

// Answer is what one request came to.
type Answer struct {
	Rows    []string // the first value of each
	Code    string   // of an error
	Message string
}

func query(text string) Request { return Request{Kind: Query, Text: text} }

const denied = "SELECT id FROM secrets"

// Run holds a protocol to what is promised of every protocol.
func Run(t *testing.T, w *Wire) {
	for _, c := range []struct {
		name string
		test func(*testing.T, *gate)
	}{
		{"a denial leaves the session", denialLeavesSession}, {"a denial in a transaction", denialInTransaction},
		{"a pipeline keeps its order", pipeline}, {"prepared statements live on", preparedLive}, {"unknown messages are refused", unknownRefused},
		{"expiry", expiry}, {"an end in the middle", endInTheMiddle}, {"the client is gone", clientGone}, {"the database is gone", upstreamLost},
		{"a panic ends one session", panicEndsOne}, {"an intent is written first", intentFirst}, {"without a log nothing runs", noLogNoStatement},
		{"slow readers are cheap", slowReaders},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, newGate(t, w)) })
	}
}

// one sends a request and returns its answer.
func one(t *testing.T, c Client, r Request) Answer {
	t.Helper()
	c.Send(r)
	a, err := c.Next()
	if err != nil {
		t.Fatalf("%s: %v", r.Text, err)
	}
	return a
}

func passes(t *testing.T, c Client, r Request) []string {
	t.Helper()
	a := one(t, c, r)
	if a.Code != "" {
		t.Fatalf("%s: %s %s", r.Text, a.Code, a.Message)
	}
	return a.Rows
}

func refuses(t *testing.T, g *gate, c Client, r Request) {
	t.Helper()
	if a := one(t, c, r); a.Code == "" || !strings.Contains(a.Message, "(session ") && !strings.Contains(a.Message, "permission denied") {
		t.Fatalf("%s: %+v", r.Text, a)
	}
}

func denialLeavesSession(t *testing.T, g *gate) {
	c := g.session(t, time.Minute)
	for range 3 {
		if a := one(t, c, query(denied)); a.Code != g.wire.Denied {
			t.Errorf("a denial has the code %s: %s", a.Code, a.Message)
		}
		if rows := passes(t, c, query("SELECT 40 + 2")); len(rows) != 1 || rows[0] != "42" {
			t.Errorf("%q", rows)
		}
	}
	if !g.logged(t, "statement.denied", denied) {
		t.Error("the denial is not in the audit log")
	}
}

func denialInTransaction(t *testing.T, g *gate) {
	c := g.session(t, time.Minute)
	passes(t, c, query("BEGIN"))
	passes(t, c, query("INSERT INTO goods VALUES (71)"))
	refuses(t, g, c, query(denied))
	if a := one(t, c, query("SELECT id FROM goods WHERE id = 71")); (a.Code != "") != g.wire.Aborts {
		t.Errorf("behind a denial: %+v", a)
	}
	passes(t, c, query("COMMIT"))
	want := "1"
	if g.wire.Aborts {
		want = "0"
	}
	if n := g.wire.Value(t, "SELECT COUNT(*) FROM goods WHERE id = 71"); n != want {
		t.Errorf("%s rows were committed, want %s", n, want)
	}
}

func pipeline(t *testing.T, g *gate) {
	c := g.session(t, time.Minute)
	var all []Request
	for i := range 50 {
		all = append(all, query(fmt.Sprintf("SELECT %d", i)), query(denied), query("SELECT FROM WHERE"), query(fmt.Sprintf("INSERT INTO goods VALUES (%d)", 1000+i)))
	}
	c.Send(all...)
	for i, r := range all {
		a, err := c.Next()
		if err != nil {
			t.Fatal(err)
		}
		if i%4 == 0 && (len(a.Rows) != 1 || a.Rows[0] != fmt.Sprint(i/4)) || (i%4 == 1) != (a.Code == g.wire.Denied) || i%4 == 2 && a.Code == "" || i%4 == 3 && a.Code != "" {
			t.Fatalf("%d, %s: %+v", i, r.Text, a)
		}
	}
	if n := g.wire.Value(t, "SELECT COUNT(*) FROM goods WHERE id BETWEEN 1000 AND 1049"); n != "50" {
		t.Errorf("%s rows", n)
	}
}

func preparedLive(t *testing.T, g *gate) {
	c := g.session(t, time.Minute)
	passes(t, c, Request{Prepare, "p", "SELECT 7"})
	refuses(t, g, c, query(denied))
	refuses(t, g, c, Request{Prepare, "q", denied})
	if a := one(t, c, Request{Kind: Execute, Name: "q"}); a.Code == "" {
		t.Errorf("what was not prepared runs: %+v", a)
	}
	if rows := passes(t, c, Request{Kind: Execute, Name: "p"}); len(rows) != 1 || rows[0] != "7" {
		t.Errorf("%q", rows)
	}
	// All at once: nothing runs in the place of the denied one.
	c.Send(Request{Prepare, "i", "INSERT INTO goods VALUES (81)"}, Request{Kind: Execute, Name: "i"}, Request{Prepare, "d", "DELETE FROM secrets"},
		Request{Kind: Execute, Name: "d"}, query("SELECT 1"))
	for i, fails := range []bool{false, false, true, true, false} {
		if a, err := c.Next(); err != nil || (a.Code != "") != fails {
			t.Fatalf("%d: %+v, %v", i, a, err)
		}
	}
	if n := g.wire.Value(t, "SELECT (SELECT COUNT(*) FROM goods WHERE id = 81) * 10 + (SELECT COUNT(*) FROM secrets)"); n != "11" {
		t.Errorf("rows inserted and secrets left: %s", n)
	}
}

func unknownRefused(t *testing.T, g *gate) {
	c := g.session(t, time.Minute)
	refuses(t, g, c, Request{Kind: Unknown})
	passes(t, c, query("SELECT 1"))
	if !g.logged(t, "statement.denied", "not taken") {
		t.Error("it is not in the audit log")
	}
}

// ends reads what is left of a session: its last word, and the end.
func ends(t *testing.T, g *gate, c Client, said string) {
	t.Helper()
	a, err := c.Next()
	if err != nil || a.Code != g.wire.Ended || !strings.Contains(a.Message, said) {
		t.Errorf("the last word is %+v (%v), want %s with %q", a, err, g.wire.Ended, said)
		return
	}
	if a, err := c.Next(); err == nil {
		t.Errorf("behind the end: %+v", a)
	}
}

func (g *gate) still(t *testing.T) {
	t.Helper()
	eventually(t, "a statement of a session that is over runs on", func() bool { return g.wire.Running(t, "heaps") == 0 })
}

func (g *gate) busy(t *testing.T) {
	t.Helper()
	eventually(t, "the statement does not come to run", func() bool { return g.wire.Running(t, "heaps") > 0 })
}

func expiry(t *testing.T, g *gate) {
	c := g.session(t, 2*time.Second)
	passes(t, c, query("BEGIN"))
	passes(t, c, query("INSERT INTO goods VALUES (91)"))
	c.Send(query(g.wire.Forever))
	ends(t, g, c, "expired")
	g.still(t)
	g.empty(t)
	if n := g.wire.Value(t, "SELECT COUNT(*) FROM goods WHERE id = 91"); n != "0" {
		t.Error("the transaction was committed")
	}
	ends(t, g, g.session(t, time.Second), "expired") // idle
	if !g.logged(t, "session.closed", "expired") {
		t.Error("the audit log does not say so")
	}
}

func endInTheMiddle(t *testing.T, g *gate) {
	for said, cause := range map[string]func() *proxy.Refusal{"revoked": proxy.Revoked, "administrator": proxy.Killed, "shutting down": proxy.ShuttingDown} {
		for _, sql := range []string{g.wire.Endless, g.wire.Forever} {
			c := g.session(t, time.Minute)
			c.Send(query(sql), query("INSERT INTO goods VALUES (95)"))
			if sql == g.wire.Endless {
				if err := c.Begin(); err != nil {
					t.Fatal(err)
				}
			} else {
				g.busy(t)
			}
			go g.proxy.End(func(*proxy.SessionInfo) bool { return true }, cause())
			ends(t, g, c, said)
			g.still(t)
			g.empty(t)
		}
	}
	if n := g.wire.Value(t, "SELECT COUNT(*) FROM goods WHERE id = 95"); g.wire.Kills && n != "0" {
		t.Error("what stood behind in the pipeline was run")
	}
}

func clientGone(t *testing.T, g *gate) {
	for _, sql := range []string{g.wire.Endless, g.wire.Forever} {
		c := g.session(t, time.Minute)
		c.Send(query(sql))
		g.busy(t)
		c.Close()
		g.still(t)
		g.empty(t)
	}
}

func upstreamLost(t *testing.T, g *gate) {
	idle, busy := g.session(t, time.Minute), g.session(t, time.Minute)
	passes(t, idle, query("SELECT 1"))
	busy.Send(query(g.wire.Forever))
	g.busy(t)
	g.wire.Cut(t)
	if a, err := busy.Next(); err == nil && a.Code == "" {
		t.Errorf("%+v", a)
	}
	g.empty(t)
	eventually(t, "the audit log does not say how the sessions ended", func() bool {
		closed, open := 0, 0
		for _, l := range g.trail(t) {
			switch l.Event {
			case "session.closed":
				closed++
			case "statement.allowed":
				open++
			case "statement.finished":
				open--
			}
		}
		return closed == 2 && open == 0
	})
}

func panicEndsOne(t *testing.T, g *gate) {
	c, other := g.session(t, time.Minute), g.session(t, time.Minute)
	c.Send(query("INSERT INTO goods VALUES (99) " + Panics))
	if a, err := c.Next(); err == nil && (a.Code == "" || !strings.Contains(a.Message, "internal error")) {
		t.Errorf("%+v", a)
	}
	if _, err := c.Next(); err == nil {
		t.Error("the session goes on")
	}
	passes(t, other, query("SELECT 1"))
	passes(t, g.session(t, time.Minute), query("SELECT 1"))
	if n := g.wire.Value(t, "SELECT COUNT(*) FROM goods WHERE id = 99"); n != "0" {
		t.Error("the statement was forwarded")
	}
	eventually(t, "the audit log does not say so", func() bool { return g.logged(t, "session.closed", "internal error") })
}

func intentFirst(t *testing.T, g *gate) {
	c := g.session(t, time.Minute)
	c.Send(query(g.wire.Forever))
	g.busy(t)
	if !g.logged(t, "statement.allowed", g.wire.Forever) {
		t.Error("the server runs what is not in the audit log")
	}
}

func noLogNoStatement(t *testing.T, g *gate) {
	c := g.session(t, time.Minute)
	passes(t, c, query("SELECT 1"))
	if err := g.log.Close(); err != nil {
		t.Fatal(err)
	}
	if a := one(t, c, query("INSERT INTO goods VALUES (98)")); !strings.Contains(a.Message, "audit log") {
		t.Errorf("%+v", a)
	}
	if n := g.wire.Value(t, "SELECT COUNT(*) FROM goods WHERE id = 98"); n != "0" {
		t.Error("what cannot be recorded was run")
	}
}

// slowReaders: 256 KiB a session, ours and nothing of the kernel's.
func slowReaders(t *testing.T, g *gate) {
	const n, bound = 32, 256 << 10
	before := held()
	var all []Client
	for range n {
		c := g.session(t, time.Minute)
		c.Send(query(g.wire.Endless))
		all = append(all, c)
	}
	eventually(t, "the results do not begin", func() bool { return g.wire.Running(t, "heaps") == n })
	time.Sleep(300 * time.Millisecond) // whatever is taken in is taken in by now
	each := (held() - before) / n
	t.Logf("%d KiB a session", each>>10)
	if each > bound {
		t.Errorf("%d bytes are held for a client that does not read, more than %d", each, bound)
	}
	for _, c := range all {
		c.Close()
	}
	g.still(t)
}

func held() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse)
}
