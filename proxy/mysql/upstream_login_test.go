package mysql

import (
	"bytes"
	"crypto/tls"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// hostile is a server that greets, and says these packets whatever it hears,
// one behind each answer; at a nil it hangs up. What it heard comes back.
func hostile(t *testing.T, greeting []byte, says ...[]byte) (addr string, heard <-chan []byte) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	all := make(chan []byte, 1)
	go func() {
		var got []byte
		defer func() { all <- got }()
		defer l.Close()
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		c := &channel{Conn: conn}
		say := func(p []byte) error { return c.write(func(b []byte) []byte { return append(b, p...) }) }
		hear := func() error {
			answer, err := c.read()
			got = append(got, answer...)
			return err
		}
		err = say(greeting)
		for _, p := range says {
			if p == nil {
				return
			}
			if err == nil {
				err = hear()
			}
			if err == nil {
				err = say(p)
			}
			if len(p) > 0 && p[0] == mysql.OK_HEADER {
				c.seq = 0 // the login is over: a command comes
			}
		}
		if err == nil {
			_ = hear()
		}
	}()
	return l.Addr().String(), all
}

const secret = "the-proxys-own-password"

// greetingOf is one of MySQL 8 without TLS.
func greetingOf(plugin string) []byte {
	p := append([]byte{10}, "8.0.36\x00\x01\x00\x00\x0012345678\x00"...)
	capabilities := understood
	p = append(p, byte(capabilities), byte(capabilities>>8), 45, 2, 0, byte(capabilities>>16), byte(capabilities>>24), saltLen+1)
	p = append(append(p, make([]byte, 10)...), "abcdefghijkl\x00"...)
	return append(append(p, plugin...), 0)
}

func switchTo(plugin, data string) []byte {
	return append(append(append([]byte{mysql.EOF_HEADER}, plugin...), 0), data...)
}

// No server gets the password by asking, in whatever way it asks.
func TestPasswordIsNotGiven(t *testing.T) {
	salt := strings.Repeat("s", saltLen) + "\x00"
	key := "\x01-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAK\n-----END PUBLIC KEY-----\n"
	for _, c := range []struct {
		name, greets string
		says         [][]byte
		want         string
	}{
		{"mysql_clear_password at once", "mysql_clear_password", [][]byte{switchTo("mysql_clear_password", salt)}, `by "mysql_clear_password"`},
		{"mysql_clear_password", pluginNative, [][]byte{switchTo("mysql_clear_password", salt)}, `by "mysql_clear_password"`},
		{"mysql_clear_password later", pluginNative, [][]byte{switchTo(pluginSHA2, salt), switchTo("mysql_clear_password", salt)}, "more than one method"},
		{"dialog", pluginNative, [][]byte{switchTo("dialog", "\x04password: ")}, `by "dialog"`},
		{"sha256_password", "sha256_password", [][]byte{switchTo("sha256_password", salt)}, `by "sha256_password"`},
		{"a plug-in without a name", pluginNative, [][]byte{switchTo("", salt)}, `by ""`},
		{"the old one", pluginNative, [][]byte{{mysql.EOF_HEADER}}, "malformed AuthSwitchRequest"},
		{"caching_sha2_password", pluginSHA2, [][]byte{{1, mysql.CACHE_SHA2_FULL_AUTH}}, "server-public-key-path"},
		{"caching_sha2_password, switched to", pluginNative, [][]byte{switchTo(pluginSHA2, salt), {1, mysql.CACHE_SHA2_FULL_AUTH}}, "server-public-key-path"},
		{"caching_sha2_password with a key", pluginSHA2, [][]byte{[]byte(key)}, "something unknown"},
		{"a second factor", pluginNative, [][]byte{append([]byte{2}, "mysql_clear_password\x00"...)}, "something unknown"},
		{"without end", pluginNative, append([][]byte{switchTo(pluginParsec, strings.Repeat("s", 32))},
			slices.Repeat([][]byte{[]byte("P\x00salt")}, 20)...), "without end"},
		{"a short salt", pluginNative, [][]byte{switchTo(pluginNative, "short")}, "malformed AuthSwitchRequest"},
		{"ed25519 of little", pluginNative, [][]byte{switchTo(pluginEd25519, "short")}, "malformed AuthSwitchRequest"},
		{"parsec without end", pluginNative, [][]byte{switchTo(pluginParsec, strings.Repeat("s", 32)), []byte("P\x3fsalt")}, "a derivation that is not known"},
		{"an error", pluginNative, [][]byte{append([]byte{mysql.ERR_HEADER, 0x15, 0x04}, "#28000Access denied"...)}, "ERROR 1045 (28000): Access denied"},
	} {
		t.Run(c.name, func(t *testing.T) {
			addr, heard := hostile(t, greetingOf(c.greets), c.says...)
			_, err := enter(t.Context(), &Config{Network: "tcp", Address: addr, User: "svc", Password: secret}, session{})
			if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), secret) {
				t.Errorf("%v, want %q in it", err, c.want)
			}
			if got := <-heard; bytes.Contains(got, []byte(secret)) || !bytes.Contains(got, []byte("svc")) {
				t.Errorf("the server heard %q", got)
			}
		})
	}
}

// A server that would do without TLS is not told who we are.
func TestTLSIsNotGivenUp(t *testing.T) {
	addr, heard := hostile(t, greetingOf(pluginNative))
	_, err := enter(t.Context(), &Config{Network: "tcp", Address: addr, User: "svc", Password: secret, TLS: &tls.Config{ServerName: "db.example"}}, session{})
	if err == nil || !strings.Contains(err.Error(), "does not offer TLS") {
		t.Error(err)
	}
	if got := <-heard; len(got) != 0 {
		t.Errorf("the server heard %q", got)
	}
}

// Greetings and later packets that end anywhere end the login, and nothing else.
func TestMalformedLogin(t *testing.T) {
	whole := greetingOf(pluginNative)
	for n := range whole {
		addr, _ := hostile(t, whole[:n], []byte{mysql.EOF_HEADER})
		if _, err := enter(t.Context(), &Config{Network: "tcp", Address: addr, User: "svc"}, session{}); err == nil {
			t.Errorf("let in after %d bytes of a greeting", n)
		}
	}
}

// What a server says behind its login is read by a library that panics at some
// of it: that must not end more than the login.
func TestHostileAnswer(t *testing.T) {
	for _, answer := range []string{
		"", "\x00", "\x01", "\x04", "\xfb", "\xfb/etc/passwd", "\xfc", "\xfd\xff\xff\xff", "\xfe", "\xff", "\xff\x01",
	} {
		addr, _ := hostile(t, greetingOf(pluginNative), []byte{0, 0, 0, 2, 0, 0, 0}, []byte(answer), nil)
		e, err := enter(t.Context(), &Config{Network: "tcp", Address: addr, User: "svc"}, session{})
		if err != nil {
			t.Fatal(err)
		}
		c, err := e.client(t.Context())
		if err == nil {
			err = (&server{conn: e.Conn}).ask(c)
		}
		if err == nil {
			t.Errorf("%q was taken for an answer", answer)
		}
		_ = e.Close()
	}
}
