package mysql

import (
	"context"
	"encoding/binary"
	"net"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy"
)

// client makes one of go-mysql's of a connection that is logged in: it is
// greeted and accepted by words of ours, and what it says to them goes nowhere.
func (e *entry) client(ctx context.Context) (*client.Conn, error) {
	a := &adopted{Conn: e.Conn, words: [][]byte{
		appendPacket(nil, 0, e.greetAgain),
		appendPacket(nil, 2, func(p []byte) []byte { return append(p, 0, 0, 0, 2, 0, 0, 0) }),
	}}
	dial := func(context.Context, string, string) (net.Conn, error) { return a, nil }
	return client.ConnectWithDialer(ctx, e.cfg.Network, e.cfg.Address, e.cfg.User, "", "", dial, func(c *client.Conn) error {
		for bit := uint32(1); bit != 0; bit <<= 1 {
			if between&bit != 0 && e.capabilities&bit != 0 {
				_ = c.SetCapability(bit) // those that it always has are refused here
			} else if between&bit != 0 {
				c.UnsetCapability(bit)
			}
		}
		return nil
	})
}

func (e *entry) greetAgain(p []byte) []byte {
	p = append(append(append(p, 10), e.hello.Version...), 0)
	p = binary.LittleEndian.AppendUint32(p, e.hello.id)
	p = append(p, make([]byte, 8+1)...)
	p = binary.LittleEndian.AppendUint16(p, uint16(e.capabilities&^mysql.CLIENT_SSL))
	p = append(p, e.hello.Charset, 2, 0)
	p = binary.LittleEndian.AppendUint16(p, uint16(e.capabilities>>16))
	p = append(p, saltLen+1)
	p = append(p, make([]byte, 10+13)...)
	return append(append(p, pluginNative...), 0)
}

// legible makes an error of a panic of go-mysql's over what a server says.
func legible(err *error) {
	if r := recover(); r != nil {
		*err = proxy.Broken("the server's answer cannot be read")
	}
}

// adopted is a connection whose first words are not the server's.
type adopted struct {
	net.Conn
	words [][]byte
}

// Read gives one packet of ours at a time, then the server's.
func (a *adopted) Read(b []byte) (int, error) {
	if len(a.words) == 0 {
		return a.Conn.Read(b)
	}
	n := copy(b, a.words[0])
	if a.words[0] = a.words[0][n:]; len(a.words[0]) == 0 {
		a.words = a.words[1:]
	}
	return n, nil
}

// Write drops the answer to our greeting.
func (a *adopted) Write(b []byte) (int, error) {
	if len(a.words) > 0 {
		return len(b), nil
	}
	return a.Conn.Write(b)
}
