package mysql

import (
	"os"

	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy"
)

// maxReply is the longest packet of the server that is held whole: OK, EOF and
// ERR. Rows and definitions are not held.
const maxReply = 64 << 10

// maxColumns bounds a result. MariaDB and MySQL stop at 4,096 (MAX_FIELDS).
const maxColumns = 1<<16 - 1

// phase is where the answer to the oldest command stands.
type phase uint8

const (
	phaseHead      phase = iota // its first packet
	phaseParams                 // definitions of a prepared statement's parameters
	phaseParamsEnd              // the EOF behind them
	phaseColumns                // definitions of columns
	phaseColumnsEnd
	phaseRows
)

// replies reads what the server sends and settles what is owed. An answer is
// parsed to its end: nothing else says where it is, since sequence numbers
// wrap.
type replies struct {
	deprecateEOF bool // CLIENT_DEPRECATE_EOF

	pass    int  // bytes of a packet that the client has begun to receive
	more    bool // the next packet goes on with the same payload
	seq     byte // of the next packet
	phase   phase
	left    uint64 // definitions still to come in this phase
	columns uint64 // of a prepared statement, behind its parameters
	id      [4]byte
	piece   int
	status  byte
}

// Boundary implements proxy.Replies.
func (p *replies) Boundary() bool { return p.pass == 0 && !p.more }

// Notice implements proxy.Replies: a server of MySQL says nothing unasked.
func (p *replies) Notice(dst []byte, _ string) []byte { return dst }

// Fatal implements proxy.Replies. A client that has nothing to wait for reads
// it behind its next command, as that one's answer.
func (p *replies) Fatal(dst []byte, r *proxy.Refusal) []byte {
	seq := p.seq
	if p.phase == phaseHead && p.piece == 0 {
		seq = 1
	}
	return appendError(dst, seq, r)
}

// Consume implements proxy.Replies.
func (p *replies) Consume(buf []byte, r *proxy.Returns) (int, error) {
	at := 0
	for at < len(buf) {
		if p.pass > 0 {
			n := min(p.pass, len(buf)-at)
			p.pass -= n
			at += n
			continue
		}
		if r.Over() {
			return at, os.ErrDeadlineExceeded
		}
		n, err := p.packet(buf, at, r)
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

// packet deals with the packet at buf[at:]. It returns how many of its bytes
// it took, or 0 if more must come first.
func (p *replies) packet(buf []byte, at int, r *proxy.Returns) (int, error) {
	m := buf[at:]
	if len(m) < headLen {
		return 0, nil
	}
	length := payloadLen(m)
	total := headLen + length
	if p.more {
		if err := r.Charge(0, total); err != nil {
			return 0, err
		}
		p.seq, p.more = m[3]+1, length == maxPayload
		r.Count(0, uint64(total))
		return p.passing(m, total), nil
	}
	if length == 0 || len(m) < headLen+1 {
		if length == 0 {
			return 0, lost("empty packet")
		}
		return 0, nil
	}
	head, ok := r.Pending.Head()
	if !ok {
		return p.unasked(buf, at, total, r)
	}
	if head.Aside != nil {
		return p.aside(buf, at, total, r, &head)
	}
	if (p.phase != phaseHead || p.piece > 0) && m[3] != p.seq {
		return 0, lost("packet number")
	}
	if p.whole(&head, m[headLen], length) {
		switch {
		case total > maxReply:
			return 0, lost("packet length")
		case total > len(m):
			return 0, nil
		}
		p.seq = m[3] + 1
		return total, p.settle(buf, at, total, r, &head)
	}
	if (p.phase == phaseParams || p.phase == phaseColumns) && m[headLen] != definitionHead {
		return 0, lost("packet among definitions")
	}
	if p.phase == phaseRows || head.Kind == mysql.COM_STMT_FETCH {
		if err := r.Charge(1, total); err != nil {
			return 0, err
		}
	}
	p.seq, p.more = m[3]+1, length == maxPayload
	p.definition(r, total)
	return p.passing(m, total), nil
}

// passing moves over a packet that is not looked into.
func (p *replies) passing(m []byte, total int) int {
	n := min(total, len(m))
	p.pass = total - n
	return n
}

// lost means that we no longer know where the server stands.
func lost(what string) *proxy.Refusal {
	r := proxy.Broken("lost synchronisation with the database")
	r.Reason = "unexpected " + what
	return r
}

// whole reports whether a packet must be read: the first of an answer, and
// whatever ends a phase.
func (p *replies) whole(head *proxy.Owed, first byte, length int) bool {
	switch p.phase {
	case phaseHead:
		if head.Refusal != nil {
			return true // what answers a stand-in
		}
		return head.Kind != mysql.COM_STATISTICS && (head.Kind != mysql.COM_FIELD_LIST && head.Kind != mysql.COM_STMT_FETCH || p.ends(first, length))
	case phaseRows:
		return p.ends(first, length)
	case phaseParamsEnd, phaseColumnsEnd:
		return true
	case phaseParams, phaseColumns:
		return first == 0xff
	}
	return false
}

// definitionHead is how each definition begins: the length of "def", the only
// catalogue that there is (Column Definition, ColumnDefinition41).
const definitionHead = 3

// ends reports whether a packet among rows is their end: an EOF, in its place
// an OK with the EOF's head, or an error. A row cannot begin like that: 0xfe
// there stands before a length of eight bytes, so the packet would be full.
func (p *replies) ends(first byte, length int) bool {
	switch first {
	case 0xff:
		return true
	case 0xfe:
		return length < 9 || p.deprecateEOF && length < maxPayload
	}
	return false
}

// unasked deals with a packet that answers nothing: the server says that it
// ends the session.
func (p *replies) unasked(buf []byte, at, total int, r *proxy.Returns) (int, error) {
	m := buf[at:]
	if m[headLen] != 0xff || total > maxReply {
		return 0, lost("packet")
	}
	if total > len(m) {
		return 0, nil
	}
	r.Pass(at + total)
	return total, proxy.EndedByServer()
}
