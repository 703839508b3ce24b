package wire

import (
	"io"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/token"
)

// The load balancer of these tests is at 127.0.0.2.
var balancer = net.IPv4(127, 0, 0, 2)

// dialFrom connects from an address and says header first.
func (g *gate) dialFrom(t *testing.T, from net.IP, header string) *raw {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: from}}
	conn, err := d.DialContext(t.Context(), "tcp", g.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	r := &raw{t: t, conn: conn}
	r.send([]byte(header))
	return r
}

// enter logs in and returns the type of the message that ends that: 'Z', 'E',
// or 0 if there was none. key is what a cancel request needs.
func (r *raw) enter(secret string) (end byte, key []byte) {
	_, _ = r.conn.Write(startup("user", "ana", "database", "shop"))
	for {
		m, err := r.read()
		if err != nil {
			return 0, nil
		}
		switch m[0] {
		case 'R':
			if m[8] == 3 {
				r.send(message('p', secret, zero))
			}
		case 'K':
			key = m[5:]
		case 'E', 'Z':
			return m[0], key
		}
	}
}

func header1(client string) string { return "PROXY TCP4 " + client + " 127.0.0.1 4711 6432\r\n" }

// A token is bound to the client's address, also where that is what a header
// says: nobody but the balancer is believed, and the balancer only with one.
func TestTokenIsBoundThroughThePROXYProtocol(t *testing.T) {
	server, scope := shop(t)
	g := newGate(t, server)
	g.proxy.Believe([]netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")})
	secret, _, err := g.issuer.Issue(token.Request{Subject: "ana", Scope: scope, From: []string{"127.0.0.9"}, TTL: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	own := net.IPv4(127, 0, 0, 1)
	for _, c := range []struct {
		name, header string
		from         net.IP
		want         byte
	}{
		{"the client, through the balancer", header1("127.0.0.9"), balancer, 'Z'},
		{"version 2", "\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\x7f\x00\x00\x09\x7f\x00\x00\x01\x12\x67\x19\x20", balancer, 'Z'},
		{"another client, through the balancer", header1("127.0.0.8"), balancer, 'E'},
		{"the balancer without a header", "", balancer, 0},
		{"the client without the balancer", "", net.IPv4(127, 0, 0, 9), 'Z'},
		{"somebody else with a header", header1("127.0.0.9"), own, 'E'},
		{"two headers", header1("127.0.0.9") + header1("127.0.0.9"), balancer, 'E'},
		{"unknown", "PROXY UNKNOWN\r\n", balancer, 0},
	} {
		if got, _ := g.dialFrom(t, c.from, c.header).enter(secret); got != c.want {
			t.Errorf("%s: login ended with %q, want %q", c.name, got, c.want)
		}
	}
}

// What one session runs is stopped only from its own source, and by the header
// that vouches for it.
func TestCancelIsBoundThroughThePROXYProtocol(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	g := newGate(t, server)
	g.proxy.Believe([]netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")})
	secret, _, err := g.issuer.Issue(token.Request{Subject: "ana", Scope: "shop/*.*:select", From: []string{"127.0.0.9"}, TTL: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	s := g.dialFrom(t, balancer, header1("127.0.0.9"))
	end, key := s.enter(secret)
	if end != 'Z' {
		t.Fatalf("login ended with %q", end)
	}
	s.send(query("SELECT count(*) FROM generate_series(1, 1000000000)"))
	cancel := message(0, uint32(1234<<16|5678), string(key))[1:]
	for _, c := range []struct {
		from   net.IP
		header string
	}{{balancer, header1("127.0.0.8")}, {balancer, ""}, {net.IPv4(127, 0, 0, 1), ""}, {net.IPv4(127, 0, 0, 1), header1("127.0.0.9")}} {
		c := g.dialFrom(t, c.from, c.header)
		_, _ = c.conn.Write(cancel)
		_, _ = io.ReadAll(c.conn)
	}
	if err := s.conn.SetReadDeadline(time.Now().Add(300 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if m, err := s.read(); err == nil {
		t.Fatalf("stopped from elsewhere: %q", m)
	}
	if err := s.conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	right := g.dialFrom(t, balancer, header1("127.0.0.9"))
	right.send(cancel)
	if got := strings.Join(s.until("EZ"), " "); !strings.Contains(got, "57014") {
		t.Errorf("not stopped by its own client: %s", got)
	}
}
