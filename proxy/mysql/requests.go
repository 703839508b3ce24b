package mysql

import (
	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/proxy"
)

// maxText is the longest statement that is read. Longer ones are refused
// without being held.
const maxText = 256<<10 + 1<<10

// maxSmall bounds the commands that carry little more than a name.
const maxSmall = 4 << 10

// requests frames what a client sends. Of a prepared statement's execution it
// looks at the number, of long data at nothing.
type requests struct {
	attributes bool // CLIENT_QUERY_ATTRIBUTES
	forget     func(statement []byte)
	kill       func(id uint32) bool // stops what a session of the same user runs
	more       bool                 // the next packet goes on with the same payload
	seq        byte                 // of that packet
	refused    bool                 // ... of a command that was refused
}

var refuseTooLong = proxy.Refuse(proxy.CodeTooComplex, "statement is too long: at most 256 KiB are read")

// Next implements proxy.Requests.
func (q *requests) Next(buf []byte) (proxy.Frame, error) {
	if len(buf) < headLen {
		return proxy.Frame{Need: headLen}, nil
	}
	n := payloadLen(buf)
	total := headLen + n
	f := proxy.Frame{Len: min(total, len(buf)), Rest: max(0, total-len(buf))}
	if q.more {
		return q.goesOn(f, buf[3], n)
	}
	if buf[3] != 0 || n == 0 {
		return f, proxy.Broken("packets out of order")
	}
	if len(buf) < headLen+1 {
		return proxy.Frame{Need: headLen + 1}, nil
	}
	if n == maxPayload {
		q.more, q.seq = true, 1
	}
	return q.command(buf, f, total)
}

// goesOn frames the rest of a payload longer than one packet.
func (q *requests) goesOn(f proxy.Frame, seq byte, n int) (proxy.Frame, error) {
	if seq != q.seq || q.refused {
		// A refusal answers with a number that this packet has used.
		return f, proxy.Broken("packets out of order")
	}
	q.seq++
	q.more = n == maxPayload
	f.Act = proxy.ActForward
	return f, nil
}

// command frames the packet that begins a command.
func (q *requests) command(buf []byte, f proxy.Frame, total int) (proxy.Frame, error) {
	command := buf[headLen]
	f.Ends, f.Owed = true, command
	switch command {
	case mysql.COM_QUIT:
		f.Act, f.Owed = proxy.ActQuit, 0
		return f, nil
	case mysql.COM_PING, mysql.COM_STATISTICS, mysql.COM_SET_OPTION, mysql.COM_STMT_RESET:
		f.Act = proxy.ActForward
		return f, nil
	case mysql.COM_STMT_SEND_LONG_DATA:
		f.Act, f.Owed, f.Ends = proxy.ActForward, 0, false // the server does not answer
		return f, nil
	case mysql.COM_STMT_CLOSE:
		return q.close(buf, f, total)
	case mysql.COM_QUERY, mysql.COM_STMT_PREPARE:
		return q.text(buf, f, total)
	case mysql.COM_INIT_DB, mysql.COM_FIELD_LIST, mysql.COM_RESET_CONNECTION:
		return q.small(buf, f, total)
	case mysql.COM_STMT_EXECUTE, mysql.COM_STMT_FETCH:
		return q.execute(buf, f, total)
	}
	f.Act = proxy.ActAsk
	f.Refusal = proxy.Refuse(proxy.CodeDenied, "the command %d is not taken", command)
	return f, nil
}

// text frames the two commands that carry SQL. They are held whole.
func (q *requests) text(buf []byte, f proxy.Frame, total int) (proxy.Frame, error) {
	f.Act = proxy.ActAsk
	if total > maxText {
		if q.more {
			return f, refuseTooLong
		}
		f.Refusal = refuseTooLong
		return f, nil
	}
	if total > len(buf) {
		return proxy.Frame{Need: total}, nil
	}
	text := buf[headLen+1 : total]
	if buf[headLen] == mysql.COM_STMT_PREPARE {
		f.Request = analyze.Request{Verb: analyze.VerbPrepare, Text: text}
		return f, nil
	}
	if q.attributes {
		var ok bool
		if text, ok = skipAttributes(text); !ok {
			return f, proxy.Broken("malformed query attributes")
		}
	}
	if id, ok := killQuery(text); ok {
		return q.killed(buf, f, id)
	}
	f.Request = analyze.Request{Verb: analyze.VerbQuery, Text: text}
	return f, nil
}

// killed has done what KILL QUERY asks for; the server is asked for the answer
// alone, as it does not look at what stands behind a ping (sql_parse.cc,
// dispatch_command).
func (q *requests) killed(buf []byte, f proxy.Frame, id uint32) (proxy.Frame, error) {
	if !q.kill(id) {
		f.Refusal = proxy.Refuse(proxy.CodeUndefined, "no session of yours has the number %d", id)
		return f, nil
	}
	buf[headLen] = mysql.COM_PING
	f.Act, f.Owed = proxy.ActForward, mysql.COM_PING
	return f, nil
}

// small frames the commands that name something.
func (q *requests) small(buf []byte, f proxy.Frame, total int) (proxy.Frame, error) {
	if total > maxSmall {
		return f, proxy.Broken("packet too large")
	}
	if total > len(buf) {
		return proxy.Frame{Need: total}, nil
	}
	f.Act = proxy.ActAsk
	name := buf[headLen+1 : total]
	switch buf[headLen] {
	case mysql.COM_INIT_DB:
		f.Request = analyze.Request{Verb: analyze.VerbUse, Text: name}
	case mysql.COM_FIELD_LIST:
		table, _, ok := zeroEnded(name)
		if !ok {
			return f, proxy.Broken("malformed packet")
		}
		f.Request = analyze.Request{Verb: analyze.VerbColumns, Text: table}
	default:
		f.Request = analyze.Request{Verb: analyze.VerbReset}
	}
	return f, nil
}

// execute frames the running of a prepared statement and the fetching of its
// rows: the statement's number stands in front, the values pass unseen.
func (q *requests) execute(buf []byte, f proxy.Frame, total int) (proxy.Frame, error) {
	const least = headLen + 1 + 4
	if total < least {
		return f, proxy.Broken("malformed packet")
	}
	if len(buf) < least {
		q.more = false // it will be looked at again
		return proxy.Frame{Need: least}, nil
	}
	f.Act = proxy.ActAsk
	f.Request = analyze.Request{Verb: analyze.VerbExecute, Statement: buf[headLen+1 : least]}
	return f, nil
}

// close frames the closing of a prepared statement, which the server does not
// answer.
func (q *requests) close(buf []byte, f proxy.Frame, total int) (proxy.Frame, error) {
	if total != headLen+1+4 {
		return f, proxy.Broken("malformed packet")
	}
	if total > len(buf) {
		return proxy.Frame{Need: total}, nil
	}
	q.forget(buf[headLen+1 : total])
	f.Act, f.Owed, f.Ends = proxy.ActForward, 0, false
	return f, nil
}

// The stand-ins. A ping is always answered with OK. A refused PREPARE is
// replaced by one of an empty text, which always fails (1065): after a ping
// the server would run the statement before it for a client that has already
// sent an EXECUTE of "the last prepared".
var (
	standInPing    = []byte{1, 0, 0, 0, mysql.COM_PING}
	standInPrepare = []byte{1, 0, 0, 0, mysql.COM_STMT_PREPARE}
)

// standInName fails as an unknown column behind statements that were allowed.
const standInName = "sallyport_refused"

// StandIn implements proxy.Requests.
func (q *requests) StandIn(dst []byte, f *proxy.Frame, allowed []byte) []byte {
	q.refused = q.more
	switch {
	case len(allowed) > 0:
		return appendPacket(dst, 0, func(p []byte) []byte {
			p = append(p, mysql.COM_QUERY)
			if q.attributes {
				p = append(p, 0, 1) // no attributes, one set of them
			}
			return append(append(p, allowed...), "\n;SELECT "+standInName...)
		})
	case f.Owed == mysql.COM_STMT_PREPARE:
		return append(dst, standInPrepare...)
	}
	return append(dst, standInPing...)
}

// Flush implements proxy.Requests: the server answers each command at once.
func (q *requests) Flush(dst []byte) []byte { return dst }

// skipAttributes moves over the query attributes in front of a text. They are
// values for functions of a plug-in, and are never SQL.
func skipAttributes(b []byte) (text []byte, ok bool) {
	count, b, ok := lenenc(b)
	sets, b, ok2 := lenenc(b)
	if !ok || !ok2 || sets != 1 || count > 1<<12 {
		return nil, false
	}
	if count == 0 {
		return b, true
	}
	nulls := (int(count) + 7) / 8
	if len(b) < nulls+1 || b[nulls] != 1 { // new_params_bind_flag
		return nil, false
	}
	null, b := b[:nulls], b[nulls+1:]
	types := make([]byte, count)
	for i := range types {
		if len(b) < 2 {
			return nil, false
		}
		types[i] = b[0]
		if _, b, ok = lenencBytes(b[2:]); !ok {
			return nil, false
		}
	}
	for i, t := range types {
		if null[i/8]&(1<<(i%8)) != 0 {
			continue
		}
		if b, ok = skipValue(t, b); !ok {
			return nil, false
		}
	}
	return b, true
}

// skipValue moves over one value of the binary protocol.
func skipValue(kind byte, b []byte) (rest []byte, ok bool) {
	size := 0
	switch kind {
	case mysql.MYSQL_TYPE_NULL:
	case mysql.MYSQL_TYPE_TINY:
		size = 1
	case mysql.MYSQL_TYPE_SHORT, mysql.MYSQL_TYPE_YEAR:
		size = 2
	case mysql.MYSQL_TYPE_LONG, mysql.MYSQL_TYPE_INT24, mysql.MYSQL_TYPE_FLOAT:
		size = 4
	case mysql.MYSQL_TYPE_LONGLONG, mysql.MYSQL_TYPE_DOUBLE:
		size = 8
	case mysql.MYSQL_TYPE_DATE, mysql.MYSQL_TYPE_DATETIME, mysql.MYSQL_TYPE_TIMESTAMP, mysql.MYSQL_TYPE_TIME:
		if len(b) == 0 {
			return nil, false
		}
		size = 1 + int(b[0])
	default:
		_, rest, ok = lenencBytes(b)
		return rest, ok
	}
	if len(b) < size {
		return nil, false
	}
	return b[size:], true
}
