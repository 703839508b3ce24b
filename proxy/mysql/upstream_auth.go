package mysql

import (
	"crypto/ed25519"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha512"
	"errors"
	"fmt"

	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy"
)

// The plug-ins by which a server may ask for the proxy's own password. With
// none of them does it leave in the clear but for caching_sha2_password inside
// TLS; every other one is refused.
const (
	pluginNative  = mysql.AUTH_NATIVE_PASSWORD
	pluginEd25519 = mysql.AUTH_MARIADB_ED25519
	pluginParsec  = "parsec"
)

const saltLen = 20 // of native and caching_sha2; a zero byte follows

// first answers the plug-in that the greeting names, which is the server's
// default and need not be the account's: where we do not have it, the server
// is left to ask again.
func (e *entry) first() (plugin string, answer []byte) {
	if len(e.hello.salt) >= saltLen && e.hello.plugin == pluginSHA2 {
		return pluginSHA2, mysql.CalcCachingSha2Password(e.hello.salt[:saltLen], []byte(e.cfg.Password))
	}
	if len(e.hello.salt) >= saltLen {
		return pluginNative, mysql.CalcNativePassword(e.hello.salt[:saltLen], []byte(e.cfg.Password))
	}
	return pluginNative, nil
}

// maxRounds bounds what a server may ask before it decides.
const maxRounds = 8

// authenticate answers until the server lets us in or does not.
func (e *entry) authenticate(plugin string) error {
	salt, switched := e.hello.salt, false
	for range maxRounds {
		p, err := e.read()
		if err != nil {
			return err
		}
		if err := serverError(p); err != nil {
			return err
		}
		switch {
		case len(p) == 0:
			return proxy.Broken("an empty packet during login")
		case p[0] == mysql.OK_HEADER:
			return nil
		case p[0] == mysql.EOF_HEADER && !switched:
			switched = true
			if plugin, salt, err = e.switched(p[1:]); err != nil {
				return err
			}
		case p[0] == mysql.EOF_HEADER:
			return errors.New("the server asks for more than one method of authentication")
		default:
			if p[0] == mysql.MORE_DATE_HEADER { // MariaDB leaves it out (server_mpvio_write_packet, sql_acl.cc)
				p = p[1:]
			}
			if err := e.more(plugin, salt, p); err != nil {
				return err
			}
		}
	}
	return proxy.Broken("the server asks without end during login")
}

// switched answers an AuthSwitchRequest.
func (e *entry) switched(p []byte) (plugin string, salt []byte, err error) {
	name, data, ok := zeroEnded(p)
	if !ok {
		return "", nil, proxy.Broken("malformed AuthSwitchRequest")
	}
	plugin, salt = string(name), append(salt, data...)
	var answer []byte
	password := []byte(e.cfg.Password)
	switch {
	case plugin == pluginNative && len(salt) >= saltLen:
		answer = mysql.CalcNativePassword(salt[:saltLen], password)
	case plugin == pluginSHA2 && len(salt) >= saltLen:
		answer = mysql.CalcCachingSha2Password(salt[:saltLen], password)
	case plugin == pluginEd25519 && len(salt) == ed25519.SeedSize:
		answer, err = mysql.CalcEd25519Password(salt, e.cfg.Password)
	case plugin == pluginParsec && len(salt) == ed25519.SeedSize: // an empty answer asks for what to derive the key with
	case plugin == pluginNative || plugin == pluginSHA2 || plugin == pluginEd25519 || plugin == pluginParsec:
		err = proxy.Broken("malformed AuthSwitchRequest")
	default:
		err = fmt.Errorf("the account is authenticated by %q, and the proxy's password is given to %s, %s, %s and %s alone: "+
			"change how the account is identified", plugin, pluginSHA2, pluginEd25519, pluginParsec, pluginNative)
	}
	if err != nil {
		return "", nil, err
	}
	return plugin, salt, e.write(func(p []byte) []byte { return append(p, answer...) })
}

// more answers what a plug-in asks after its first answer.
func (e *entry) more(plugin string, salt, p []byte) error {
	var answer []byte
	var err error
	switch {
	case plugin == pluginSHA2 && len(p) == 1 && p[0] == mysql.CACHE_SHA2_FAST_AUTH:
		return nil // OK follows
	case plugin == pluginSHA2 && len(p) == 1 && p[0] == mysql.CACHE_SHA2_FULL_AUTH:
		answer, err = e.whole(salt)
	case plugin == pluginParsec:
		answer, err = parsec(e.cfg.Password, salt, p)
	default:
		err = proxy.Broken("the server asks for something unknown during login")
	}
	if err != nil {
		return err
	}
	return e.write(func(p []byte) []byte { return append(p, answer...) })
}

// whole is the password itself, which caching_sha2_password asks for while the
// server does not have it in its cache. It is given to a server that has shown
// who it is, and outside TLS under the key that was configured: one that comes
// over the wire could be anybody's.
func (e *entry) whole(salt []byte) ([]byte, error) {
	switch c := e.cfg.TLS; {
	case c != nil && (!c.InsecureSkipVerify || c.VerifyConnection != nil):
		return append([]byte(e.cfg.Password), 0), nil
	case c == nil && e.cfg.PublicKey != nil:
		return mysql.EncryptPassword(e.cfg.Password, salt[:saltLen], e.cfg.PublicKey)
	default:
		return nil, errors.New("the server asks for the password itself (caching_sha2_password), which it gets inside TLS with a " +
			"verified certificate (ssl-mode VERIFY_CA or VERIFY_IDENTITY), or with ssl-mode DISABLED under its RSA key (server-public-key-path)")
	}
}

// parsec signs both sides' random bytes with a key derived from the password
// (MariaDB's plugin/auth_parsec). The server's part says how to derive it: 'P'
// for PBKDF2, the binary logarithm of the iterations less ten, the salt.
func parsec(password string, challenge, p []byte) ([]byte, error) {
	const mostIterations = 8 // 262,144, a quarter of a second
	if len(p) < 3 || p[0] != 'P' || p[1] > mostIterations {
		return nil, proxy.Broken("parsec with a derivation that is not known")
	}
	seed, err := pbkdf2.Key(sha512.New, password, p[2:], 1024<<p[1], ed25519.SeedSize)
	if err != nil {
		return nil, err
	}
	var own [ed25519.SeedSize]byte
	_, _ = rand.Read(own[:]) // never fails (crypto/rand)
	signature := ed25519.Sign(ed25519.NewKeyFromSeed(seed), append(append([]byte(nil), challenge...), own[:]...))
	return append(own[:], signature...), nil
}
