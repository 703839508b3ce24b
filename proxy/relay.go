package proxy

import (
	"errors"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport-db/sallyport/internal/wire"
)

// maxHeld is how many bytes of one direction a session may hold: the longest
// statement that is parsed, its frame, and room to read on.
const maxHeld = 256<<10 + 8<<10

// relay carries the bytes of one session. The goroutine of requests owns the
// fields marked so, and is the upstream's only writer; that of replies is the
// client's only writer.
type relay struct {
	link    *Link
	gate    *Gate
	pending *Pending

	// requests:
	chunk  []byte // bytes received and not yet taken
	from   int    // chunk[from:to] is judged and waits to be forwarded
	to     int
	pass   int  // bytes of a message to forward unseen
	skip   int  // bytes of a refused message to drop
	open   bool // messages were sent since the segment began
	stood  bool // the segment holds a stand-in: it fails
	copied uint64
	scrap  []byte
	next   Frame // the one under way; here it costs no allocation

	left bool        // the client has gone without a goodbye
	quit atomic.Bool // nothing more comes from the client

	talking sync.Mutex // held by whoever writes to the client

	torn bool // replies: the client was sent a part of something
}

var errQuit = errors.New("client quit")

// requests forwards what the client sends until it ends, or the session does.
func (r *relay) requests() error {
	err := r.link.Client.Pump(maxHeld, r.take)
	switch {
	case err == nil, errors.Is(err, errQuit), errors.Is(err, io.ErrUnexpectedEOF):
		// Let the server finish what it has been sent; it hangs up then.
		r.left = !errors.Is(err, errQuit)
		r.quit.Store(true)
		return r.link.Upstream.CloseWrite()
	case errors.Is(err, wire.ErrTooLarge):
		return refuse(CodeProtocol, "message too large")
	}
	return err
}

// take frames, judges and forwards one chunk with as few writes as there are
// refusals in it.
func (r *relay) take(chunk []byte) (int, error) {
	r.chunk, r.from, r.to = chunk, 0, 0
	for r.to < len(chunk) {
		if r.pass > 0 || r.skip > 0 {
			if err := r.unseen(); err != nil {
				return 0, err
			}
			continue
		}
		var err error
		if r.next, err = r.link.Requests.Next(chunk[r.to:]); err != nil {
			return 0, err
		}
		if r.next.Need > 0 {
			break
		}
		if err := r.frame(&r.next); err != nil {
			return 0, err
		}
	}
	taken := r.to
	return taken, r.flush()
}

// unseen moves over bytes of a message whose head has been dealt with.
func (r *relay) unseen() error {
	if r.pass > 0 {
		n := min(r.pass, len(r.chunk)-r.to)
		r.to += n
		r.pass -= n
		return nil
	}
	if err := r.flush(); err != nil {
		return err
	}
	n := min(r.skip, len(r.chunk)-r.to)
	r.drop(n)
	r.skip -= n
	return nil
}

// flush forwards what has been judged.
func (r *relay) flush() error {
	out := r.chunk[r.from:r.to]
	r.from = r.to
	if len(out) == 0 {
		return nil
	}
	if cause := r.gate.over(r.gate.now()); cause != nil {
		return cause
	}
	return r.link.Upstream.Send(out)
}

// drop leaves out n bytes; everything before them has been flushed.
func (r *relay) drop(n int) { r.from, r.to = r.to+n, r.to+n }

// keep adds a judged message to what will be forwarded.
func (r *relay) keep(f *Frame) {
	r.to += f.Len
	r.pass = f.Rest
}

func (r *relay) frame(f *Frame) error {
	if r.copied != 0 {
		if done, err := r.copying(f); done || err != nil {
			return err
		}
	}
	switch f.Act {
	case ActAsk:
		return r.ask(f)
	case ActForward:
		return r.forward(f)
	case ActData, ActDataEnd:
		// Without a COPY the server ignores these (postgres.c, PostgresMain):
		// a client is still sending after its COPY has failed.
		if err := r.flush(); err != nil {
			return err
		}
		r.drop(f.Len)
		r.skip = f.Rest
		return nil
	case ActQuit:
		r.keep(f)
		if err := r.flush(); err != nil {
			return err
		}
		return errQuit
	default:
		return refuse(CodeProtocol, "a message of this kind is not taken")
	}
}

// forward passes a message that carries nothing to judge.
func (r *relay) forward(f *Frame) error {
	if f.Owed != 0 {
		if err := r.room(); err != nil {
			return err
		}
		r.pending.Push(Owed{Kind: f.Owed}, f.Ends)
	}
	r.open = !f.Ends && r.open
	if !r.stood {
		r.keep(f)
		return nil
	}
	// It follows a stand-in, and so can only undo: it may pass even where
	// nothing else does.
	if err := r.flush(); err != nil {
		return err
	}
	r.stood = !f.Ends
	message := r.chunk[r.to : r.to+f.Len]
	r.drop(f.Len)
	return r.link.Upstream.Send(message)
}

// maxOwed is how many unanswered requests a session may have: a client that
// does not read must be held, and not the queue of what it is owed.
const maxOwed = 2048

// room waits for answers when too much is owed.
func (r *relay) room() error {
	if r.pending.Len() < maxOwed {
		return nil
	}
	if err := r.flush(); err != nil {
		return err
	}
	if err := r.link.Upstream.Send(r.link.Requests.Flush(nil)); err != nil {
		return err
	}
	seq, _ := r.pending.Next()
	return r.settle(seq - maxOwed/2)
}

func (r *relay) ask(f *Frame) error {
	if err := r.room(); err != nil {
		return err
	}
	open := r.open
	if f.Alone && open {
		if skipped, err := r.fence(f); skipped || err != nil {
			return err
		}
	}
	if f.Refusal != nil {
		return r.refused(f, Answer{Refusal: r.gate.Refuse(f.Refusal)})
	}
	for looks := 0; ; {
		f.Request.Seq, f.Request.Segment = r.pending.Next()
		answer := r.gate.Ask(&f.Request)
		switch {
		case answer.Look && looks < maxLooks:
			looks++
			switch why, ignored, err := r.look(f, open); {
			case err != nil:
				return err
			case ignored:
				r.ignore(f)
				return nil
			case why != nil:
				return r.refused(f, Answer{Refusal: why})
			}
			continue
		case answer.Look:
			return r.refused(f, Answer{Refusal: r.gate.Refuse(r.gate.unseen())})
		case answer.Wait:
			if err := r.settleBefore(f.Request.Segment); err != nil {
				return err
			}
			continue
		case !answer.Forward:
			return r.refused(f, answer)
		}
		if f.Instead != nil {
			if err := f.Instead(); err != nil {
				r.gate.Done(answer.Ticket, Outcome{})
				return err
			}
		}
		r.push(f, &answer)
		r.keep(f)
		return nil
	}
}

func (r *relay) push(f *Frame, a *Answer) {
	o := Owed{Kind: f.Owed, Ticket: a.Ticket, Refusal: a.Refusal}
	if a.CopyIn {
		o.CopyIn = CopyAwaited
	}
	seq, segment := r.pending.Next()
	if !r.pending.Push(o, f.Ends) {
		// It did not fail itself: the server ignores it behind something that
		// did, and whose changes are undone already.
		r.link.Mind.Fail(seq-1, segment)
		r.gate.Done(a.Ticket, Outcome{Skipped: true})
	}
	if a.CopyIn {
		r.copied = seq
	}
	r.open = !f.Ends
}

// refused sends the stand-in. What was judged before it goes out first.
func (r *relay) refused(f *Frame, a Answer) error {
	if isEnd(a.Refusal) {
		return a.Refusal
	}
	if f.Owed == 0 {
		return a.Refusal
	}
	if err := r.flush(); err != nil {
		return err
	}
	f.Unread = a.Refusal.Unread
	if cause := r.gate.over(r.gate.now()); cause != nil && len(a.Allowed) > 0 {
		return cause
	}
	r.stood = !f.Ends
	r.scrap = r.link.Requests.StandIn(r.scrap[:0], f, a.Allowed)
	r.push(f, &a)
	r.drop(f.Len)
	r.skip = f.Rest
	return r.link.Upstream.Send(r.scrap)
}

// settle waits until everything up to seq is answered.
func (r *relay) settle(seq uint64) error {
	if err := r.flush(); err != nil {
		return err
	}
	if _, ok := r.pending.Settled(seq, nil); !ok {
		return r.over()
	}
	return nil
}

// settleBefore waits until every earlier segment is answered. Not what stands
// before in the same one: the server may keep that back until the Sync.
func (r *relay) settleBefore(segment uint64) error {
	if err := r.flush(); err != nil {
		return err
	}
	if !r.pending.Ended(segment) {
		return r.over()
	}
	return nil
}

// fence lets an open segment settle before a message that may not share it:
// the server is made to answer, and if it has failed it ignores the message.
func (r *relay) fence(f *Frame) (skipped bool, err error) {
	if err := r.flush(); err != nil {
		return false, err
	}
	if err := r.link.Upstream.Send(r.link.Requests.Flush(nil)); err != nil {
		return false, err
	}
	seq, _ := r.pending.Next()
	if err := r.settle(seq - 1); err != nil {
		return false, err
	}
	if !r.pending.Skipping() {
		r.open = false
		return false, nil
	}
	r.ignore(f)
	return true, nil
}

// ignore leaves out a message that the server would ignore; everything before
// it has been flushed.
func (r *relay) ignore(f *Frame) {
	r.drop(f.Len)
	r.skip = f.Rest
}

// copying deals with a message that follows a COPY … FROM STDIN: until the
// server has said whether it wants the data, nothing can be told about it.
func (r *relay) copying(f *Frame) (done bool, err error) {
	if err := r.flush(); err != nil {
		return true, err
	}
	o, ok := r.pending.Settled(r.copied, func(o *Owed) bool { return o.CopyIn == CopyOpen })
	switch {
	case !ok:
		return true, r.over()
	case o.CopyIn != CopyOpen:
		r.copied = 0 // failed, or over
		return false, nil
	case f.Act == ActData:
		r.keep(f)
		return true, nil
	case f.Act == ActDataEnd:
		r.keep(f)
		if f.Rest > 0 {
			return true, refuse(CodeProtocol, "a message that ends a COPY is too long")
		}
		// In a text of several statements another COPY may follow.
		r.pending.Update(func(o *Owed) { o.CopyIn = CopyAwaited })
		if r.open {
			r.copied = 0
		}
		return true, nil
	case f.Ignored:
		r.drop(f.Len)
		return true, nil
	}
	return true, refuse(CodeProtocol, "unexpected message during COPY from stdin")
}

// over is why a wait ended.
func (r *relay) over() error {
	if cause := r.gate.ended.Load(); cause != nil {
		return cause
	}
	return os.ErrDeadlineExceeded
}

// replies carries what the upstream sends until it ends, or the session does.
func (r *relay) replies() error {
	ret := &Returns{Pending: r.pending, relay: r}
	err := r.link.Upstream.Pump(maxHeld, func(chunk []byte) (int, error) { return r.hand(ret, chunk) })
	if !errors.Is(err, os.ErrDeadlineExceeded) || r.link.Replies.Boundary() {
		return err
	}
	// The session has ended inside a message. The rest of it must reach the
	// client before the last word can.
	_ = r.link.Upstream.SetReadDeadline(time.Now().Add(goodbyeWithin))
	return r.link.Upstream.Pump(maxHeld, func(chunk []byte) (int, error) { return r.hand(ret, chunk) })
}

func (r *relay) hand(ret *Returns, chunk []byte) (int, error) {
	r.talking.Lock()
	defer r.talking.Unlock()
	ret.buf, ret.from, ret.last = chunk, 0, r.gate.ended.Load() != nil
	n, err := r.link.Replies.Consume(chunk, ret)
	ret.Pass(n)
	if err == nil {
		err = ret.err
	}
	return n, err
}
