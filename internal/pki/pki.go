// Package pki gives the server its TLS certificate: the configured one, or one issued by a private CA that is made on
// first start and kept in data_dir/tls.
//
//	ca.crt      what clients verify (sslrootcert); safe to hand out
//	ca.key      0600; needed only when a server certificate is issued, so it may be kept elsewhere in between
//	server.crt  the server's certificate, at most a year, renewed when a third of its life is left
//	server.key  0600
//
// All keys are P-256: half of RSA's CPU per login.
package pki

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Options says where the certificate comes from. Either CertFile and KeyFile are set, or Dir.
type Options struct {
	CertFile, KeyFile string // PEM
	ClientCAFile      string // PEM; optional
	Dir               string // data_dir/tls, used when CertFile is empty; must exist
	Cluster           string // names the private CA
	// Hosts are further names and addresses of a private certificate: those of the listeners. localhost, 127.0.0.1, ::1
	// and the machine's name are always in it.
	Hosts []string
	Now   func() time.Time // nil: time.Now
}

// Source holds the current certificate. Its methods may be called from any goroutine.
type Source struct {
	opt       Options
	clientCAs *x509.CertPool

	mu      sync.Mutex
	current *tls.Certificate
	renew   time.Time // zero: never
}

// retryRenewal keeps a failing renewal (a full disk, a CA key kept elsewhere) from being tried at every login.
const retryRenewal = time.Minute

// Open loads the certificate, making what is missing. Errors name the file and what is wrong with it.
func Open(opt Options) (*Source, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	s := &Source{opt: opt}
	if opt.ClientCAFile != "" {
		pool, err := readPool(opt.ClientCAFile)
		if err != nil {
			return nil, fmt.Errorf("tls.client_ca: %w", err)
		}
		s.clientCAs = pool
	}
	if err := s.Reload(); err != nil {
		return nil, err
	}
	return s, nil
}

// Reload reads or renews the certificate. On failure the one in use stays.
func (s *Source) Reload() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.load()
}

func (s *Source) load() error {
	if s.opt.CertFile != "" || s.opt.KeyFile != "" {
		cert, err := loadPair(s.opt.CertFile, s.opt.KeyFile, s.opt.Now())
		if err != nil {
			return fmt.Errorf("tls: %w", err)
		}
		s.current, s.renew = cert, time.Time{}
		return nil
	}
	cert, err := private{dir: s.opt.Dir, cluster: s.opt.Cluster, hosts: serverNames(s.opt.Hosts), now: s.opt.Now()}.server()
	if err != nil {
		return fmt.Errorf("tls: %w", err)
	}
	s.current, s.renew = cert, renewAt(cert.Leaf)
	return nil
}

// CAFile is what clients verify the server with, or empty if the certificate is a configured one.
func (s *Source) CAFile() string {
	if s.opt.CertFile != "" {
		return ""
	}
	return filepath.Join(s.opt.Dir, caCert)
}

// Certificate is the current certificate, renewed first if it is a private one and due. It is what
// tls.Config.GetCertificate calls; the ClientHello is not looked at.
func (s *Source) Certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := s.opt.Now(); !s.renew.IsZero() && now.After(s.renew) {
		if err := s.load(); err != nil {
			s.renew = now.Add(retryRenewal) // the old one serves for as long as clients accept it
		}
	}
	return s.current, nil
}

// ServerTLS is a new configuration that always serves the current certificate. The caller owns it and adds its ALPN
// names.
func (s *Source) ServerTLS() *tls.Config {
	c := &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: s.Certificate}
	if s.clientCAs != nil {
		c.ClientCAs = s.clientCAs
		c.ClientAuth = tls.VerifyClientCertIfGiven
	}
	return c
}

// loadPair reads a configured certificate and its key.
func loadPair(certFile, keyFile string, now time.Time) (*tls.Certificate, error) {
	certPEM, err := os.ReadFile(certFile)
	if err != nil {
		return nil, plain(err)
	}
	if err := checkKeyMode(keyFile, 0o006); err != nil {
		return nil, err
	}
	keyPEM, err := os.ReadFile(keyFile)
	if err != nil {
		return nil, plain(err)
	}
	if _, err := parseCert(certPEM); err != nil {
		return nil, fmt.Errorf("%s: %w", certFile, err)
	}
	if _, err := parseKey(keyPEM); err != nil {
		return nil, fmt.Errorf("%s: %w", keyFile, err)
	}
	cert, err := tls.X509KeyPair(certPEM, keyPEM)
	if err != nil {
		return nil, fmt.Errorf("%s and %s do not belong together: %w", certFile, keyFile, err)
	}
	switch {
	case now.After(cert.Leaf.NotAfter):
		return nil, fmt.Errorf("%s expired on %s", certFile, cert.Leaf.NotAfter.UTC().Format(time.RFC3339))
	case now.Before(cert.Leaf.NotBefore):
		return nil, fmt.Errorf("%s is not valid before %s", certFile, cert.Leaf.NotBefore.UTC().Format(time.RFC3339))
	}
	return &cert, nil
}

func readPool(file string) (*x509.CertPool, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, plain(err)
	}
	if _, err := parseCert(text); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return pool, nil
}

// plain turns "open /x: no such file or directory" into "/x: no such file or directory".
func plain(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return fmt.Errorf("%s: %w", at.Path, at.Err)
	}
	return err
}
