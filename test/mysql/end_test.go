package mysql

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	my "github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/token"
)

// short logs in with a token that expires soon.
func (g *gate) short(t *testing.T, ttl time.Duration) *client.Conn {
	t.Helper()
	secret, _, err := g.issuer.Issue(token.Request{Subject: "ana", Scope: shopScope, From: []string{"127.0.0.1"}, TTL: ttl})
	if err != nil {
		t.Fatal(err)
	}
	config := g.verify(t)
	c, err := client.Connect(g.addr, "ana", secret, "shop", func(c *client.Conn) error { c.SetTLSConfig(config); return nil })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// endless is a result of 400 million rows.
const endless = "SELECT a.id, b.pad FROM wide a, wide b"

// stream reads rows until it fails, and tells when the first has come.
func stream(c *client.Conn, first func()) error {
	var result my.Result
	return c.ExecuteSelectStreaming(endless, &result, func([]my.FieldValue) error {
		if first != nil {
			first()
			first = nil
		}
		return nil
	}, nil)
}

// narrowly keeps little under way to a client, so that the last word is soon
// read where the machine is busy.
func narrowly(t *testing.T, c *client.Conn) {
	t.Helper()
	if err := c.Conn.Conn.(*tls.Conn).NetConn().(*net.TCPConn).SetReadBuffer(32 << 10); err != nil {
		t.Fatal(err)
	}
}

var ends = []struct {
	name  string
	cause func() *proxy.Refusal
	said  string
}{{"revoked", proxy.Revoked, "revoked"}, {"killed", proxy.Killed, "administrator"}, {"drained", proxy.ShuttingDown, "shutting down"}}

// end ends every session, as revocation does.
func (g *gate) end(cause *proxy.Refusal) {
	g.proxy.End(func(*proxy.SessionInfo) bool { return true }, cause)
}

// A session that is ended says why in an error, wherever it stands, and what it
// ran is run no longer.
func TestEnds(t *testing.T) {
	g := newShop(t)
	for _, e := range ends {
		c := g.connect(t, shopScope) // in a result
		narrowly(t, c)
		first := make(chan struct{})
		go func() { <-first; g.end(e.cause()) }()
		wants(t, e.name+" in a result", stream(c, func() { close(first) }), 1053, e.said)
		if c.Ping() == nil {
			t.Error("the session goes on")
		}
		g.running(t, "wide a", 0)

		c = g.connect(t, shopScope) // in a statement, in a transaction
		for _, sql := range []string{"START TRANSACTION", "UPDATE orders SET note = 'half' WHERE id = 1"} {
			if _, err := c.Execute(sql); err != nil {
				t.Fatal(err)
			}
		}
		done := make(chan error, 1)
		go func() {
			_, err := c.Execute(forever)
			done <- err
		}()
		g.running(t, "wide a", 1)
		g.end(e.cause())
		wants(t, e.name+" in a statement", <-done, 1053, e.said)
		g.running(t, "wide a", 0)

		c = g.connect(t, shopScope) // idle
		g.end(e.cause())
		_, err := c.Execute("SELECT 1")
		wants(t, e.name+", idle", err, 1053, e.said)
	}
	r := g.asRoot(t, "SELECT COUNT(*) FROM orders WHERE note = 'half'")
	if r != "0" {
		t.Errorf("%s rows of transactions that were not committed", r)
	}
}

// empty waits until no session is left.
func (g *gate) empty(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); len(g.proxy.Sessions()) > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("sessions are left over")
		}
	}
}

// asRoot asks the server itself for one value.
func (g *gate) asRoot(t *testing.T, sql string) string {
	t.Helper()
	direct, err := g.server.Connect("shop")
	if err != nil {
		t.Fatal(err)
	}
	defer direct.Close()
	r, err := direct.Execute(sql)
	if err != nil {
		t.Fatal(err)
	}
	s, err := r.GetString(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Clone(s)
}

// A token that expires: in a result, in a transaction, in a statement that
// shows nothing, and idle.
func TestExpiry(t *testing.T) {
	g := newShop(t)
	c := g.short(t, 2*time.Second)
	narrowly(t, c)
	wants(t, "in a result", stream(c, nil), 1053, "expired")
	g.running(t, "wide a", 0)

	c = g.short(t, 2*time.Second)
	for _, sql := range []string{"START TRANSACTION", "UPDATE orders SET note = 'half' WHERE id = 1"} {
		if _, err := c.Execute(sql); err != nil {
			t.Fatal(err)
		}
	}
	_, err := c.Execute(forever)
	wants(t, "in a statement", err, 1053, "expired")
	g.running(t, "wide a", 0)
	if n := g.asRoot(t, "SELECT COUNT(*) FROM orders WHERE note = 'half'"); n != "0" {
		t.Error("the transaction was committed")
	}

	c = g.short(t, time.Second)
	c.Sequence = 1 // the last word comes unasked, as the answer to what is asked next
	if p := packets(t, c, 1); p[0] != 0xff || !strings.Contains(string(p), "expired") {
		t.Errorf("%q", p)
	}
	if c.Ping() == nil {
		t.Error("the session goes on")
	}
}

// What stands in the pipeline behind the running statement does not run after
// the session has ended.
func TestEndOfAPipeline(t *testing.T) {
	g := newShop(t)
	c := g.connect(t, shopScope)
	raw(t, c, my.COM_QUERY, []byte(forever)...)
	for range 20 {
		raw(t, c, my.COM_QUERY, []byte("UPDATE orders SET price = price + 1 WHERE id = 7")...)
	}
	g.running(t, "wide a", 1)
	g.end(proxy.Revoked())
	g.running(t, "wide a", 0)
	g.running(t, "SET price", 0)
	if p := g.asRoot(t, "SELECT price FROM orders WHERE id = 7"); p != "10.50" {
		t.Errorf("what had not begun was run: %s", p)
	}
}

// A client that is gone leaves nothing running: it closes, it resets, or it is
// silent for good in the middle of a result.
func TestClientIsGone(t *testing.T) {
	g := newShop(t)
	for name, leave := range map[string]func(net.Conn){
		"closes": func(c net.Conn) { _ = c.Close() },
		"resets": func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0); _ = c.Close() },
	} {
		conn, c := g.plain(t)
		raw(t, c, my.COM_QUERY, []byte(forever)...)
		raw(t, c, my.COM_QUERY, []byte("UPDATE orders SET price = price + 1 WHERE id = 7")...)
		g.running(t, "wide a", 1)
		leave(conn)
		g.running(t, "wide a", 0)

		conn, c = g.plain(t)
		raw(t, c, my.COM_QUERY, []byte(endless)...)
		g.running(t, "wide a", 1)
		leave(conn)
		g.running(t, "wide a", 0)
		if p := g.asRoot(t, "SELECT price FROM orders WHERE id = 7"); p != "10.50" {
			t.Errorf("%s: what had not begun was run: %s", name, p)
		}
	}
	g.empty(t)
}

// plain logs in without TLS, for the bytes of the connection.
func (g *gate) plain(t *testing.T, options ...client.Option) (net.Conn, *client.Conn) {
	t.Helper()
	return plain(t, g.addr, "ana", g.token(t, shopScope), options...)
}

func plain(t *testing.T, addr, user, secret string, options ...client.Option) (net.Conn, *client.Conn) {
	t.Helper()
	var conn net.Conn
	dial := func(ctx context.Context, network, addr string) (net.Conn, error) {
		var d net.Dialer
		var err error
		conn, err = d.DialContext(ctx, network, addr)
		return conn, err
	}
	c, err := client.ConnectWithDialer(t.Context(), "tcp", addr, user, secret, "shop", dial, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	return conn, c
}

// A reader that is slow gets the last word whole behind whole packets; one that
// does not read is left in time.
func TestEndOfSlowReaders(t *testing.T) {
	g := newShop(t)
	conn, c := g.plain(t)
	raw(t, c, my.COM_QUERY, []byte(endless)...)
	g.running(t, "wide a", 1)
	time.Sleep(300 * time.Millisecond) // so that the buffers are full
	go g.end(proxy.Revoked())
	last, n := "", 0
	for p, err := readPacket(conn); ; p, err = readPacket(conn) {
		if err != nil {
			break
		}
		last = string(p)
		if n++; n%50 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	if !strings.Contains(last, "revoked") || last[0] != 0xff {
		t.Errorf("the last packet is %.100q", last)
	}
	g.running(t, "wide a", 0)

	_, c = g.plain(t)
	raw(t, c, my.COM_QUERY, []byte(endless)...)
	g.running(t, "wide a", 1)
	time.Sleep(300 * time.Millisecond)
	g.end(proxy.Revoked())
	g.running(t, "wide a", 0)
	g.empty(t)
}

// readPacket reads one packet's payload.
func readPacket(c net.Conn) ([]byte, error) {
	var head [4]byte
	if _, err := io.ReadFull(c, head[:]); err != nil {
		return nil, err
	}
	p := make([]byte, int(head[0])|int(head[1])<<8|int(head[2])<<16)
	_, err := io.ReadFull(c, p)
	return p, err
}
