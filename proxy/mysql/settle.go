package mysql

import (
	"bytes"
	"encoding/binary"
	"strconv"

	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy"
)

// definition counts a packet that passes unread.
func (p *replies) definition(r *proxy.Returns, total int) {
	switch p.phase {
	case phaseHead: // a row of a FETCH, a column of a FIELD_LIST, the text of STATISTICS
		if head, _ := r.Pending.Head(); head.Kind == mysql.COM_STATISTICS {
			p.done(r, &head, "")
			return
		}
		p.phase = phaseRows
		r.Count(1, uint64(total))
	case phaseRows:
		r.Count(1, uint64(total))
	case phaseParams, phaseColumns:
		if p.left--; p.left == 0 {
			p.defined(r)
		}
	}
}

// defined goes on behind a list of definitions.
func (p *replies) defined(r *proxy.Returns) {
	switch {
	case !p.deprecateEOF:
		p.phase++ // to the EOF behind it
	case p.phase == phaseParams && p.columns > 0:
		p.phase, p.left, p.columns = phaseColumns, p.columns, 0
	default:
		p.rowsOrDone(r)
	}
}

// rowsOrDone: rows follow the columns of a result, nothing those of a prepared
// statement.
func (p *replies) rowsOrDone(r *proxy.Returns) {
	head, _ := r.Pending.Head()
	if head.Kind == mysql.COM_STMT_PREPARE {
		p.prepared(r, &head)
		return
	}
	p.phase = phaseRows
}

// settle deals with a packet that was read.
func (p *replies) settle(buf []byte, at, total int, r *proxy.Returns, head *proxy.Owed) error {
	body := buf[at+headLen : at+total]
	switch {
	case body[0] == 0xff:
		return p.failure(buf, at, total, r, head)
	case p.phase == phaseParamsEnd, p.phase == phaseColumnsEnd:
		return p.definitionsEnd(body, r)
	case p.phase == phaseRows, body[0] == 0xfe && endsAtOnce(head.Kind):
		return p.rowsEnd(body, r, head)
	case body[0] == 0:
		return p.ok(buf, at, total, r, head)
	case body[0] == 0xfb:
		return lost("request for a local file")
	}
	if head.Kind != mysql.COM_QUERY && head.Kind != mysql.COM_STMT_EXECUTE {
		return lost("answer")
	}
	n, rest, ok := lenenc(body)
	if !ok || n == 0 || n > maxColumns || len(rest) != 0 {
		return lost("number of columns")
	}
	p.phase, p.left = phaseColumns, n
	return nil
}

// endsAtOnce reports whether the first packet of an answer may be its EOF.
func endsAtOnce(kind byte) bool {
	return kind == mysql.COM_SET_OPTION || kind == mysql.COM_STMT_FETCH || kind == mysql.COM_FIELD_LIST
}

// definitionsEnd is the EOF behind a list of definitions.
func (p *replies) definitionsEnd(body []byte, r *proxy.Returns) error {
	if body[0] != 0xfe || len(body) != 5 {
		return lost("packet behind definitions")
	}
	status := binary.LittleEndian.Uint16(body[3:])
	switch {
	case p.phase == phaseParamsEnd && p.columns > 0:
		p.phase, p.left, p.columns = phaseColumns, p.columns, 0
	case status&statusCursor != 0: // the rows stay with the server, for FETCH
		head, _ := r.Pending.Head()
		return p.next(r, &head, status)
	default:
		p.rowsOrDone(r)
	}
	return nil
}

// rowsEnd is the EOF behind rows, or the OK that stands in its place.
func (p *replies) rowsEnd(body []byte, r *proxy.Returns, head *proxy.Owed) error {
	if p.deprecateEOF && len(body) != 5 {
		_, status, ok := okFields(body)
		if !ok {
			return lost("end of rows")
		}
		return p.next(r, head, status)
	}
	if len(body) < 5 {
		return lost("end of rows")
	}
	return p.next(r, head, binary.LittleEndian.Uint16(body[3:]))
}

// okFields reads an OK packet: how many rows were changed, and the status.
func okFields(body []byte) (rows uint64, status uint16, ok bool) {
	rows, rest, ok := lenenc(body[1:])
	_, rest, ok2 := lenenc(rest) // last insert id
	if !ok || !ok2 || len(rest) < 4 {
		return 0, 0, false
	}
	return rows, binary.LittleEndian.Uint16(rest), true
}

// ok deals with an OK packet at the head of an answer.
func (p *replies) ok(buf []byte, at, total int, r *proxy.Returns, head *proxy.Owed) error {
	body := buf[at+headLen : at+total]
	if head.Refusal != nil && head.Ticket.ID == 0 && head.Kind != mysql.COM_STMT_PREPARE {
		return p.exchange(buf, at, total, r, head)
	}
	if head.Kind == mysql.COM_STMT_PREPARE {
		if len(body) < 12 || head.Refusal != nil {
			return lost("answer to PREPARE")
		}
		copy(p.id[:], body[1:5])
		columns, params := binary.LittleEndian.Uint16(body[5:]), binary.LittleEndian.Uint16(body[7:])
		p.columns = uint64(columns)
		switch {
		case params > 0:
			p.phase, p.left = phaseParams, uint64(params)
		case columns > 0:
			p.phase, p.left, p.columns = phaseColumns, uint64(columns), 0
		default:
			p.prepared(r, head)
		}
		return nil
	}
	rows, status, ok := okFields(body)
	if !ok {
		return lost("OK packet")
	}
	r.Count(rows, 0)
	return p.next(r, head, status)
}

// prepared ends the answer to a PREPARE.
func (p *replies) prepared(r *proxy.Returns, head *proxy.Owed) {
	r.Mind().Confirm(head.Seq, 0, p.id[:])
	p.done(r, head, "")
}

// next goes on to the next result of a command, or ends it.
func (p *replies) next(r *proxy.Returns, head *proxy.Owed, status uint16) error {
	p.status = 'I'
	if status&statusInTransaction != 0 {
		p.status = 'T'
	}
	if status&statusMoreResults != 0 {
		p.phase = phaseHead
		p.piece++
		return nil
	}
	r.Mind().Confirm(head.Seq, p.piece, nil)
	p.done(r, head, "")
	return nil
}

// done ends a command.
func (p *replies) done(r *proxy.Returns, head *proxy.Owed, code string) {
	r.Finish(head.Ticket, code)
	r.Mind().Ready(head.Segment, p.status)
	r.Pending.Pop()
	p.phase, p.piece, p.columns = phaseHead, 0, 0
}

// failure deals with an ERR packet, which ends a command. The one that answers
// a stand-in is exchanged for the refusal.
func (p *replies) failure(buf []byte, at, total int, r *proxy.Returns, head *proxy.Owed) error {
	body := buf[at+headLen : at+total]
	if len(body) < 3 {
		return lost("error")
	}
	code := binary.LittleEndian.Uint16(body[1:])
	if head.Refusal != nil && (head.Kind == mysql.COM_STMT_PREPARE || bytes.Contains(body, []byte(standInName))) {
		return p.exchange(buf, at, total, r, head)
	}
	if err := r.Charge(0, total); err != nil {
		return err
	}
	r.Mind().Fail(head.Seq, head.Segment)
	p.done(r, head, strconv.Itoa(int(code)))
	return nil
}

// exchange gives the client our refusal in the place of the packet that
// answers a stand-in.
func (p *replies) exchange(buf []byte, at, total int, r *proxy.Returns, head *proxy.Owed) error {
	seq := buf[at+3]
	r.Pass(at)
	r.Say(appendError(nil, seq, head.Refusal))
	r.Hide(at + total)
	r.Mind().Fail(head.Seq, head.Segment)
	p.done(r, head, strconv.Itoa(int(numberOf(head.Refusal).code)))
	return nil
}
