package postgres

import (
	"bytes"
	"maps"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/internal/analyze/shape"
)

// change is one alteration of a Session that the server has not confirmed,
// with what undoes it.
type change struct {
	seq, segment uint64
	piece        int
	schema       bool              // the database's own: the shared catalogue must be read again
	undo         func(itself bool) // itself: it failed, rather than was skipped
}

// Note implements analyze.Mind.
func (s *Session) Note(r *analyze.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noted = r.Segment + 1
	switch r.Verb {
	case analyze.VerbQuery:
		// A simple query drops the unnamed statement and portal whatever
		// becomes of it (postgres.c, exec_simple_query).
		delete(s.names, "")
		delete(s.portals, "")
		s.effects(r)
	case analyze.VerbExecute:
		if p := s.portals[string(r.Portal)]; p != nil {
			p.ran = true
		}
		s.effects(r)
	case analyze.VerbPrepare:
		s.notePrepare(r)
	case analyze.VerbBind:
		s.setPortal(r, 0, string(r.Portal), &portal{text: s.lastText, params: s.lastParams, reading: s.last, segment: r.Segment})
		if s.last != nil && s.last.stirs && !s.last.late && len(s.last.parts) == 1 {
			s.stir(r.Segment, &s.last.parts[0]) // functions that are not volatile may run as a statement is planned
		}
	case analyze.VerbClose:
		if r.ByPortal {
			s.setPortal(r, 0, string(r.Portal), nil)
		} else {
			s.setName(r, 0, string(r.Statement), nil)
		}
	}
}

func (s *Session) notePrepare(r *analyze.Request) {
	if s.last == nil {
		return
	}
	old := s.names[string(r.Statement)]
	p := &prepared{reading: s.last, params: s.lastParams, path: s.pathKey, segment: r.Segment}
	if old != nil && bytes.Equal(old.text, r.Text) {
		p.text = old.text
	} else {
		p.text = bytes.Clone(r.Text)
	}
	s.held += len(p.text)
	if snap, err := s.snapshot(); err == nil {
		p.version = snap.Version
	}
	s.setName(r, 0, string(r.Statement), p)
}

// effects applies what the pieces of the last reading do.
func (s *Session) effects(r *analyze.Request) {
	if s.last == nil {
		return
	}
	for i := range s.last.parts {
		if s.last.stirs {
			s.stir(r.Segment, &s.last.parts[i])
		}
		s.apply(r, i, &s.last.parts[i])
	}
}

func (s *Session) apply(r *analyze.Request, piece int, p *Part) {
	e := &p.Effect
	switch e.Kind {
	case EffectNone, EffectBegin:
	case EffectSchema:
		s.changes = append(s.changes, change{seq: r.Seq, segment: r.Segment, piece: piece, schema: true, undo: func(bool) {}})
	case EffectPrepare:
		text := bytes.Clone(s.lastText[p.Start:min(p.End, len(s.lastText))])
		s.held += len(text)
		s.setName(r, piece, e.Name, &prepared{
			text: text, inner: true, segment: r.Segment, path: s.pathKey,
			reading: s.reader.reading([]Part{*e.Part}, shape.Fingerprint(text)),
		})
	case EffectDeclare:
		text := bytes.Clone(s.lastText[p.Start:min(p.End, len(s.lastText))])
		s.held += len(text)
		s.setPortal(r, piece, e.Name, &portal{
			text: text, segment: r.Segment, cursor: true,
			reading: s.reader.reading([]Part{*e.Part}, shape.Fingerprint(text)),
		})
	case EffectDeallocate:
		if e.Name != "" {
			s.setName(r, piece, e.Name, nil)
			return
		}
		s.forget(r, piece, false)
	case EffectCloseCursor:
		if e.Name != "" {
			s.setPortal(r, piece, e.Name, nil)
		}
		// CLOSE ALL: what stays known here does not exist there, and the
		// server says so when it is used.
	case EffectDiscardAll:
		s.forget(r, piece, true)
	default:
		s.changePath(r, piece, e)
	}
}

// changePath applies an effect on the search_path.
func (s *Session) changePath(r *analyze.Request, piece int, e *Effect) {
	old, oldKey, oldStatus := s.path, s.pathKey, s.status
	switch e.Kind {
	case EffectSetPath:
		s.path.set(e.Path, e.Local)
	case EffectResetPath:
		s.path.set(s.path.initial, e.Local)
	case EffectCommit:
		if s.status == 'E' {
			s.path.rollback()
		} else {
			s.path.commit()
		}
		s.status = 'I'
	case EffectRollback:
		s.path.rollback()
		s.status = 'I'
	case EffectSavepoint:
		s.path.savepoint(e.Name)
	case EffectRelease:
		s.path.release(e.Name)
	case EffectRollbackTo:
		s.path.rollbackTo(e.Name)
		s.status = 'T'
	}
	s.pathMoved(r)
	if (s.restless != 0 || s.odd != "") && e.Kind != EffectSavepoint && e.Kind != EffectRelease {
		s.stirred = true // what was seen may be gone, or seen to be otherwise
		if s.whole != nil {
			s.changed = r.Segment + 1
		}
	}
	s.note(r, piece, func(bool) { s.path, s.pathKey, s.status = old, oldKey, oldStatus })
}

func (s *Session) pathMoved(r *analyze.Request) {
	s.pathKey, s.pathSet, s.pathOpen = pathKey(s.path.current), r.Segment+1, true
}

// forget is DEALLOCATE ALL, and with everything DISCARD ALL.
func (s *Session) forget(r *analyze.Request, piece int, everything bool) {
	names, portals, path, key := maps.Clone(s.names), maps.Clone(s.portals), s.path, s.pathKey
	clear(s.names)
	if everything {
		clear(s.portals)
		// It runs only where it commits at once, in a pipeline too (xact.c,
		// PreventInTransactionBlock): a later rollback does not bring the path back.
		s.path = newSearchPath(s.path.initial)
		s.pathMoved(r)
		s.stirred = s.stirred || s.print != "" // temporary objects are dropped
	}
	s.note(r, piece, func(bool) { s.names, s.portals, s.path, s.pathKey = names, portals, path, key })
}

func (s *Session) setName(r *analyze.Request, piece int, name string, p *prepared) {
	old := s.names[name]
	if p == nil {
		delete(s.names, name)
	} else {
		s.names[name] = p
	}
	s.note(r, piece, func(itself bool) {
		if old == nil || name == "" && itself {
			delete(s.names, name) // a Parse that fails has dropped the unnamed statement
		} else {
			s.names[name] = old
		}
	})
}

func (s *Session) setPortal(r *analyze.Request, piece int, name string, p *portal) {
	old := s.portals[name]
	if p == nil {
		delete(s.portals, name)
	} else {
		s.portals[name] = p
	}
	s.note(r, piece, func(bool) {
		if old == nil {
			delete(s.portals, name)
		} else {
			s.portals[name] = old
		}
	})
}

func (s *Session) note(r *analyze.Request, piece int, undo func(itself bool)) {
	s.changes = append(s.changes, change{seq: r.Seq, segment: r.Segment, piece: piece, undo: undo})
}

// Confirm implements analyze.Mind.
func (s *Session) Confirm(seq uint64, piece int, tag []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for n < len(s.changes) && (s.changes[n].seq < seq || s.changes[n].seq == seq && s.changes[n].piece <= piece) {
		s.ddl = s.ddl || s.changes[n].schema
		n++
	}
	if n > 0 {
		clear(s.changes[:n])
		s.changes = append(s.changes[:0], s.changes[n:]...)
	}
	s.ddl = s.ddl || changesCatalog(string(tag))
	if s.ddl && string(tag) == "COMMIT" {
		s.reader.changed()
	}
}

// Fail implements analyze.Mind.
func (s *Session) Fail(seq, segment uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.failed = true
	s.revert(seq, segment)
}

// revert undoes what a request and the rest of its segment changed in advance.
func (s *Session) revert(seq, segment uint64) {
	for i := len(s.changes) - 1; i >= 0; i-- {
		if c := &s.changes[i]; c.seq >= seq && c.segment == segment {
			c.undo(c.seq == seq)
		}
	}
	kept := s.changes[:0]
	for _, c := range s.changes {
		if c.seq < seq || c.segment != segment {
			kept = append(kept, c)
		}
	}
	clear(s.changes[len(kept):])
	s.changes = kept
}

// Ready implements analyze.Mind.
func (s *Session) Ready(segment uint64, status byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failed {
		// Noted while the failure was on its way here: the server has ignored it.
		s.revert(0, segment)
	}
	s.done, s.status = segment+1, status
	if status == 'I' && s.pathOpen {
		if s.failed {
			s.path.rollback()
		} else {
			s.path.commit()
		}
		s.pathKey, s.pathOpen = pathKey(s.path.current), false
	}
	if status == 'I' {
		for name, p := range s.portals {
			if !p.cursor && p.segment <= segment {
				delete(s.portals, name)
			}
		}
	}
	if status == 'I' {
		s.rested(segment)
	}
	s.failed = false
}

// rested is told that no transaction is open behind a segment.
func (s *Session) rested(segment uint64) {
	if s.ddl {
		s.reader.changed()
		s.ddl = false
	}
	if s.restless != 0 && s.restless <= segment+1 {
		s.stirred, s.restless = true, 0
	}
	if s.changed <= segment+1 {
		s.changed = 0
	}
	if s.whole != nil {
		s.whole, s.temp, s.over, s.print = nil, nil, nil, "?" // as no fingerprint is
	}
}
