package postgres

import "github.com/sallyport-db/sallyport/proxy"

// standInText always fails in parse analysis with 42703 (undefined_column),
// or, in a failed transaction, with the server's own 25P02.
const (
	standInName  = "sallyport_refused"
	standInText  = "SELECT " + standInName
	standInState = "42703"
)

// StandIn implements proxy.Requests. A Query is replaced by a Query and a
// Parse by a Parse of the same name, so that the unnamed statement is dropped
// as it would be; anything else by a Parse under a name of the session's own.
func (q *requests) StandIn(dst []byte, f *proxy.Frame, allowed []byte) []byte {
	if f.Unread {
		return q.askGrammar(dst, f)
	}
	if f.Owed == owedQuery {
		text := standInText
		if len(allowed) > 0 {
			// A comment at its end must not swallow what follows.
			text = string(allowed) + "\n;" + standInText
		}
		return appendMessage(dst, 'Q', text)
	}
	name := q.missing
	if f.Owed == owedParse && f.Refusal == nil {
		name = string(f.Request.Statement)
	}
	return appendMessage(dst, 'P', name, standInText, "\x00") // no parameter types
}

// Flush implements proxy.Requests.
func (q *requests) Flush(dst []byte) []byte { return append(dst, 'H', 0, 0, 0, 4) }
