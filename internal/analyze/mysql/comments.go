package mysql

import (
	"bytes"

	"github.com/sallyport-db/sallyport/policy"
)

// resolve brings a text into the form in which it is judged and sent: comments
// that the server would run are laid open, and those that it would skip are
// blanked, by the server's flavour and version. It changes the bytes in place
// and never their number, so that what was judged is what is sent. A fault says
// what cannot be resolved for certain.
func resolve(text []byte, mariadb bool, number int, mode Mode) *policy.Fault {
	if bytes.IndexByte(text, '!') < 0 {
		return nil
	}
	open := false // inside a comment that is run
	for at := 0; at < len(text); {
		switch c := text[at]; {
		case c == '\'' || c == '`' || c == '"' && !mode.ANSIQuotes:
			s := scanner{text: text, mode: mode}
			kind := tokenString
			if c == '`' {
				kind = tokenQuoted
			}
			end, f := s.quoted(at, kind)
			if f != nil {
				return f
			}
			at = end
		case c == '#', c == '-' && (&scanner{text: text}).dashes(at):
			if open {
				return notUnderstood(at, "a comment inside a conditional comment")
			}
			for at < len(text) && text[at] != '\n' {
				at++
			}
		case open && c == '*' && at+1 < len(text) && text[at+1] == '/':
			text[at], text[at+1], open = ' ', ' ', false
			at += 2
		case c == '/' && at+1 < len(text) && text[at+1] == '*':
			if open {
				return notUnderstood(at, "a comment inside a conditional comment")
			}
			end, runs, f := conditional(text, at, mariadb, number)
			if f != nil {
				return f
			}
			at, open = end, runs
		default:
			at++
		}
	}
	if open {
		return notUnderstood(len(text), "a conditional comment that is not closed")
	}
	return nil
}

// conditional deals with a comment that begins at at. It returns where to go
// on, and whether that is inside of it.
//
// The server runs what stands in /*!NNNNN …*/ from its version NNNNN (five or
// six digits) on; MariaDB leaves out 50700 to 50999, which are MySQL's, except
// in /*M!…*/, which is its own (sql_lex.cc, lex_one_token).
func conditional(text []byte, at int, mariadb bool, number int) (next int, runs bool, f *policy.Fault) {
	i, own := at+2, false
	if i < len(text) && text[i] == 'M' {
		i, own = i+1, true
	}
	if i >= len(text) || text[i] != '!' || own && !mariadb {
		end := bytes.Index(text[at+2:], []byte("*/"))
		if end < 0 {
			return 0, false, notUnderstood(at, "a comment that is not closed")
		}
		return at + 2 + end + 2, false, nil
	}
	i++
	version, digits := 0, i
	for i < len(text) && digit(text[i]) && i-digits < 7 {
		version = version*10 + int(text[i]-'0')
		i++
	}
	if n := i - digits; n != 0 && n != 5 && n != 6 || n != 0 && i < len(text) && wordByte(text[i]) {
		return 0, false, notUnderstood(at, "a conditional comment whose version cannot be read for certain")
	}
	skipped := version > number || mariadb && !own && version >= 50700 && version <= 50999
	if !skipped {
		blank(text[at:i])
		return i, true, nil
	}
	end := bytes.Index(text[i:], []byte("*/"))
	if end < 0 || bytes.Contains(text[i:i+end], []byte("/*")) {
		return 0, false, notUnderstood(at, "a conditional comment whose end cannot be told for certain")
	}
	blank(text[at : i+end+2])
	return i + end + 2, false, nil
}

func blank(b []byte) {
	for i := range b {
		if b[i] != '\n' {
			b[i] = ' '
		}
	}
}
