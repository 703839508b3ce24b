package postgres

import (
	"bytes"

	"github.com/sallyport-db/sallyport/proxy"
)

// settle deals with the short messages, each of which answers something.
func (p *replies) settle(m []byte, r *proxy.Returns) error {
	if m[0] == 'S' {
		why, err := parameter(m[headLen:])
		if err != nil || why == nil || r.Stray() {
			return err
		}
		return why
	}
	head, ok := r.Pending.Head()
	if !ok {
		return lost("message " + string(rune(m[0])))
	}
	switch m[0] {
	case '1':
		return p.answered(r, &head, owedParse)
	case '2':
		return p.answered(r, &head, owedBind)
	case '3':
		return p.answered(r, &head, owedClose)
	case 'n': // NoData
		return p.answered(r, &head, owedDescribe)
	case 'C', 'I', 's': // CommandComplete, EmptyQueryResponse, PortalSuspended
		return p.complete(m, r, &head)
	case 'G', 'H', 'c': // CopyInResponse, CopyOutResponse, CopyDone
		return p.copying(m[0], r, &head)
	case 'Z':
		return p.ready(m, r, &head)
	}
	return lost("message " + string(rune(m[0])))
}

// answered settles a request that has one short answer.
func (p *replies) answered(r *proxy.Returns, head *proxy.Owed, kind byte) error {
	if head.Kind != kind || head.Refusal != nil {
		return lost("answer")
	}
	r.Mind().Confirm(head.Seq, 0, nil)
	r.Pending.Pop()
	return nil
}

// described settles a Describe: a statement's 't' is followed by 'T' or 'n',
// which ends it. In a simple query a 'T' only begins rows.
func (p *replies) described(kind byte, r *proxy.Returns) error {
	head, ok := r.Pending.Head()
	switch {
	case !ok || head.Kind != owedDescribe && head.Kind != owedQuery, head.Kind == owedDescribe && head.Refusal != nil:
		return lost("description")
	case kind == 'T' && head.Kind == owedDescribe:
		r.Pending.Pop()
	}
	return nil
}

func (p *replies) complete(m []byte, r *proxy.Returns, head *proxy.Owed) error {
	var tag []byte
	if m[0] == 'C' {
		tag, _, _ = cstring(m[headLen:])
	}
	switch head.Kind {
	case owedExecute:
		if head.Refusal != nil {
			return lost("command completion")
		}
		r.Tag(tag)
		r.Mind().Confirm(head.Seq, head.Piece, verb(tag))
		r.Finish(head.Ticket, "")
		r.Pending.Pop()
	case owedQuery:
		r.Tag(tag)
		r.Mind().Confirm(head.Seq, head.Piece, verb(tag))
		r.Pending.Update(func(o *proxy.Owed) { o.Piece++; o.CopyIn = copyAgain(o.CopyIn) })
	default:
		return lost("command completion")
	}
	return nil
}

// copyAgain: after one COPY in a text of several statements another may come.
func copyAgain(s proxy.CopyState) proxy.CopyState {
	if s == proxy.CopyNone {
		return s
	}
	return proxy.CopyAwaited
}

// verb is a command tag without its numbers: "INSERT 0 5" is INSERT.
func verb(tag []byte) []byte {
	if i := bytes.IndexAny(tag, "0123456789"); i > 0 {
		return bytes.TrimRight(tag[:i], " ")
	}
	return tag
}

func (p *replies) copying(kind byte, r *proxy.Returns, head *proxy.Owed) error {
	if head.Kind != owedQuery && head.Kind != owedExecute {
		return lost("COPY")
	}
	if kind != 'G' {
		return nil
	}
	if head.CopyIn == proxy.CopyNone {
		return lost("request for data")
	}
	r.Pending.Update(func(o *proxy.Owed) { o.CopyIn = proxy.CopyOpen })
	return nil
}

// ready ends a segment.
func (p *replies) ready(m []byte, r *proxy.Returns, head *proxy.Owed) error {
	if len(m) != headLen+1 || head.Kind != owedSync && head.Kind != owedQuery {
		return lost("ReadyForQuery")
	}
	if head.Kind == owedQuery {
		r.Finish(head.Ticket, r.Code())
	}
	r.Mind().Ready(head.Segment, m[headLen])
	r.Pending.Pop()
	return nil
}

// parameter watches the settings that change how text is read. The gate
// refuses statements that change them; a function might.
func parameter(body []byte) (*proxy.Refusal, error) {
	name, rest, ok := cstring(body)
	value, _, ok2 := cstring(rest)
	if !ok || !ok2 {
		return nil, lost("ParameterStatus")
	}
	switch string(name) {
	case "client_encoding":
		ok = string(value) == "UTF8" || string(value) == "SQL_ASCII"
	case "standard_conforming_strings":
		ok = string(value) == "on"
	}
	if ok {
		return nil, nil
	}
	return proxy.Refuse(proxy.CodeDenied, "the session's %s has become %q, under which statements cannot be judged", name, value), nil
}

// failure deals with an ErrorResponse: the server's own goes out as it is, the
// one that answers a stand-in is exchanged for the refusal.
func (p *replies) failure(buf []byte, at, total int, r *proxy.Returns) (int, error) {
	m := buf[at:]
	if front := min(total, 512); len(m) < front {
		return 0, nil
	}
	n := min(total, len(m))
	severity, code := errorFields(m[headLen:n])
	head, ok := r.Pending.Head()
	if severity == "FATAL" || severity == "PANIC" {
		if n < total {
			if total > maxReply {
				return 0, lost("message length")
			}
			return 0, nil
		}
		if ok {
			r.Finish(head.Ticket, code)
			r.Pending.Update(func(o *proxy.Owed) { o.Ticket = proxy.Ticket{} })
		}
		r.Pass(at + n)
		return n, proxy.EndedByServer()
	}
	if !ok {
		return 0, lost("error")
	}
	if head.Aside != nil {
		p.asideFailed(at, n, total, r, &head, code)
		return n, nil
	}
	if head.Refusal == nil {
		if err := r.Charge(0, total); err != nil {
			return 0, err
		}
	}
	answered, n := p.exchange(buf, at, total, code, r, head.Refusal)
	if n == 0 {
		return 0, nil
	}
	r.Mind().Fail(head.Seq, head.Segment)
	if head.Kind == owedQuery {
		r.SetCode(answered)
		r.Pending.Update(func(o *proxy.Owed) { o.CopyIn = proxy.CopyNone })
		return n, nil
	}
	p.skipSegment(r, &head, answered)
	return n, nil
}

// exchange puts what the client is told in the place of a stand-in's error, of
// which only the front may be there. It returns the code that the client gets
// and how many bytes it took, or 0 if more must come first.
func (p *replies) exchange(buf []byte, at, total int, code string, r *proxy.Returns, own *proxy.Refusal) (string, int) {
	m := buf[at:]
	n := min(total, len(m))
	var said []byte
	switch {
	case own != nil && own.Code == proxy.CodeInterrupted:
		// The aside before it has failed, and its transaction with it.
		said, code = appendError(nil, "ERROR", own), sqlstate(own)
	case own == nil, !own.Unread && (code != standInState || !bytes.Contains(m[:min(n, 512)], []byte(standInName))):
		p.pass = total - n
		return code, n
	case own.Unread && total <= maxReply:
		if n < total {
			return "", 0
		}
		said, code = grammarAnswer(m[headLen:total], own)
	default:
		said, code = appendError(nil, "ERROR", own), sqlstate(own)
	}
	r.Pass(at)
	r.Say(said)
	r.Hide(at + n)
	p.skip = total - n
	return code, n
}

// skipSegment settles what the server will ignore after an error: everything
// up to the Sync (postgres.c, ignore_till_sync).
func (p *replies) skipSegment(r *proxy.Returns, failed *proxy.Owed, code string) {
	if failed.Kind == owedSync {
		return // an implicit commit failed: ReadyForQuery follows
	}
	r.Finish(failed.Ticket, code)
	r.Pending.Skip(failed.Segment)
	r.Pending.Pop()
	for {
		head, ok := r.Pending.Head()
		if !ok || head.Segment != failed.Segment || head.Kind == owedSync {
			return
		}
		r.Skipped(head.Ticket)
		r.Pending.Pop()
	}
}

// errorFields finds the severity that is never translated and the code. Both
// stand in front of the message (elog.c, send_message_to_frontend).
func errorFields(body []byte) (severity, code string) {
	for len(body) > 1 && (severity == "" || code == "") {
		value, rest, ok := cstring(body[1:])
		if !ok {
			return severity, code
		}
		switch body[0] {
		case 'V':
			severity = string(value)
		case 'C':
			code = string(value)
		}
		body = rest
	}
	return severity, code
}
