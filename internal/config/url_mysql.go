package config

import (
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// mysqlModes are the mysql client's --ssl-mode, without PREFERRED: a connection that may or may not be encrypted helps
// nobody.
var mysqlModes = []string{"DISABLED", "REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"}

var mysqlParams = []string{"ssl-mode", "ssl-ca", "ssl-cert", "ssl-key", "server-public-key-path"}

// mysqlURL reads mysql://user@host:3306/schema?ssl-mode=…. The schema may be left out.
func (r *reader) mysqlURL(c *Config, u *Upstream, n ast.Node, where, s string) {
	const like = "mysql://shop_svc@127.0.0.1:3306/shop?ssl-mode=VERIFY_IDENTITY"
	u.Protocol = MySQL
	parsed, err := url.Parse(s)
	if err != nil || parsed.Fragment != "" {
		r.fail(n, "percent-encode special characters", "%s is not a valid URL", where)
		return
	}
	query, err := url.ParseQuery(parsed.RawQuery)
	_, inline := parsed.User.Password()
	u.User, u.Database = parsed.User.Username(), strings.TrimPrefix(parsed.Path, "/")
	host, port := parsed.Hostname(), parsed.Port()
	if port == "" {
		port = "3306"
	}
	switch {
	case err != nil:
		r.fail(n, "percent-encode special characters", "%s: what follows ? cannot be read", where)
	case inline:
		r.fail(n, "take it out and name a password_file or a password_env", "%s holds a password", where)
	case u.User == "":
		r.fail(n, like, "%s does not say which account to log in as", where)
	case host == "" || port == "0":
		r.fail(n, like, "%s does not say which host and port", where)
	case strings.Contains(u.Database, "/"):
		r.fail(n, like, "%s names more than one schema", where)
	case r.mysqlParams(c, n, where, query):
		u.Hosts = []string{net.JoinHostPort(host, port)}
		u.SSLMode, u.SSLCA = query.Get("ssl-mode"), query.Get("ssl-ca")
		u.SSLCert, u.SSLKey = query.Get("ssl-cert"), query.Get("ssl-key")
		u.ServerKey = query.Get("server-public-key-path")
		u.URL = s
		r.mysqlTLS(n, where, u)
	}
}

func (r *reader) mysqlParams(c *Config, n ast.Node, where string, query url.Values) bool {
	before := len(r.errs)
	for name, values := range query {
		switch {
		case name == "password":
			r.fail(n, "take it out and name a password_file or a password_env", "%s holds a password", where)
		case !slices.Contains(mysqlParams, name):
			r.fail(n, suggest(name, mysqlParams), "%s: parameter %q may not be set here", where, name)
		case len(values) > 1:
			r.fail(n, "", "%s: parameter %q stands twice", where, name)
		case name == "ssl-mode":
			if !slices.Contains(mysqlModes, values[0]) {
				r.fail(n, suggest(values[0], mysqlModes), "%s: unknown ssl-mode %q", where, values[0])
			}
		case !filepath.IsAbs(values[0]):
			r.fail(n, "", "%s: %s must be an absolute path", where, name)
		default:
			place := r.at(n)
			place.Message = where + ": " + name
			c.urlTLS = append(c.urlTLS, urlFile{path: values[0], secret: name == "ssl-key", place: place})
		}
	}
	if query.Has("ssl-cert") != query.Has("ssl-key") {
		r.fail(n, "", "%s: ssl-cert and ssl-key need each other", where)
	}
	if query.Has("server-public-key-path") && query.Get("ssl-mode") != "DISABLED" {
		r.fail(n, "", "%s: server-public-key-path goes with ssl-mode=DISABLED; inside TLS the certificate shows who the server is", where)
	}
	return len(r.errs) == before
}

func (r *reader) mysqlTLS(n ast.Node, where string, u *Upstream) {
	if u.SSLMode == "" {
		u.SSLMode = "VERIFY_IDENTITY"
	}
	if !strings.HasPrefix(u.SSLMode, "VERIFY_") && remote(u.Hosts[0]) {
		r.warn(n, "%s: ssl-mode=%s does not prove that the database is the right one; use VERIFY_IDENTITY over a network", where, u.SSLMode)
	}
}

// MySQLTLS is how to reach a MySQL upstream: nil without TLS. The files are read afresh.
func (u *Upstream) MySQLTLS() (*tls.Config, error) {
	if u.SSLMode == "DISABLED" {
		return nil, nil
	}
	host, _, err := net.SplitHostPort(u.Hosts[0])
	if err != nil {
		return nil, err
	}
	c := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
	if u.SSLCA != "" {
		pem, err := os.ReadFile(u.SSLCA)
		if err != nil {
			return nil, err
		}
		c.RootCAs = x509.NewCertPool()
		if !c.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("%s holds no certificate", u.SSLCA)
		}
	}
	if u.SSLCert != "" {
		pair, err := tls.LoadX509KeyPair(u.SSLCert, u.SSLKey)
		if err != nil {
			return nil, err
		}
		c.Certificates = []tls.Certificate{pair}
	}
	switch u.SSLMode {
	case "REQUIRED":
		c.InsecureSkipVerify = true //nolint:gosec // what the operator has asked for, and was warned of
	case "VERIFY_CA":
		roots := c.RootCAs
		c.InsecureSkipVerify = true //nolint:gosec // the chain is verified here, the name is not
		c.VerifyConnection = func(s tls.ConnectionState) error { return verifyChain(s, roots) }
	}
	return c, nil
}

// MySQLKey is the server's RSA key, under which a password may go to it outside TLS; nil where none is named.
func (u *Upstream) MySQLKey() (*rsa.PublicKey, error) {
	if u.ServerKey == "" {
		return nil, nil
	}
	text, err := os.ReadFile(u.ServerKey)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s holds no key", u.ServerKey)
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", u.ServerKey, err)
	}
	public, ok := key.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("%s is not an RSA key", u.ServerKey)
	}
	return public, nil
}

func verifyChain(s tls.ConnectionState, roots *x509.CertPool) error {
	if len(s.PeerCertificates) == 0 {
		return errors.New("the database shows no certificate")
	}
	between := x509.NewCertPool()
	for _, c := range s.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err := s.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, Intermediates: between})
	return err
}
