package e2e_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sallyport-db/sallyport/test/e2e"
)

// settings are what a reload changes while sessions are under load: every key that it may change, and mistakes.
var settings = []struct{ name, top, upstream, want string }{
	{"forbid", "", "    forbid: [\"shop/public.salaries:all\"]\n", "config.loaded"},
	{"observe", "", "    mode: observe\n", "config.loaded"},
	{"shorter lives", "tokens: {default_ttl: 1s, max_ttl: 2s}\n", "", "config.loaded"},
	{"a mistake", "denial_hint: false\n", "    forbid: [\"shop/public.orders:all\"]\n", "config.refused"},
	{"no hints", "denial_hints: false\n", "", "config.loaded"},
	{"what cannot change", "cluster: other\n", "    forbid: [\"shop/public.orders:all\"]\n", "config.refused"},
	{"plaintext", "insecure_plaintext_from: [\"10.0.0.0/8\"]\n", "", "config.loaded"},
}

// TestReloadUnderLoad promises that a reload drops no session and refuses no valid token (P7).
func TestReloadUnderLoad(t *testing.T) {
	_, p := shop(t, nil)
	text, err := os.ReadFile(p.Config)
	if err != nil {
		t.Fatal(err)
	}
	token := issue(t, p, "ana", scope) // for an hour, which is longer than some settings allow
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	var statements, logins atomic.Int64
	modes := []pgx.QueryExecMode{pgx.QueryExecModeSimpleProtocol, pgx.QueryExecModeCacheStatement, pgx.QueryExecModeExec}
	for i := range 6 {
		conn := connect(t, p, "ana", token, modes[i%len(modes)])
		load.Go(func() { underLoad(ctx, t, conn, &statements) })
	}
	load.Go(func() {
		for ctx.Err() == nil {
			conn, err := pgx.Connect(t.Context(), strings.Join(keywords(p, token), " "))
			if err != nil {
				t.Errorf("a valid token is refused: %v", err)
				return
			}
			_ = conn.Close(t.Context())
			logins.Add(1)
		}
	})
	trail := p.Trail()
	for i := range 50 {
		s := settings[i%len(settings)]
		if err := os.WriteFile(p.Config, []byte(s.top+string(text)+s.upstream), 0o600); err != nil {
			t.Fatal(err)
		}
		before := statements.Load()
		if err := p.Hangup(); err != nil {
			t.Fatal(err)
		}
		if got := nextConfig(t, trail); got.Event != s.want {
			t.Fatalf("%s: %s: %s", s.name, got.Event, got.Reason)
		}
		for statements.Load() == before && !t.Failed() { // so that statements run between any two reloads
			time.Sleep(time.Millisecond)
		}
	}
	stop()
	load.Wait()
	t.Logf("%d statements and %d logins during 50 reloads", statements.Load(), logins.Load())
	if logins.Load() == 0 {
		t.Error("nobody logged in")
	}
}

// underLoad runs statements, in transactions and out of them, that every setting allows.
func underLoad(ctx context.Context, t *testing.T, conn *pgx.Conn, done *atomic.Int64) {
	for i := 1; ctx.Err() == nil; i++ {
		id := i%500 + 1
		err := pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
			var item string
			if err := tx.QueryRow(t.Context(), "SELECT item FROM orders WHERE id = $1", id).Scan(&item); err != nil {
				return err
			}
			if want := fmt.Sprintf("item %d", id); item != want {
				return fmt.Errorf("got %q, want %q", item, want)
			}
			_, err := tx.Exec(t.Context(), "UPDATE orders SET note = $1 WHERE id = $2", "seen", id)
			return err
		})
		if err != nil {
			t.Errorf("a session under load: %v", err)
			return
		}
		done.Add(1)
	}
}

func keywords(p *e2e.Proxy, token string) []string {
	return []string{"host=" + p.Host, fmt.Sprintf("port=%d", p.Port), "user=ana", "dbname=shop", "password=" + token,
		"sslmode=verify-full", "sslrootcert=" + p.CA}
}

// nextConfig waits for the next line about the configuration.
func nextConfig(t *testing.T, trail *e2e.Trail) e2e.Line {
	t.Helper()
	for range 1000 {
		lines, err := trail.Next()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			if strings.HasPrefix(l.Event, "config.") && l.Seq > 2 { // not that of the start
				return l
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("nothing came of SIGHUP")
	return e2e.Line{}
}

// A reload also reads files again whose names have not changed: a certificate that was renewed is served, and one that
// cannot be is not.
func TestReloadReadsCertificates(t *testing.T) {
	_, p := shop(t, nil)
	token := issue(t, p, "ana", scope)
	old := connect(t, p, "ana", token, pgx.QueryExecModeExec)
	text, err := os.ReadFile(p.Config)
	if err != nil {
		t.Fatal(err)
	}
	cert, key := filepath.Join(p.Dir, "server.crt"), filepath.Join(p.Dir, "server.key")
	certificate(t, cert, key, 1)
	if err := os.WriteFile(p.Config, []byte(string(text)+"tls: {cert: server.crt, key: server.key}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for serial := int64(1); serial < 4; serial++ {
		if out, err := p.Run(t.Context(), "config", "reload"); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
		if got := served(t, p, token, cert); got != serial {
			t.Errorf("the certificate served is number %d, want %d", got, serial)
		}
		certificate(t, cert, key, serial+1)
	}
	if err := os.WriteFile(key, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Run(t.Context(), "config", "reload"); err == nil || !strings.Contains(err.Error(), "server.key") {
		t.Errorf("a key that is none: %v", err)
	}
	if _, err := old.Exec(t.Context(), "SELECT item FROM orders"); err != nil {
		t.Errorf("the session that was there before: %v", err)
	}
}

// certificate writes a self-signed certificate for 127.0.0.1.
func certificate(t *testing.T, certFile, keyFile string, serial int64) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// served logs in, verifying with ca, and returns the number of the server's certificate.
func served(t *testing.T, p *e2e.Proxy, token, ca string) int64 {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), strings.Replace(strings.Join(keywords(p, token), " "), p.CA, ca, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(t.Context())
	return conn.PgConn().Conn().(*tls.Conn).ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}
