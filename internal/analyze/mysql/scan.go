package mysql

import "github.com/sallyport-db/sallyport/policy"

// tokenKind is what the scanner tells apart.
type tokenKind uint8

const (
	tokenPunct  tokenKind = iota
	tokenWord             // a bare word: keyword or name
	tokenQuoted           // a name in backticks
	tokenString           // a string in quotes
	tokenNumber
	tokenVariable // @name, @@name
	tokenComment
)

type token struct {
	kind       tokenKind
	start, end int
}

// scanner splits a text as the server's lexer does (sql_lex.cc, lex_one_token),
// in the modes that are let be: a backslash escapes, a double quote is a
// string. Where that could be otherwise the text is refused.
type scanner struct {
	text []byte
	mode Mode
	out  []token
}

// Mode is what of sql_mode, and of the client's character set, decides how a
// text is read.
type Mode struct {
	ANSIQuotes  bool // a double quote is a name's
	NoBackslash bool // a backslash is a character
	OtherBytes  bool // it is not in UTF-8: outside ASCII the bytes of a name are those of another one in the catalogue
}

// scan splits a text. A fault says what cannot be told.
func scan(text []byte, mode Mode) ([]token, *policy.Fault) {
	s := &scanner{text: text, mode: mode, out: make([]token, 0, len(text)/4+4)}
	for at := 0; at < len(text); {
		next, f := s.token(at)
		if f != nil {
			return nil, f
		}
		at = next
	}
	return s.out, nil
}

func (s *scanner) add(kind tokenKind, start, end int) (int, *policy.Fault) {
	if s.mode.OtherBytes && kind != tokenString && kind != tokenComment && !ascii(string(s.text[start:end])) {
		return 0, notUnderstood(start, "a name outside ASCII in a text that is not in UTF-8: SET NAMES utf8mb4")
	}
	s.out = append(s.out, token{kind, start, end})
	return end, nil
}

func (s *scanner) token(at int) (int, *policy.Fault) {
	c := s.text[at]
	switch {
	case c == 0:
		return 0, notUnderstood(at, "a zero byte in the text")
	case c == ' ' || c >= '\t' && c <= '\r':
		return at + 1, nil
	case c == '\'':
		return s.quoted(at, tokenString)
	case c == '"':
		if s.mode.ANSIQuotes {
			return 0, notUnderstood(at, "double quotes under sql_mode ANSI_QUOTES: write names in backticks and strings in single quotes")
		}
		return s.quoted(at, tokenString)
	case c == '`':
		return s.quoted(at, tokenQuoted)
	case c == '#', c == '-' && s.dashes(at):
		end := at
		for end < len(s.text) && s.text[end] != '\n' {
			end++
		}
		return s.add(tokenComment, at, end)
	case c == '/' && s.at(at+1) == '*':
		return s.comment(at)
	case c == '@':
		return s.variable(at)
	case wordByte(c):
		return s.word(at)
	case c == '.' && digit(s.at(at+1)) && !s.behindName(at):
		return s.number(at)
	}
	return s.add(tokenPunct, at, at+1)
}

// at is the byte there, or 0 behind the end.
func (s *scanner) at(i int) byte {
	if i < len(s.text) {
		return s.text[i]
	}
	return 0
}

// dashes reports whether "--" begins a comment: white space or a control
// character must follow.
func (s *scanner) dashes(at int) bool {
	if s.at(at+1) != '-' {
		return false
	}
	return at+2 >= len(s.text) || s.text[at+2] <= ' '
}

// quoted takes a string or a quoted name; a doubled quote stands for one.
func (s *scanner) quoted(at int, kind tokenKind) (int, *policy.Fault) {
	q := s.text[at]
	for i := at + 1; i < len(s.text); i++ {
		switch {
		case s.text[i] == '\\' && kind == tokenString:
			if s.mode.NoBackslash {
				return 0, notUnderstood(i, "a backslash in a string under sql_mode NO_BACKSLASH_ESCAPES")
			}
			i++
		case s.text[i] == q && s.at(i+1) == q:
			i++
		case s.text[i] == q:
			return s.add(kind, at, i+1)
		}
	}
	return 0, notUnderstood(at, "a quote that is not closed")
}

// comment takes /* … */. Conditional ones have been resolved before.
func (s *scanner) comment(at int) (int, *policy.Fault) {
	if c := s.at(at + 2); c == '!' || c == 'M' && s.at(at+3) == '!' {
		return 0, notUnderstood(at, "a conditional comment")
	}
	for i := at + 2; i+1 < len(s.text); i++ {
		if s.text[i] == '*' && s.text[i+1] == '/' {
			return s.add(tokenComment, at, i+2)
		}
	}
	return 0, notUnderstood(at, "a comment that is not closed")
}

// variable takes @name, @'name', @`name` and @@name.
func (s *scanner) variable(at int) (int, *policy.Fault) {
	i := at + 1
	if s.at(i) == '@' {
		i++
	}
	switch c := s.at(i); {
	case c == '\'' || c == '"' || c == '`':
		kind := tokenString
		if c == '`' {
			kind = tokenQuoted
		}
		before := len(s.out)
		end, f := s.quoted(i, kind)
		s.out = s.out[:before]
		if f != nil {
			return 0, f
		}
		return s.add(tokenVariable, at, end)
	case !wordByte(c) && c != '.':
		return 0, notUnderstood(at, "a variable without a name")
	}
	for i < len(s.text) && (wordByte(s.text[i]) || s.text[i] == '.') {
		i++
	}
	return s.add(tokenVariable, at, i)
}

// word takes a bare word, or a number. A word that begins with a digit and is
// no number is a name to the server; whether to the parser is not certain, so
// it is refused.
func (s *scanner) word(at int) (int, *policy.Fault) {
	if digit(s.text[at]) && !s.behindName(at) {
		return s.number(at)
	}
	end := at
	for end < len(s.text) && wordByte(s.text[end]) {
		end++
	}
	if digit(s.text[at]) {
		return 0, notUnderstood(at, "a name that begins with a digit: write it in backticks")
	}
	return s.add(tokenWord, at, end)
}

// behindName reports whether a dot stands before, so that what follows is a
// name whatever it looks like.
func (s *scanner) behindName(at int) bool {
	n := len(s.out)
	if n == 0 {
		return false
	}
	last := s.out[n-1]
	if s.text[at] == '.' {
		return last.end == at && (last.kind == tokenWord || last.kind == tokenQuoted)
	}
	return last.kind == tokenPunct && s.text[last.start] == '.'
}

// number takes digits, a fraction, an exponent; 0x… and 0b….
func (s *scanner) number(at int) (int, *policy.Fault) {
	end, dot := at, false
	for end < len(s.text) {
		c := s.text[end]
		switch {
		case wordByte(c):
		case c == '.' && !dot && end > at || c == '.' && end == at:
			dot = true
		case (c == '+' || c == '-') && (s.text[end-1]|0x20) == 'e' && digit(s.at(end+1)) && !hex(s.text[at:end]):
		default:
			goto done
		}
		end++
	}
done:
	if !numeral(s.text[at:end]) {
		return 0, notUnderstood(at, "a word that begins with a digit")
	}
	return s.add(tokenNumber, at, end)
}

func hex(b []byte) bool { return len(b) > 1 && b[0] == '0' && (b[1] == 'x' || b[1] == 'b') }

// numeral reports whether b is one of the forms of numbers that every reader
// takes alike.
func numeral(b []byte) bool {
	if hex(b) {
		for _, c := range b[2:] {
			low := c | 0x20
			if !(digit(c) && (b[1] == 'x' || c < '2') || b[1] == 'x' && low >= 'a' && low <= 'f') {
				return false
			}
		}
		return len(b) > 2
	}
	i, digits := 0, 0
	for ; i < len(b) && (digit(b[i]) || b[i] == '.'); i++ {
		if b[i] != '.' {
			digits++
		}
	}
	if digits == 0 {
		return false
	}
	if i < len(b) && b[i]|0x20 == 'e' {
		i++
		if i < len(b) && (b[i] == '+' || b[i] == '-') {
			i++
		}
		start := i
		for i < len(b) && digit(b[i]) {
			i++
		}
		if i == start {
			return false
		}
	}
	return i == len(b)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

func wordByte(c byte) bool {
	return digit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c == '$' || c >= 0x80
}
