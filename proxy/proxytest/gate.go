package proxytest

import (
	"bufio"
	"context"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/token"
)

// gate is a proxy in this process with one protocol.
type gate struct {
	wire   *Wire
	proxy  *proxy.Server
	log    *audit.Log
	dir    string // of the audit log
	addr   string
	issuer *token.Issuer
}

func newGate(t *testing.T, w *Wire) *gate {
	t.Helper()
	keys, err := token.OpenKeys(filepath.Join(t.TempDir(), "keys"))
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{wire: w, dir: filepath.Join(t.TempDir(), "audit")}
	if g.log, err = audit.Open(g.dir, audit.Options{Cluster: "test", Node: "test"}); err != nil {
		t.Fatal(err)
	}
	g.proxy = proxy.NewServer(proxy.Options{
		Verifier: &token.Verifier{Keys: keys, Issuer: "test", Audience: "test", MaxTTL: time.Hour,
			Revoked: func(*token.Claims) bool { return false }},
		Log: g.log, Upstreams: map[string]*proxy.Upstream{"shop": {Name: "shop"}},
		Logger: zap.NewNop(), Metrics: proxy.NewMetrics(prometheus.NewRegistry()),
	})
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- g.proxy.Serve(ln, &fragile{Protocol: w.Protocol}) }()
	t.Cleanup(func() {
		ln.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		g.proxy.Shutdown(ctx)
		_ = g.log.Close() // a test may have closed it
	})
	g.addr = ln.Addr().String()
	g.issuer = &token.Issuer{Keys: keys, Issuer: "test", Audience: "test", MaxTTL: time.Hour}
	return g
}

// session logs in with a token that lives for ttl.
func (g *gate) session(t *testing.T, ttl time.Duration) Client {
	t.Helper()
	secret, _, err := g.issuer.Issue(token.Request{Subject: "ana", Scope: g.wire.Scope, From: []string{"127.0.0.1"}, TTL: ttl})
	if err != nil {
		t.Fatal(err)
	}
	c := g.wire.Connect(t, g.addr, "ana", secret)
	t.Cleanup(c.Close)
	return c
}

// empty waits until no session is left.
func (g *gate) empty(t *testing.T) {
	t.Helper()
	eventually(t, "sessions are left over", func() bool { return len(g.proxy.Sessions()) == 0 })
}

func eventually(t *testing.T, otherwise string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal(otherwise)
		}
	}
}

// line is of the audit log.
type line struct {
	Event, Statement, Reason, Outcome string
}

// trail reads the audit log, as far as it is written.
func (g *gate) trail(t *testing.T) (lines []line) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(g.dir, "*.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	for _, file := range files {
		f, err := os.Open(file)
		if err != nil {
			t.Fatal(err)
		}
		for s := bufio.NewScanner(f); s.Scan(); {
			var l line
			if err := json.Unmarshal(s.Bytes(), &l); err != nil {
				t.Fatal(err)
			}
			lines = append(lines, l)
		}
		f.Close()
	}
	return lines
}

// logged says whether the audit log has such an event of a statement, or for
// such a reason.
func (g *gate) logged(t *testing.T, event, part string) bool {
	t.Helper()
	return slices.ContainsFunc(g.trail(t), func(l line) bool {
		return l.Event == event && (strings.Contains(l.Statement, part) || strings.Contains(l.Reason, part))
	})
}

// fragile is a protocol whose sessions' minds panic at a text.
type fragile struct{ proxy.Protocol }

// Panics is the text at which they do; it is a comment to every server.
const Panics = "/* the analyzer panics */"

func (f *fragile) Login(ctx context.Context, conn net.Conn, door *proxy.Door) (*proxy.Link, error) {
	link, err := f.Protocol.Login(ctx, conn, door)
	if link != nil {
		link.Mind = &panicking{Mind: link.Mind}
	}
	return link, err
}

type panicking struct {
	analyze.Mind
}

func (p *panicking) Read(r *analyze.Request) analyze.Reading {
	if strings.Contains(string(r.Text), Panics) {
		panic("as the test wants")
	}
	return p.Mind.Read(r)
}
