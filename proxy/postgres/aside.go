package postgres

import (
	"encoding/binary"

	"github.com/sallyport-db/sallyport/proxy"
)

// Aside implements proxy.Requests. The queries run by the extended protocol
// under a name of the session's own: the client's unnamed statement and portal
// stay as they are, and so does its transaction.
func (q *requests) Aside(dst []byte, queries []string, ends bool) []byte {
	for _, text := range queries {
		dst = appendMessage(dst, 'P', q.own, text, "\x00")                  // no parameter types
		dst = appendMessage(dst, 'B', q.own, q.own, "\x00\x00\x00\x00\x00") // no parameters, all text
		dst = appendMessage(dst, 'E', q.own, "\x00\x00\x00")                // every row
		dst = appendMessage(dst, 'C', "P"+q.own)
		dst = appendMessage(dst, 'C', "S"+q.own)
	}
	if ends {
		return append(dst, 'S', 0, 0, 0, 4)
	}
	return q.Flush(dst)
}

// appendMessage writes a message of zero-terminated strings.
func appendMessage(dst []byte, kind byte, parts ...string) []byte {
	start := len(dst)
	dst = append(dst, kind, 0, 0, 0, 0)
	for _, p := range parts {
		dst = append(append(dst, p...), 0)
	}
	return setLength(dst, start)
}

// setLength completes the message that begins at start and is the last.
func setLength(dst []byte, start int) []byte {
	binary.BigEndian.PutUint32(dst[start+1:], uint32(len(dst)-start-1))
	return dst
}

// aside takes what answers an aside. The client sees none of it.
func (p *replies) aside(buf []byte, at, total int, r *proxy.Returns, a *proxy.Aside) (int, error) {
	m := buf[at:]
	if m[0] == 'E' {
		return p.failure(buf, at, total, r)
	}
	n := min(total, len(m))
	if m[0] != 'D' && m[0] != 'N' && total > n {
		if total > maxReply {
			return 0, lost("message length")
		}
		return 0, nil
	}
	r.Pass(at)
	r.Hide(at + n)
	if m[0] != 'D' {
		p.skip = total - n // of a notice
		return n, p.asideAnswer(m[:n], r, a)
	}
	if !a.Room(total) {
		p.skip = total - n
		return n, nil
	}
	p.row, p.rest = append(make([]byte, 0, total-headLen), m[headLen:n]...), total-n
	return n, p.asideRow(a)
}

// asideRow takes a row when all of it is there.
func (p *replies) asideRow(a *proxy.Aside) error {
	if p.rest > 0 {
		return nil
	}
	fields, ok := rowFields(p.row)
	if p.row = nil; !ok {
		return lost("row")
	}
	a.Row(fields)
	return nil
}

func (p *replies) asideAnswer(m []byte, r *proxy.Returns, a *proxy.Aside) error {
	switch m[0] {
	case '1', '2', 'C', 'N':
	case '3':
		// Of a query's two Closes the second is its end.
		if p.closed = !p.closed; p.closed {
			return nil
		}
		if a.Next() && !a.Ends {
			a.Finish()
			r.Pending.Pop()
		}
	case 'Z':
		head, _ := r.Pending.Head()
		if !a.Ends || len(m) != headLen+1 {
			return lost("ReadyForQuery")
		}
		a.Finish()
		r.Mind().Ready(head.Segment, m[headLen])
		r.Pending.Pop()
	default:
		return lost("message " + string(rune(m[0])))
	}
	return nil
}

// asideFailed takes the error of an aside, of which only the front may be
// there. Inside a segment of the client's it is told what its request fails of,
// since the server ignores the rest.
func (p *replies) asideFailed(at, n, total int, r *proxy.Returns, head *proxy.Owed, code string) {
	a := head.Aside
	a.Fail(code)
	p.closed = false
	r.Pass(at)
	r.Hide(at + n)
	p.skip = total - n
	if a.Ends {
		return
	}
	r.Say(appendError(nil, "ERROR", a.Refusal))
	a.Finish()
	r.Mind().Fail(head.Seq, head.Segment)
	p.skipSegment(r, head, sqlstate(a.Refusal))
}

// rowFields cuts a DataRow into its fields; NULL is nil.
func rowFields(body []byte) ([][]byte, bool) {
	if len(body) < 2 {
		return nil, false
	}
	fields := make([][]byte, binary.BigEndian.Uint16(body))
	body = body[2:]
	for i := range fields {
		if len(body) < 4 {
			return nil, false
		}
		length := int32(binary.BigEndian.Uint32(body))
		body = body[4:]
		if length == -1 {
			continue
		}
		if length < 0 || int(length) > len(body) {
			return nil, false
		}
		fields[i], body = body[:length:length], body[length:]
	}
	return fields, len(body) == 0
}
