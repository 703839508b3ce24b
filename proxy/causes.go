package proxy

import (
	"errors"
	"io"
	"net"
	"time"
)

// errFatal says that the server has told the client itself that it ends the
// session.
var errFatal = errors.New("ended by the database")

// EndedByServer is returned by Replies.Consume after a message with which the
// server ended the session was handed on.
func EndedByServer() error { return errFatal }

// Expired is the cause of a session whose token's life is over.
func Expired() *Refusal {
	return refuse(CodeExpired, "terminating connection because its token has expired")
}

// Revoked is the cause of a session whose token was revoked.
func Revoked() *Refusal {
	return refuse(CodeRevoked, "terminating connection because its token was revoked")
}

// Fenced refuses everything on a node that cannot vouch that no revocation has
// passed it by.
func Fenced() *Refusal {
	return refuse(CodeFenced, "the proxy has lost contact with its registry and runs nothing until it has caught up: try again, or another node")
}

// Killed is the cause of a session that an operator ended.
func Killed() *Refusal {
	return refuse(CodeKilled, "terminating connection due to administrator command")
}

// ShuttingDown is the cause of every session when the proxy stops.
func ShuttingDown() *Refusal {
	return refuse(CodeShutdown, "terminating connection because the proxy is shutting down")
}

// Astray is the cause of a session that has strayed from what can be judged,
// once the configuration does not let everything pass any more.
func Astray() *Refusal {
	return refuse(CodeNarrowed, "terminating connection because the proxy's configuration has become stricter: connect again")
}

// Broken is a breach of the protocol by either side.
func Broken(format string, args ...any) *Refusal { return refuse(CodeProtocol, format, args...) }

// Denied is a refusal that a protocol makes on its own.
func Refuse(code Code, format string, args ...any) *Refusal { return refuse(code, format, args...) }

// isEnd says that a refusal ends the session rather than one statement.
func isEnd(r *Refusal) bool {
	switch r.Code {
	case CodeExpired, CodeRevoked, CodeLimit, CodeKilled, CodeShutdown, CodeNarrowed, CodeProtocol, CodeInternal, CodeUpstreamClosed:
		return true
	}
	return false
}

// LastWord sends m to a client that is not let in and closes the connection so
// that it arrives: closing with unread bytes would reset it.
func LastWord(c net.Conn, m []byte) {
	_ = c.SetDeadline(time.Now().Add(goodbyeWithin))
	if _, err := c.Write(m); err != nil {
		return
	}
	if h, ok := c.(interface{ CloseWrite() error }); ok && h.CloseWrite() == nil {
		_ = c.SetReadDeadline(time.Now().Add(lingerWithin))
		_, _ = io.CopyN(io.Discard, c, 64<<10)
	}
	_ = c.Close()
}
