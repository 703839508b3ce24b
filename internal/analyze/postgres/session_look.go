package postgres

import (
	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/policy"
)

// What a session's search_path is can mostly be told from its statements. Not
// so when code of the user's has run: a function, a procedure or a trigger may
// set it, and what passed only because the token is unrestricted may do
// anything. The session is then stirred, and looks at the server before the
// next statement whose names must be read.

// queryState asks what the session's names are read by. No name in it depends
// on the search_path. SHOW would not do: in the extended protocol it is a
// utility statement, whose rows come through a tuplestore of its own.
const queryState = `SELECT pg_catalog.current_setting('search_path')`

// stir notes that the server may have moved what names mean.
func (s *Session) stir(segment uint64) {
	s.stirred, s.restless = true, max(s.restless, segment+1)
}

// stirs says that running a statement may change what the session's names mean.
func (p *Part) stirs() bool {
	return p.Moves || p.Statement.Fault != nil || p.Effect.Kind == EffectSchema
}

// waits says what must come before a request of a stirred session is read:
// the end of earlier segments, and a look where no transaction is open, so that
// none is taken into one before its isolation level is set.
func (s *Session) waits(r *analyze.Request) (analyze.Reading, bool) {
	if !s.stirred || r.Verb == analyze.VerbClose {
		return analyze.Reading{}, false
	}
	if s.done < r.Segment {
		return analyze.Reading{Wait: true}, true
	}
	return analyze.Reading{Look: true}, s.status == 'I' && s.noted <= r.Segment
}

// seen replaces a reading that rests on names which only the server knows. In a
// failed transaction the server reads none (postgres.c, exec_parse_message).
func (s *Session) seen(out analyze.Reading) analyze.Reading {
	if s.last == nil || !s.last.named || s.failed || s.status == 'E' {
		return out
	}
	switch {
	case s.stirred:
		return analyze.Reading{Look: true}
	case s.odd != "":
		out.Pieces = []*analyze.Piece{{Secret: true, Statement: policy.Statement{
			Fault: &policy.Fault{Rule: policy.RuleNotUnderstood, Reason: s.odd, Pos: -1},
		}}}
	}
	return out
}

// Look implements analyze.Mind.
func (s *Session) Look() []string { return []string{queryState} }

// Looked implements analyze.Mind.
func (s *Session) Looked(rows [][][][]byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(rows) != 1 || len(rows[0]) != 1 || len(rows[0][0]) != 1 {
		return false
	}
	path, ok := splitPath(string(rows[0][0][0]))
	if !ok {
		return false
	}
	s.stirred, s.odd = false, ""
	if s.status == 'I' && s.noted <= s.asking {
		s.path = searchPath{initial: s.path.initial, committed: path, session: path, current: path}
		s.pathOpen = false
	} else {
		// What was seen may go with the transaction.
		s.path.current, s.path.session = path, path
		s.restless = max(s.restless, s.asking+1)
	}
	s.pathKey = pathKey(path)
	for _, name := range path {
		if isTempSchema(name) {
			s.odd = "search_path names a schema of temporary objects"
		}
	}
	return true
}
