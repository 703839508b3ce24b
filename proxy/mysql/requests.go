package mysql

import (
	"encoding/binary"
	"fmt"

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
	kill       func(kill) func() error // what it comes to; nil: no session of the user's
	more       bool                    // the next packet goes on with the same payload
	seq        byte                    // of that packet
	refused    bool                    // ... of a command that was refused
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
	case mysql.COM_PING, mysql.COM_STATISTICS, mysql.COM_STMT_RESET:
		f.Act = proxy.ActForward
		return f, nil
	case mysql.COM_STMT_SEND_LONG_DATA:
		f.Act, f.Owed, f.Ends = proxy.ActForward, 0, false // the server does not answer
		return f, nil
	case mysql.COM_STMT_CLOSE:
		return q.close(buf, f, total)
	case mysql.COM_QUERY, mysql.COM_STMT_PREPARE:
		return q.text(buf, f, total)
	case mysql.COM_INIT_DB, mysql.COM_FIELD_LIST, mysql.COM_RESET_CONNECTION, mysql.COM_SET_OPTION, mysql.COM_PROCESS_KILL:
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
	f.Request = analyze.Request{Verb: analyze.VerbQuery, Text: text}
	if c, ok := readKill(text); ok {
		q.killing(buf, &f, c)
	}
	return f, nil
}

// killing: a session of the user's own is stopped by us, and the server is asked
// for the answer alone, as it does not look at what stands behind a ping
// (sql_parse.cc, dispatch_command).
func (q *requests) killing(buf []byte, f *proxy.Frame, c kill) {
	if do := q.kill(c); do != nil {
		f.Request.Verb, f.Instead = analyze.VerbKill, do
		buf[headLen], f.Owed = mysql.COM_PING, mysql.COM_PING
	}
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
		if _, _, ok := zeroEnded(name); !ok {
			return f, proxy.Broken("malformed packet")
		}
		f.Request = analyze.Request{Verb: analyze.VerbColumns, Text: name}
	case mysql.COM_SET_OPTION:
		return option(name, f)
	case mysql.COM_PROCESS_KILL:
		if len(name) != 4 {
			return f, proxy.Broken("malformed packet")
		}
		c := kill{id: binary.LittleEndian.Uint32(name)}
		f.Request = analyze.Request{Verb: analyze.VerbQuery, Text: fmt.Appendf(nil, "KILL %d", c.id)}
		q.killing(buf, &f, c)
	default:
		f.Request = analyze.Request{Verb: analyze.VerbReset}
	}
	return f, nil
}

// option frames COM_SET_OPTION, which turns several statements in one text on
// (0) and off (1): a text is judged as if they were on, and refused by the
// server if they are not. There is no other option (enum_mysql_set_option).
func option(value []byte, f proxy.Frame) (proxy.Frame, error) {
	if len(value) != 2 || value[0] > 1 || value[1] != 0 {
		f.Refusal = proxy.Refuse(proxy.CodeDenied, "the option %x is not taken", value)
		return f, nil
	}
	f.Act = proxy.ActForward
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
