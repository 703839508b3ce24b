package mysql

import (
	"crypto/rand"
	"crypto/tls"
	"encoding/binary"

	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy"
)

// Greeting is how a server presents itself. Clients choose by it what they
// send later, so ours is the upstream's own.
type Greeting struct {
	Version      string // as the server writes it, "5.5.5-10.11.19-MariaDB…" included
	Capabilities uint32
	Charset      byte // the number of its default collation, cut to a byte as the protocol does
}

// Plug-ins by which a client may hand over its token.
const (
	pluginSHA2  = mysql.AUTH_CACHING_SHA2_PASSWORD
	pluginClear = mysql.AUTH_CLEAR_PASSWORD
)

// greeter is one connection before its user is known.
type greeter struct {
	channel
	tls    *tls.Config
	secure *tls.Conn
	salt   [20]byte
}

// response is what a client says of itself (HandshakeResponse41).
type response struct {
	capabilities uint32
	charset      byte
	user         string
	auth         []byte
	database     string
	plugin       string
	program      string // the connection attribute program_name
}

// greet sends the greeting (HandshakeV10) and reads the answer, inside TLS if
// the client asks for that.
func (g *greeter) greet(server *Greeting, id uint32) (*response, error) {
	capabilities := server.Capabilities & understood
	capabilities |= required | mysql.CLIENT_LONG_PASSWORD | mysql.CLIENT_CONNECT_WITH_DB | mysql.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA
	if g.tls != nil {
		capabilities |= mysql.CLIENT_SSL
	}
	_, _ = rand.Read(g.salt[:]) // never fails (crypto/rand)
	for i := range g.salt {
		g.salt[i] = g.salt[i]%94 + 33 // clients take it for a string
	}
	if err := g.write(func(p []byte) []byte { return g.greeting(p, server, capabilities, id) }); err != nil {
		return nil, err
	}
	for {
		p, err := g.read()
		if err != nil {
			return nil, err
		}
		if len(p) == sslRequestLen && binary.LittleEndian.Uint32(p)&mysql.CLIENT_SSL != 0 && g.tls != nil && g.secure == nil {
			if err := g.upgrade(); err != nil {
				return nil, err
			}
			continue
		}
		return parseResponse(p, capabilities)
	}
}

const sslRequestLen = 32

func (g *greeter) greeting(p []byte, s *Greeting, capabilities, id uint32) []byte {
	p = append(p, 10) // protocol version
	p = append(append(p, s.Version...), 0)
	p = binary.LittleEndian.AppendUint32(p, id)
	p = append(append(p, g.salt[:8]...), 0)
	p = binary.LittleEndian.AppendUint16(p, uint16(capabilities))
	p = append(p, s.Charset, 2, 0) // SERVER_STATUS_AUTOCOMMIT
	p = binary.LittleEndian.AppendUint16(p, uint16(capabilities>>16))
	p = append(p, byte(len(g.salt)+1))
	p = append(p, make([]byte, 10)...)
	p = append(append(p, g.salt[8:]...), 0)
	return append(append(p, pluginSHA2...), 0)
}

// upgrade takes the connection into TLS.
func (g *greeter) upgrade() error {
	secure := tls.Server(g.Conn, g.tls)
	if err := secure.Handshake(); err != nil {
		return err
	}
	g.secure, g.Conn = secure, secure
	return nil
}

// parseResponse reads a HandshakeResponse41. offered is what the greeting
// offered: a client cannot have more.
func parseResponse(p []byte, offered uint32) (*response, error) {
	if len(p) < sslRequestLen {
		return nil, proxy.Broken("the client does not speak the protocol of MySQL 4.1")
	}
	r := &response{capabilities: binary.LittleEndian.Uint32(p), charset: p[8]}
	if r.capabilities&required != required {
		return nil, proxy.Broken("the client does not speak the protocol of MySQL 4.1 with authentication by plug-in")
	}
	asked := r.capabilities
	r.capabilities &= offered
	user, rest, ok := zeroEnded(p[sslRequestLen:])
	if ok {
		r.user = string(user)
		r.auth, rest, ok = authData(rest, asked)
	}
	if ok && asked&mysql.CLIENT_CONNECT_WITH_DB != 0 {
		var db []byte
		if db, rest, ok = zeroEnded(rest); ok {
			r.database = string(db)
		}
	}
	if ok {
		var plugin []byte
		if plugin, rest, ok = zeroEnded(rest); ok {
			r.plugin = string(plugin)
		}
	}
	if !ok {
		return nil, proxy.Broken("malformed handshake response")
	}
	if asked&mysql.CLIENT_CONNECT_ATTRS != 0 {
		r.program = attribute(rest, "program_name")
	}
	return r, nil
}

// authData reads the first answer of the client's plug-in.
func authData(b []byte, capabilities uint32) (auth, rest []byte, ok bool) {
	if capabilities&mysql.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA != 0 {
		return lenencBytes(b)
	}
	if len(b) == 0 || int(b[0]) > len(b)-1 {
		return nil, nil, false
	}
	return b[1 : 1+int(b[0])], b[1+int(b[0]):], true
}

// attribute finds one of the connection attributes, which are only for the
// record: what cannot be read is left out.
func attribute(b []byte, name string) string {
	list, _, ok := lenencBytes(b)
	for ok && len(list) > 0 {
		var key, value []byte
		if key, list, ok = lenencBytes(list); !ok {
			break
		}
		if value, list, ok = lenencBytes(list); ok && string(key) == name {
			return string(value)
		}
	}
	return ""
}
