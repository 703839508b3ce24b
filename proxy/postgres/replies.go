package postgres

import (
	"encoding/binary"
	"os"

	"github.com/sallyport-db/sallyport/proxy"
)

// maxReply is the longest message of the server that is held whole. Rows and
// copy data are not held, and of an error only the front is looked at.
const maxReply = 64 << 10

// replies reads what the server sends and settles what is owed.
type replies struct {
	pass int // bytes of a message that the client has begun to receive
	skip int // bytes of a message that the client shall not see

	// Of an aside:
	row    []byte // a row, as much as has come
	rest   int    // bytes of it to come
	closed bool   // the first Close of a query is answered
}

// Boundary implements proxy.Replies.
func (p *replies) Boundary() bool { return p.pass == 0 }

// Notice implements proxy.Replies. A server may send one at any time (Message
// Flow, Asynchronous Operations); 01000 is a plain warning.
func (p *replies) Notice(dst []byte, text string) []byte {
	start := len(dst)
	dst = append(dst, 'N', 0, 0, 0, 0)
	dst = appendField(dst, 'S', "NOTICE")
	dst = appendField(dst, 'V', "NOTICE")
	dst = appendField(dst, 'C', "01000")
	dst = appendField(dst, 'M', text)
	return setLength(append(dst, 0), start)
}

// Fatal implements proxy.Replies.
func (p *replies) Fatal(dst []byte, r *proxy.Refusal) []byte { return appendError(dst, "FATAL", r) }

// Consume implements proxy.Replies.
func (p *replies) Consume(buf []byte, r *proxy.Returns) (int, error) {
	at := 0
	for at < len(buf) {
		switch {
		case p.pass > 0:
			n := min(p.pass, len(buf)-at)
			p.pass -= n
			at += n
			continue
		case p.skip > 0:
			n := min(p.skip, len(buf)-at)
			p.skip -= n
			at += n
			r.Hide(at)
			continue
		case p.rest > 0:
			n := min(p.rest, len(buf)-at)
			p.row = append(p.row, buf[at:at+n]...)
			p.rest -= n
			at += n
			r.Hide(at)
			if err := p.asideRow(r.Pending.Aside()); err != nil {
				return at, err
			}
			continue
		case r.Over():
			return at, os.ErrDeadlineExceeded
		}
		n, err := p.message(buf, at, r)
		if err != nil {
			return at, err
		}
		if n == 0 {
			break
		}
		at += n
	}
	return at, nil
}

// message deals with the message at buf[at:]. It returns how many of its bytes
// it took, or 0 if more must come first.
func (p *replies) message(buf []byte, at int, r *proxy.Returns) (int, error) {
	m := buf[at:]
	if len(m) < headLen {
		return 0, nil
	}
	length := binary.BigEndian.Uint32(m[1:])
	if length < 4 || length > maxMessage {
		return 0, lost("message length")
	}
	total := int(length) + 1
	if a := r.Pending.Aside(); a != nil && m[0] != 'A' && m[0] != 'S' {
		return p.aside(buf, at, total, r, a)
	}
	switch m[0] {
	case 'D', 'd': // DataRow, CopyData: never looked into
		rows := uint64(0)
		if m[0] == 'D' {
			rows = 1
		}
		if err := r.Charge(1, total); err != nil { // the server sends a CopyData for each row
			return 0, err
		}
		r.Count(rows, uint64(total))
		n := min(total, len(m))
		p.pass = total - n
		return n, nil
	case 'E':
		return p.failure(buf, at, total, r)
	case 'N', 'A', 'T', 't', 'V': // notices, notifications, descriptions, results of FunctionCall
		if err := r.Charge(0, total); err != nil {
			return 0, err
		}
		n := min(total, len(m))
		p.pass = total - n
		if m[0] == 't' || m[0] == 'T' {
			return n, p.described(m[0], r)
		}
		return n, nil
	}
	if total > maxReply {
		return 0, lost("message length")
	}
	if total > len(m) {
		return 0, nil
	}
	return total, p.settle(m[:total], r)
}

// lost means that we no longer know where the server stands.
func lost(what string) *proxy.Refusal {
	r := proxy.Broken("lost synchronisation with the database")
	r.Reason = "unexpected " + what
	return r
}
