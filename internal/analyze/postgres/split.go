package postgres

import "iter"

// span is a statement's place in the text, without its semicolon.
type span struct {
	start, end int
	tokens     []token
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
