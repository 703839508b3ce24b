package postgres

import (
	"fmt"

	"github.com/sallyport-db/sallyport/policy"
)

// unparsed is the fault of a statement that the parser does not read. The
// parser says how far it had got: the token before that place is the one that
// does not fit, as in the server's own message.
func unparsed(err error, text []byte, sp span) *policy.Fault {
	at := 0
	if n, _ := fmt.Sscanf(err.Error(), "parse error at position %d:", &at); n != 1 {
		return unread(sp.start, "the statement does not parse: %.200s", err.Error())
	}
	if at > sp.end-sp.start { // it had read the blank behind the text: see parse
		return unread(sp.end, "the statement does not parse: syntax error at end of input")
	}
	for i := len(sp.tokens) - 1; i >= 0; i-- {
		t := sp.tokens[i]
		if t.start >= sp.start+at {
			continue
		}
		switch word := text[t.start:t.end]; {
		case t.kind == tokenWord && len(word) < 64, t.kind == tokenPunct, t.kind == tokenOp, t.kind == tokenCast:
			return unread(t.start, "the statement does not parse: syntax error at or near %q", word)
		}
		return unread(t.start, "the statement does not parse: syntax error at or near a value") // which may be a password
	}
	return unread(sp.start, "the statement does not parse: syntax error")
}
