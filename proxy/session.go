package proxy

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/token"
)

// Session is one client connection, tied to one upstream connection.
type Session struct {
	server *Server
	id     string
	key    [8]byte
	source Peer
	proto  string
	opened time.Time
	shown  Credential
	target *atomic.Pointer[Upstream]
	life   atomic.Pointer[life]
	clock  clock

	gate    *Gate
	pending *Pending
	link    *Link
	ready   sync.Mutex    // guards link and cause while the session begins
	stopped chan struct{} // closed when nothing more can be forwarded
	cancels sync.WaitGroup
	aborts  sync.Once
}

func (s *Server) newSession(d *Door, claims *token.Claims, protocol string) *Session {
	sess := &Session{
		server: s, id: d.id, source: d.source, proto: protocol,
		opened: s.now(), stopped: make(chan struct{}),
	}
	_, _ = rand.Read(sess.key[:]) // never fails (crypto/rand)
	sess.life.Store(sess.newLife(claims, policy.Scope{}, ""))
	return sess
}

// subject is who all the session's events are of.
func (s *Session) subject() *audit.Subject { return s.life.Load().subject }

// open makes the session's gate. From here on it can be found, and ended.
func (s *Session) open(c *Credential, scope policy.Scope, u *atomic.Pointer[Upstream]) {
	s.shown, s.target = *c, u
	s.shown.Secret = ""
	s.life.Store(s.newLife(s.life.Load().claims, scope, u.Load().Name))
	s.pending = newPending()
	s.gate = &Gate{
		life: &s.life, upstream: u,
		log: s.server.opt.Log, session: s.id, now: s.server.now, metrics: s.server.opt.Metrics,
		held: s.server.opt.Held,
	}
	s.clock.start(s)
	s.server.remember(s)
}

// run relays until one side, or the session, ends.
func (s *Session) run(link *Link) {
	s.ready.Lock()
	s.link, s.gate.mind = link, link.Mind
	cause := s.gate.ended.Load()
	s.ready.Unlock()
	if cause != nil || s.server.opt.Verifier.Revoked(s.life.Load().claims) {
		s.refuseStart(cause)
		return
	}
	s.server.opt.Metrics.opened.Inc()
	s.server.opt.Metrics.sessions.Inc()
	defer s.server.opt.Metrics.sessions.Dec()
	if err := s.recordOpened(); err != nil {
		s.refuseStart(s.gate.auditFailed())
		return
	}
	r := &relay{link: link, gate: s.gate, pending: s.pending}
	s.clock.relay.Store(r)
	s.relay(r)
}

func (s *Session) recordOpened() error {
	return s.server.opt.Log.Write(&audit.Event{
		Event: audit.SessionOpened, Subject: s.subject(), Mode: s.mode(), Database: s.shown.Database,
		Application: s.shown.Application, TLS: s.shown.TLS, User: s.shown.User,
	})
}

// mode is what every event of the session says of its upstream.
func (s *Session) mode() string { return s.target.Load().mode() }

func (s *Session) refuseStart(cause *Refusal) {
	if cause == nil {
		cause = Revoked()
	}
	close(s.stopped)
	s.say(cause)
	s.closeLink()
	_ = s.server.opt.Log.Write(&audit.Event{Event: audit.SessionRejected, Subject: s.subject(), Mode: s.mode(), Reason: cause.Error()})
}

// relay runs both directions and waits for both. Each has a goroutine of its
// own, so that the grown stack of login is given back.
func (s *Session) relay(r *relay) {
	replies := make(chan error, 1)
	go func() {
		err := s.guarded(r.replies)
		s.link.Client.WakeReader()
		s.link.Upstream.WakeWriter()
		s.pending.Close()
		replies <- err
	}()
	requestErr := s.guarded(r.requests)
	var refusal *Refusal
	if errors.As(requestErr, &refusal) && s.gate.ended.CompareAndSwap(nil, refusal) {
		s.server.opt.Metrics.refusal(refusal.Code)
	}
	if s.gate.ended.Load() != nil {
		s.server.forget(s)
		s.quiet(replies)
	}
	close(s.stopped)
	switch {
	case s.gate.ended.Load() != nil:
		s.stopReplies()
	case requestErr != nil:
		s.link.Client.WakeWriter() // the client is gone
		s.link.Upstream.WakeReader()
	case r.left:
		s.abort() // nobody waits for what still runs
	}
	err := <-replies
	s.finish(r, requestErr, err)
}

// quietWithin bounds how long the end of a session waits for the database to
// answer what was forwarded before it.
const quietWithin = 50 * time.Millisecond

// quiet waits until the database has answered what it was sent, or has
// cancelled it: it may not even have read it yet, and would run it when whoever
// ends the session has been told that nothing more is run.
func (s *Session) quiet(replies <-chan error) {
	if s.link.Kill == nil {
		s.abort()
	}
	for end := time.Now().Add(quietWithin); !s.pending.Idle() && len(replies) == 0 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
}

// stopReplies stops what the server still sends, and what it still runs. Where
// that kills the connection it could cut a packet in two, behind which nothing
// can be said to the client: then finish does it, when the rest has come.
func (s *Session) stopReplies() {
	if s.link.Kill == nil {
		s.abort()
	}
	_ = s.link.Client.SetWriteDeadline(time.Now().Add(goodbyeWithin))
	s.link.Upstream.WakeReader()
}

// guarded runs one direction; a panic ends this session alone.
func (s *Session) guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			s.server.panicked(s, p)
			err = &Refusal{Code: CodeInternal, Message: "internal error", Position: -1}
		}
	}()
	return f()
}

// finish says goodbye, settles what is still owed, and writes the last record.
func (s *Session) finish(r *relay, requestErr, replyErr error) {
	r.talking.Lock() // for good: nobody else speaks to the client any more
	cause := s.gate.ended.Load()
	var refusal *Refusal
	if cause == nil && errors.As(replyErr, &refusal) {
		cause = refusal
	}
	if cause == nil && replyErr == nil && !r.quit.Load() && !errors.Is(replyErr, errFatal) {
		cause = refuse(CodeUpstreamClosed, "the database closed the connection")
	}
	if cause != nil && !errors.Is(replyErr, errFatal) && !r.torn {
		s.say(cause)
	}
	if r.torn || errors.Is(replyErr, os.ErrDeadlineExceeded) { // not the server's doing
		s.abort()
	}
	for _, o := range s.pending.Drain() {
		s.gate.Done(o.Ticket, Outcome{Unknown: true})
	}
	s.server.forget(s)
	s.closeLink()
	s.cancels.Wait()
	e := audit.Event{
		Event: audit.SessionClosed, Subject: s.subject(), Mode: s.mode(), Reason: closeReason(cause, requestErr, replyErr),
		Statements: s.gate.statements.Load(), Rows: s.gate.rows.Load(), Bytes: s.gate.bytes.Load(),
		Duration: s.server.now().Sub(s.opened),
	}
	s.server.opt.Log.Append(&e)
}

func closeReason(cause *Refusal, requestErr, replyErr error) string {
	switch {
	case cause != nil:
		return cause.Error()
	case errors.Is(replyErr, errFatal):
		return "the database ended the session"
	case requestErr == nil || errors.Is(requestErr, io.EOF):
		return "the client closed the connection"
	case errors.Is(requestErr, os.ErrDeadlineExceeded):
		return "the connection to the client was lost"
	}
	return requestErr.Error()
}

// goodbyeWithin bounds how long a client that does not read may hold up the
// end of its session. Megabytes of rows may be under way to it in the kernel's
// buffers, with the last word behind them.
const goodbyeWithin = 5 * time.Second

// say sends the message that ends a session. The reply side has stopped; if it
// stopped inside a message, the rest must come first, or nothing can be said.
func (s *Session) say(cause *Refusal) {
	told := *cause
	told.Session = s.id
	_ = s.link.Client.SetWriteDeadline(time.Now().Add(goodbyeWithin))
	if s.link.Replies.Boundary() {
		_ = s.link.Client.Send(s.link.Replies.Fatal(nil, &told))
	}
}

// lingerWithin bounds how long a connection is read on after the last message:
// closing with unread bytes resets it, and the client would miss what was said.
const lingerWithin = 200 * time.Millisecond

func (s *Session) closeLink() {
	_ = s.link.Upstream.Close()
	_ = s.link.Client.CloseWrite()
	_ = s.link.Client.SetReadDeadline(time.Now().Add(lingerWithin))
	if s.gate.ended.Load() != nil {
		_, _ = io.CopyN(io.Discard, s.link.Client, 1<<20)
	}
	_ = s.link.Client.Close()
	if s.link.Release != nil {
		s.link.Release()
	}
}

// End ends the session: its context, in a word. It returns when nothing more
// can be forwarded. Only the first cause counts.
func (s *Session) End(cause *Refusal) {
	s.ready.Lock()
	first := s.gate.ended.CompareAndSwap(nil, cause)
	link := s.link
	s.ready.Unlock()
	if link == nil {
		return // run has not begun, and will not
	}
	if first {
		s.server.opt.Metrics.refusal(cause.Code)
		link.Client.WakeReader()
		link.Upstream.WakeWriter()
		s.pending.Close()
		select {
		case <-s.stopped: // the client has said its last, and is still being answered
			s.stopReplies()
		default:
		}
	}
	<-s.stopped
}

// cancelWithin bounds the side connection that cancels a statement.
const cancelWithin = 5 * time.Second

// abort stops what the database still runs for a session that is over.
func (s *Session) abort() {
	if s.pending.Idle() {
		return
	}
	s.aborts.Do(func() {
		if s.link.Kill != nil {
			s.upstreamAside(s.link.Kill)
		} else {
			s.upstreamAside(s.link.Cancel)
		}
	})
}

// cancelUpstream asks the database to stop the statement that the session runs.
func (s *Session) cancelUpstream() {
	s.ready.Lock()
	link := s.link
	s.ready.Unlock()
	if link != nil {
		s.upstreamAside(link.Cancel)
	}
}

// upstreamAside does something upstream on a connection of its own.
func (s *Session) upstreamAside(do func(context.Context) error) {
	if do == nil {
		return
	}
	s.cancels.Add(1)
	go func() {
		defer s.cancels.Done()
		ctx, stop := context.WithTimeout(context.Background(), cancelWithin)
		defer stop()
		if err := do(ctx); err != nil && !errors.Is(err, net.ErrClosed) {
			s.server.cancelFailed(s, err)
		}
	}()
}
