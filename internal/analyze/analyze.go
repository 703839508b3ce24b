// Package analyze is what every dialect's reading of statements has in
// common: the request that a protocol frames, and the session's mind that
// says what it would do. Dialects live in the folders beside this file.
package analyze

import "github.com/sallyport-db/sallyport/policy"

// Verb is what a client asks for. The zero Verb is not understood and is
// refused.
type Verb uint8

// The verbs of both wires.
const (
	VerbUnknown  Verb = iota
	VerbQuery         // run Text, which may hold several statements
	VerbPrepare       // prepare Text under the name Statement
	VerbBind          // bind Statement to Portal
	VerbDescribe      // describe Statement, or Portal if ByPortal
	VerbExecute       // run Portal
	VerbClose         // close Statement, or Portal if ByPortal
	VerbUse           // make Text the default schema
	VerbColumns       // list the columns of the table Text
	VerbReset         // bring the session back to its first state
	VerbKill          // stop a statement or a session of the same user's; Text says which
)

// Request is one thing that a client asks for. Its slices point into the
// receive buffer and are valid only during the call they are passed to.
type Request struct {
	Verb      Verb
	ByPortal  bool
	Text      []byte
	Statement []byte
	Portal    []byte
	Types     []byte // of a statement's parameters, as the client's Parse declares them: four bytes each

	// Trusted says that the statement may pass whatever its names mean.
	Trusted bool

	// Seq numbers the session's requests in the order in which the server
	// will answer them. Segment counts the stretches between synchronisation
	// points: after an error the server skips what is left of a segment, and
	// only that.
	Seq, Segment uint64
}

// Piece is one statement of a request as the judge and the log see it. Pieces
// are shared between sessions and never change.
type Piece struct {
	Start, End  int // byte range in the request's text
	Statement   policy.Statement
	Record      []byte // the accesses as the audit log writes them (JSON array)
	Fingerprint uint64 // of the text with plain literals masked
	Secret      bool   // the text may hold a password: redact it in the log
	CopyIn      bool   // the server will ask the client for data
}

// Reading is what a request would do.
type Reading struct {
	// Wait says that the answer depends on what earlier requests do and that
	// the server has not answered them yet: ask again once it has.
	Wait bool

	// Look says that only the server can tell what the request would do: put
	// the mind's queries to it, and ask again.
	Look bool

	// Text is what the pieces are of: the request's own text, or that of the
	// prepared statement that it runs. It is valid until the next Read.
	Text []byte

	// Pieces is empty for an empty statement, which is legal and does nothing.
	Pieces []*Piece

	// Runs says that the pieces will run now, and not merely be prepared.
	Runs bool
}

// Mind is what one session knows of its own state in its dialect. Read,
// Note, Look and Looked are called by the goroutine of requests, the others by
// the goroutine of replies; a Mind guards itself.
type Mind interface {
	// Read says what r would do in the state that the session will have when
	// the server reaches it.
	Read(r *Request) Reading

	// Note applies what r changes, in advance of the server's confirmation.
	// It is called once for each request that is forwarded, after Read.
	Note(r *Request)

	// Look returns the queries that the last Read has asked for, to be run on
	// the session's own connection when everything before the request is
	// settled.
	Look() []string

	// Looked takes the rows that each of Look's queries gave. It returns false
	// if they cannot be read.
	Looked(rows [][][][]byte) bool

	// Confirm says that the server completed piece number piece of request
	// seq, with this command tag (empty for a request that has none).
	Confirm(seq uint64, piece int, tag []byte)

	// Fail says that the server refused request seq: whatever it and the rest
	// of its segment had changed in advance is undone.
	Fail(seq, segment uint64)

	// Ready says that a segment has ended, with the transaction status that
	// the server reports: 'I' idle, 'T' in a transaction, 'E' in a failed one.
	Ready(segment uint64, status byte)
}
