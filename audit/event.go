package audit

import (
	"net/netip"
	"time"
)

// Name says what happened; the value of the field "event".
type Name string

// The events of the log. A name, once published, keeps its meaning.
const (
	TokenIssued  Name = "token.issued"
	TokenRefused Name = "token.refused"
	TokenRevoked Name = "token.revoked"
	TokenRotated Name = "token.rotated"
	TokenDerived Name = "token.derived"
	TokenCanary  Name = "token.canary"

	SessionOpened    Name = "session.opened"
	SessionRejected  Name = "session.rejected"
	SessionClosed    Name = "session.closed"
	SessionCancelled Name = "session.cancelled"

	StatementAllowed  Name = "statement.allowed"
	StatementDenied   Name = "statement.denied"
	StatementFinished Name = "statement.finished"

	ConfigLoaded  Name = "config.loaded"
	ConfigRefused Name = "config.refused"
	ServerStarted Name = "server.started"
	ServerStopped Name = "server.stopped"

	Checkpoint Name = "audit.checkpoint"
	KeyRotated Name = "key.rotated"

	NodeFenced   Name = "node.fenced"    // it has lost the registry that it shares with others
	NodeCaughtUp Name = "node.caught_up" // it has learned what it had missed
)

// What became of a statement, where it did not simply end.
const (
	OutcomeUnknown = "unknown" // its end could not be seen
	OutcomeSkipped = "skipped" // forwarded, and ignored by the server after an earlier error in the pipeline
)

// SeverityHigh marks what somebody should look at once: a token in the wrong
// hands.
const SeverityHigh = "high"

// Event is one record before it is encoded. Zero fields are left out of the
// line. The log adds seq, cluster and node, and the time where it is zero.
// Neither Write nor Append keeps a reference to anything in it.
type Event struct {
	Event   Name
	Time    time.Time
	Subject *Subject // who, from where, to what; nil for the server's own events

	ID          uint64 // the statement's number in its session; joins allowed and finished
	Statement   []byte // the whole text, as the client sent it
	Secret      bool   // the statement may hold a password: see [Secrets]
	Fingerprint uint64 // of the statement's shape; left out if the text was redacted
	Access      []byte // built by [AppendAccess] and by nothing else
	Rule        string // the rule that decided
	Reason      string // why, in a sentence
	Missing     string // what would have to be granted as well, in the scope language
	Mode        string // "observe" where the upstream forbids nothing
	Would       string // the rule that would have denied, had the mode not been observe

	Rows, Bytes, Statements uint64 // of the statement, or the session's totals
	Duration                time.Duration
	SQLState                string
	Outcome                 string // empty where it was seen; else OutcomeUnknown

	User        string // login name as the client gave it
	Database    string // as the client gave it
	Application string // application_name as the client gave it
	TLS         string // "TLS 1.3"; empty without TLS

	By       string        // who asked for a token, a revocation, a kill
	Scope    string        // what a token may do
	Src      []string      // where a token may be used from
	TTL      time.Duration // a token's life; whole seconds
	Expires  time.Time     // a token's end
	Parent   string        // ID of the token that it is derived from
	Replaces string        // ID of the token that it was put in the place of
	Actor    string        // who acts for a token's subject

	Severity string // SeverityHigh where somebody should look at once

	File    string   // the configuration read
	Changed []string // keys of the configuration that a reload changed
	Version string   // of the server
	PID     int      // of the server

	Checkpoint string // a signed note: see [OpenCheckpoint]
	Lost       uint64 // lines that were missing at the end of the log when the server started
}

// Token names a token without being one: its jti, sub and fam claims.
type Token struct {
	ID  string `json:"id"`
	Sub string `json:"sub"`
	Fam string `json:"fam"`
}

// Origin is what all events of a session have in common.
type Origin struct {
	Session  string
	Token    Token
	Source   netip.AddrPort
	Upstream string
	Protocol string // "postgres" or "mysql"
}

// Subject is an encoded Origin. A session makes one when it opens and another
// when it learns more (its token, its upstream). Immutable, safe to share.
type Subject struct{ json []byte }

// NewSubject encodes o. Fields that are zero are left out.
func NewSubject(o Origin) *Subject {
	return &Subject{json: appendOrigin(nil, &o)}
}
