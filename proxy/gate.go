package proxy

import (
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/policy"
)

// Ticket follows a forwarded statement to its outcome.
type Ticket struct {
	ID    uint64 // statement's number in its session; 0: nothing is recorded
	Start int64  // when it was judged, in ns since the session's clock began
	mode  string // of the upstream, then
}

// Answer is what the gate says to a request. The zero Answer refuses.
type Answer struct {
	Forward bool
	Wait    bool // ask again when everything of earlier segments is settled
	Look    bool // ask again when the mind has looked at the server
	CopyIn  bool
	Ticket  Ticket
	Refusal *Refusal
	Allowed []byte // with a Refusal: judged statements to be run before it fails
}

// Gate judges and records every request of one session. The goroutine of
// requests calls Ask, that of replies Done.
type Gate struct {
	mind     analyze.Mind
	life     *atomic.Pointer[life]     // a rotation changes it
	upstream *atomic.Pointer[Upstream] // a reload changes it
	log      *audit.Log
	session  string
	now      func() time.Time
	metrics  *Metrics
	held     func(time.Time) bool // see Options
	ended    atomic.Pointer[Refusal]
	strayed  atomic.Bool // see trusts

	statements, rows, bytes atomic.Uint64
}

// Ask judges a request and, if it may pass, has its intent in the log before
// it returns. Nothing may be forwarded that it has not answered with Forward.
func (g *Gate) Ask(r *analyze.Request) Answer {
	began := g.now()
	if cause := g.over(began); cause != nil {
		return Answer{Refusal: cause}
	}
	now := rules{g.upstream.Load(), g.life.Load(), began} // for all of the request
	if g.strayed.Load() && !now.trust() {
		return Answer{Refusal: Astray()}
	}
	r.Trusted = now.free()
	reading := g.mind.Read(r)
	if reading.Wait {
		return Answer{Wait: true}
	}
	if reading.Look {
		return Answer{Look: true}
	}
	answer := g.judge(r, &reading, now)
	if answer.Forward || answer.Allowed != nil {
		g.mind.Note(r)
	}
	g.metrics.gate.Observe(g.now().Sub(began).Seconds())
	return answer
}

// over says why the session has ended, if it has.
func (g *Gate) over(now time.Time) *Refusal {
	if cause := g.ended.Load(); cause != nil {
		return cause
	}
	if !now.Before(g.life.Load().claims.Expires) {
		return Expired()
	}
	if !g.held(now) {
		r := Fenced()
		r.Session = g.session
		g.metrics.refusal(r.Code)
		return r
	}
	return nil
}

// rules are what one request is judged by, from when on it came.
type rules struct {
	up    *Upstream
	life  *life
	began time.Time
}

// free says that nothing is forbidden at all.
func (r *rules) free() bool {
	return r.up.Forbid.IsZero() && r.life.scope.Unrestricted(r.up.Name)
}

// trust says that the rules let everything pass that can be asked for. Only
// they keep a session that has strayed: one that has done what could not be
// judged, so that what its texts mean is not known any more.
func (r *rules) trust() bool { return r.up.Observe || r.free() }

// stray marks the session, and says whether the rules of now keep it.
func (g *Gate) stray() bool {
	g.strayed.Store(true)
	now := rules{up: g.upstream.Load(), life: g.life.Load()}
	return now.trust()
}

// judge decides on every piece before the first is recorded.
func (g *Gate) judge(r *analyze.Request, reading *analyze.Reading, now rules) Answer {
	p := policy.Policy{Upstream: now.up.Name, Scope: now.life.scope, Forbid: now.up.Forbid, Observe: now.up.Observe}
	var shown policy.Verdict // the last one, or the first that would have denied
	copyIn := false
	for i, piece := range reading.Pieces {
		v := p.Decide(&piece.Statement)
		if !v.Allow {
			answer := g.deny(r, reading, i, &v, &shown, now)
			answer.CopyIn = copyIn && answer.Allowed != nil
			return answer
		}
		if shown.Would == policy.RuleNone {
			shown = v
		}
		copyIn = copyIn || piece.CopyIn
		if i == len(reading.Pieces)-1 && reading.Runs {
			return g.allow(reading, reading.Text, &shown, copyIn, now)
		}
	}
	if !g.log.Healthy() {
		return Answer{Refusal: g.auditFailed()}
	}
	return Answer{Forward: true, CopyIn: copyIn && reading.Runs}
}

// allow records the intent of everything in the request.
func (g *Gate) allow(reading *analyze.Reading, text []byte, v *policy.Verdict, copyIn bool, now rules) Answer {
	if spent := now.life.meter.take(0, 0, len(reading.Pieces)); spent != nil {
		return Answer{Refusal: spent}
	}
	first := reading.Pieces[0]
	e := audit.Event{
		Event: audit.StatementAllowed, Time: now.began, Subject: now.life.subject,
		ID: g.statements.Add(1), Statement: text, Fingerprint: first.Fingerprint,
		Access: first.Record, Rule: string(v.Rule), Reason: v.Reason, Secret: first.Secret,
		Missing: v.Missing, Would: string(v.Would), Mode: now.up.mode(),
	}
	astray := first.Statement.Fault != nil
	for _, p := range reading.Pieces[1:] {
		e.Secret = e.Secret || p.Secret
		e.Access = joinRecords(e.Access, p.Record)
		astray = astray || p.Statement.Fault != nil
	}
	if err := g.log.Write(&e); err != nil {
		return Answer{Refusal: g.auditFailed()}
	}
	if astray {
		g.strayed.Store(true)
	}
	if v.Would == policy.RuleNone {
		g.metrics.allowed.Inc()
	} else {
		g.metrics.observed.Inc()
	}
	return Answer{Forward: true, CopyIn: copyIn, Ticket: Ticket{ID: e.ID, Start: now.began.UnixNano(), mode: e.Mode}}
}

// deny records why a piece may not pass. The pieces before it ran for the
// client if the database itself had refused, so they still do: they are
// recorded as allowed, and sent with the stand-in behind them.
func (g *Gate) deny(r *analyze.Request, reading *analyze.Reading, at int, v, before *policy.Verdict, now rules) Answer {
	if spent := now.life.meter.take(0, 0, 1); spent != nil {
		return Answer{Refusal: spent}
	}
	p := reading.Pieces[at]
	refusal := denial(v, p.Statement.Fault)
	refusal.Session = g.session
	if !now.up.Hints {
		refusal.Hint = ""
	}
	answer := Answer{Refusal: refusal}
	text := reading.Text
	if text == nil {
		text = r.Text
	}
	if n := refusal.Position; n >= 0 && n <= len(text) {
		refusal.Position = utf8.RuneCount(text[:n])
	}
	denied := text
	if reading.Runs && at > 0 && r.Verb == analyze.VerbQuery {
		answer.Allowed = text[:p.Start]
		allowed := g.allow(&analyze.Reading{Pieces: reading.Pieces[:at], Runs: true}, answer.Allowed, before, false, now)
		if !allowed.Forward {
			return allowed
		}
		answer.Ticket = allowed.Ticket
		denied = text[p.Start:]
	}
	// Refused either way, so a log that fails changes nothing.
	_ = g.log.Write(&audit.Event{
		Event: audit.StatementDenied, Time: now.began, Subject: now.life.subject, ID: g.statements.Add(1),
		Statement: nonNil(denied), Fingerprint: p.Fingerprint, Access: p.Record,
		Rule: string(v.Rule), Reason: reasonOf(v, refusal), Secret: p.Secret, Missing: v.Missing, Mode: now.up.mode(),
	})
	g.metrics.denied(refusal.Code)
	return answer
}

// Refuse records a message that a protocol refuses without knowing what it
// would do.
func (g *Gate) Refuse(why *Refusal) *Refusal {
	r := *why
	r.Session = g.session
	_ = g.log.Write(&audit.Event{
		Event: audit.StatementDenied, Time: g.now(), Subject: g.life.Load().subject, ID: g.statements.Add(1),
		Statement: []byte{}, Rule: string(policy.RuleNotUnderstood), Reason: r.Message, Mode: g.upstream.Load().mode(),
	})
	g.metrics.denied(r.Code)
	return &r
}

func reasonOf(v *policy.Verdict, r *Refusal) string {
	if v.Reason != "" {
		return v.Reason
	}
	return r.Message
}

func nonNil(b []byte) []byte {
	if b == nil {
		return []byte{}
	}
	return b
}

func (g *Gate) auditFailed() *Refusal {
	r := refuse(CodeAudit, "the statement cannot be recorded in the audit log, so it is not run")
	r.Session = g.session
	g.metrics.refusal(CodeAudit)
	return r
}

// Outcome is how a statement ended.
type Outcome struct {
	Rows, Bytes uint64
	Code        string // SQLSTATE or error number, empty if it succeeded
	Unknown     bool   // its end could not be seen
	Skipped     bool   // the server ignored it after an earlier error
}

// Done records a statement's outcome.
func (g *Gate) Done(t Ticket, o Outcome) {
	g.rows.Add(o.Rows)
	g.bytes.Add(o.Bytes)
	if t.ID == 0 {
		return
	}
	now := g.now()
	e := audit.Event{
		Event: audit.StatementFinished, Time: now, Subject: g.life.Load().subject, ID: t.ID,
		Rows: o.Rows, Bytes: o.Bytes, SQLState: o.Code,
		Duration: time.Duration(now.UnixNano() - t.Start), Mode: t.mode,
	}
	if o.Unknown {
		e.Outcome = audit.OutcomeUnknown
	}
	if o.Skipped {
		e.Outcome = audit.OutcomeSkipped
	}
	g.log.Append(&e)
}

// joinRecords appends one list of accesses to another.
func joinRecords(a, b []byte) []byte {
	switch {
	case len(b) <= 2:
		return a
	case len(a) <= 2:
		return b
	}
	joined := make([]byte, 0, len(a)+len(b))
	joined = append(joined, a[:len(a)-1]...)
	joined = append(joined, ',')
	return append(joined, b[1:]...)
}

// EncodeAccesses writes accesses as the audit log does, as a JSON array.
func EncodeAccesses(list []policy.Access) []byte {
	out := []byte("[]")
	if len(list) > 0 {
		out = nil
	}
	for i := range list {
		a := &list[i]
		object := a.Schema + "." + a.Object
		if a.Kind == policy.KindFunction {
			object += "()"
		}
		out = audit.AppendAccess(out, a.Op.String(), object, a.Columns)
	}
	return out
}
