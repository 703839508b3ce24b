package postgres

import (
	"bytes"
	"unicode/utf16"
	"unicode/utf8"
)

// unescape writes U&"…" and U&'…' without their escapes, UESCAPE included
// (base_yylex and str_udeescape, parser.c). Every escape is longer than the
// character that it stands for, and the prefix leaves room for a blank on
// either side, without which a neighbour's quote would join this one's.
func (s *spelling) unescape() (pos int, ok bool) {
	changed := false
	for i, t := range s.tokens {
		if t.kind != tokenUnicode {
			continue
		}
		quote, escape, end := s.text[t.start+2], byte('\\'), t.end
		if quote == '\'' && i > 0 && (s.tokens[i-1].kind == tokenString || s.tokens[i-1].kind == tokenUnicode) {
			return t.start, false // the plain literals might be continued, as these are not
		}
		if s.isWord(i+1, "uescape") {
			if escape, end, ok = s.escapeChar(i + 2); !ok {
				return t.start, false
			}
		}
		plain, ok := unescape(content(s.text[t.start+2:t.end], quote), escape)
		if !ok {
			return t.start, false
		}
		s.write(t.start, end, 1, requote(plain, quote))
		changed = true
	}
	if changed {
		s.tokens = tokenize(s.text)
	}
	return 0, true
}

// escapeChar reads the literal behind UESCAPE. The server takes any spelling of
// one character; here it is three bytes (check_uescapechar).
func (s *spelling) escapeChar(i int) (c byte, end int, ok bool) {
	if i >= len(s.tokens) || s.tokens[i].kind != tokenString {
		return 0, 0, false
	}
	t := s.tokens[i]
	if t.end-t.start != 3 || t.first != '\'' {
		return 0, 0, false
	}
	c = s.text[t.start+1]
	if _, hex := hexDigit(c); hex || c == '+' || c == '\'' || c == '"' || chars[c]&charSpace != 0 || c >= utf8.RuneSelf {
		return 0, 0, false
	}
	return c, t.end, true
}

// content is what stands between the quotes: doubled ones single, and the
// pieces of a continued literal joined.
func content(b []byte, quote byte) []byte {
	out := make([]byte, 0, len(b))
	s := scanner{text: b}
	for i := 1; ; i++ {
		switch {
		case b[i] != quote:
			out = append(out, b[i])
		case i+1 < len(b) && b[i+1] == quote:
			out = append(out, quote)
			i++
		case i+1 == len(b):
			return out
		default:
			if i = s.continued(i + 1); i < 0 {
				return out
			}
		}
	}
}

func requote(plain []byte, quote byte) []byte {
	q := []byte{quote}
	plain = bytes.ReplaceAll(plain, q, []byte{quote, quote})
	return append(append(q, plain...), quote)
}

// unescape resolves \XXXX, \+XXXXXX and \\ with any escape character. Two
// halves of a surrogate pair make one character.
func unescape(b []byte, escape byte) ([]byte, bool) {
	out := make([]byte, 0, len(b))
	var high rune
	for len(b) > 0 {
		r, n, ok := rune(0), 0, false
		switch {
		case b[0] != escape:
			if high != 0 {
				return nil, false
			}
			out, b = append(out, b[0]), b[1:]
			continue
		case len(b) > 1 && b[1] == escape:
			r, n, ok = rune(escape), 2, true
		case len(b) > 1 && b[1] == '+':
			r, n, ok = hexRune(b, 2, 6)
		default:
			r, n, ok = hexRune(b, 1, 4)
		}
		switch {
		case !ok:
			return nil, false
		case high != 0:
			if r = utf16.DecodeRune(high, r); r == utf8.RuneError {
				return nil, false
			}
			high = 0
		case utf16.IsSurrogate(r):
			high = r
			b = b[n:]
			continue
		}
		if !utf8.ValidRune(r) || r == 0 {
			return nil, false
		}
		out, b = utf8.AppendRune(out, r), b[n:]
	}
	return out, high == 0
}

// hexRune reads the code point of n digits that begins at i, and returns how
// long the whole escape is.
func hexRune(b []byte, i, n int) (rune, int, bool) {
	if len(b) < i+n {
		return 0, 0, false
	}
	r := rune(0)
	for _, c := range b[i : i+n] {
		d, ok := hexDigit(c)
		if !ok {
			return 0, 0, false
		}
		r = r<<4 | d
	}
	return r, i + n, true
}

func hexDigit(c byte) (rune, bool) {
	switch lower := c | 0x20; {
	case c >= '0' && c <= '9':
		return rune(c - '0'), true
	case lower >= 'a' && lower <= 'f':
		return rune(lower-'a') + 10, true
	}
	return 0, false
}
