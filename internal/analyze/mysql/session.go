package mysql

import (
	"bytes"
	"strings"
	"sync"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/internal/analyze/shape"
	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/policy"
)

// Session is one session's mind: its default schema, its sql_mode and its
// prepared statements.
//
// The server answers command by command, so that each is a segment of its own.
// A request waits while an earlier one that changes the session is not
// answered. Where only the server knows what a statement has done to the
// session, it is asked.
type Session struct {
	reader *Reader

	mu       sync.Mutex
	schema   string
	mode     Mode
	lost     bool // the mode is one under which nothing can be read
	prepared map[string]*prepared
	named    map[string]*prepared // by SQL's PREPARE, names in lower case
	byName   func(string) *Part   // looks there
	waiting  map[uint64]*pending  // by the number of the request
	last     *prepared            // what number -1 means; nil if the last PREPARE failed
	done     uint64               // segments that the server has ended
	changing uint64               // segment+1 of the last request that changes the session
	unsure   bool                 // only the server knows the schema and the mode
	held     int                  // bytes of prepared texts

	now  *reading // of the request that Read saw last, and its text
	text []byte

	temps  *Temporaries // nil if the session has no temporary tables
	names  uint64       // grows when what names mean to the session may have changed
	ran    string       // how often the session has run each kind of DDL, when last asked
	asking []tableName  // the names that the last Read could not do without

	env Env // of what is being read
	key shape.Key
}

// prepared is a statement under a number that the server gave it. Names in it
// mean what they did when it was prepared (sql_prepare.cc).
type prepared struct {
	text    []byte
	reading *reading
	schema  string
	mode    Mode
	names   uint64 // of the session, when it was judged
}

// pending is what a request changes once the server has answered it.
type pending struct {
	prepare *prepared
	parts   []Part
}

// What a session may keep prepared.
const (
	maxPrepared = 10_000
	maxTexts    = 8 << 20
)

// lastPrepared is the number that means the statement prepared last
// (MariaDB, COM_STMT_EXECUTE).
const lastPrepared = "\xff\xff\xff\xff"

// Session begins a session's mind in the state that the server gave it.
func (r *Reader) Session(schema, sqlMode, charset string) *Session {
	s := &Session{reader: r, prepared: map[string]*prepared{}, named: map[string]*prepared{}, waiting: map[uint64]*pending{}}
	s.byName = s.namedPart
	s.take(schema, sqlMode, charset)
	return s
}

// take sets what the server says of the session.
func (s *Session) take(schema, sqlMode, charset string) {
	mode, ok := ParseMode(sqlMode)
	mode.OtherBytes = !utf8Charset(strings.ToLower(charset))
	s.schema, s.mode, s.lost = schema, mode, !ok
}

var _ analyze.Mind = (*Session)(nil)

// Read implements analyze.Mind. In a text it lays open the comments that the
// server would run, in place: see resolve.
func (s *Session) Read(r *analyze.Request) analyze.Reading {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = nil
	if s.changing > s.done {
		return analyze.Reading{Wait: true}
	}
	if s.unsure && r.Verb != analyze.VerbReset {
		return analyze.Reading{Look: true}
	}
	if s.lost {
		return refused(policy.RuleNotUnderstood, "statements cannot be read under sql_mode ORACLE")
	}
	snap, err := s.reader.snapshot()
	if err != nil {
		return refused(policy.RuleNotUnderstood, "the database's catalogue cannot be read")
	}
	switch r.Verb {
	case analyze.VerbQuery:
		return s.readText(r, snap, true)
	case analyze.VerbPrepare:
		s.last = nil // whatever comes of it (mysqld_stmt_prepare, sql_prepare.cc)
		if len(s.prepared) >= maxPrepared || s.held > maxTexts {
			return refused(policy.RuleLimit, "too many prepared statements in this session")
		}
		return s.readText(r, snap, false)
	case analyze.VerbExecute:
		return s.readPrepared(r, snap)
	case analyze.VerbColumns:
		return s.readText(&analyze.Request{Text: columns(r.Text)}, snap, true)
	}
	return s.readCommand(r, snap)
}

func (s *Session) readText(r *analyze.Request, snap *catalog.Snapshot, runs bool) analyze.Reading {
	if f := resolve(r.Text, snap.MariaDB, snap.Number, s.mode); f != nil {
		return analyze.Reading{Text: r.Text, Pieces: fault(f)}
	}
	s.env = Env{Catalog: snap, Schema: s.schema, Mode: s.mode, Prepared: s.byName, Temporaries: s.temps}
	rd := s.reader.read(r.Text, &s.env, &s.key)
	if ask, yes := s.mustAsk(); yes {
		return ask
	}
	s.now, s.text = rd, r.Text
	return analyze.Reading{Text: r.Text, Pieces: s.now.pieces, Runs: runs}
}

func (s *Session) readPrepared(r *analyze.Request, snap *catalog.Snapshot) analyze.Reading {
	p := s.prepared[string(r.Statement)]
	if string(r.Statement) == lastPrepared {
		p = s.last
	}
	if p == nil {
		return refused(policy.RuleUndefined, "prepared statement does not exist")
	}
	if p.reading.version != snap.Version || p.names != s.names || p.reading.consulted() || p.mode.OtherBytes != s.mode.OtherBytes {
		mode := p.mode
		mode.OtherBytes = mode.OtherBytes || s.mode.OtherBytes // the server may read it anew, in the character set of now
		s.env = Env{Catalog: snap, Schema: p.schema, Mode: mode, Prepared: s.byName, Temporaries: s.temps}
		rd := s.reader.read(p.text, &s.env, &s.key)
		if ask, yes := s.mustAsk(); yes {
			return ask
		}
		p.reading, p.names = rd, s.names
	}
	s.now, s.text = p.reading, p.text
	return analyze.Reading{Text: p.text, Pieces: p.reading.pieces, Runs: true}
}

// columns is the statement that a list of fields comes to: a table, a zero byte,
// and a pattern of columns.
func columns(fields []byte) []byte {
	table, pattern, _ := bytes.Cut(fields, []byte{0})
	text := "SHOW COLUMNS FROM `" + strings.ReplaceAll(string(table), "`", "``") + "`"
	if pattern = bytes.TrimRight(pattern, "\x00"); len(pattern) > 0 {
		text += " LIKE '" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(string(pattern)) + "'"
	}
	return []byte(text)
}

// readCommand judges the commands that carry no SQL.
func (s *Session) readCommand(r *analyze.Request, snap *catalog.Snapshot) analyze.Reading {
	var p Part
	text := r.Text
	switch r.Verb {
	case analyze.VerbUse:
		a := analysis{walker: walker{env: &Env{Catalog: snap}, ledger: &ledger{}}}
		a.use(string(r.Text))
		if s.mode.OtherBytes && !ascii(string(r.Text)) {
			a.fail(policy.RuleNotUnderstood, -1, "a name outside ASCII in a command that is not in UTF-8: SET NAMES utf8mb4")
		}
		p = a.part
		p.Statement.Fault = a.fault
	case analyze.VerbKill: // of the user's own, which the wire has seen to
		p.Statement.Tag = "KILL"
	case analyze.VerbReset:
		p.Statement.Tag, text = "RESET CONNECTION", []byte("RESET CONNECTION")
	default:
		return refused(policy.RuleNotUnderstood, "this kind of command is not taken")
	}
	p.End = len(text)
	s.now, s.text = &reading{parts: []Part{p}, pieces: []*analyze.Piece{{
		End: len(text), Statement: p.Statement, Record: s.reader.encode(nil),
	}}}, text
	return analyze.Reading{Text: text, Pieces: s.now.pieces, Runs: true}
}

func refused(rule policy.Rule, reason string) analyze.Reading {
	return analyze.Reading{Pieces: fault(&policy.Fault{Rule: rule, Reason: reason, Pos: -1, Absolute: true})}
}

func fault(f *policy.Fault) []*analyze.Piece {
	return []*analyze.Piece{{Secret: true, Record: []byte("[]"), Statement: policy.Statement{Fault: f}}}
}

// Note implements analyze.Mind.
func (s *Session) Note(r *analyze.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch r.Verb {
	case analyze.VerbPrepare:
		p := &prepared{text: bytes.Clone(r.Text), reading: s.now, schema: s.schema, mode: s.mode, names: s.names}
		s.held += len(p.text)
		s.waiting[r.Seq], s.changing = &pending{prepare: p}, r.Segment+1
	case analyze.VerbReset:
		clear(s.prepared)
		clear(s.named)
		s.last, s.held, s.unsure, s.changing = nil, 0, true, r.Segment+1
		s.temps = nil // dropped (THD::cleanup, sql_class.cc); if not, the look will tell
		s.names++
	default:
		if s.now == nil || changes(s.now.parts) {
			s.changing = r.Segment + 1
			s.waiting[r.Seq] = &pending{}
			if s.now != nil {
				s.waiting[r.Seq].parts = s.now.parts
			}
		}
	}
}

// changes reports whether statements do something to the session.
func changes(parts []Part) bool {
	for i := range parts {
		if p := &parts[i]; p.Effect.Kind != EffectNone || p.moves() {
			return true
		}
	}
	return false
}

// moves says that only the server knows what a statement did to the session:
// it runs code of the user's, or has passed without being understood.
func (p *Part) moves() bool {
	if p.Statement.Fault != nil {
		return true
	}
	for i := range p.Statement.Accesses {
		if p.Statement.Accesses[i].Kind == policy.KindFunction {
			return true
		}
	}
	return p.Moves
}

// mayDefine says that a statement may have run DDL that is not seen. Stored
// functions and triggers cannot, but for temporary tables
// (sp_get_flags_for_command, sp_head.cc: HAS_COMMIT_OR_ROLLBACK).
func (p *Part) mayDefine() bool { return p.Statement.Fault != nil || p.Calls }

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
// the server gave it; everything else is confirmed when all of it has run.
func (s *Session) Confirm(seq uint64, _ int, id []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.waiting[seq]
	if c == nil {
		return
	}
	delete(s.waiting, seq)
	if c.prepare != nil && len(id) == 4 {
		s.prepared[string(id)], s.last = c.prepare, c.prepare
		return
	}
	for i := range c.parts {
		s.apply(&c.parts[i])
	}
}

func (s *Session) apply(p *Part) {
	switch p.Effect.Kind {
	case EffectUse:
		s.schema = p.Effect.Name
	case EffectMode:
		s.mode = p.Effect.Mode
	case EffectPrepare, EffectDeallocate:
		s.rename(&p.Effect)
	case EffectSchema:
		s.defined()
	}
	if p.moves() {
		s.unsure = true
	}
	if p.mayDefine() {
		s.reader.fresh.Changed()
		s.dropAll() // it may have prepared something else under a name
	}
}

// Fail implements analyze.Mind. How many statements of a text have run is not
// known.
func (s *Session) Fail(seq, _ uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.waiting[seq]
	if c == nil {
		return
	}
	delete(s.waiting, seq)
	if c.prepare != nil {
		s.held -= len(c.prepare.text)
		s.last = nil
		return
	}
	s.unsure = true
	for i := range c.parts { // DROP TABLE a, b drops a, though there is no b
		p := &c.parts[i]
		if p.Effect.Kind == EffectSchema || p.mayDefine() {
			s.defined()
		}
		s.forget(p)
	}
}

// Ready implements analyze.Mind.
func (s *Session) Ready(segment uint64, _ byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.done = segment + 1
}
