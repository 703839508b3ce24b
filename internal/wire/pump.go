package wire

import (
	"errors"
	"io"
	"sync"
	"syscall"
)

// Sizes of the chunks that a Pump reads, in bytes. A plain socket's buffer is
// borrowed only while bytes are there; a TLS connection's is held for as long
// as it waits, so it is a quarter of that (one TLS record, RFC 8446 5.1).
const (
	plainChunk = 64 << 10
	tlsChunk   = 16 << 10
)

// ErrTooLarge says that a consumer asked for more bytes at once than a Pump
// may hold.
var ErrTooLarge = errors.New("wire: message too large to hold")

// Consume is called with every byte that has been read and not yet taken. It
// returns how many it takes. If it takes none, or leaves some, it will be
// called again when more have come, with the rest in front. chunk is valid
// only until it returns.
type Consume func(chunk []byte) (taken int, err error)

// Pump reads from c until end of file (nil), or an error of the socket or of
// consume. It never holds more than limit bytes.
func (c *Conn) Pump(limit int, consume Consume) error {
	p := pump{consume: consume, limit: limit}
	defer p.release()
	if c.raw == nil {
		return p.net(c)
	}
	var err error
	if e := c.raw.Read(func(fd uintptr) bool {
		var done bool
		done, err = p.resident(int(fd))
		return done
	}); e != nil {
		return e
	}
	return err
}

type pump struct {
	consume Consume
	limit   int
	buf     []byte // whole buffer, or nil while nothing is held
	have    int    // bytes of buf that wait to be taken
	pooled  *[plainChunk]byte
}

// resident drains the socket without leaving the poller's callback. It reads
// until EAGAIN rather than stopping after a short read: epoll is edge
// triggered, and an end of file that arrived together with the last bytes
// raises no edge of its own.
func (p *pump) resident(fd int) (done bool, err error) {
	for {
		if p.buf == nil {
			p.borrow()
		}
		n, e := rawRead(fd, p.buf[p.have:])
		switch {
		case e == syscall.EINTR:
			continue
		case e == syscall.EAGAIN:
			if p.have == 0 {
				p.release()
			}
			return false, nil
		case e != nil:
			return true, e
		case n == 0:
			return true, p.end()
		}
		if err := p.feed(n); err != nil {
			return true, err
		}
	}
}

// net is the same loop over an ordinary net.Conn.
func (p *pump) net(c *Conn) error {
	p.buf = make([]byte, tlsChunk)
	for {
		n, err := c.Read(p.buf[p.have:])
		if n > 0 {
			if err := p.feed(n); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return p.end()
		}
		if err != nil {
			return err
		}
		if p.have == 0 && len(p.buf) > tlsChunk {
			p.buf = make([]byte, tlsChunk)
		}
	}
}

// feed hands n new bytes on and keeps what is not taken.
func (p *pump) feed(n int) error {
	p.have += n
	taken, err := p.consume(p.buf[:p.have])
	if err != nil {
		return err
	}
	rest := copy(p.buf, p.buf[taken:p.have])
	p.have = rest
	if rest == len(p.buf) {
		return p.grow()
	}
	return nil
}

// grow doubles a buffer that one unfinished message fills.
func (p *pump) grow() error {
	if len(p.buf) >= p.limit {
		return ErrTooLarge
	}
	bigger := make([]byte, min(2*len(p.buf), p.limit))
	copy(bigger, p.buf)
	have := p.have
	p.release()
	p.buf, p.have = bigger, have
	return nil
}

// end is a clean end of file unless it cuts a message in two.
func (p *pump) end() error {
	if p.have > 0 {
		return io.ErrUnexpectedEOF
	}
	return nil
}

var chunks = sync.Pool{New: func() any { return new([plainChunk]byte) }}

func (p *pump) borrow() {
	p.pooled = chunks.Get().(*[plainChunk]byte)
	p.buf = p.pooled[:]
}

func (p *pump) release() {
	if p.pooled != nil {
		chunks.Put(p.pooled)
		p.pooled = nil
	}
	p.buf, p.have = nil, 0
}
