package postgres

import (
	"strconv"
	"unicode/utf8"

	"github.com/sallyport-db/sallyport/proxy"
)

// A text that our parser does not read may be wrong, or right in a way that the
// parser does not know. The server can tell without looking at more than the
// grammar: it takes no two statements in one Parse, and says so when it has
// parsed them and before it has analysed either (exec_parse_message,
// postgres.c). Nothing is resolved, evaluated or run.

// standInPrefix makes two statements of one. It stands in front, so that the
// end of the client's text is the end.
const standInPrefix = standInText + ";"

// askGrammar replaces a Query or a Parse by a Parse that cannot succeed.
func (q *requests) askGrammar(dst []byte, f *proxy.Frame) []byte {
	name := ""
	if f.Owed == owedParse {
		name = string(f.Request.Statement)
	}
	dst = appendMessage(dst, 'P', name, standInPrefix+string(f.Request.Text), "\x00")
	if f.Owed == owedQuery {
		dst = append(dst, 'S', 0, 0, 0, 4)
	}
	return dst
}

// grammarAnswer takes the whole error that answers such a Parse, and returns
// what the client is told: the server's own word if it is about the client's
// text, with the position that it has there, or else the refusal. A syntax
// error has a position; "cannot insert multiple commands" has none.
func grammarAnswer(body []byte, own *proxy.Refusal) (out []byte, code string) {
	out = []byte{'E', 0, 0, 0, 0}
	theirs := true
	for len(body) > 1 {
		value, rest, ok := cstring(body[1:])
		if !ok {
			theirs = false
			break
		}
		field, text := body[0], string(value)
		switch field {
		case 'C':
			code = text
			theirs = theirs && code != syntaxError
		case 'P':
			n, err := strconv.Atoi(text)
			n -= utf8.RuneCountInString(standInPrefix)
			theirs = err == nil && n > 0
			text = strconv.Itoa(n)
		}
		out, body = appendField(out, field, text), rest
	}
	if !theirs {
		denied := *own
		denied.Code, denied.Position = proxy.CodeDenied, -1
		denied.Message = "permission denied: " + own.Message
		return appendError(nil, "ERROR", &denied), sqlstate(&denied)
	}
	out = append(out, 0)
	return setLength(out, 0), code
}

const syntaxError = "42601"
