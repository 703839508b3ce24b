package postgres

import (
	"bytes"
	"encoding/binary"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/proxy"
)

// What is owed for each kind of request, by its message type.
const (
	owedQuery    = 'Q'
	owedParse    = 'P'
	owedBind     = 'B'
	owedDescribe = 'D'
	owedExecute  = 'E'
	owedClose    = 'C'
	owedSync     = 'S'
)

const (
	headLen = 5       // type and length of every message after start-up
	maxHead = 4 << 10 // a Bind's two names must lie within this
	// maxText is the longest Query or Parse that is read. Longer ones are
	// refused without being held.
	maxText = 256<<10 + 1<<10
	// maxMessage is the longest message the server itself takes
	// (PQ_LARGE_MESSAGE_LIMIT, libpq.h: MaxAllocSize - 1).
	maxMessage = 0x3ffffffe
)

// requests frames what a client sends. It never decodes what need not be
// judged: of a Bind it looks at the names, of copy data at nothing.
type requests struct {
	// missing is a statement name that no client can have: refused requests
	// are replaced by ones that fail, some of which need a name.
	missing string
	// own is the name of the statement and the portal of asides.
	own string
}

func newRequests() *requests { return &requests{missing: secretName(), own: secretName()} }

var refuseTooLong = proxy.Refuse(proxy.CodeTooComplex, "statement is too long: at most 256 KiB are read")

// Next implements proxy.Requests.
func (q *requests) Next(buf []byte) (proxy.Frame, error) {
	if len(buf) < headLen {
		return proxy.Frame{Need: headLen}, nil
	}
	length := binary.BigEndian.Uint32(buf[1:])
	if length < 4 || length > maxMessage {
		return proxy.Frame{}, proxy.Broken("invalid message length")
	}
	total := int(length) + 1
	f := proxy.Frame{Len: min(total, len(buf)), Rest: max(0, total-len(buf))}
	switch buf[0] {
	case 'Q', 'P':
		return q.text(buf, total)
	case 'B':
		return bind(buf, f, total)
	case 'E', 'D', 'C':
		return q.small(buf, total)
	case 'S', 'H':
		if total != headLen {
			return f, proxy.Broken("invalid message format")
		}
		f.Act, f.Ignored = proxy.ActForward, true
		if buf[0] == 'S' {
			f.Owed, f.Ends = owedSync, true
		}
		return f, nil
	case 'd':
		f.Act = proxy.ActData
		return f, nil
	case 'c', 'f':
		return end(buf, f, total)
	case 'X':
		f.Act = proxy.ActQuit
		return f, nil
	case 'F':
		// FunctionCall runs a function by its number. It ends like a query.
		f.Act, f.Owed, f.Ends, f.Alone = proxy.ActAsk, owedQuery, true, true
		f.Refusal = proxy.Refuse(proxy.CodeDenied, "permission denied: function call messages are not taken")
		return f, nil
	}
	return f, proxy.Broken("invalid frontend message type %d", buf[0])
}

// text frames the two messages that carry SQL. They are held whole.
func (q *requests) text(buf []byte, total int) (proxy.Frame, error) {
	f := proxy.Frame{Act: proxy.ActAsk, Owed: buf[0]}
	if buf[0] == 'Q' {
		f.Ends, f.Alone = true, true
	}
	if total > maxText {
		f.Len, f.Rest = min(total, len(buf)), max(0, total-len(buf))
		f.Refusal = refuseTooLong
		return f, nil
	}
	if total > len(buf) {
		return proxy.Frame{Need: total}, nil
	}
	f.Len = total
	body := buf[headLen:total]
	if buf[0] == 'Q' {
		text, rest, ok := cstring(body)
		if !ok || len(rest) != 0 {
			return f, proxy.Broken("invalid message format")
		}
		f.Request = analyze.Request{Verb: analyze.VerbQuery, Text: text}
		return f, nil
	}
	name, rest, ok := cstring(body)
	text, rest, ok2 := cstring(rest)
	if !ok || !ok2 || len(rest) < 2 || len(rest) != 2+4*int(binary.BigEndian.Uint16(rest)) {
		return f, proxy.Broken("invalid message format")
	}
	if string(name) == q.missing || string(name) == q.own {
		return f, proxy.Broken("invalid statement name")
	}
	f.Request = analyze.Request{Verb: analyze.VerbPrepare, Statement: stored(name), Text: text, Types: rest[2:]}
	return f, nil
}

// bind looks at the names in front and lets the values pass unseen.
func bind(buf []byte, f proxy.Frame, total int) (proxy.Frame, error) {
	head := min(total, maxHead)
	if len(buf) < head {
		return proxy.Frame{Need: head}, nil
	}
	portal, rest, ok := cstring(buf[headLen:head])
	statement, _, ok2 := cstring(rest)
	if !ok || !ok2 {
		return f, proxy.Broken("invalid message format")
	}
	f.Act, f.Owed = proxy.ActAsk, owedBind
	f.Request = analyze.Request{Verb: analyze.VerbBind, Portal: stored(portal), Statement: stored(statement)}
	return f, nil
}

// small frames Execute, Describe and Close, which are little more than a name.
func (q *requests) small(buf []byte, total int) (proxy.Frame, error) {
	if total > maxHead {
		return proxy.Frame{}, proxy.Broken("invalid message length")
	}
	if total > len(buf) {
		return proxy.Frame{Need: total}, nil
	}
	f := proxy.Frame{Act: proxy.ActAsk, Owed: buf[0], Len: total}
	body := buf[headLen:total]
	if buf[0] == 'E' {
		name, rest, ok := cstring(body)
		if !ok || len(rest) != 4 {
			return f, proxy.Broken("invalid message format")
		}
		f.Request = analyze.Request{Verb: analyze.VerbExecute, Portal: stored(name)}
		return f, nil
	}
	if len(body) < 2 || body[0] != 'S' && body[0] != 'P' {
		return f, proxy.Broken("invalid message format")
	}
	name, rest, ok := cstring(body[1:])
	if !ok || len(rest) != 0 {
		return f, proxy.Broken("invalid message format")
	}
	f.Request = analyze.Request{Verb: analyze.VerbDescribe, ByPortal: body[0] == 'P'}
	if buf[0] == 'C' {
		f.Request.Verb = analyze.VerbClose
	}
	if f.Request.ByPortal {
		f.Request.Portal = stored(name)
	} else {
		f.Request.Statement = stored(name)
	}
	return f, nil
}

// end frames CopyDone and CopyFail, held whole.
func end(buf []byte, f proxy.Frame, total int) (proxy.Frame, error) {
	if total > maxHead || buf[0] == 'c' && total != headLen {
		return f, proxy.Broken("invalid message format")
	}
	if total > len(buf) {
		return proxy.Frame{Need: total}, nil
	}
	f.Act = proxy.ActDataEnd
	return f, nil
}

// cstring cuts a zero-terminated string off the front of b.
func cstring(b []byte) (s, rest []byte, ok bool) {
	i := bytes.IndexByte(b, 0)
	if i < 0 {
		return nil, nil, false
	}
	return b[:i], b[i+1:], true
}

// maxName is how much of a name the server tells apart: statements and portals
// are kept in hash tables with keys of NAMEDATALEN bytes (prepare.c,
// portalmem.c), so two longer names with one front are one name.
const maxName = 63

func stored(name []byte) []byte { return name[:min(len(name), maxName)] }
