package postgres

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"net"
	"net/netip"
	"os"

	"github.com/sallyport-db/sallyport/internal/wire"
	"github.com/sallyport-db/sallyport/proxy"
)

// Options are what the PostgreSQL wire is made of.
type Options struct {
	TLS           *tls.Config    // nil: TLS is not offered
	PlaintextFrom []netip.Prefix // who may log in without TLS, beside loopback
	Upstreams     map[string]*Upstream
}

// Protocol is the PostgreSQL wire.
type Protocol struct{ opt Options }

// New makes the wire. o.TLS is cloned.
func New(o Options) *Protocol {
	if o.TLS != nil {
		o.TLS = o.TLS.Clone()
		o.TLS.NextProtos = []string{alpn}
	}
	return &Protocol{opt: o}
}

// Name implements proxy.Protocol.
func (p *Protocol) Name() string { return "postgres" }

// Login implements proxy.Protocol.
func (p *Protocol) Login(ctx context.Context, conn net.Conn, door *proxy.Door) (*proxy.Link, error) {
	g := &greeter{conn: conn, tls: p.opt.TLS}
	s, cancel, err := g.greet()
	if cancel != nil {
		door.Cancel([8]byte(cancel))
		return nil, nil
	}
	if err == nil {
		var link *proxy.Link
		if link, err = p.admit(ctx, g, s, door); err == nil {
			return link, nil
		}
	}
	return nil, say(g.conn, door, err)
}

// admit takes a client from its start-up packet to its first ReadyForQuery.
func (p *Protocol) admit(ctx context.Context, g *greeter, s *startup, door *proxy.Door) (*proxy.Link, error) {
	credential, settings, err := p.credential(g, s, door)
	if err != nil {
		return nil, err
	}
	name, refusal := door.Admit(credential, p.Name())
	if refusal != nil {
		return nil, refusal
	}
	up := p.opt.Upstreams[name]
	if up == nil {
		return nil, door.Reject(proxy.Refuse(proxy.CodeUpstream, "upstream %q is not a PostgreSQL database", name))
	}
	server, path, err := up.dial(ctx, door, settings)
	if err != nil {
		return nil, err
	}
	key := door.Key()
	if _, err := g.conn.Write(welcome(server, key)); err != nil {
		_ = server.Conn.Close()
		return nil, door.Reject(proxy.Broken("the client went away during login"))
	}
	return up.link(g.conn, server, path), nil
}

// credential asks for the token, where that may be done.
func (p *Protocol) credential(g *greeter, s *startup, door *proxy.Door) (*proxy.Credential, []param, error) {
	c := &proxy.Credential{User: s.user, Database: s.database, Application: s.get("application_name")}
	if g.secure != nil {
		state := g.secure.ConnectionState()
		c.Secured(&state)
	} else if !door.Plaintext(p.opt.PlaintextFrom) {
		return nil, nil, door.Rejected(c, proxy.Refuse(proxy.CodeNeedsTLS, "TLS is required to log in from here: set sslmode=verify-full"))
	}
	if s.user == "" {
		return nil, nil, door.Rejected(c, proxy.Refuse(proxy.CodeUser, "no user name specified in startup packet"))
	}
	settings, refusal := s.settings()
	if refusal != nil {
		return nil, nil, door.Rejected(c, refusal)
	}
	if s.version != version3 || len(s.asked) > 0 {
		if _, err := g.conn.Write(negotiate(s.asked)); err != nil {
			return nil, nil, err
		}
	}
	g.buf = nil // the start-up packet need not be kept while the client types
	secret, err := g.password()
	if err != nil {
		return nil, nil, err
	}
	c.Secret = secret
	return c, settings, nil
}

// maxPassword is the longest token (8 KiB) in its message.
const maxPassword = 8<<10 + 5

// password asks for the token as a cleartext password.
func (g *greeter) password() (string, error) {
	// AuthenticationCleartextPassword
	if _, err := g.conn.Write([]byte{'R', 0, 0, 0, 8, 0, 0, 0, 3}); err != nil {
		return "", err
	}
	head, err := g.read(headLen)
	if err != nil {
		return "", err
	}
	length := binary.BigEndian.Uint32(head[1:])
	if head[0] != 'p' {
		return "", proxy.Broken("expected password response, got message type %d", head[0])
	}
	if length < 5 || length > maxPassword {
		return "", proxy.Broken("invalid length of password message")
	}
	body, err := g.read(int(length) - 4)
	if err != nil {
		return "", err
	}
	secret, rest, ok := cstring(body)
	if !ok || len(rest) != 0 {
		return "", proxy.Broken("invalid password message")
	}
	defer clear(g.buf)
	return string(secret), nil
}

// negotiate is NegotiateProtocolVersion: 3.0 is spoken, and none of these.
func negotiate(asked []string) []byte {
	m := []byte{'v', 0, 0, 0, 0}
	m = binary.BigEndian.AppendUint32(m, version3)
	m = binary.BigEndian.AppendUint32(m, uint32(len(asked)))
	for _, name := range asked {
		m = append(append(m, name...), 0)
	}
	binary.BigEndian.PutUint32(m[1:], uint32(len(m)-1))
	return m
}

// say tells the client why it is not let in, if there is anything to be told.
func say(conn net.Conn, door *proxy.Door, err error) error {
	var refusal *proxy.Refusal
	switch {
	case errors.As(err, &refusal):
	case errors.Is(err, os.ErrDeadlineExceeded):
		refusal = proxy.Refuse(proxy.CodeTimeout, "canceling authentication due to timeout")
	default:
		return err // the connection broke: nobody to tell, nothing was asked for
	}
	if refusal.Session == "" {
		refusal = door.Reject(refusal)
	}
	proxy.LastWord(conn, appendError(nil, "FATAL", refusal))
	return refusal
}

// secretName makes a name that no client can guess.
func secretName() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return "sallyport_" + hex.EncodeToString(b[:])
}

// wireOf wraps a client's connection for the relay.
func wireOf(c net.Conn) *wire.Conn { return wire.NewConn(c) }
