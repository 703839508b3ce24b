package hostile

import (
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
)

// cancel sends a cancel request from an address and waits until it is taken.
func (p *target) cancel(t *testing.T, from string, m *pgproto3.CancelRequest) {
	t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}
	c, err := d.DialContext(t.Context(), "tcp", p.addr())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	b, err := m.Encode(nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Write(b); err != nil {
		t.Fatal(err)
	}
	_, _ = io.ReadAll(c)
}

func TestCancelNeedsTheKeyAndTheSource(t *testing.T) {
	p := start(t)
	c, err := pgconn.Connect(t.Context(), fmt.Sprintf("host=%s port=%d user=ana dbname=shop password=%s sslmode=disable", p.Host, p.Port, p.token))
	if err != nil {
		t.Fatal(err)
	}
	h, err := c.Hijack()
	if err != nil {
		t.Fatal(err)
	}
	defer h.Conn.Close()
	_ = h.Conn.SetDeadline(time.Now().Add(20 * time.Second))
	h.Frontend.Send(&pgproto3.Query{String: "SELECT count(*) FROM generate_series(1, 1000000000)"})
	if err := h.Frontend.Flush(); err != nil {
		t.Fatal(err)
	}
	right := &pgproto3.CancelRequest{ProcessID: h.PID, SecretKey: h.SecretKey}
	p.cancel(t, "127.0.0.1", &pgproto3.CancelRequest{ProcessID: h.PID, SecretKey: []byte{1, 2, 3, 4}})
	p.cancel(t, "127.0.0.2", right)
	trail, err := p.Run(t.Context(), "audit", "search")
	if err != nil || strings.Contains(trail, "cancelled") {
		t.Errorf("a cancel without the key or from elsewhere was taken (%v)", err)
	}
	p.cancel(t, "127.0.0.1", right)
	for {
		m, err := h.Frontend.Receive()
		if err != nil {
			t.Fatal(err)
		}
		if e, ok := m.(*pgproto3.ErrorResponse); ok {
			if e.Code != "57014" {
				t.Errorf("ended by %s %s", e.Code, e.Message)
			}
			if trail, err = p.Run(t.Context(), "audit", "search"); err != nil || !strings.Contains(trail, "cancelled") {
				t.Errorf("the cancel is not in the audit log (%v)", err)
			}
			return
		}
	}
}

func TestDirectTLSNeedsALPN(t *testing.T) {
	p := start(t)
	ca, err := os.ReadFile(p.CA)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(ca)
	for _, c := range []struct {
		protocols []string
		want      string
	}{{nil, "direct TLS needs ALPN"}, {[]string{"postgresql"}, "R\x00\x00\x00\x08\x00\x00\x00\x03"}} {
		s := tls.Client(p.dial(t), &tls.Config{RootCAs: roots, ServerName: p.Host, NextProtos: c.protocols})
		if err := s.Handshake(); err != nil {
			t.Fatal(err)
		}
		_, _ = s.Write(startup("user", "ana", "database", "shop"))
		_ = s.CloseWrite()
		if got, _ := io.ReadAll(s); !bytes.Contains(got, []byte(c.want)) {
			t.Errorf("ALPN %q: %q", c.protocols, got)
		}
	}
	c := tls.Client(p.dial(t), &tls.Config{RootCAs: roots, ServerName: p.Host, NextProtos: []string{"http/1.1"}})
	if err := c.Handshake(); err == nil {
		t.Error("another protocol was negotiated")
	}
}

// A login that is held open byte by byte ends all the same.
func TestLoginEndsInTime(t *testing.T) {
	p := start(t)
	c := p.dial(t)
	go func() {
		for _, b := range startup("user", "ana", "application_name", strings.Repeat("a", 1000)) {
			if _, err := c.Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	got, err := io.ReadAll(c) // with a deadline of 15 s
	if err != nil && os.IsTimeout(err) {
		t.Fatal("the login is still open")
	}
	if !bytes.Contains(got, []byte("canceling authentication due to timeout")) {
		t.Errorf("%q", got)
	}
	p.alive(t)
}
