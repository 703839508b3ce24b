package mysql

import (
	"encoding/binary"
	"io"
	"net"

	"github.com/sallyport-db/sallyport/proxy"
)

const (
	headLen = 4 // length in three bytes, and a sequence number
	// maxPayload is what one packet can carry; a payload of that length or
	// more goes on in the next packet (MAX_PACKET_LENGTH, net_serv.cc).
	maxPayload = 1<<24 - 1
)

// payloadLen is the length of the packet that begins with b.
func payloadLen(b []byte) int { return int(b[0]) | int(b[1])<<8 | int(b[2])<<16 }

// appendPacket appends the packet that carries what build appends. Its payload
// must be short of maxPayload.
func appendPacket(dst []byte, seq byte, build func([]byte) []byte) []byte {
	start := len(dst)
	dst = build(append(dst, 0, 0, 0, seq))
	n := len(dst) - start - headLen
	dst[start], dst[start+1], dst[start+2] = byte(n), byte(n>>8), byte(n>>16)
	return dst
}

// maxLogin is the longest packet that is read before login is over: a token
// (8 KiB), names and connection attributes.
const maxLogin = 14 << 10

// channel reads and writes whole packets during login, and no byte more: what
// follows a request for TLS belongs to the handshake.
type channel struct {
	net.Conn
	seq byte // of the next packet in either direction
	buf []byte
}

// read returns the next payload, valid until the next read. Memory grows with
// what comes, not with what is announced.
func (c *channel) read() ([]byte, error) {
	var head [headLen]byte
	if _, err := io.ReadFull(c.Conn, head[:]); err != nil {
		return nil, err
	}
	n := payloadLen(head[:])
	if head[3] != c.seq {
		return nil, proxy.Broken("packets out of order")
	}
	if n > maxLogin {
		return nil, proxy.Broken("packet too large during login")
	}
	c.seq++
	c.buf = c.buf[:0]
	for len(c.buf) < n {
		at := len(c.buf)
		c.buf = append(c.buf, make([]byte, min(1<<10, n-at))...)
		if _, err := io.ReadFull(c.Conn, c.buf[at:]); err != nil {
			return nil, err
		}
	}
	return c.buf, nil
}

func (c *channel) write(build func([]byte) []byte) error {
	_, err := c.Conn.Write(appendPacket(nil, c.seq, build))
	c.seq++
	return err
}

// lenenc reads a length-encoded integer off the front of b.
func lenenc(b []byte) (n uint64, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, false
	}
	size := 0
	switch b[0] {
	case 0xfb, 0xff: // NULL, and the head of an error
		return 0, nil, false
	case 0xfc:
		size = 2
	case 0xfd:
		size = 3
	case 0xfe:
		size = 8
	default:
		return uint64(b[0]), b[1:], true
	}
	if len(b) < 1+size {
		return 0, nil, false
	}
	var wide [8]byte
	copy(wide[:], b[1:1+size])
	return binary.LittleEndian.Uint64(wide[:]), b[1+size:], true
}

// lenencBytes reads a length-encoded string.
func lenencBytes(b []byte) (s, rest []byte, ok bool) {
	n, rest, ok := lenenc(b)
	if !ok || n > uint64(len(rest)) {
		return nil, nil, false
	}
	return rest[:n], rest[n:], true
}

// zeroEnded reads a string that ends with a zero byte.
func zeroEnded(b []byte) (s, rest []byte, ok bool) {
	for i, c := range b {
		if c == 0 {
			return b[:i], b[i+1:], true
		}
	}
	return nil, nil, false
}
