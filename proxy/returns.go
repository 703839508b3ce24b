package proxy

import "github.com/sallyport-db/sallyport/internal/analyze"

// Returns is the reply side's way to the client and to what is owed.
type Returns struct {
	Pending *Pending
	relay   *relay
	buf     []byte
	from    int
	err     error
	row     Outcome // of the statement whose reply is under way
	tagged  uint64  // rows that command tags have named
	last    bool    // the session has ended
}

// Over says that the session has ended: nothing more of the server's reaches
// the client but what is left of a message that it has begun to receive.
func (t *Returns) Over() bool { return t.last }

// Pass marks buf[:to] to be forwarded to the client. What has gone already is
// not sent again: a message may be passed by itself before an end.
func (t *Returns) Pass(to int) {
	if to > t.from {
		t.send(t.buf[t.from:to])
		t.from = to
	}
}

// Hide leaves out everything up to to.
func (t *Returns) Hide(to int) { t.from = to }

// Say sends bytes of our own.
func (t *Returns) Say(p []byte) { t.send(p) }

func (t *Returns) send(p []byte) {
	if t.err == nil && len(p) > 0 {
		t.err = t.relay.link.Client.Send(p)
		t.relay.torn = t.err != nil
	}
}

// Count adds to the outcome of the statement under way.
func (t *Returns) Count(rows, bytes uint64) {
	t.row.Rows += rows
	t.row.Bytes += bytes
}

// Charge holds what is about to go to the client against the limits of the
// session's token: rows, and bytes that the database has filled. An error ends
// the session, and then nothing of it may be passed.
func (t *Returns) Charge(rows, bytes int) error {
	spent := t.relay.gate.life.Load().meter.take(rows, bytes, 0)
	if spent == nil {
		return nil
	}
	if head, ok := t.Pending.Head(); ok {
		t.row.Unknown = true
		t.Finish(head.Ticket, "")
		t.Pending.Update(func(o *Owed) { o.Ticket = Ticket{} })
	}
	t.relay.gate.ended.CompareAndSwap(nil, spent)
	return spent
}

// Stray says that the session's texts cannot be judged from here on, and
// reports whether it may go on all the same.
func (t *Returns) Stray() bool { return t.relay.gate.stray() }

// Mind is the session's mind, to be told what the server confirms.
func (t *Returns) Mind() analyze.Mind { return t.relay.link.Mind }

// Tag takes the number of rows from a command tag ("UPDATE 3", "INSERT 0 5"):
// rows that were changed were not counted as they passed.
func (t *Returns) Tag(tag []byte) {
	n, digits := uint64(0), false
	for _, c := range tag {
		if c >= '0' && c <= '9' {
			n, digits = n*10+uint64(c-'0'), true
		} else {
			n = 0
		}
	}
	if digits {
		t.tagged += n
	}
}

// SetCode notes the error that the statement under way has met.
func (t *Returns) SetCode(code string) { t.row.Code = code }

// Code is the error that was noted, empty if there was none.
func (t *Returns) Code() string { return t.row.Code }

// Finish settles a statement's ticket with what was counted.
func (t *Returns) Finish(k Ticket, code string) {
	t.row.Code = code
	t.row.Rows = max(t.row.Rows, t.tagged)
	t.relay.gate.Done(k, t.row)
	t.row, t.tagged = Outcome{}, 0
}

// Skipped settles a statement that the server ignores.
func (t *Returns) Skipped(k Ticket) { t.relay.gate.Done(k, Outcome{Skipped: true}) }
