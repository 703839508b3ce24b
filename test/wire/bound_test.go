package wire

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/pki"
	"github.com/sallyport-db/sallyport/proxy/postgres"
	"github.com/sallyport-db/sallyport/token"
)

// authority signs certificates of clients.
type authority struct {
	t    *testing.T
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
	n    int64
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t}
	c := a.sign(&x509.Certificate{IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign})
	a.cert, a.key = c.Leaf, c.PrivateKey.(*ecdsa.PrivateKey)
	return a
}

// sign makes a key and a certificate, the authority's own at first.
func (a *authority) sign(template *x509.Certificate) tls.Certificate {
	a.t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		a.t.Fatal(err)
	}
	a.n++
	template.SerialNumber, template.NotBefore, template.NotAfter = big.NewInt(a.n), time.Now().Add(-time.Minute), time.Now().Add(time.Hour)
	signer, parent := key, template
	if a.cert != nil {
		signer, parent = a.key, a.cert
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent, &key.PublicKey, signer)
	if err != nil {
		a.t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		a.t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// client is a certificate with these URIs.
func (a *authority) client(uris ...string) *tls.Certificate {
	a.t.Helper()
	c := &x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}
	for _, text := range uris {
		u, err := url.Parse(text)
		if err != nil {
			a.t.Fatal(err)
		}
		c.URIs = append(c.URIs, u)
	}
	signed := a.sign(c)
	return &signed
}

// A token that is bound to a certificate or a SPIFFE ID opens nothing without
// it: what counts is the TLS connection itself.
func TestTokenIsBoundToTheCertificate(t *testing.T) {
	server, scope := shop(t)
	ours := newAuthority(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "clients.crt")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ours.cert.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	source, err := pki.Open(pki.Options{Dir: dir, Cluster: "test", Hosts: []string{"127.0.0.1"}, ClientCAFile: file})
	if err != nil {
		t.Fatal(err)
	}
	g := newGate(t, server, func(o *postgres.Options) { o.TLS = source.ServerTLS() })
	const id = "spiffe://shop.example/billing"
	mine, another := ours.client(id), ours.client(id)
	for _, c := range []struct {
		name    string
		request token.Request
		cert    *tls.Certificate
		in      bool
	}{
		{"its certificate", token.Request{Certificate: token.Thumbprint(mine.Certificate[0])}, mine, true},
		{"another of the same name", token.Request{Certificate: token.Thumbprint(mine.Certificate[0])}, another, false},
		{"none", token.Request{Certificate: token.Thumbprint(mine.Certificate[0])}, nil, false},
		{"its SPIFFE ID", token.Request{SPIFFE: id}, mine, true},
		{"... in a newer certificate", token.Request{SPIFFE: id}, another, true},
		{"another's SPIFFE ID", token.Request{SPIFFE: id}, ours.client("spiffe://shop.example/billing2"), false},
		{"no SPIFFE ID", token.Request{SPIFFE: id}, ours.client(), false},
		{"two of them", token.Request{SPIFFE: id}, ours.client(id, "spiffe://shop.example/other"), false},
		{"no certificate", token.Request{SPIFFE: id}, nil, false},
		{"a foreign authority", token.Request{SPIFFE: id}, newAuthority(t).client(id), false},
		{"not bound", token.Request{}, nil, true},
	} {
		c.request.Subject, c.request.Scope, c.request.From = "ana", scope, []string{"127.0.0.1"}
		secret, _, err := g.issuer.Issue(c.request)
		if err != nil {
			t.Fatal(err)
		}
		config, err := pgconn.ParseConfig("postgres://ana@" + g.addr + "/shop?sslmode=verify-full&sslrootcert=" + source.CAFile())
		if err != nil {
			t.Fatal(err)
		}
		config.Password = secret
		if c.cert != nil {
			config.TLSConfig.Certificates = []tls.Certificate{*c.cert}
		}
		conn, err := pgconn.ConnectConfig(t.Context(), config)
		if (err == nil) != c.in {
			t.Errorf("%s: %v", c.name, err)
		}
		if err == nil {
			_ = conn.Close(t.Context())
		}
	}
}
