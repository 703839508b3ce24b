package proxy

// Aside is what the session's mind asks the server between two requests of the
// client, on the session's own connection: only the server knows what a
// function has done to the session. The client sees nothing of it.
//
// The goroutine of requests makes it and waits; that of replies fills it in
// before it pops the entry that it hangs on.
type Aside struct {
	// Ends says that the protocol has ended a segment behind the queries. It
	// must not while the client has one open.
	Ends bool

	// Refusal is what the client is told if the server fails the queries inside
	// the client's own segment: the server then ignores the rest of it, and an
	// error is due.
	Refusal *Refusal

	rows    [][][][]byte // of each query; of those that are to come none
	at      int          // the query under way
	held    int
	failure string
	done    bool
}

// maxAside bounds what the answers of one aside may hold.
const maxAside = 64 << 20

// Room says whether a row of that size may be kept. If not, the aside fails.
func (a *Aside) Room(size int) bool {
	if a.held += size; a.held > maxAside {
		a.Fail("the answer is too long")
	}
	return a.failure == ""
}

// Row adds a row to the answer of the query under way. It keeps the fields.
func (a *Aside) Row(fields [][]byte) {
	if a.at < len(a.rows) {
		a.rows[a.at] = append(a.rows[a.at], fields)
	}
}

// Next says that a query is complete, and returns whether it was the last.
func (a *Aside) Next() bool {
	a.at++
	return a.at == len(a.rows)
}

// Fail says that the answers are of no use, and why.
func (a *Aside) Fail(why string) { a.failure = why }

// Finish says that nothing more is owed for the aside.
func (a *Aside) Finish() { a.done = true }

// answers are the rows of each query, if they are all there.
func (a *Aside) answers() ([][][][]byte, bool) {
	return a.rows, a.failure == "" && a.at == len(a.rows)
}

// maxLooks is how often one request may look: at what the session is, and then
// at all that its names may mean.
const maxLooks = 4

// look puts the mind's queries to the server and gives it the answers. It
// returns why the request may not pass, if they fail. ignored says that the
// segment has failed: the server ignores the request.
func (r *relay) look(f *Frame, open bool) (why *Refusal, ignored bool, err error) {
	if err := r.settleBefore(f.Request.Segment); err != nil {
		return nil, false, err
	}
	if cause := r.gate.ended.Load(); cause != nil {
		return nil, false, cause
	}
	queries := r.link.Mind.Look()
	a := &Aside{Ends: !open, Refusal: r.gate.unseen(), rows: make([][][][]byte, len(queries))}
	seq, _ := r.pending.Next()
	if !r.pending.Push(Owed{Aside: a}, a.Ends) {
		return nil, true, nil
	}
	r.scrap = r.link.Requests.Aside(r.scrap[:0], queries, a.Ends)
	if err := r.link.Upstream.Send(r.scrap); err != nil {
		return nil, false, err
	}
	if err := r.settle(seq); err != nil {
		return nil, false, err
	}
	if !a.done {
		return nil, true, nil
	}
	rows, ok := a.answers()
	if !ok || !r.link.Mind.Looked(rows) {
		a.Refusal.Reason = "the server was asked what the session is, and failed: " + a.failure
		why = r.gate.Refuse(a.Refusal)
	}
	return why, r.pending.Skipping(), nil
}

// unseen is what a client is told where its statement cannot be judged because
// the server did not say what state the session is in.
func (g *Gate) unseen() *Refusal {
	return &Refusal{Code: CodeInterrupted, Position: -1, Session: g.session,
		Message: "the statement was canceled before it ran: what its names mean could not be looked up"}
}
