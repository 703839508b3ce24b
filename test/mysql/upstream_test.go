package mysql

import (
	"crypto/rsa"
	"crypto/tls"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/config"
	"github.com/sallyport-db/sallyport/internal/mytest"
	"github.com/sallyport-db/sallyport/internal/mytest/mytesting"
	"github.com/sallyport-db/sallyport/internal/pki"
	"github.com/sallyport-db/sallyport/proxy/mysql"
)

// enter logs in as an account whose password is "pw of NAME", and returns who
// the server says that it is.
func enter(t *testing.T, s *mytest.Server, name string, set func(*mysql.Config)) (string, error) {
	t.Helper()
	up := mysql.Upstream{Config: func() (*mysql.Config, error) {
		c := &mysql.Config{Network: "tcp", Address: s.Addr(), User: name, Password: "pw of " + name}
		if set != nil {
			set(c)
		}
		return c, nil
	}}
	c, err := up.Connect(t.Context())
	if err != nil {
		return "", err
	}
	defer c.Close()
	r, err := c.Execute("SELECT SUBSTRING_INDEX(CURRENT_USER(), '@', 1)")
	if err != nil {
		return "", err
	}
	is, err := r.GetString(0, 0)
	return strings.Clone(is), err
}

func mustExec(t *testing.T, s *mytest.Server, sql ...string) {
	t.Helper()
	for _, q := range sql {
		if err := s.Exec("", q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

// MariaDB's plug-ins, on a server of Debian's release and on a newer one.
func TestUpstreamPlugins(t *testing.T) {
	for _, c := range []struct {
		server  *mytest.Server
		plugins map[string]string // and the library that each is in
	}{
		{mytesting.Start(t), map[string]string{"mysql_native_password": "", "ed25519": "auth_ed25519"}},
		{mytesting.StartOther(t, mytesting.MariaDB), map[string]string{"mysql_native_password": "", "ed25519": "auth_ed25519", "parsec": "auth_parsec"}},
	} {
		for plugin, library := range c.plugins {
			if library != "" {
				mustExec(t, c.server, "INSTALL SONAME '"+library+"'")
			}
			mustExec(t, c.server, "CREATE USER "+plugin+" IDENTIFIED VIA "+plugin+" USING PASSWORD('pw of "+plugin+"')")
			if is, err := enter(t, c.server, plugin, nil); err != nil || is != plugin {
				t.Errorf("%s: %q, %v", plugin, is, err)
			}
			_, err := enter(t, c.server, plugin, func(c *mysql.Config) { c.Password = "wrong" })
			if err == nil || !strings.Contains(err.Error(), "1045") {
				t.Errorf("%s with a wrong password: %v", plugin, err)
			}
		}
	}
}

// A server that wants the password in the clear (PAM does) is refused, inside
// verified TLS, too.
func TestUpstreamClearPassword(t *testing.T) {
	s := mytesting.StartOther(t, mytesting.MariaDB)
	mustExec(t, s, "INSTALL SONAME 'auth_pam'", "CREATE USER pam IDENTIFIED VIA pam")
	_, err := enter(t, s, "pam", nil)
	if err == nil || !strings.Contains(err.Error(), `authenticated by "dialog"`) {
		t.Errorf("dialog: %v", err)
	}
	mustExec(t, s, "CREATE USER svc IDENTIFIED BY 'x'")
	_, err = enter(t, s, "nobody", nil)
	if err == nil || !strings.Contains(err.Error(), "1045") {
		t.Errorf("an account that is not there: %v", err)
	}
}

// MySQL asks for the password itself until it has it in its cache: inside TLS
// it gets it if the certificate is verified, outside under its RSA key.
func TestUpstreamCachingSHA2(t *testing.T) {
	s := mytesting.StartOther(t, mytesting.MySQL)
	data := filepath.Join(s.Dir, "data")
	ca := filepath.Join(data, "ca.pem")
	verified := func(c *mysql.Config) { c.TLS = verifying(t, "VERIFY_CA", ca) }
	misnamed := func(c *mysql.Config) { c.TLS = verifying(t, "VERIFY_IDENTITY", ca) }
	unverified := func(c *mysql.Config) { c.TLS = verifying(t, "REQUIRED", "") }
	keyed := func(c *mysql.Config) { c.PublicKey = rsaKey(t, filepath.Join(data, "public_key.pem")) }
	other, err := pki.Open(pki.Options{Dir: t.TempDir(), Cluster: "other", Hosts: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	foreign := func(c *mysql.Config) { c.TLS = verifying(t, "VERIFY_CA", other.CAFile()) }
	for _, c := range []struct {
		user  string
		set   func(*mysql.Config)
		fails string
	}{
		{"verified", verified, ""},
		{"keyed", keyed, ""},
		{"plain", nil, "server-public-key-path"},
		{"unverified", unverified, "VERIFY_CA or VERIFY_IDENTITY"},
		{"astray", foreign, "certificate signed by unknown authority"},
		{"misnamed", misnamed, "cannot validate certificate for 127.0.0.1"}, // MySQL's own certificate names no host
	} {
		mustExec(t, s, "CREATE USER "+c.user+" IDENTIFIED WITH caching_sha2_password BY 'pw of "+c.user+"'")
		for range 2 { // the second time from the server's cache
			is, err := enter(t, s, c.user, c.set)
			if c.fails == "" && (err != nil || is != c.user) {
				t.Errorf("%s: %q, %v", c.user, is, err)
			}
			if c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)) {
				t.Errorf("%s: %q, %v", c.user, is, err)
			}
		}
	}
	for _, set := range []func(*mysql.Config){nil, unverified} { // from the cache the password itself is not needed
		if is, err := enter(t, s, "verified", set); err != nil || is != "verified" {
			t.Errorf("%q, %v", is, err)
		}
	}
	mustExec(t, s, "CREATE USER sha IDENTIFIED WITH sha256_password BY 'pw of sha'")
	if _, err := enter(t, s, "sha", verified); err == nil || !strings.Contains(err.Error(), `authenticated by "sha256_password"`) {
		t.Errorf("sha256_password: %v", err)
	}
}

// verifying is the TLS of an upstream with these settings.
func verifying(t *testing.T, mode, ca string) *tls.Config {
	t.Helper()
	c, err := (&config.Upstream{Hosts: []string{"127.0.0.1:1"}, SSLMode: mode, SSLCA: ca}).MySQLTLS()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func rsaKey(t *testing.T, file string) *rsa.PublicKey {
	t.Helper()
	key, err := (&config.Upstream{ServerKey: file}).MySQLKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}
