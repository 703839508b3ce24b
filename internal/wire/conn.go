package wire

import (
	"crypto/tls"
	"net"
	"syscall"
	"time"
)

// Conn is a socket with at most one reader and one writer at a time.
type Conn struct {
	net.Conn
	raw   syscall.RawConn // nil where bytes must pass through net.Conn (TLS)
	write rawWrite
}

// past is a deadline that has been missed: setting it wakes whoever waits.
var past = time.Unix(1, 0)

// NewConn wraps c. Plain TCP and unix sockets take the raw path.
func NewConn(c net.Conn) *Conn {
	w := &Conn{Conn: c}
	if _, isTLS := c.(*tls.Conn); isTLS {
		return w
	}
	if sc, ok := c.(syscall.Conn); ok {
		if raw, err := sc.SyscallConn(); err == nil {
			w.raw = raw
			w.write.step = w.write.once
		}
	}
	return w
}

// Send writes all of p, waiting for room; back-pressure is the peer's.
func (c *Conn) Send(p []byte) error {
	if len(p) == 0 {
		return nil
	}
	if c.raw == nil {
		_, err := c.Write(p)
		return err
	}
	w := &c.write
	w.rest, w.err = p, nil
	err := c.raw.Write(w.step)
	w.rest = nil
	if w.err != nil {
		return w.err
	}
	return err
}

// WakeReader makes the current and every later read fail with
// os.ErrDeadlineExceeded.
func (c *Conn) WakeReader() { _ = c.SetReadDeadline(past) }

// WakeWriter does the same for writes.
func (c *Conn) WakeWriter() { _ = c.SetWriteDeadline(past) }

// CloseWrite tells the peer that nothing more will come, so that it can
// finish what it has been sent.
func (c *Conn) CloseWrite() error {
	if h, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return h.CloseWrite()
	}
	return c.Close()
}

// rawWrite is the state of one Send. The step function is made once for each
// connection, because a closure handed to RawConn.Write escapes.
type rawWrite struct {
	rest []byte
	err  error
	step func(fd uintptr) bool
}

// once writes until everything is out, or the socket is full (false: wait).
// RawConn holds a reference on the descriptor for the whole call, so that a
// number closed and reused elsewhere is never written to.
func (w *rawWrite) once(fd uintptr) bool {
	for len(w.rest) > 0 {
		n, err := rawSend(int(fd), w.rest)
		switch err {
		case nil:
			w.rest = w.rest[n:]
		case syscall.EINTR:
		case syscall.EAGAIN:
			return false
		default:
			w.err = err
			return true
		}
	}
	return true
}
