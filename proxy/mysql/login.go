package mysql

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"

	"github.com/sallyport-db/sallyport/proxy"
)

// Options are what the MySQL wire is made of.
type Options struct {
	TLS           *tls.Config    // nil: TLS is not offered
	PlaintextFrom []netip.Prefix // who may log in without TLS, beside loopback
	Upstreams     map[string]*Upstream
	Greeting      func(context.Context) Greeting // how the upstreams present themselves
}

// Protocol is the MySQL wire.
type Protocol struct {
	opt     Options
	running sessions
}

// New makes the wire. o.TLS is cloned.
func New(o Options) *Protocol {
	if o.TLS != nil {
		o.TLS = o.TLS.Clone()
	}
	return &Protocol{opt: o, running: sessions{keys: map[target][8]byte{}}}
}

// Name implements proxy.Protocol.
func (p *Protocol) Name() string { return "mysql" }

// Login implements proxy.Protocol.
func (p *Protocol) Login(ctx context.Context, conn net.Conn, door *proxy.Door) (*proxy.Link, error) {
	g := &greeter{channel: channel{Conn: conn}, tls: p.opt.TLS}
	greeting := p.opt.Greeting(ctx)
	key := door.ID()
	r, err := g.greet(&greeting, connectionID(key))
	if err == nil {
		var link *proxy.Link
		if link, err = p.admit(ctx, g, r, door); err == nil {
			return link, nil
		}
	}
	return nil, say(g, door, err)
}

// connectionID is the number that a client knows its session by, made from the
// session's id. Drivers take it for a signed one: MariaDB Connector/J kills
// the query -7.
func connectionID(session string) uint32 {
	sum := sha256.Sum256([]byte(session))
	return uint32(sum[0]&0x7f)<<24 | uint32(sum[1])<<16 | uint32(sum[2])<<8 | uint32(sum[3]) | 1
}

// admit takes a client from its handshake response to the OK that ends login.
func (p *Protocol) admit(ctx context.Context, g *greeter, r *response, door *proxy.Door) (*proxy.Link, error) {
	name, schema, _ := strings.Cut(r.database, "/")
	c := &proxy.Credential{User: r.user, Database: name, Application: r.program}
	if g.secure != nil {
		state := g.secure.ConnectionState()
		c.Secured(&state)
	} else if !door.Plaintext(p.opt.PlaintextFrom) {
		return nil, door.Rejected(c, proxy.Refuse(proxy.CodeNeedsTLS, "Connections using insecure transport are prohibited: connect with TLS"))
	}
	secret, err := g.password(r)
	if err != nil {
		return nil, err
	}
	c.Secret = secret
	name, refusal := door.Admit(c, p.Name())
	if refusal != nil {
		return nil, refusal
	}
	up := p.opt.Upstreams[name]
	if up == nil {
		return nil, door.Reject(proxy.Refuse(proxy.CodeUpstream, "upstream %q is not a MySQL database", name))
	}
	server, err := up.dial(ctx, door, r, schema)
	if err != nil {
		return nil, err
	}
	if err := g.write(server.ok); err != nil {
		_ = server.conn.Close()
		return nil, door.Reject(proxy.Broken("the client went away during login"))
	}
	link := up.link(g.Conn, server, r, &killer{sessions: &p.running, door: door, user: c.User, upstream: name})
	key, own := door.Key(), []target{{c.User, name, connectionID(door.ID())}, {c.User, name, server.id}}
	p.running.add(key, own...)
	link.Release = func() { p.running.remove(key, own...) }
	return link, nil
}

// password gets the token. Inside TLS that is caching_sha2_password's full
// authentication, which ordinary clients do unasked: whatever they have sent
// first is not looked at. mysql_clear_password serves clients that are set to
// it, and those that came without TLS from where that is permitted: the other
// plug-in never sends a password in the clear outside of TLS.
func (g *greeter) password(r *response) (string, error) {
	if g.secure == nil || r.plugin == pluginClear {
		if r.plugin == pluginClear && len(r.auth) > 0 {
			return token(r.auth)
		}
		return g.switchTo(pluginClear)
	}
	if r.plugin != pluginSHA2 {
		if _, err := g.switchTo(pluginSHA2); err != nil {
			return "", err
		}
	}
	// AuthMoreData: perform_full_authentication
	if err := g.write(func(p []byte) []byte { return append(p, 1, 4) }); err != nil {
		return "", err
	}
	p, err := g.read()
	if err != nil {
		return "", err
	}
	return token(p)
}

// switchTo sends an AuthSwitchRequest and returns what the plug-in answers.
func (g *greeter) switchTo(plugin string) (string, error) {
	err := g.write(func(p []byte) []byte {
		p = append(append(append(p, 0xfe), plugin...), 0)
		return append(append(p, g.salt[:]...), 0)
	})
	if err != nil {
		return "", err
	}
	p, err := g.read()
	if err != nil || plugin != pluginClear {
		return "", err
	}
	return token(p)
}

// maxToken is the longest token.
const maxToken = 8 << 10

// token takes a password off the wire: it ends with a zero byte.
func token(p []byte) (string, error) {
	defer clear(p)
	if n := len(p); n > 0 && p[n-1] == 0 {
		p = p[:n-1]
	}
	if len(p) > maxToken {
		return "", proxy.Broken("the password is too long")
	}
	return string(p), nil
}

// say tells the client why it is not let in, if there is anything to be told.
func say(g *greeter, door *proxy.Door, err error) error {
	var refusal *proxy.Refusal
	switch {
	case errors.As(err, &refusal):
	case errors.Is(err, os.ErrDeadlineExceeded):
		refusal = proxy.Refuse(proxy.CodeTimeout, "login took too long")
	default:
		return err // the connection broke: nobody to tell, nothing was asked for
	}
	if refusal.Session == "" {
		refusal = door.Reject(refusal)
	}
	proxy.LastWord(g.Conn, appendError(nil, g.seq, refusal))
	return refusal
}
