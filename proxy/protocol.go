package proxy

import (
	"context"
	"crypto/tls"
	"net"
	"net/netip"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/internal/wire"
	"github.com/sallyport-db/sallyport/token"
)

// Protocol translates one wire. It imports neither token, policy nor audit:
// it cannot decide, and what it frames reaches the upstream only through the
// Gate.
type Protocol interface {
	Name() string

	// Login talks to a fresh client until it has been admitted through the
	// door and has an upstream connection of its own. It returns nil and no
	// error for a connection that was no session (a cancel request). Every
	// refusal has been sent to the client when it returns.
	Login(ctx context.Context, conn net.Conn, door *Door) (*Link, error)
}

// Credential is what a client has shown of itself.
type Credential struct {
	User, Database, Application string
	Secret                      string // the token
	TLS                         string // version, empty without TLS

	certificate string // x5t#S256 of the client's certificate, or empty
	spiffe      string // its SPIFFE ID, if a CA that we know vouches for it
}

// Secured notes what the client has shown of itself in TLS.
func (c *Credential) Secured(state *tls.ConnectionState) {
	c.TLS = tls.VersionName(state.Version)
	if len(state.PeerCertificates) == 0 {
		return
	}
	c.certificate = token.Thumbprint(state.PeerCertificates[0].Raw)
	if len(state.VerifiedChains) > 0 {
		c.spiffe = token.SPIFFE(state.PeerCertificates[0])
	}
}

// Link is an admitted session's two connections and their translation. The
// relay owns it.
type Link struct {
	Client, Upstream *wire.Conn
	Mind             analyze.Mind
	Requests         Requests
	Replies          Replies

	// Cancel asks the upstream to stop the running statement.
	Cancel func(context.Context) error

	// Kill asks the upstream to end the session with all that it was sent and
	// has not begun. Where there is no such thing it is nil, and Cancel must do.
	Kill func(context.Context) error

	// Release is called once when the session is over.
	Release func()
}

// Requests frames what a client sends. Only the goroutine of requests calls it.
type Requests interface {
	// Next frames the message at the start of buf. A Frame with Need says that
	// more bytes must be there first. An error is a breach of the protocol and
	// ends the session; it is a *Refusal where the client is to be told.
	Next(buf []byte) (Frame, error)

	// StandIn appends the request that must fail in the place of a refused
	// one. allowed is the part of the request's text that was judged allowed
	// before the refused statement, and runs first.
	StandIn(dst []byte, f *Frame, allowed []byte) []byte

	// Flush appends a message that makes the server answer what it has been
	// sent so far.
	Flush(dst []byte) []byte

	// Aside appends queries of the session's mind, so that nothing of what the
	// client has made is touched. ends says that they end with a segment of
	// their own; else they stand inside one of the client's, and what the
	// server answers must come at once.
	Aside(dst []byte, queries []string, ends bool) []byte
}

// Act is what the relay does with a Frame. The zero Act is refused.
type Act uint8

// The acts.
const (
	ActRefuse  Act = iota // ends the session
	ActAsk                // the gate judges Request
	ActForward            // carries nothing to judge (Sync, Flush)
	ActData               // copy data: only while a COPY is open
	ActDataEnd            // ends copy data
	ActQuit               // the client says goodbye
)

// Frame is one message of the client.
type Frame struct {
	Need    int // bytes that must be in the buffer before it can be framed
	Len     int // bytes at the start of the buffer that belong to it
	Rest    int // bytes of it that are still to come and pass unseen
	Act     Act
	Owed    byte // kind of Pending entry, 0 for none
	Ends    bool // ends a segment
	Alone   bool // may not share a segment with what is open (simple query)
	Ignored bool // the server ignores it while a COPY is open
	Request analyze.Request
	Refusal *Refusal // set with ActAsk to refuse what cannot be asked about
	Unread  bool     // set for StandIn if the text did not parse

	// Instead is what the proxy does itself once the intent is recorded: the
	// bytes that are forwarded ask the server for the answer alone. An error
	// ends the session.
	Instead func() error
}

// Replies reads what the upstream sends. Only the goroutine of replies calls it.
type Replies interface {
	// Consume takes whole messages from buf, settles what is owed through r,
	// and hands what the client shall see to r.Pass and r.Say. It returns how
	// many bytes it took.
	Consume(buf []byte, r *Returns) (int, error)

	// Boundary says that nothing of a message is still to come.
	Boundary() bool

	// Notice appends a message that tells the client something and answers
	// nothing; nothing where the protocol has none.
	Notice(dst []byte, text string) []byte

	// Fatal appends the message that ends a session.
	Fatal(dst []byte, r *Refusal) []byte
}

// Peer is where a client is.
type Peer = netip.AddrPort
