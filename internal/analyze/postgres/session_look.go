package postgres

import (
	"strings"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/internal/analyze/shape"
	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// What a session's search_path is can mostly be told from its statements. Not
// so when code of the user's has run: a function, a procedure or a trigger may
// set it, or make temporary objects, and what passed only because the token is
// unrestricted may do anything. The session is then stirred, and looks at the
// server before the next statement whose names must be read.

// lookDepth is how much the next look asks for.
type lookDepth uint8

const (
	lookState lookDepth = iota // the search_path, and whether the temporary objects are what they were
	lookTemp                   // the temporary objects
	lookWhole                  // everything, as a transaction sees it that has changed the schema
)

// The queries below depend on no search_path: every function and operator in
// them is qualified, and no type is named.
const (
	queryState = `SELECT pg_catalog.current_setting('search_path'), pg_catalog.current_setting('transaction_isolation'),
	pg_catalog.pg_current_xact_id_if_assigned() IS NOT NULL, current_user,
	(SELECT nspname FROM pg_catalog.pg_namespace WHERE oid OPERATOR(pg_catalog.=) pg_catalog.pg_my_temp_schema())`

	// queryPrint takes a fingerprint of what is in the session's temporary
	// schema. It is asked only of a session that has one.
	queryPrint = `WITH n AS (SELECT pg_catalog.pg_my_temp_schema() AS oid),
own AS (SELECT ARRAY(SELECT c.oid FROM n, pg_catalog.pg_class c WHERE relnamespace OPERATOR(pg_catalog.=) n.oid) AS all)
SELECT pg_catalog.concat(pg_catalog.count(*), ' ', pg_catalog.hashtextextended(pg_catalog.string_agg(
	pg_catalog.concat_ws(' ', p.tableoid, p.object, p.part, p.xmin, p.ctid), ',' ORDER BY p.tableoid, p.object, p.part), 0))
FROM (
	SELECT c.tableoid, c.oid AS object, 0 AS part, c.xmin, c.ctid FROM n, pg_catalog.pg_class c WHERE relnamespace OPERATOR(pg_catalog.=) n.oid
	UNION ALL SELECT c.tableoid, c.oid, 0, c.xmin, c.ctid FROM n, pg_catalog.pg_type c WHERE typnamespace OPERATOR(pg_catalog.=) n.oid
	UNION ALL SELECT c.tableoid, c.oid, 0, c.xmin, c.ctid FROM n, pg_catalog.pg_proc c WHERE pronamespace OPERATOR(pg_catalog.=) n.oid
	UNION ALL SELECT c.tableoid, c.oid, 0, c.xmin, c.ctid FROM n, pg_catalog.pg_operator c WHERE oprnamespace OPERATOR(pg_catalog.=) n.oid
	UNION ALL SELECT c.tableoid, attrelid, attnum, c.xmin, c.ctid FROM own, pg_catalog.pg_attribute c WHERE attrelid OPERATOR(pg_catalog.=) ANY (own.all)
	UNION ALL SELECT c.tableoid, oid, 0, c.xmin, c.ctid FROM own, pg_catalog.pg_rewrite c WHERE ev_class OPERATOR(pg_catalog.=) ANY (own.all)
	UNION ALL SELECT c.tableoid, oid, 0, c.xmin, c.ctid FROM own, pg_catalog.pg_attrdef c WHERE adrelid OPERATOR(pg_catalog.=) ANY (own.all)
	UNION ALL SELECT c.tableoid, oid, 0, c.xmin, c.ctid FROM own, pg_catalog.pg_constraint c WHERE conrelid OPERATOR(pg_catalog.=) ANY (own.all)
	UNION ALL SELECT c.tableoid, oid, 0, c.xmin, c.ctid FROM own, pg_catalog.pg_trigger c WHERE tgrelid OPERATOR(pg_catalog.=) ANY (own.all)
	UNION ALL SELECT c.tableoid, oid, 0, c.xmin, c.ctid FROM own, pg_catalog.pg_policy c WHERE polrelid OPERATOR(pg_catalog.=) ANY (own.all)
) p`
)

// ownShapes bounds the readings that one session keeps to itself.
const ownShapes = 1 << 20

// nothing is the fingerprint of a temporary schema without objects.
const nothing = "0 "

// sight is what a session sees that nobody else does.
type sight struct {
	stirred  bool   // see above
	restless uint64 // segment+1 in which what a look has seen, or must see, may still be undone; 0: none
	changed  uint64 // segment+1 of the last change of the schema that no look has seen; 0: none
	foreign  bool   // since the last look code of the user's has run, or what was not judged
	ddl      bool   // the transaction under way has changed the schema
	odd      string // why no name can be read, if so
	trusted  bool   // the request under way passes whatever its names mean

	next     lookDepth
	setting  string // search_path as the server has it
	seen     string // the fingerprint that the look under way has found
	printed  bool   // the session has a temporary schema
	isolated bool   // the transaction reads the catalogue as it was when it began

	print  string               // the fingerprint that temp was read with; empty: nothing temporary
	temp   *catalog.Snapshot    // the temporary objects
	whole  *catalog.Snapshot    // everything, with changes that are not committed
	agreed *catalog.Snapshot    // what is shared, for the request under way
	shared *catalog.Snapshot    // what over is laid over, or what was shared when whole was read
	over   *catalog.Snapshot    // shared with temp
	idle   uint64               // version of what was shared when no transaction was open
	own    shape.Cache[reading] // readings that hold in this session alone
}

// stir notes that running p may have moved what names mean.
func (s *Session) stir(segment uint64, p *Part) {
	s.stirred, s.restless = true, max(s.restless, segment+1)
	fault := p.Statement.Fault != nil
	s.foreign = s.foreign || p.Moves || fault
	if p.Effect.Kind == EffectSchema || fault && changesCatalog(p.Statement.Tag) {
		s.changed = segment + 1
	}
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
	return analyze.Reading{Look: true}, s.atRest()
}

// changing says that the transaction has changes which are known in outline
// only: those of a script that may do anything are not read one by one.
func (s *Session) changing() bool { return s.trusted && s.changed != 0 && !s.atRest() }

// atRest says that no transaction is open, not even that of a segment.
func (s *Session) atRest() bool { return s.status == 'I' && s.noted <= s.asking }

// settledNames replaces a reading that rests on names which only the server
// knows. In a failed transaction it reads none (postgres.c, exec_parse_message),
// and of a portal that has a plan none any more.
func (s *Session) settledNames(r *analyze.Request, out analyze.Reading) analyze.Reading {
	if s.last == nil || !s.last.named || s.failed || s.status == 'E' {
		return out
	}
	if !s.last.late && (r.Verb == analyze.VerbExecute || r.Verb == analyze.VerbDescribe && r.ByPortal) {
		return out
	}
	switch {
	case s.stirred, s.changed != 0 && !s.trusted && !s.atRest():
		return analyze.Reading{Look: true}
	case s.odd != "":
		out.Pieces = []*analyze.Piece{{Secret: true, Statement: policy.Statement{
			Fault: &policy.Fault{Rule: policy.RuleNotUnderstood, Reason: s.odd, Pos: -1},
		}}}
	}
	return out
}

// snapshot is the catalogue as the session sees it now.
func (s *Session) snapshot() (*catalog.Snapshot, error) {
	shared, err := s.common()
	if err != nil {
		return nil, err
	}
	if s.atRest() {
		s.idle = shared.Version
	}
	switch {
	case s.whole != nil:
		if shared.Version != s.shared.Version {
			s.outdated()
		}
		return s.whole, nil
	case s.temp == nil:
		return shared, nil
	case s.over == nil || s.shared != shared:
		s.over, s.shared = shared.With(s.temp), shared
	}
	return s.over, nil
}

// common is what all sessions share. One request is judged by one: a strict
// catalogue is asked once.
func (s *Session) common() (*catalog.Snapshot, error) {
	if s.agreed == nil || !s.reader.catalog.Strict() {
		snap, err := s.reader.snapshot()
		if err != nil {
			return nil, err
		}
		s.agreed = snap
	}
	return s.agreed, nil
}

// outdated says that somebody else has changed the schema while the session
// has changes of its own.
func (s *Session) outdated() {
	if s.isolated {
		s.odd = "another session has changed the schema during this transaction, which has changed it too and reads it as it was before; start it again"
		return
	}
	s.stirred, s.changed = true, s.asking+1
}

// readings is the cache for what is read by snap.
func (s *Session) readings(snap *catalog.Snapshot) *shape.Cache[reading] {
	if snap == s.whole || snap == s.over {
		return &s.own
	}
	return &s.reader.shapes
}

// Look implements analyze.Mind. The catalogue's queries need a search_path of
// their own, for the transaction at most, and leave the one that they found.
func (s *Session) Look() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	queries := catalog.TempQueries
	switch s.next {
	case lookState:
		if s.printed {
			return []string{queryState, queryPrint}
		}
		return []string{queryState}
	case lookWhole:
		queries = catalog.Queries
	}
	all := append([]string{setLocalPath(catalog.QueryPath)}, queries...)
	return append(all, setLocalPath(s.setting))
}

// setLocalPath writes the value as a constant that means the same whatever
// standard_conforming_strings is.
func setLocalPath(value string) string {
	value = strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(value)
	return `SELECT pg_catalog.set_config('search_path', E'` + value + `', true)`
}

// Looked implements analyze.Mind.
func (s *Session) Looked(rows [][][][]byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.next == lookState {
		return s.lookedState(rows)
	}
	depth := s.next
	s.next = lookState
	if len(rows) != len(catalog.Queries)+2 {
		return false
	}
	snap, err := catalog.Build(rows[1:len(rows)-1], "")
	if err != nil {
		return false
	}
	if s.over = nil; depth == lookTemp {
		s.temp, s.print = snap, s.seen
		s.looked()
		return true
	}
	if s.shared, err = s.common(); err != nil {
		return false
	}
	s.whole, s.print = snap.OfSession(), s.seen
	s.changed = 0
	s.looked()
	if s.isolated && s.shared.Version != s.idle {
		s.outdated()
	}
	return true
}

// lookedState takes the answer to queryState, and sees whether more must be
// asked: the session then stays stirred.
func (s *Session) lookedState(rows [][][][]byte) bool {
	if len(rows[0]) != 1 || len(rows[0][0]) != 5 {
		return false
	}
	row := rows[0][0]
	path, ok := splitPath(string(row[0]))
	if !ok {
		return false
	}
	s.setting, s.seen = string(row[0]), ""
	s.isolated = string(row[1]) != "read committed" && string(row[1]) != "read uncommitted"
	temp := string(row[4])
	s.lookedPath(path, temp)
	if shared, err := s.common(); err != nil {
		return false
	} else if shared.Role != string(row[3]) {
		// "$user" is another's schema, and what may be used of the path another matter.
		s.odd = "the session's role is not the one that it began with"
	}
	printed := len(rows) == 2 && len(rows[1]) == 1 && len(rows[1][0]) == 1
	if s.printed = temp != ""; s.printed && !printed {
		return true // asked again, with the fingerprint
	}
	if s.printed && string(rows[1][0][0]) != nothing {
		s.seen = string(rows[1][0][0])
	}
	switch {
	case s.reader.catalog.Strict() && s.foreign && !s.trusted && string(row[2]) == "t" && !s.atRest():
		s.next = lookWhole // code may have changed the schema
	case s.changed != 0 && !s.atRest() && !s.trusted, s.whole != nil && s.seen != s.print:
		s.next = lookWhole
	case s.seen == s.print:
		s.looked()
	case s.seen == "":
		s.temp, s.over, s.print = nil, nil, ""
		s.looked()
	default:
		s.next = lookTemp
	}
	return true
}

// lookedPath takes over the search_path that the server has.
func (s *Session) lookedPath(path []string, temp string) {
	if s.atRest() {
		s.path = searchPath{initial: s.path.initial, committed: path, session: path, current: path}
		s.pathOpen = false
	} else {
		// What was seen may go with the transaction.
		s.path.current, s.path.session = path, path
		s.restless = max(s.restless, s.asking+1)
	}
	s.pathKey, s.odd = pathKey(path), ""
	for _, name := range path {
		if isTempSchema(name) && name != "pg_temp" && name != temp {
			s.odd = "search_path names another session's temporary schema"
		}
	}
}

// looked ends a look that has seen enough.
func (s *Session) looked() { s.stirred, s.foreign, s.next = false, false, lookState }
