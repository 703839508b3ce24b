package mysql

import (
	"context"
	"net"
	"net/netip"
	"testing"

	"github.com/go-mysql-org/go-mysql/client"

	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/token"
)

// A token is bound to the client that the balancer's header names.
func TestTokenIsBoundThroughThePROXYProtocol(t *testing.T) {
	g := newGate(t)
	g.proxy.Believe([]netip.Prefix{netip.MustParsePrefix("127.0.0.2/32")})
	secret, _, err := g.issuer.Issue(token.Request{Subject: "ana", Scope: "shop/shop.orders:select", From: []string{"203.0.113.7"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, from, header string
		in                 bool
	}{
		{"the client, through the balancer", "127.0.0.2", "PROXY TCP4 203.0.113.7 127.0.0.1 4711 6306\r\n", true},
		{"mapped", "127.0.0.2", "PROXY TCP6 ::ffff:203.0.113.7 ::1 4711 6306\r\n", true},
		{"another client", "127.0.0.2", "PROXY TCP4 203.0.113.8 127.0.0.1 4711 6306\r\n", false},
		{"no header", "127.0.0.2", "", false},
		{"not the balancer", "127.0.0.1", "PROXY TCP4 203.0.113.7 127.0.0.1 4711 6306\r\n", false},
	} {
		dial := func(ctx context.Context, network, address string) (net.Conn, error) {
			d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(c.from)}}
			conn, err := d.DialContext(ctx, network, address)
			if err == nil {
				_, err = conn.Write([]byte(c.header))
			}
			return conn, err
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*proxy.LoginWithin)
		conn, err := client.ConnectWithDialer(ctx, "tcp", g.addr, "ana", secret, "shop", dial, func(c *client.Conn) error {
			c.SetTLSConfig(g.verify(t))
			return nil
		})
		cancel()
		if (err == nil) != c.in {
			t.Errorf("%s: %v", c.name, err)
		}
		if err == nil {
			_ = conn.Close()
		}
	}
}
