package postgres

import (
	"bytes"
	"iter"
)

// span is a statement's place in the text, without its semicolon.
type span struct {
	start, end int
	tokens     []token
}

// lexed is a text and its tokens. Questions about tokens that are not there
// have the answer no.
type lexed struct {
	text   []byte
	tokens []token
}

// isPunct reports whether token i is that punctuation.
func (l *lexed) isPunct(i int, c byte) bool {
	return i >= 0 && i < len(l.tokens) && l.tokens[i].kind == tokenPunct && l.tokens[i].first == c
}

// isWord reports whether token i is one of the words, unquoted.
func (l *lexed) isWord(i int, words ...string) bool {
	if i < 0 || i >= len(l.tokens) || l.tokens[i].kind != tokenWord {
		return false
	}
	t := l.tokens[i]
	for _, w := range words {
		if len(w) == t.end-t.start && bytes.EqualFold(l.text[t.start:t.end], []byte(w)) {
			return true
		}
	}
	return false
}

// isName reports whether token i is written as an identifier or a keyword.
func (l *lexed) isName(i int) bool {
	return i >= 0 && i < len(l.tokens) && (l.tokens[i].kind == tokenWord || l.tokens[i].kind == tokenQuoted)
}

// name is the identifier that token i writes.
func (l *lexed) name(i int) string {
	t := l.tokens[i]
	if t.kind == tokenQuoted {
		return unquote(l.text[t.start:t.end])
	}
	return fold(l.text[t.start:t.end])
}

// mentions reports whether one of the words is there, unquoted.
func (l *lexed) mentions(words ...string) bool {
	for i := range l.tokens {
		if l.isWord(i, words...) {
			return true
		}
	}
	return false
}

// tokenize returns the tokens of a text that passed the guard. A long text is
// scanned twice: growing the list would cost several times the scan.
func tokenize(text []byte) []token {
	room := len(text)/5 + 4
	if len(text) > 4<<10 {
		room = 0
		for range scan(text) {
			room++
		}
	}
	tokens := make([]token, 0, room)
	for t := range scan(text) {
		tokens = append(tokens, t)
	}
	return tokens
}

// scan yields the tokens of a text up to its end, or to what is none.
func scan(text []byte) iter.Seq[token] {
	return func(yield func(token) bool) {
		s := scanner{text: text}
		for {
			t := s.next()
			if t.kind == tokenEnd || t.kind == tokenInvalid || !yield(t) {
				return
			}
		}
	}
}

// split cuts a text at the semicolons outside brackets. Empty statements are
// left out, as the server leaves them out. The body of BEGIN ATOMIC falls
// apart here and therefore does not parse: such a text is refused.
func split(tokens []token) []span {
	var out []span
	depth, first := 0, 0
	flush := func(i int) {
		if i > first {
			part := tokens[first:i]
			out = append(out, span{part[0].start, part[len(part)-1].end, part})
		}
		first = i + 1
	}
	for i, t := range tokens {
		if t.kind != tokenPunct {
			continue
		}
		switch t.first {
		case '(', '[':
			depth++
		case ')', ']':
			depth--
		case ';':
			if depth <= 0 {
				flush(i)
			}
		}
	}
	flush(len(tokens))
	return out
}
