package postgres

// This file cuts a text into tokens as the server's scanner does (scan.l of
// PostgreSQL 15 to 17, with standard_conforming_strings = on). It knows no
// grammar. The guard, the split into statements and the ledger stand on it, so
// that they see the text independently of the parser.

// tokenKind is the sort of a token.
type tokenKind uint8

const (
	tokenEnd     tokenKind = iota
	tokenWord              // identifier or keyword, unquoted
	tokenQuoted            // "identifier"
	tokenString            // any string, bit string or dollar-quoted literal
	tokenNumber            //
	tokenParam             // $1
	tokenOp                // operator, longest match
	tokenCast              // ::
	tokenPunct             // one of ( ) [ ] , ; . : or := => ..
	tokenUnicode           // U&"…" or U&'…', which UESCAPE may follow
	tokenInvalid           // unterminated, a byte that starts no token
)

// token is a slice of the text. Its end is exclusive.
type token struct {
	kind       tokenKind
	first      byte // the first byte, to tell punctuation apart
	start, end int
}

// scanner walks over a text. The zero value with text set is ready.
type scanner struct {
	text []byte
	pos  int

	comment int // deepest nesting of /* */ seen so far
}

const (
	charSpace uint8 = 1 << iota
	charIdentStart
	charIdent
	charDigit
	charOp
)

// chars classifies bytes as scan.l does: space, ident_start, ident_cont,
// digit, op_chars.
var chars = func() (t [256]uint8) {
	for _, c := range []byte(" \t\n\r\f\v") {
		t[c] |= charSpace
	}
	for c := 0; c < 256; c++ {
		letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c >= 0x80
		digit := c >= '0' && c <= '9'
		if letter {
			t[c] |= charIdentStart
		}
		if letter || digit || c == '$' {
			t[c] |= charIdent
		}
		if digit {
			t[c] |= charDigit
		}
	}
	for _, c := range []byte("~!@#^&|`?+-*/%<>=") {
		t[c] |= charOp
	}
	return t
}()

// at returns the byte at i, or 0 behind the end (NUL never occurs: the guard
// refuses it).
func (s *scanner) at(i int) byte {
	if i < len(s.text) {
		return s.text[i]
	}
	return 0
}

// next returns the next token. After tokenEnd or tokenInvalid there is none.
func (s *scanner) next() token {
	if !s.skipSpace() {
		return s.invalid(s.pos)
	}
	start := s.pos
	if start >= len(s.text) {
		return token{kind: tokenEnd, start: start, end: start}
	}
	c := s.text[start]
	switch class := chars[c]; {
	case class&charIdentStart != 0:
		return s.word(start, c)
	case class&charDigit != 0:
		return s.number(start)
	case class&charOp != 0:
		return s.operator(start)
	}
	switch c {
	case '\'':
		return s.quote(start, start, false)
	case '"':
		return s.identifier(start, start)
	case '$':
		return s.dollar(start)
	case '.':
		return s.dot(start)
	case ':':
		return s.colon(start)
	case '(', ')', '[', ']', ',', ';':
		return s.emit(tokenPunct, start, start+1)
	}
	return s.invalid(start)
}

func (s *scanner) emit(kind tokenKind, start, end int) token {
	s.pos = end
	return token{kind: kind, first: s.text[start], start: start, end: end}
}

func (s *scanner) invalid(start int) token {
	s.pos = len(s.text)
	return token{kind: tokenInvalid, start: start, end: len(s.text)}
}

// skipSpace passes white space and comments. It is false if a comment does not
// end.
func (s *scanner) skipSpace() bool {
	for s.pos < len(s.text) {
		c := s.text[s.pos]
		switch {
		case chars[c]&charSpace != 0:
			s.pos++
		case c == '-' && s.at(s.pos+1) == '-':
			s.lineComment()
		case c == '/' && s.at(s.pos+1) == '*':
			if !s.blockComment() {
				return false
			}
		default:
			return true
		}
	}
	return true
}

func (s *scanner) lineComment() {
	for s.pos < len(s.text) && s.text[s.pos] != '\n' && s.text[s.pos] != '\r' {
		s.pos++
	}
}

func (s *scanner) blockComment() bool {
	depth := 0
	for s.pos < len(s.text) {
		switch c := s.text[s.pos]; {
		case c == '/' && s.at(s.pos+1) == '*':
			depth++
			s.comment = max(s.comment, depth)
			s.pos += 2
		case c == '*' && s.at(s.pos+1) == '/':
			depth--
			s.pos += 2
			if depth == 0 {
				return true
			}
		default:
			s.pos++
		}
	}
	return false
}

// word scans an identifier, or the literal that a prefix letter begins.
func (s *scanner) word(start int, c byte) token {
	switch c {
	case 'e', 'E':
		if s.at(start+1) == '\'' {
			return s.quote(start, start+1, true)
		}
	case 'b', 'B', 'x', 'X', 'n', 'N':
		if s.at(start+1) == '\'' {
			return s.quote(start, start+1, false)
		}
	case 'u', 'U':
		if s.at(start+1) == '&' {
			switch s.at(start + 2) {
			case '\'':
				return unicode(s.quote(start, start+2, false))
			case '"':
				return unicode(s.identifier(start, start+2))
			}
		}
	}
	i := start + 1
	for i < len(s.text) && chars[s.text[i]]&charIdent != 0 {
		i++
	}
	return s.emit(tokenWord, start, i)
}

// unicode marks a token whose escapes stand for characters.
func unicode(t token) token {
	if t.kind != tokenInvalid {
		t.kind = tokenUnicode
	}
	return t
}

// quote scans a string literal whose opening quote is at open. Literals that
// are only separated by white space with a newline are one (quotecontinue).
func (s *scanner) quote(start, open int, backslash bool) token {
	i := open
	for {
		i = s.closingQuote(i+1, backslash)
		if i < 0 {
			return s.invalid(start)
		}
		next := s.continued(i)
		if next < 0 {
			return s.emit(tokenString, start, i)
		}
		i = next
	}
}

// closingQuote returns the position behind the quote that ends a literal.
func (s *scanner) closingQuote(i int, backslash bool) int {
	for i < len(s.text) {
		switch c := s.text[i]; {
		case c == '\\' && backslash:
			i += 2
		case c != '\'':
			i++
		case s.at(i+1) == '\'':
			i += 2
		default:
			return i + 1
		}
	}
	return -1
}

// continued returns the position of the quote that continues a literal which
// ended before i, or -1: white space and line comments with at least one
// newline before them.
func (s *scanner) continued(i int) int {
	newline := false
	for i < len(s.text) {
		switch c := s.text[i]; {
		case c == '\n' || c == '\r':
			newline = true
			i++
		case chars[c]&charSpace != 0:
			i++
		case c == '-' && s.at(i+1) == '-':
			for i < len(s.text) && s.text[i] != '\n' && s.text[i] != '\r' {
				i++
			}
			if i == len(s.text) {
				return -1
			}
		case c == '\'' && newline:
			return i
		default:
			return -1
		}
	}
	return -1
}

// identifier scans a name in quotes, of which the first is at open.
func (s *scanner) identifier(start, open int) token {
	for i := open + 1; i < len(s.text); i++ {
		if s.text[i] != '"' {
			continue
		}
		if s.at(i+1) == '"' {
			i++
			continue
		}
		if i == open+1 {
			return s.invalid(start) // zero-length identifier
		}
		return s.emit(tokenQuoted, start, i+1)
	}
	return s.invalid(start)
}

// dollar scans a parameter or a dollar-quoted string.
func (s *scanner) dollar(start int) token {
	i := start + 1
	if chars[s.at(i)]&charDigit != 0 {
		for chars[s.at(i)]&charDigit != 0 {
			i++
		}
		return s.emit(tokenParam, start, i)
	}
	for chars[s.at(i)]&(charIdentStart|charDigit) != 0 {
		i++
	}
	if s.at(i) != '$' {
		return s.invalid(start)
	}
	tag := s.text[start : i+1]
	for i++; i+len(tag) <= len(s.text); i++ {
		if s.text[i] == '$' && string(s.text[i:i+len(tag)]) == string(tag) {
			return s.emit(tokenString, start, i+len(tag))
		}
	}
	return s.invalid(start)
}

func (s *scanner) dot(start int) token {
	switch {
	case chars[s.at(start+1)]&charDigit != 0:
		return s.number(start)
	case s.at(start+1) == '.':
		return s.emit(tokenInvalid, start, start+2)
	}
	return s.emit(tokenPunct, start, start+1)
}

func (s *scanner) colon(start int) token {
	switch s.at(start + 1) {
	case ':':
		return s.emit(tokenCast, start, start+2)
	case '=':
		return s.emit(tokenOp, start, start+2)
	}
	return s.emit(tokenPunct, start, start+1)
}

// number scans a numeric literal: digits with underscores, a fraction, an
// exponent, or 0x, 0o, 0b. What follows directly and is no part of a number is
// junk to the server (since 15) and therefore swallowed here: the parser
// refuses it.
func (s *scanner) number(start int) token {
	i := start
	dot := false
	for i < len(s.text) {
		c := s.text[i]
		switch {
		case c == '.':
			if dot || s.at(i+1) == '.' {
				return s.emit(tokenNumber, start, i)
			}
			dot = true
			i++
		case (c == '+' || c == '-') && (s.text[i-1]|0x20) == 'e' && i > start && chars[s.at(i+1)]&charDigit != 0 && !s.hex(start):
			i++
		case chars[c]&(charIdent) != 0 && c != '$':
			i++
		default:
			return s.emit(tokenNumber, start, i)
		}
	}
	return s.emit(tokenNumber, start, i)
}

func (s *scanner) hex(start int) bool {
	return s.text[start] == '0' && s.at(start+1)|0x20 == 'x'
}

// operator scans the longest operator, ended by the start of a comment; a
// trailing + or - belongs to it only if it holds one of ~ ! @ # ^ & | ` ? %.
func (s *scanner) operator(start int) token {
	i := start
	special := false
	for i < len(s.text) && chars[s.text[i]]&charOp != 0 {
		c := s.text[i]
		if n := s.at(i + 1); i > start && (c == '/' && n == '*' || c == '-' && n == '-') {
			break
		}
		switch c {
		case '~', '!', '@', '#', '^', '&', '|', '`', '?', '%':
			special = true
		}
		i++
	}
	for i > start+1 && !special && (s.text[i-1] == '+' || s.text[i-1] == '-') {
		i--
	}
	return s.emit(tokenOp, start, i)
}
