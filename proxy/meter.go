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
	limits                  token.Limits
	expires                 time.Time
	rows, bytes, statements atomic.Int64
}

// take counts, and says that a limit is passed. What was refused stays
// counted: a limit that is used up stays so.
func (m *meter) take(rows, bytes, statements int) *Refusal {
	if m == nil {
		return nil
	}
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

// of returns the meter of a token, or nil if it has no limits.
func (s *meters) of(c *token.Claims, now time.Time) *meter {
	if c.Limits == (token.Limits{}) {
		return nil
	}
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
	m := &meter{limits: c.Limits, expires: c.Expires.Add(time.Hour)} // beyond its sessions
	s.byID[c.ID] = m
	return m
}
