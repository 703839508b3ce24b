package proxy

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/sallyport-db/sallyport/token"
)

// meter counts what a token is used for by all its sessions on this node. A
// nil one counts nothing: a token without limits costs nothing.
type meter struct {
	parent                  *meter // of the token that it is derived from
	limits                  token.Limits
	expires                 time.Time
	rows, bytes, statements atomic.Int64
}

// take counts, and says that a limit is passed. What was refused stays
// counted: a limit that is used up stays so.
func (m *meter) take(rows, bytes, statements int) *Refusal {
	for ; m != nil; m = m.parent {
		if spent := m.count(rows, bytes, statements); spent != nil {
			return spent
		}
	}
	return nil
}

func (m *meter) count(rows, bytes, statements int) *Refusal {
	for _, c := range []struct {
		used  *atomic.Int64
		more  int
		limit int64
		what  string
	}{
		{&m.rows, rows, m.limits.Rows, "rows"},
		{&m.bytes, bytes, m.limits.Bytes, "bytes"},
		{&m.statements, statements, m.limits.Statements, "statements"},
	} {
		if used := c.used.Add(int64(c.more)); c.limit > 0 && used > c.limit {
			return refuse(CodeLimit, "terminating connection because its token's limit of %d %s is used up", c.limit, c.what)
		}
	}
	return nil
}

// meters are those of all tokens with limits that were used.
type meters struct {
	mu   sync.Mutex
	byID map[string]*meter
}

// meter returns that of a token, or nil if neither it nor a token that it is
// derived from has limits.
func (s *Server) meter(c *token.Claims) *meter {
	var parent *meter
	if s.opt.Parent != nil {
		if p := s.opt.Parent(c); p != nil {
			parent = s.meter(p)
		}
	}
	if c.Limits == (token.Limits{}) {
		return parent
	}
	return s.meters.of(c, parent, s.now())
}

func (s *meters) of(c *token.Claims, parent *meter, now time.Time) *meter {
	s.mu.Lock()
	defer s.mu.Unlock()
	if m := s.byID[c.ID]; m != nil {
		return m
	}
	for id, m := range s.byID {
		if now.After(m.expires) {
			delete(s.byID, id)
		}
	}
	if s.byID == nil {
		s.byID = map[string]*meter{}
	}
	m := &meter{parent: parent, limits: c.Limits, expires: c.Expires.Add(time.Hour)} // beyond its sessions
	s.byID[c.ID] = m
	return m
}
