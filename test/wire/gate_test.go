package wire

import (
	"context"
	"net"
	"net/netip"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/sallyport-db/sallyport/audit"
	analyze "github.com/sallyport-db/sallyport/internal/analyze/postgres"
	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/proxy/postgres"
	"github.com/sallyport-db/sallyport/token"
)

// gate is a proxy in this process, in front of a server that it enters as
// superuser.
type gate struct {
	server *pgtest.Server
	schema *catalog.Catalog
	wire   *postgres.Protocol
	proxy  *proxy.Server
	addr   string
	issuer *token.Issuer
	lost   atomic.Bool // the registry that it shares with other nodes
}

func newGate(t *testing.T, server *pgtest.Server, set ...func(*postgres.Options)) *gate {
	t.Helper()
	keys, err := token.OpenKeys(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	log, err := audit.Open(filepath.Join(t.TempDir(), "audit"), audit.Options{Cluster: "test", Node: "test"})
	if err != nil {
		t.Fatal(err)
	}
	config := func() (*pgconn.Config, error) { return pgconn.ParseConfig(server.URL("", "")) }
	cfg, err := config()
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{}
	schema := catalog.Open(func() (*pgconn.Config, error) { return cfg.Copy(), nil }, catalog.Options{})
	p := proxy.NewServer(proxy.Options{
		Held: func(time.Time) bool { return !g.lost.Load() },
		Verifier: &token.Verifier{Keys: keys, Issuer: "test", Audience: "test", MaxTTL: time.Hour,
			Revoked: func(*token.Claims) bool { return false }},
		Log: log, Upstreams: map[string]*proxy.Upstream{"shop": {Name: "shop"}},
		Logger: zap.NewNop(), Metrics: proxy.NewMetrics(prometheus.NewRegistry()),
	})
	options := postgres.Options{Upstreams: map[string]*postgres.Upstream{
		"shop": {Config: config, Reader: analyze.NewReader(schema, proxy.EncodeAccesses)},
	}}
	for _, f := range set {
		f(&options)
	}
	wire := postgres.New(options)
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- p.Serve(ln, wire) }()
	t.Cleanup(func() {
		ln.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		p.Shutdown(ctx)
		schema.Close()
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	issuer := &token.Issuer{Keys: keys, Issuer: "test", Audience: "test", MaxTTL: time.Hour}
	g.server, g.schema, g.wire, g.proxy, g.addr, g.issuer = server, schema, wire, p, ln.Addr().String(), issuer
	return g
}

// connect logs in with a token of that scope. What it returns is past login.
func (g *gate) connect(t *testing.T, scope string) *raw {
	t.Helper()
	secret, _, err := g.issuer.Issue(token.Request{Subject: "ana", Scope: scope, From: []string{"127.0.0.1"}, TTL: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return login(t, g.addr, "ana", "shop", secret)
}

// direct logs in to the server itself as a role.
func direct(t *testing.T, s *pgtest.Server, role string) *raw {
	t.Helper()
	return login(t, net.JoinHostPort(s.Host, strconv.Itoa(s.Port)), role, "postgres", "")
}

func login(t *testing.T, addr, user, db, secret string) *raw {
	t.Helper()
	ap := netip.MustParseAddrPort(addr)
	conn, err := net.Dial("tcp", ap.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	r := &raw{t: t, conn: conn}
	r.send(startup("user", user, "database", db, "client_encoding", "UTF8"))
	if secret != "" {
		if m := r.next(); m[0] != 'R' || m[8] != 3 {
			t.Fatalf("no question for a password: %q", m)
		}
		r.send(message('p', secret, zero))
	}
	for {
		m := r.next()
		if m[0] == 'E' {
			t.Fatalf("login: %q", m)
		}
		if m[0] == 'Z' {
			return r
		}
	}
}

// shop makes a server with things that the role ana may use and things that
// she may not, and the scope that says the same.
func shop(t *testing.T) (*pgtest.Server, string) {
	t.Helper()
	s := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, s, "", `
		CREATE TABLE wares (id int, name text);
		CREATE TABLE secrets (id int, name text);
		CREATE SCHEMA locked; CREATE TABLE locked.safe (id int);
		CREATE ROLE ana LOGIN;
		GRANT SELECT, INSERT, UPDATE, DELETE ON wares TO ana;`)
	return s, "shop/public.wares:select,insert,update,delete"
}
