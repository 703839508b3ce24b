// Package mysql reads MySQL's and MariaDB's SQL. In this version it
// understands nothing: every statement is a fault that only an unrestricted
// token passes, and each is recorded.
package mysql

import (
	"bytes"
	"hash/fnv"
	"sync"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/policy"
)

// Session is one session's mind: its prepared statements.
type Session struct {
	mu       sync.Mutex
	prepared map[string]*statement // by the server's number, four bytes
	waiting  map[uint64]*statement // by the number of the request that prepares it
	last     *statement            // the last prepared, what number -1 means; nil if that failed
	done     uint64                // segments that the server has ended
	newest   uint64                // segment+1 of the last PREPARE forwarded
	held     int                   // bytes of texts
	reading  *statement            // of the request that Read saw last
}

// statement is a text and how it was read.
type statement struct {
	text   []byte
	pieces []*analyze.Piece
}

// What a session may keep prepared.
const (
	maxPrepared = 10_000
	maxTexts    = 8 << 20
)

// NewSession begins a session's mind.
func NewSession() *Session {
	return &Session{prepared: map[string]*statement{}, waiting: map[uint64]*statement{}}
}

var _ analyze.Mind = (*Session)(nil)

// lastPrepared is the number that means the statement prepared last
// (MariaDB, COM_STMT_EXECUTE).
const lastPrepared = "\xff\xff\xff\xff"

// Read implements analyze.Mind.
func (s *Session) Read(r *analyze.Request) analyze.Reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.Verb {
	case analyze.VerbQuery, analyze.VerbUse, analyze.VerbColumns, analyze.VerbReset:
		s.reading = read(r.Text)
	case analyze.VerbPrepare:
		if len(s.prepared) >= maxPrepared || s.held > maxTexts {
			return refused(policy.RuleLimit, "too many prepared statements in this session")
		}
		s.reading = read(r.Text)
		return analyze.Reading{Text: r.Text, Pieces: s.reading.pieces}
	case analyze.VerbExecute:
		if string(r.Statement) == lastPrepared && s.newest > s.done {
			return analyze.Reading{Wait: true}
		}
		if s.reading = s.find(string(r.Statement)); s.reading == nil {
			return refused(policy.RuleUndefined, "prepared statement does not exist")
		}
	default:
		return refused(policy.RuleNotUnderstood, "this kind of command is not taken")
	}
	return analyze.Reading{Text: s.reading.text, Pieces: s.reading.pieces, Runs: true}
}

func (s *Session) find(id string) *statement {
	if id == lastPrepared {
		return s.last
	}
	return s.prepared[id]
}

func refused(rule policy.Rule, reason string) analyze.Reading {
	return analyze.Reading{Pieces: []*analyze.Piece{{Secret: true, Statement: policy.Statement{
		Fault: &policy.Fault{Rule: rule, Reason: reason, Pos: -1, Absolute: true},
	}}}}
}

// read judges a text.
func read(text []byte) *statement {
	h := fnv.New64a()
	_, _ = h.Write(text)
	return &statement{text: text, pieces: []*analyze.Piece{{
		End: len(text), Fingerprint: h.Sum64(), Secret: true, Record: []byte("[]"),
		Statement: policy.Statement{Fault: &policy.Fault{
			Rule: policy.RuleNeedsUnrestricted, Pos: -1,
			Reason: "statements for MySQL and MariaDB need unrestricted in this version",
		}},
	}}}
}

// Note implements analyze.Mind.
func (s *Session) Note(r *analyze.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.Verb {
	case analyze.VerbPrepare:
		kept := *s.reading
		kept.text = bytes.Clone(r.Text)
		s.held += len(kept.text)
		s.waiting[r.Seq], s.newest = &kept, r.Segment+1
	case analyze.VerbReset:
		clear(s.prepared)
		s.last, s.held = nil, 0
	}
}

// Look implements analyze.Mind: nothing is asked for.
func (s *Session) Look() []string { return nil }

// Looked implements analyze.Mind.
func (s *Session) Looked([][][][]byte) bool { return false }

// Close forgets a prepared statement: the server does not answer a close.
func (s *Session) Close(id []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.prepared[string(id)]; p != nil {
		s.held -= len(p.text)
		delete(s.prepared, string(id))
	}
}

// Confirm implements analyze.Mind. What confirms a PREPARE is the number that
// the server gave it.
func (s *Session) Confirm(seq uint64, _ int, id []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.waiting[seq]; p != nil && len(id) == 4 {
		delete(s.waiting, seq)
		s.prepared[string(id)], s.last = p, p
	}
}

// Fail implements analyze.Mind.
func (s *Session) Fail(seq, _ uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.waiting[seq]; p != nil {
		s.held -= len(p.text)
		s.last = nil
		delete(s.waiting, seq)
	}
}

// Ready implements analyze.Mind.
func (s *Session) Ready(segment uint64, _ byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = segment + 1
}
