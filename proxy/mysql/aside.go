package mysql

import (
	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy"
)

// Aside implements proxy.Requests. Each query is a command of its own; nothing
// of what the client has prepared is touched.
func (q *requests) Aside(dst []byte, queries []string, _ bool) []byte {
	for _, text := range queries {
		dst = appendPacket(dst, 0, func(p []byte) []byte {
			p = append(p, mysql.COM_QUERY)
			if q.attributes {
				p = append(p, 0, 1) // no attributes, one set of them
			}
			return append(p, text...)
		})
	}
	return dst
}

// aside takes a packet that answers an aside. The client sees none of it.
func (p *replies) aside(buf []byte, at, total int, r *proxy.Returns, head *proxy.Owed) (int, error) {
	if total > maxReply {
		return 0, lost("packet length")
	}
	if total > len(buf)-at {
		return 0, nil
	}
	body := buf[at+headLen : at+total]
	r.Pass(at)
	r.Hide(at + total)
	a := head.Aside
	switch {
	case body[0] == 0xff:
		if !nothingThere(body) {
			a.Fail("the server refused to answer")
		}
		p.asideNext(r, head)
	case p.phase == phaseHead && body[0] == 0:
		p.asideNext(r, head)
	case p.phase == phaseHead:
		n, _, ok := lenenc(body)
		if !ok || n == 0 || n > maxColumns {
			return 0, lost("number of columns")
		}
		p.phase, p.left = phaseColumns, n
	case p.phase == phaseColumns:
		if p.left--; p.left == 0 && p.deprecateEOF {
			p.phase = phaseRows
		} else if p.left == 0 {
			p.phase = phaseColumnsEnd
		}
	case p.phase == phaseColumnsEnd:
		p.phase = phaseRows
	case p.ends(body[0], total-headLen):
		p.asideNext(r, head)
	default:
		if fields, ok := textRow(body); ok && a.Room(total) {
			a.Row(fields)
		} else {
			a.Fail("a row cannot be read")
		}
	}
	return total, nil
}

// nothingThere tells the errors by which a server says that there is no such
// table, or none that may be seen: the answer has no rows.
func nothingThere(body []byte) bool {
	if len(body) < 3 {
		return false
	}
	switch uint16(body[1]) | uint16(body[2])<<8 {
	case mysql.ER_NO_SUCH_TABLE, mysql.ER_BAD_DB_ERROR, mysql.ER_TABLEACCESS_DENIED_ERROR:
		return true
	}
	return false
}

// asideNext goes on to the next query of an aside, or ends it.
func (p *replies) asideNext(r *proxy.Returns, head *proxy.Owed) {
	p.phase = phaseHead
	if head.Aside.Next() {
		head.Aside.Finish()
		r.Mind().Ready(head.Segment, p.status)
		r.Pending.Pop()
	}
}

// textRow reads a row of the text protocol; NULL is nil.
func textRow(b []byte) (fields [][]byte, ok bool) {
	for len(b) > 0 {
		if b[0] == 0xfb {
			fields, b = append(fields, nil), b[1:]
			continue
		}
		var field []byte
		if field, b, ok = lenencBytes(b); !ok {
			return nil, false
		}
		fields = append(fields, append([]byte{}, field...))
	}
	return fields, true
}
