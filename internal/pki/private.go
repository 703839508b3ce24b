package pki

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const (
	caCert, caKey         = "ca.crt", "ca.key"
	serverCert, serverKey = "server.crt", "server.key"

	caLife   = 10 * 365 * 24 * time.Hour
	leafLife = 365 * 24 * time.Hour
	// backdate keeps a new certificate valid for clients whose clocks are behind.
	backdate = time.Hour
)

// private is the private CA in a folder, at one moment.
type private struct {
	dir     string
	cluster string
	hosts   []string // sorted, distinct
	now     time.Time
}

// server returns the certificate on disk if it still serves, or issues one. The CA's key is touched only to issue.
func (p private) server() (*tls.Certificate, error) {
	ca, err := p.ca()
	if err != nil {
		return nil, err
	}
	if cert, ok := p.reuse(ca); ok {
		return cert, nil
	}
	return p.issue(ca)
}

// reuse loads the server certificate if it is whole, issued by the CA, for the hosts of today, and not due.
func (p private) reuse(ca *x509.Certificate) (*tls.Certificate, bool) {
	if checkKeyMode(p.file(serverKey), 0o077) != nil {
		return nil, false // it may have been read: a new one costs nothing
	}
	cert, err := tls.LoadX509KeyPair(p.file(serverCert), p.file(serverKey))
	if err != nil {
		return nil, false
	}
	leaf := cert.Leaf
	usable := leaf.CheckSignatureFrom(ca) == nil && slices.Equal(namesOf(leaf), p.hosts) &&
		p.now.After(leaf.NotBefore) && p.now.Before(renewAt(leaf))
	return &cert, usable
}

func (p private) issue(ca *x509.Certificate) (*tls.Certificate, error) {
	signer, err := p.caKey()
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s is needed to issue the server's certificate and is not there: put it back, or remove %s too for a new CA that clients must then trust", p.file(caKey), caCert)
	}
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject:     pkix.Name{CommonName: "sallyport"},
		NotBefore:   p.now.Add(-backdate),
		NotAfter:    p.now.Add(leafLife - backdate),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if template.NotAfter.After(ca.NotAfter) {
		template.NotAfter = ca.NotAfter
	}
	for _, h := range p.hosts {
		if a, err := netip.ParseAddr(h); err == nil {
			template.IPAddresses = append(template.IPAddresses, net.IP(a.AsSlice()))
		} else {
			template.DNSNames = append(template.DNSNames, h)
		}
	}
	der, err := sign(template, ca, key.Public(), signer)
	if err != nil {
		return nil, fmt.Errorf("issuing the server's certificate with %s and %s: %w", p.file(caCert), p.file(caKey), err)
	}
	if err := writeKey(p.file(serverKey), key); err != nil {
		return nil, err
	}
	if err := writeCert(p.file(serverCert), der); err != nil {
		return nil, err
	}
	cert, err := tls.LoadX509KeyPair(p.file(serverCert), p.file(serverKey))
	return &cert, err
}

// ca loads the CA's certificate, or makes it. A key without a certificate is what a crash between the two leaves; the
// certificate is then made for that key.
func (p private) ca() (*x509.Certificate, error) {
	text, err := os.ReadFile(p.file(caCert))
	if errors.Is(err, fs.ErrNotExist) {
		return p.newCA()
	}
	if err != nil {
		return nil, plain(err)
	}
	ca, err := parseCert(text)
	switch {
	case err != nil:
		return nil, fmt.Errorf("%s: %w", p.file(caCert), err)
	case !ca.IsCA:
		return nil, fmt.Errorf("%s is not the certificate of a CA: remove it for a new CA, or set tls.cert and tls.key for a certificate of your own", p.file(caCert))
	case p.now.After(ca.NotAfter):
		return nil, fmt.Errorf("%s expired on %s: remove it for a new CA that clients must then trust", p.file(caCert), ca.NotAfter.UTC().Format(time.RFC3339))
	}
	return ca, nil
}

func (p private) newCA() (*x509.Certificate, error) {
	key, err := p.caKey()
	if errors.Is(err, fs.ErrNotExist) {
		fresh, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			return nil, err
		}
		if err := writeKey(p.file(caKey), fresh); err != nil {
			return nil, err
		}
		key = fresh
	} else if err != nil {
		return nil, err
	}
	template := &x509.Certificate{
		Subject:               pkix.Name{CommonName: "Sallyport private CA (" + p.cluster + ")"},
		NotBefore:             p.now.Add(-backdate),
		NotAfter:              p.now.Add(caLife),
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
		BasicConstraintsValid: true,
		IsCA:                  true,
		MaxPathLenZero:        true, // it signs servers, not further CAs
	}
	der, err := sign(template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	if err := writeCert(p.file(caCert), der); err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

func (p private) caKey() (crypto.Signer, error) {
	file := p.file(caKey)
	if err := checkKeyMode(file, 0o077); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, plain(err)
	}
	key, err := parseKey(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return key, nil
}

func (p private) file(name string) string { return filepath.Join(p.dir, name) }

// sign gives the template a random serial number of 127 bits (RFC 5280, 4.1.2.2: positive, at most 20 octets).
func sign(template, parent *x509.Certificate, key crypto.PublicKey, signer crypto.Signer) ([]byte, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial.Add(serial, big.NewInt(1))
	return x509.CreateCertificate(rand.Reader, template, parent, key, signer)
}

// renewAt is when a third of the certificate's life is left.
func renewAt(c *x509.Certificate) time.Time {
	return c.NotAfter.Add(-c.NotAfter.Sub(c.NotBefore) / 3)
}
