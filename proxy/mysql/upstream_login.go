package mysql

import (
	"context"
	"crypto/rsa"
	"crypto/tls"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy"
)

// Config says how to log in to a server.
type Config struct {
	Network, Address string // as net.Dial takes them
	User, Password   string
	Database         string         // the default schema where the client names none; may be empty
	TLS              *tls.Config    // nil: without
	PublicKey        *rsa.PublicKey // the server's, to encrypt the password with outside TLS; may be nil
}

const dialTimeout = 10 * time.Second

// session is what is asked of a server beside letting us in.
type session struct {
	capabilities uint32 // those between a client and its server
	charset      byte
	schema       string
}

// entry is a login at a server. It is ours, since go-mysql's gives the password
// in the clear to any server that asks for it (an AuthSwitchRequest to
// mysql_clear_password), and under any key that a server sends in the clear.
type entry struct {
	channel
	cfg          *Config
	hello        hello
	capabilities uint32
}

// enter connects and logs in. The connection keeps the login's deadline.
func enter(ctx context.Context, cfg *Config, ask session) (*entry, error) {
	ctx, stop := context.WithTimeout(ctx, dialTimeout)
	defer stop()
	var d net.Dialer
	conn, err := d.DialContext(ctx, cfg.Network, cfg.Address)
	if err != nil {
		return nil, err
	}
	deadline, _ := ctx.Deadline()
	e := &entry{channel: channel{Conn: conn}, cfg: cfg}
	if err = conn.SetDeadline(deadline); err == nil {
		err = e.login(ask)
	}
	if err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("logging in to %s as %s: %w", cfg.Address, cfg.User, err)
	}
	return e, nil
}

func (e *entry) login(ask session) error {
	p, err := e.read()
	if err != nil {
		return err
	}
	if e.hello, err = parseGreeting(p); err != nil {
		return err
	}
	if e.hello.Capabilities&required != required {
		return errors.New("the server does not speak the protocol of MySQL 4.1 with authentication by plug-in")
	}
	e.capabilities = required | mysql.CLIENT_LONG_PASSWORD | mysql.CLIENT_LONG_FLAG | mysql.CLIENT_TRANSACTIONS |
		mysql.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA | mysql.CLIENT_CONNECT_ATTRS | ask.capabilities&between
	if ask.schema != "" {
		e.capabilities |= mysql.CLIENT_CONNECT_WITH_DB
	}
	e.capabilities &= e.hello.Capabilities
	if e.cfg.TLS != nil {
		if err := e.upgrade(ask.charset); err != nil {
			return err
		}
	}
	plugin, answer := e.first()
	if err := e.write(func(p []byte) []byte { return e.response(p, ask, plugin, answer) }); err != nil {
		return err
	}
	return e.authenticate(plugin)
}

// upgrade takes the connection into TLS before anything is said of who we are.
func (e *entry) upgrade(charset byte) error {
	if e.hello.Capabilities&mysql.CLIENT_SSL == 0 {
		return errors.New("the server does not offer TLS, which the upstream's ssl-mode asks for")
	}
	e.capabilities |= mysql.CLIENT_SSL
	if err := e.write(func(p []byte) []byte { return e.responseHead(p, charset) }); err != nil {
		return err
	}
	secure := tls.Client(e.Conn, e.cfg.TLS)
	if err := secure.Handshake(); err != nil {
		return err
	}
	e.Conn = secure
	return nil
}

// maxPacket is what we say that we take. Servers note it and do nothing.
const maxPacket = 1 << 30

// responseHead is what an SSLRequest and a HandshakeResponse41 begin with.
func (e *entry) responseHead(p []byte, charset byte) []byte {
	p = binary.LittleEndian.AppendUint32(p, e.capabilities)
	p = binary.LittleEndian.AppendUint32(p, maxPacket)
	return append(append(p, charset), make([]byte, 23)...)
}

func (e *entry) response(p []byte, ask session, plugin string, answer []byte) []byte {
	p = append(append(e.responseHead(p, ask.charset), e.cfg.User...), 0)
	p = append(append(p, byte(len(answer))), answer...) // a length below 251 is the same in both forms
	if e.capabilities&mysql.CLIENT_CONNECT_WITH_DB != 0 {
		p = append(append(p, ask.schema...), 0)
	}
	p = append(append(p, plugin...), 0)
	if e.capabilities&mysql.CLIENT_CONNECT_ATTRS != 0 {
		const name, value = "program_name", "sallyport"
		p = append(p, byte(len(name)+len(value)+2), byte(len(name)))
		p = append(append(append(p, name...), byte(len(value))), value...)
	}
	return p
}

// hello is a server's greeting (HandshakeV10).
type hello struct {
	Greeting
	id     uint32 // the connection's number on the server
	salt   []byte
	plugin string
}

func parseGreeting(p []byte) (h hello, err error) {
	if err := serverError(p); err != nil {
		return h, err // it may be full, or have had enough of us
	}
	if len(p) == 0 || p[0] != 10 {
		return h, proxy.Broken("the server does not greet with protocol version 10")
	}
	version, rest, ok := zeroEnded(p[1:])
	const (
		toStatus = 4 + 8 + 1 // connection id, salt, filler
		toSalt   = toStatus + 2 + 1 + 2 + 2 + 1 + 10
	)
	if !ok || len(rest) < toSalt {
		return h, proxy.Broken("malformed greeting")
	}
	h.id = binary.LittleEndian.Uint32(rest)
	h.salt = append(h.salt, rest[4:12]...)
	h.Version, h.Charset = string(version), rest[toStatus+2]
	h.Capabilities = uint32(binary.LittleEndian.Uint16(rest[toStatus:])) | uint32(binary.LittleEndian.Uint16(rest[toStatus+5:]))<<16
	more, rest, ok := zeroEnded(rest[toSalt:])
	if !ok {
		return h, nil // a server of long ago
	}
	h.salt = append(h.salt, more...)
	plugin, _, _ := zeroEnded(rest)
	h.plugin = string(plugin)
	return h, nil
}

// serverError reads an ERR packet; nil if it is none.
func serverError(p []byte) error {
	if len(p) < 3 || p[0] != mysql.ERR_HEADER {
		return nil
	}
	e := &mysql.MyError{Code: binary.LittleEndian.Uint16(p[1:]), State: mysql.DEFAULT_MYSQL_STATE}
	text := p[3:]
	if len(text) >= 6 && text[0] == '#' {
		e.State, text = string(text[1:6]), text[6:]
	}
	e.Message = string(text)
	return e
}
