package postgres

import (
	"crypto/tls"
	"encoding/binary"
	"io"
	"net"
	"strings"

	"github.com/sallyport-db/sallyport/proxy"
)

// Request codes that stand in the place of a protocol version (pqcomm.h).
const (
	codeCancel = 1234<<16 | 5678
	codeSSL    = 1234<<16 | 5679
	codeGSSENC = 1234<<16 | 5680
	version3   = 3 << 16
)

// maxStartup is the longest start-up packet that the server takes
// (MAX_STARTUP_PACKET_LENGTH, pqcomm.h).
const maxStartup = 10_000

// What a start-up packet may leave in memory while its client is asked for a
// token: parameters, and bytes of their names and values.
const (
	maxParams = 64
	maxKept   = 2 << 10
)

// startup is what a client says before it is asked who it is.
type startup struct {
	version  uint32
	params   []param // in order, without user, database and options
	user     string
	database string
	options  string
	asked    []string // protocol options that we do not know (_pq_.…)
}

type param struct{ name, value string }

func (s *startup) get(name string) string {
	for _, p := range s.params {
		if p.name == name {
			return p.value
		}
	}
	return ""
}

// greeter is one connection before its start-up packet has been read.
type greeter struct {
	conn   net.Conn
	tls    *tls.Config
	secure *tls.Conn
	buf    []byte // reused for every packet before login is over
}

// greet answers requests for encryption until the start-up packet comes. It
// reads exactly one packet at a time: what was sent in the clear behind a
// request for TLS reaches the handshake, not us, and breaks it
// (CVE-2021-23222). It returns nil for a cancel request, whose key it gives.
func (g *greeter) greet() (*startup, []byte, error) {
	for range 4 {
		first, err := g.head()
		if err != nil {
			return nil, nil, err
		}
		if first[0] == 0x16 && g.secure == nil { // a TLS record: direct TLS (PostgreSQL 17)
			if err := g.direct(first); err != nil {
				return nil, nil, err
			}
			continue
		}
		body, err := g.body(binary.BigEndian.Uint32(first[:]))
		if err != nil {
			return nil, nil, err
		}
		switch code := binary.BigEndian.Uint32(body); {
		case code == codeSSL && len(body) == 4 && g.secure == nil:
			err = g.upgrade()
		case code == codeGSSENC && len(body) == 4 && g.secure == nil:
			_, err = g.conn.Write([]byte{'N'})
		case code == codeCancel && len(body) == 12:
			return nil, body[4:12], nil
		case code>>16 == 3:
			s, err := parseStartup(body)
			return s, nil, err
		case code == codeSSL || code == codeGSSENC || code == codeCancel:
			return nil, nil, proxy.Broken("invalid startup packet")
		default:
			return nil, nil, proxy.Broken("unsupported frontend protocol %d.%d: server supports 3.0", code>>16, code&0xffff)
		}
		if err != nil {
			return nil, nil, err
		}
	}
	return nil, nil, proxy.Broken("too many requests for encryption")
}

func (g *greeter) head() (first [4]byte, err error) {
	_, err = io.ReadFull(g.conn, first[:])
	return first, err
}

// body reads the rest of a packet. The buffer grows with what comes, not with
// what is announced.
func (g *greeter) body(length uint32) ([]byte, error) {
	if length < 8 || length > maxStartup {
		return nil, proxy.Broken("invalid length of startup packet")
	}
	return g.read(int(length) - 4)
}

const readStep = 1 << 10

func (g *greeter) read(n int) ([]byte, error) {
	g.buf = g.buf[:0]
	for len(g.buf) < n {
		step := min(readStep, n-len(g.buf))
		at := len(g.buf)
		g.buf = append(g.buf, make([]byte, step)...)
		if _, err := io.ReadFull(g.conn, g.buf[at:]); err != nil {
			return nil, err
		}
	}
	return g.buf, nil
}

// upgrade answers an SSLRequest.
func (g *greeter) upgrade() error {
	if g.tls == nil {
		_, err := g.conn.Write([]byte{'N'})
		return err
	}
	if _, err := g.conn.Write([]byte{'S'}); err != nil {
		return err
	}
	return g.handshake(g.conn)
}

// direct begins TLS without being asked; the client must then name the
// protocol by ALPN (libpq, sslnegotiation=direct).
func (g *greeter) direct(first [4]byte) error {
	if g.tls == nil {
		return proxy.Broken("TLS is not offered")
	}
	if err := g.handshake(&putBack{Conn: g.conn, front: first[:]}); err != nil {
		return err
	}
	if g.secure.ConnectionState().NegotiatedProtocol != alpn {
		return proxy.Broken("direct TLS needs ALPN %q", alpn)
	}
	return nil
}

const alpn = "postgresql"

func (g *greeter) handshake(under net.Conn) error {
	g.secure = tls.Server(under, g.tls)
	if err := g.secure.Handshake(); err != nil {
		return err
	}
	g.conn = g.secure
	return nil
}

// putBack is a connection of which a few bytes have been read too early.
type putBack struct {
	net.Conn
	front []byte
}

func (p *putBack) Read(b []byte) (int, error) {
	if len(p.front) > 0 {
		n := copy(b, p.front)
		p.front = p.front[n:]
		return n, nil
	}
	return p.Conn.Read(b)
}

// CloseWrite passes the half-close through.
func (p *putBack) CloseWrite() error {
	if h, ok := p.Conn.(interface{ CloseWrite() error }); ok {
		return h.CloseWrite()
	}
	return p.Conn.Close()
}

// parseStartup reads name and value pairs up to the empty name, which must be
// the last byte.
func parseStartup(body []byte) (*startup, error) {
	s := &startup{version: binary.BigEndian.Uint32(body)}
	rest := body[4:]
	seen := map[string]bool{}
	for {
		name, after, ok := cstring(rest)
		if !ok {
			return nil, proxy.Broken("invalid startup packet layout: expected terminator as last byte")
		}
		if len(name) == 0 {
			if len(after) != 0 {
				return nil, proxy.Broken("invalid startup packet layout: expected terminator as last byte")
			}
			return s, nil
		}
		value, after, ok := cstring(after)
		if !ok {
			return nil, proxy.Broken("invalid startup packet layout: expected terminator as last byte")
		}
		rest = after
		if len(seen) == maxParams {
			return nil, proxy.Broken("more than %d start-up parameters", maxParams)
		}
		if key := strings.ToLower(string(name)); seen[key] {
			return nil, proxy.Broken("start-up parameter %q is given twice", key)
		} else {
			seen[key] = true
		}
		s.add(string(name), string(value))
	}
}

func (s *startup) add(name, value string) {
	switch {
	case name == "user":
		s.user = value
	case name == "database":
		s.database = value
	case name == "options":
		s.options = value
	case strings.HasPrefix(name, "_pq_."):
		s.asked = append(s.asked, name)
	default:
		s.params = append(s.params, param{name, value})
	}
}
