package pki

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

// clock is a settable Options.Now.
type clock struct{ now time.Time }

func (c *clock) Now() time.Time { return c.now }

func TestPrivateCertificateVerifies(t *testing.T) {
	dir := t.TempDir()
	s, err := Open(Options{Dir: dir, Cluster: "test", Hosts: []string{"db.example", "0.0.0.0", "::", "10.1.2.3", ""}})
	if err != nil {
		t.Fatal(err)
	}
	if s.CAFile() != filepath.Join(dir, "ca.crt") {
		t.Errorf("CAFile = %s", s.CAFile())
	}
	pool, err := readPool(s.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "db.example", "10.1.2.3"} {
		if err := handshake(t, s.ServerTLS(), &tls.Config{RootCAs: pool, ServerName: name}); err != nil {
			t.Errorf("as %s: %v", name, err)
		}
	}
	for _, name := range []string{"other.example", "0.0.0.0"} {
		if err := handshake(t, s.ServerTLS(), &tls.Config{RootCAs: pool, ServerName: name}); err == nil {
			t.Errorf("the certificate is good for %s", name)
		}
	}
	if err := handshake(t, s.ServerTLS(), &tls.Config{RootCAs: pool, ServerName: "localhost", MaxVersion: tls.VersionTLS11, MinVersion: tls.VersionTLS10}); err == nil {
		t.Error("TLS 1.1 is served")
	}
	for file, want := range map[string]os.FileMode{"ca.key": 0o600, "server.key": 0o600, "ca.crt": 0o644, "server.crt": 0o644} {
		if info, err := os.Stat(filepath.Join(dir, file)); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v, %v, want mode %04o", file, info, err, want)
		}
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 4 {
		t.Errorf("left behind: %v", entries)
	}
}

func TestPrivateLives(t *testing.T) {
	dir := t.TempDir()
	open(t, Options{Dir: dir, Now: (&clock{start}).Now})
	ca, leaf := certificate(t, dir, "ca.crt"), certificate(t, dir, "server.crt")
	if life := leaf.NotAfter.Sub(leaf.NotBefore); life > 365*24*time.Hour {
		t.Errorf("the server's certificate lives %v", life)
	}
	if life := ca.NotAfter.Sub(start); life != caLife {
		t.Errorf("the CA lives %v", life)
	}
	if !ca.IsCA || !ca.MaxPathLenZero || leaf.IsCA || leaf.KeyUsage&x509.KeyUsageCertSign != 0 {
		t.Error("the certificates may sign what they should not")
	}
}

func TestPrivateCertificateIsReused(t *testing.T) {
	dir := t.TempDir()
	c := &clock{start}
	first := open(t, Options{Dir: dir, Now: c.Now, Hosts: []string{"a.example"}})
	tests := []struct {
		name   string
		after  time.Duration
		hosts  []string
		change func()
		reused bool
	}{
		{"same day", 0, []string{"a.example"}, nil, true},
		{"half a year on", 180 * 24 * time.Hour, []string{"a.example"}, nil, true},
		{"without the CA's key", 0, []string{"a.example"}, func() { move(t, dir, "ca.key", "ca.key.away") }, true},
		{"a new host", 0, []string{"a.example", "b.example"}, func() { move(t, dir, "ca.key.away", "ca.key") }, false},
		{"a third of its life left", 250 * 24 * time.Hour, []string{"a.example", "b.example"}, nil, false},
		{"certificate lost", 250 * 24 * time.Hour, []string{"a.example", "b.example"}, func() { remove(t, dir, "server.crt") }, false},
		{"key lost", 250 * 24 * time.Hour, []string{"a.example", "b.example"}, func() { remove(t, dir, "server.key") }, false},
		{"key was open to others", 250 * 24 * time.Hour, []string{"a.example", "b.example"}, func() {
			if err := os.Chmod(filepath.Join(dir, "server.key"), 0o640); err != nil {
				t.Fatal(err)
			}
		}, false},
	}
	serial := leafOf(t, first).SerialNumber
	ca := certificate(t, dir, "ca.crt")
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.change != nil {
				tt.change()
			}
			c.now = start.Add(tt.after)
			now := leafOf(t, open(t, Options{Dir: dir, Now: c.Now, Hosts: tt.hosts})).SerialNumber
			if reused := now.Cmp(serial) == 0; reused != tt.reused {
				t.Errorf("reused: %v, want %v", reused, tt.reused)
			}
			serial = now
			if !certificate(t, dir, "ca.crt").Equal(ca) {
				t.Error("the CA changed: clients no longer trust the server")
			}
		})
	}
}

func TestPrivateCertificateIsRenewedWhileServing(t *testing.T) {
	dir := t.TempDir()
	c := &clock{start}
	s := open(t, Options{Dir: dir, Now: c.Now})
	first := leafOf(t, s)
	c.now = start.Add(300 * 24 * time.Hour)
	move(t, dir, "ca.key", "ca.key.away")
	if leafOf(t, s) != first {
		t.Error("a failed renewal took the certificate away")
	}
	move(t, dir, "ca.key.away", "ca.key")
	if leafOf(t, s) != first {
		t.Error("a failed renewal is tried again at once")
	}
	c.now = c.now.Add(2 * retryRenewal)
	if renewed := leafOf(t, s); renewed.SerialNumber.Cmp(first.SerialNumber) == 0 || !renewed.NotAfter.After(first.NotAfter) {
		t.Error("was not renewed")
	}
}

// A crash between writing the CA's key and its certificate must not end the installation, nor change the key.
func TestPrivateCAAfterACrash(t *testing.T) {
	dir := t.TempDir()
	open(t, Options{Dir: dir})
	before := certificate(t, dir, "ca.crt")
	for _, f := range []string{"ca.crt", "server.crt", "server.key"} {
		remove(t, dir, f)
	}
	open(t, Options{Dir: dir})
	after := certificate(t, dir, "ca.crt")
	if string(before.RawSubjectPublicKeyInfo) != string(after.RawSubjectPublicKeyInfo) {
		t.Error("the CA's key changed")
	}
}

func TestConfiguredCertificateReloads(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	open(t, Options{Dir: dir})
	open(t, Options{Dir: other})
	opt := Options{CertFile: filepath.Join(dir, "server.crt"), KeyFile: filepath.Join(dir, "server.key")}
	s := open(t, opt)
	if s.CAFile() != "" {
		t.Errorf("CAFile = %s for a configured certificate", s.CAFile())
	}
	first := leafOf(t, s)
	copyFile(t, filepath.Join(other, "server.crt"), opt.CertFile)
	if err := s.Reload(); err == nil || !strings.Contains(err.Error(), "do not belong together") {
		t.Errorf("half a change: %v", err)
	}
	if leafOf(t, s) != first {
		t.Error("a failed reload took the certificate away")
	}
	copyFile(t, filepath.Join(other, "server.key"), opt.KeyFile)
	if err := s.Reload(); err != nil {
		t.Fatal(err)
	}
	if !leafOf(t, s).Equal(certificate(t, other, "server.crt")) {
		t.Error("the new certificate is not served")
	}
}

func TestClientCertificateIsVerifiedIfGiven(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	s := open(t, Options{Dir: dir, ClientCAFile: ""})
	pool, err := readPool(s.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	open(t, Options{Dir: other})
	bound := open(t, Options{Dir: dir, ClientCAFile: filepath.Join(other, "ca.crt")})
	if err := handshake(t, bound.ServerTLS(), &tls.Config{RootCAs: pool, ServerName: "localhost"}); err != nil {
		t.Errorf("without a certificate: %v", err)
	}
	// The server's own certificate comes from another CA than the clients' one.
	mine, err := tls.LoadX509KeyPair(filepath.Join(dir, "server.crt"), filepath.Join(dir, "server.key"))
	if err != nil {
		t.Fatal(err)
	}
	if err := handshake(t, bound.ServerTLS(), &tls.Config{RootCAs: pool, ServerName: "localhost", Certificates: []tls.Certificate{mine}}); err == nil {
		t.Error("a certificate of another CA was accepted")
	}
}

// handshake runs one over loopback (net.Pipe has no buffer: an alert would block both sides) and returns what either
// side said.
func handshake(t *testing.T, server, client *tls.Config) error {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	done := make(chan error, 1)
	go func() {
		c, err := l.Accept()
		if err == nil {
			defer c.Close()
			err = tls.Server(c, server).Handshake()
		}
		done <- err
	}()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	err = tls.Client(c, client).Handshake()
	if err != nil {
		c.Close()
	}
	return errors.Join(err, <-done)
}

func open(t *testing.T, opt Options) *Source {
	t.Helper()
	s, err := Open(opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func leafOf(t *testing.T, s *Source) *x509.Certificate {
	t.Helper()
	c, err := s.Certificate(nil)
	if err != nil {
		t.Fatal(err)
	}
	return c.Leaf
}

func certificate(t *testing.T, dir, file string) *x509.Certificate {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(dir, file))
	if err != nil {
		t.Fatal(err)
	}
	c, err := parseCert(text)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func move(t *testing.T, dir, from, to string) {
	t.Helper()
	if err := os.Rename(filepath.Join(dir, from), filepath.Join(dir, to)); err != nil {
		t.Fatal(err)
	}
}

func remove(t *testing.T, dir, file string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, file)); err != nil {
		t.Fatal(err)
	}
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	text, err := os.ReadFile(from)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(to, text, 0o600); err != nil {
		t.Fatal(err)
	}
}
