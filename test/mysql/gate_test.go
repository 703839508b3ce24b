// Package mysql tests the MySQL wire with real clients and a real server.
package mysql

import (
	"cmp"
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/sallyport-db/sallyport/audit"
	analyze "github.com/sallyport-db/sallyport/internal/analyze/mysql"
	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/internal/mytest"
	"github.com/sallyport-db/sallyport/internal/mytest/mytesting"
	"github.com/sallyport-db/sallyport/internal/pki"
	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/proxy/mysql"
	"github.com/sallyport-db/sallyport/token"
)

// gate is a proxy in this process, in front of a server that it enters as
// root.
type gate struct {
	server *mytest.Server
	addr   string
	proxy  *proxy.Server
	wire   *mysql.Protocol
	schema atomic.Value // a string: where sessions begin that name no schema
	middle atomic.Value // a string: the address that stands before the server's, or nil
	log    string       // the audit log's directory
	ca     string       // file
	issuer *token.Issuer
	lost   atomic.Bool // the registry that it shares with other nodes
}

func newGate(t *testing.T, settings ...string) *gate {
	t.Helper()
	return newGateBefore(t, mytesting.Start(t, settings...))
}

func newGateBefore(t *testing.T, server *mytest.Server) *gate {
	t.Helper()
	dir := t.TempDir()
	keys, err := token.OpenKeys(filepath.Join(dir, "keys"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "tls"), 0o700); err != nil {
		t.Fatal(err)
	}
	cert, err := pki.Open(pki.Options{Dir: filepath.Join(dir, "tls"), Cluster: "test", Hosts: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{server: server, log: filepath.Join(dir, "audit"), ca: cert.CAFile()}
	log, err := audit.Open(g.log, audit.Options{Cluster: "test", Node: "test"})
	if err != nil {
		t.Fatal(err)
	}
	p := proxy.NewServer(proxy.Options{
		Held: func(time.Time) bool { return !g.lost.Load() },
		Verifier: &token.Verifier{Keys: keys, Issuer: "test", Audience: "test", MaxTTL: time.Hour,
			Revoked: func(*token.Claims) bool { return false }},
		Log: log, Upstreams: map[string]*proxy.Upstream{"shop": {Name: "shop"}},
		Logger: strict(t), Metrics: proxy.NewMetrics(prometheus.NewRegistry()),
	})
	config := func() (*mysql.Config, error) {
		schema, _ := g.schema.Load().(string)
		addr, _ := g.middle.Load().(string)
		return &mysql.Config{Network: "tcp", Address: cmp.Or(addr, server.Addr()), User: "root", Database: schema}, nil
	}
	schema := catalog.Open(func(context.Context) (*client.Conn, error) { return server.Connect("") })
	t.Cleanup(schema.Close)
	reader := analyze.NewReader(schema, proxy.EncodeAccesses)
	g.wire = mysql.New(mysql.Options{
		TLS: cert.ServerTLS(),
		Upstreams: map[string]*mysql.Upstream{"shop": {
			Config: config,
			Mind:   func(s mysql.Start) mysql.Mind { return reader.Session(s.Schema, s.SQLMode, "utf8mb4") },
		}},
		Greeting: func(ctx context.Context) mysql.Greeting {
			c, _ := config()
			greeting, err := mysql.ReadGreeting(ctx, c)
			if err != nil {
				t.Error(err)
			}
			return greeting
		},
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- p.Serve(ln, g.wire) }()
	t.Cleanup(func() {
		ln.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		p.Shutdown(ctx)
		if err := log.Close(); err != nil {
			t.Error(err)
		}
	})
	g.addr, g.proxy = ln.Addr().String(), p
	g.issuer = &token.Issuer{Keys: keys, Issuer: "test", Audience: "test", MaxTTL: time.Hour}
	return g
}

// strict is a log in which an error, such as a panic, fails the test.
func strict(t *testing.T) *zap.Logger {
	return zap.New(zapcore.NewCore(zapcore.NewConsoleEncoder(zap.NewDevelopmentEncoderConfig()), failing{t}, zap.ErrorLevel))
}

type failing struct{ t *testing.T }

func (f failing) Write(b []byte) (int, error) { f.t.Errorf("logged: %s", b); return len(b), nil }
func (f failing) Sync() error                 { return nil }

func (g *gate) token(t *testing.T, scope string) string {
	t.Helper()
	secret, _, err := g.issuer.Issue(token.Request{Subject: "ana", Scope: scope, From: []string{"127.0.0.1"}, TTL: 30 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// verify is a client's TLS that trusts the proxy's own authority.
func (g *gate) verify(t *testing.T) *tls.Config {
	t.Helper()
	pem, err := os.ReadFile(g.ca)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	return &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
}

// trail is the audit log.
func (g *gate) trail(t *testing.T) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(g.log, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var all []byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b...)
	}
	return string(all)
}
