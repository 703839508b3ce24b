package postgres

import (
	"sync"
	"time"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/internal/analyze/shape"
	"github.com/sallyport-db/sallyport/policy"
)

// Session is one session's mind: its search_path, prepared statements, portals
// and cursors.
//
// What a request changes is applied when it is forwarded, before the server
// has confirmed it, so that the rest of a pipeline is judged in the state in
// which it will run; if the server refuses, it is undone. That is sound within
// a segment, whose rest the server then skips. A request that depends on a
// change of an earlier segment waits until that one is settled.
type Session struct {
	reader *Reader

	mu       sync.Mutex
	path     searchPath
	pathKey  string
	pathSet  uint64 // segment+1 of the last change of path
	pathOpen bool   // path has changed in the transaction under way
	env      Env
	names    map[string]*prepared
	portals  map[string]*portal
	changes  []change
	sight
	noted      uint64 // segment+1 of the last request that was forwarded
	done       uint64 // segments that the server has ended
	failed     bool   // the segment under way has failed
	status     byte   // transaction status at the last ReadyForQuery
	key        shape.Key
	last       *reading // of the request that Read saw last
	lastText   []byte
	lastParams []uint32
	unsure     bool // an unsettled name was looked up
	asking     uint64
	depth      int // of prepared statements that run one another
	held       int // bytes of prepared texts, at most: what was dropped is found by tally
}

// prepared is a prepared statement, made by Parse or by SQL's PREPARE.
type prepared struct {
	text    []byte
	params  []uint32
	reading *reading
	inner   bool   // text is a PREPARE whose inner statement this is
	path    string // search_path and catalogue version that reading holds for
	version uint64
	segment uint64
}

// portal is a bound statement or a declared cursor; the server has planned it.
type portal struct {
	text    []byte
	params  []uint32
	reading *reading
	segment uint64
	cursor  bool
	ran     bool // an Execute of it was forwarded
}

// What a session may keep prepared: statements and portals, bytes of their
// texts, and statements that run one another.
const (
	maxNames = 10_000
	maxTexts = 8 << 20
	maxChain = 8
)

// Session begins a session whose search_path starts as path.
func (r *Reader) Session(path []string) *Session {
	s := &Session{
		reader: r, path: newSearchPath(path), pathKey: pathKey(path), status: 'I',
		names: map[string]*prepared{}, portals: map[string]*portal{},
	}
	s.own.Limit = ownShapes
	s.env.Prepared, s.env.Cursor = s.preparedPart, s.cursorPart
	return s
}

var _ analyze.Mind = (*Session)(nil)

// Read implements analyze.Mind.
func (s *Session) Read(r *analyze.Request) analyze.Reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsure, s.asking, s.last, s.agreed, s.trusted = false, r.Segment, nil, nil, r.Trusted
	if out, ok := s.waits(r); ok {
		return out
	}
	var out analyze.Reading
	switch r.Verb {
	case analyze.VerbQuery, analyze.VerbPrepare:
		out = s.readText(r)
	case analyze.VerbBind, analyze.VerbDescribe, analyze.VerbExecute:
		out = s.readName(r)
	case analyze.VerbClose:
		s.unsure = s.unsettledName(r)
	default:
		out.Pieces = fault(policy.RuleNotUnderstood, "this kind of message is not taken")
	}
	if s.unsure {
		return analyze.Reading{Wait: true}
	}
	return s.settledNames(r, out)
}

func (s *Session) readText(r *analyze.Request) analyze.Reading {
	if s.pathSet > s.done && s.pathSet <= r.Segment {
		return analyze.Reading{Wait: true}
	}
	if r.Verb == analyze.VerbPrepare && s.settle(s.names[string(r.Statement)]) {
		return analyze.Reading{Wait: true}
	}
	if len(s.names)+len(s.portals) > maxNames || s.full() {
		return analyze.Reading{Pieces: fault(policy.RuleLimit, "too many prepared statements and portals in this session")}
	}
	params := userTypes(r.Types)
	rd, err := s.analyze(r.Text, params, s.done < r.Segment)
	if err != nil {
		return analyze.Reading{Pieces: fault(policy.RuleNotUnderstood, "the database's catalogue cannot be read")}
	}
	if s.done < r.Segment && changesState(rd) {
		return analyze.Reading{Wait: true}
	}
	s.last, s.lastText, s.lastParams = rd, r.Text, params
	return analyze.Reading{Text: r.Text, Pieces: rd.pieces, Runs: r.Verb == analyze.VerbQuery}
}

// readName finds the statement behind a name of the protocol.
func (s *Session) readName(r *analyze.Request) analyze.Reading {
	if r.Verb == analyze.VerbExecute || r.Verb == analyze.VerbDescribe && r.ByPortal {
		p := s.portals[string(r.Portal)]
		if p == nil {
			return analyze.Reading{Pieces: fault(policy.RuleUndefined, `portal "`+string(r.Portal)+`" does not exist`)}
		}
		if p.segment >= s.done && p.segment < r.Segment {
			return analyze.Reading{Wait: true}
		}
		if r.Verb == analyze.VerbExecute {
			return s.readPortal(r, p)
		}
		s.last, s.lastText = p.reading, p.text
		return analyze.Reading{Text: p.text, Pieces: p.reading.pieces}
	}
	p := s.names[string(r.Statement)]
	if p == nil {
		return analyze.Reading{Pieces: fault(policy.RuleUndefined, `prepared statement "`+string(r.Statement)+`" does not exist`)}
	}
	if s.settle(p) || s.pathSet > s.done && s.pathSet <= r.Segment {
		return analyze.Reading{Wait: true}
	}
	fresh, err := s.fresh(p)
	if err != nil {
		return analyze.Reading{Pieces: fault(policy.RuleNotUnderstood, "the database's catalogue cannot be read")}
	}
	s.last, s.lastText, s.lastParams = fresh.reading, fresh.text, fresh.params
	return analyze.Reading{Text: fresh.text, Pieces: fresh.reading.pieces}
}

// readPortal says what running a portal does.
func (s *Session) readPortal(r *analyze.Request, p *portal) analyze.Reading {
	rd := p.reading
	if rd.late {
		if s.pathSet > s.done && s.pathSet <= r.Segment {
			return analyze.Reading{Wait: true}
		}
		again, err := s.analyze(p.text, p.params, s.done < r.Segment)
		if err != nil {
			return analyze.Reading{Pieces: fault(policy.RuleNotUnderstood, "the database's catalogue cannot be read")}
		}
		rd = again
	}
	switch {
	case s.done < r.Segment && changesState(rd):
		return analyze.Reading{Wait: true}
	case p.ran && changesState(rd):
		// The server would not run it a second time.
		return analyze.Reading{Pieces: fault(policy.RuleNotUnderstood, `portal "`+string(r.Portal)+`" cannot be run again`)}
	}
	s.last, s.lastText = rd, p.text
	return analyze.Reading{Text: p.text, Pieces: rd.pieces, Runs: true}
}

// full says that no more texts may be kept.
func (s *Session) full() bool {
	if s.held > maxTexts {
		s.held = 0
		for _, p := range s.names {
			s.held += len(p.text)
		}
		for _, p := range s.portals {
			s.held += len(p.text)
		}
	}
	return s.held > maxTexts
}

// settle says that p was made in an earlier segment and is not confirmed.
func (s *Session) settle(p *prepared) bool {
	return p != nil && p.segment >= s.done && p.segment < s.asking
}

func (s *Session) unsettledName(r *analyze.Request) bool {
	if r.ByPortal {
		p := s.portals[string(r.Portal)]
		return p != nil && p.segment >= s.done && p.segment < r.Segment
	}
	return s.settle(s.names[string(r.Statement)])
}

// fresh judges a prepared statement again if the catalogue or the search_path
// is not what it was; the server replans it for the same reasons
// (plancache.c, RevalidateCachedQuery).
func (s *Session) fresh(p *prepared) (*prepared, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	if snap.Version == p.version && s.pathKey == p.path && !p.reading.consulted {
		return p, nil
	}
	rd, err := s.analyze(p.text, p.params, false)
	if err != nil {
		return nil, err
	}
	if p.inner {
		rd = s.innerOf(p.text, rd)
	}
	again := *p
	again.reading, again.path, again.version = rd, s.pathKey, snap.Version
	*p = again
	return p, nil
}

// innerOf is the statement inside the PREPARE that a text consists of.
func (s *Session) innerOf(text []byte, rd *reading) *reading {
	if len(rd.parts) == 1 && rd.parts[0].Effect.Part != nil {
		return s.reader.reading([]Part{*rd.parts[0].Effect.Part}, shape.Fingerprint(text))
	}
	return rd
}

// analyze reads text in the state of now. While early, names that do not
// resolve are not looked up again: the server may not have got there yet.
func (s *Session) analyze(text []byte, params []uint32, early bool) (*reading, error) {
	snap, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	s.env.Catalog, s.env.SearchPath, s.env.PathSettled = snap, s.path.current, !s.pathOpen && s.restless == 0
	s.env.Params = params
	s.env.MaxSleep = time.Duration(s.reader.sleep.Load())
	rd := s.reader.read(text, &s.env, s.pathKey, &s.key, s.readings(snap))
	if undefined(rd.parts) && !early && !s.unsure && !s.stirred && !s.changing() {
		if s.reader.miss(s.agreed) {
			s.agreed = nil
			if snap, err = s.snapshot(); err != nil {
				return nil, err
			}
			s.env.Catalog, s.env.Params = snap, params
			rd = s.reader.read(text, &s.env, s.pathKey, &s.key, s.readings(snap))
		}
	}
	return rd, nil
}

func (s *Session) preparedPart(name string) *Part {
	p := s.names[name]
	if p == nil {
		return nil
	}
	s.unsure = s.unsure || s.settle(p)
	if s.depth >= maxChain {
		return nil // statements that run each other in a circle
	}
	s.depth++
	defer func() { s.depth-- }()
	if fresh, err := s.fresh(p); err == nil && len(fresh.reading.parts) == 1 {
		return &fresh.reading.parts[0]
	}
	return nil
}

func (s *Session) cursorPart(name string) *Part {
	p := s.portals[name]
	if p == nil {
		return nil
	}
	s.unsure = s.unsure || p.segment >= s.done && p.segment < s.asking
	if len(p.reading.parts) == 1 {
		return &p.reading.parts[0]
	}
	return nil
}

func changesState(rd *reading) bool {
	for i := range rd.parts {
		if rd.parts[i].Effect.Kind != EffectNone {
			return true
		}
	}
	return false
}

// fault is a reading that is refused whatever the token allows.
func fault(rule policy.Rule, reason string) []*analyze.Piece {
	return []*analyze.Piece{{Secret: true, Statement: policy.Statement{
		Fault: &policy.Fault{Rule: rule, Reason: reason, Pos: -1, Absolute: true},
	}}}
}
