package proxy

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/token"
)

// life is what a session may do, and until when: what its token says. It does
// not change; a rotation puts that of the next token in its place.
type life struct {
	claims  *token.Claims
	scope   policy.Scope
	meter   *meter // nil: the token has no limits
	subject *audit.Subject
}

func (s *Session) newLife(claims *token.Claims, scope policy.Scope, upstream string) *life {
	return &life{
		claims: claims, scope: scope, meter: s.server.meter(claims),
		subject: audit.NewSubject(audit.Origin{
			Session: s.id, Source: s.source, Protocol: s.proto, Upstream: upstream,
			Token: audit.Token{ID: claims.ID, Sub: claims.Subject, Fam: claims.Family},
		}),
	}
}

// Carry gives the live sessions of a token the life of the one that replaces
// it. It is held to the old one here too: nobody gains anything by it but time.
func (s *Server) Carry(replaced string, claims *token.Claims) {
	scope, err := policy.ParseScope(claims.Scope)
	if err != nil {
		return
	}
	for _, sess := range s.all() {
		old := sess.life.Load()
		if old.claims.ID == replaced && old.claims.Subject == claims.Subject && old.scope.Contains(scope) {
			sess.life.Store(sess.newLife(claims, scope, sess.target.Load().Name))
			sess.clock.wind()
		}
	}
}

// warnBefore is how long before its end a session is told of it, where the
// protocol can. One that begins with less is not.
const warnBefore = time.Minute

// clock ends a session when its life is over, and warns it before.
type clock struct {
	session *Session
	timer   *time.Timer
	relay   atomic.Pointer[relay] // nil while nobody can be warned
	warned  atomic.Pointer[life]
	stopped atomic.Bool
}

func (c *clock) start(s *Session) {
	c.session = s
	l := s.life.Load()
	left := l.claims.Expires.Sub(s.server.now())
	if left <= warnBefore {
		c.warned.Store(l)
	}
	c.timer = time.AfterFunc(left, c.tick)
	c.wind()
}

func (c *clock) stop() {
	if !c.stopped.Swap(true) && c.timer != nil {
		c.timer.Stop()
	}
}

// wind has the clock look at the session's life anew.
func (c *clock) wind() { c.timer.Reset(0) }

func (c *clock) tick() {
	if c.stopped.Load() {
		return
	}
	l := c.session.life.Load()
	left := l.claims.Expires.Sub(c.session.server.now())
	switch {
	case left <= 0:
		c.session.End(Expired())
	case left > warnBefore:
		c.timer.Reset(left - warnBefore)
	case c.warned.Load() == l:
		c.timer.Reset(left)
	default:
		c.warn(l, left)
	}
}

// warnAgain is how long a warning waits that cannot be given now: something is
// on its way to the client.
const warnAgain = 50 * time.Millisecond

func (c *clock) warn(l *life, left time.Duration) {
	text := fmt.Sprintf("this session ends in %d seconds, when its token expires", int(left.Round(time.Second)/time.Second))
	if r := c.relay.Load(); r != nil && !r.notice(text) {
		c.timer.Reset(min(left, warnAgain))
		return
	}
	c.warned.Store(l)
	c.timer.Reset(left)
}

// notice tells the client something between two messages. It returns false if
// that is not possible now.
func (r *relay) notice(text string) bool {
	if !r.talking.TryLock() {
		return false
	}
	defer r.talking.Unlock()
	if r.gate.ended.Load() != nil {
		return true
	}
	if !r.link.Replies.Boundary() {
		return false
	}
	_ = r.link.Client.Send(r.link.Replies.Notice(nil, text)) // the relay will find out
	return true
}
