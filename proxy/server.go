package proxy

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/token"
)

// LoginWithin is how long a client may take from connecting to its first
// statement, in all.
const LoginWithin = 10 * time.Second

// headerWithin is how long a peer may take for its PROXY header, which is the
// first that it sends.
const headerWithin = 2 * time.Second

// Upstream is one database as the gate knows it. It does not change: a reload
// puts another one in its place, for the next statement of live sessions too.
type Upstream struct {
	Name    string
	Forbid  policy.Scope // beats every token
	Observe bool         // judge and record, forbid nothing
	Hints   bool         // a denial tells the client what its token lacks
}

// mode is what the audit log says of it.
func (u *Upstream) mode() string {
	if u.Observe {
		return string(policy.RuleObserve)
	}
	return ""
}

// Options are what a Server is made of. All but Now are needed; Upstreams may
// also come later, by Configure.
type Options struct {
	Verifier  *token.Verifier
	Log       *audit.Log
	Upstreams map[string]*Upstream
	Logger    *zap.Logger
	Metrics   *Metrics
	Now       func() time.Time

	// Held says whether this node may forward anything: that no revocation can
	// have passed it by. Asked before each write to an upstream, it costs one
	// atomic read. Nil: there are no other nodes to learn revocations from.
	Held func(time.Time) bool

	// Parent finds the token that one is derived from, whose limits are its
	// limits too; nil where there is none. It may be left out.
	Parent func(*token.Claims) *token.Claims

	// OnMisuse is told of a token that was shown by somebody who should not
	// have it, before that is told so. It may be left out.
	OnMisuse func(c *token.Claims, why string)
}

// Server accepts clients and keeps their sessions.
type Server struct {
	opt Options
	now func() time.Time

	meters   meters
	believed atomic.Pointer[[]netip.Prefix] // by Believe

	mu        sync.Mutex
	upstreams map[string]*atomic.Pointer[Upstream]
	sessions  map[string]*Session
	keys      map[[8]byte]*Session
	closing   bool
	active    sync.WaitGroup
}

// NewServer makes a server that accepts nothing yet.
func NewServer(o Options) *Server {
	s := &Server{
		opt: o, now: o.Now, upstreams: map[string]*atomic.Pointer[Upstream]{},
		sessions: map[string]*Session{}, keys: map[[8]byte]*Session{},
	}
	if s.now == nil {
		s.now = time.Now
	}
	if s.opt.Held == nil {
		s.opt.Held = func(time.Time) bool { return true }
	}
	s.Configure(o.Upstreams)
	s.Believe(nil)
	return s
}

// Configure changes what is forbidden on the upstreams, from the next statement
// of every session on, and adds those that are new. None can be taken away.
func (s *Server) Configure(upstreams map[string]*Upstream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, u := range upstreams {
		if s.upstreams[name] == nil {
			s.upstreams[name] = &atomic.Pointer[Upstream]{}
		}
		s.upstreams[name].Store(u)
		s.opt.Metrics.mode(u)
	}
}

// Believe sets the networks of the peers whose PROXY header is believed, for
// connections from now on.
func (s *Server) Believe(peers []netip.Prefix) { s.believed.Store(&peers) }

// upstream is where what holds for an upstream is found, or nil.
func (s *Server) upstream(name string) *atomic.Pointer[Upstream] {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.upstreams[name]
}

// Serve accepts clients of one protocol until ln is closed.
func (s *Server) Serve(ln net.Listener, p Protocol) error {
	for {
		conn, err := ln.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			// Out of descriptors, most likely: wait for some to come back.
			s.opt.Logger.Warn("cannot accept a connection", zap.Error(err))
			time.Sleep(50 * time.Millisecond)
			continue
		}
		if !s.begin() {
			_ = conn.Close()
			continue
		}
		go s.login(conn, p)
	}
}

func (s *Server) begin() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closing {
		return false
	}
	s.active.Add(1)
	return true
}

// login lets a client in; the session then goes on in a goroutine of its own.
func (s *Server) login(conn net.Conn, p Protocol) {
	peer := peerOf(conn)
	door := &Door{server: s, peer: peer, source: peer, id: newID()}
	link := s.enter(conn, p, door)
	if link == nil {
		_ = conn.Close()
		if door.session != nil {
			s.forget(door.session)
		}
		s.active.Done()
		return
	}
	go func() {
		defer s.active.Done()
		door.session.run(link)
		s.forget(door.session)
	}()
}

func (s *Server) enter(conn net.Conn, p Protocol, door *Door) (link *Link) {
	defer func() {
		if r := recover(); r != nil {
			s.opt.Logger.Error("login panicked", zap.String("session", door.id), zap.Any("panic", r), zap.Stack("stack"))
			_ = door.Reject(&Refusal{Code: CodeInternal, Message: "internal error"})
			link = nil
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), LoginWithin)
	defer cancel()
	began := time.Now()
	_ = conn.SetDeadline(began.Add(headerWithin))
	source, err := client(conn, door.peer, *s.believed.Load())
	if err != nil {
		_ = door.Reject(&Refusal{Code: CodeProtocol, Message: "the PROXY header that this peer must send is not taken", Reason: err.Error()})
		return nil
	}
	door.source = source
	_ = conn.SetDeadline(began.Add(LoginWithin))
	link, err = p.Login(ctx, conn, door)
	if err != nil {
		s.opt.Logger.Debug("login failed", zap.String("session", door.id), zap.Error(err))
		return nil
	}
	if link != nil {
		_ = conn.SetDeadline(time.Time{})
	}
	return link
}

func newID() string {
	var b [10]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return strings.ToLower(base32.StdEncoding.EncodeToString(b[:]))
}

func (s *Server) remember(sess *Session) {
	s.mu.Lock()
	s.sessions[sess.id], s.keys[sess.key] = sess, sess
	s.mu.Unlock()
}

func (s *Server) forget(sess *Session) {
	sess.clock.stop()
	s.mu.Lock()
	delete(s.sessions, sess.id)
	delete(s.keys, sess.key)
	s.mu.Unlock()
}

func (s *Server) byKey(key [8]byte) *Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.keys[key]
}

// SessionInfo describes a session to an operator.
type SessionInfo struct {
	ID          string         `json:"id"`
	TokenID     string         `json:"token"`
	Subject     string         `json:"sub"`
	Upstream    string         `json:"upstream"`
	Protocol    string         `json:"protocol"`
	Database    string         `json:"database,omitempty"`
	Application string         `json:"application_name,omitempty"`
	Source      netip.AddrPort `json:"source"`
	Opened      time.Time      `json:"opened"`
	Expires     time.Time      `json:"expires"`
	Statements  uint64         `json:"statements"`
	State       string         `json:"state"` // idle or active
	Observe     bool           `json:"observe"`
	TLS         string         `json:"tls_version,omitempty"`
}

func (s *Session) info() SessionInfo {
	state := "active"
	if s.pending.Idle() {
		state = "idle"
	}
	u, claims := s.target.Load(), s.life.Load().claims
	return SessionInfo{
		ID: s.id, TokenID: claims.ID, Subject: claims.Subject, Upstream: u.Name, Observe: u.Observe,
		Protocol: s.proto, Database: s.shown.Database, Application: audit.Redact(s.shown.Application),
		Source: s.source, Opened: s.opened, Expires: claims.Expires,
		Statements: s.gate.statements.Load(), State: state, TLS: s.shown.TLS,
	}
}

// Sessions lists who is in, the oldest first.
func (s *Server) Sessions() []SessionInfo {
	list := []SessionInfo{}
	for _, sess := range s.all() {
		list = append(list, sess.info())
	}
	slices.SortFunc(list, func(a, b SessionInfo) int { return a.Opened.Compare(b.Opened) })
	return list
}

func (s *Server) all() []*Session {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]*Session, 0, len(s.sessions))
	for _, sess := range s.sessions {
		list = append(list, sess)
	}
	return list
}

// End ends every session that matches, and returns how many once nothing more
// of them can be forwarded.
func (s *Server) End(match func(*SessionInfo) bool, cause *Refusal) int {
	var ending sync.WaitGroup
	n := 0
	for _, sess := range s.all() {
		if info := sess.info(); match(&info) {
			n++
			ending.Go(func() { sess.End(cause) })
		}
	}
	ending.Wait()
	return n
}

// EndRevoked ends every session whose token is revoked by now. It returns once
// nothing more of them can be forwarded.
func (s *Server) EndRevoked() {
	var ending sync.WaitGroup
	for _, sess := range s.all() {
		if s.opt.Verifier.Revoked(sess.life.Load().claims) {
			ending.Go(func() { sess.End(Revoked()) })
		}
	}
	ending.Wait()
}

// Shutdown lets nobody in any more, ends every session and waits for the last
// to be gone, or for ctx.
func (s *Server) Shutdown(ctx context.Context) {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
	s.End(func(*SessionInfo) bool { return true }, ShuttingDown())
	gone := make(chan struct{})
	go func() { s.active.Wait(); close(gone) }()
	select {
	case <-gone:
	case <-ctx.Done():
	}
}

func (s *Server) panicked(sess *Session, p any) {
	s.opt.Logger.Error("session panicked", zap.String("session", sess.id), zap.Any("panic", p), zap.Stack("stack"))
}

func (s *Server) cancelFailed(sess *Session, err error) {
	s.opt.Logger.Warn("cannot cancel a statement upstream", zap.String("session", sess.id), zap.Error(err))
}
