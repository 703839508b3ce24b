package postgres

// span is a statement's place in the text, without its semicolon.
type span struct {
	start, end int
	tokens     []token
}

// tokenize returns the tokens of a text that passed the guard.
func tokenize(text []byte) []token {
	s := scanner{text: text}
	tokens := make([]token, 0, len(text)/5+4)
	for {
		t := s.next()
		if t.kind == tokenEnd || t.kind == tokenInvalid {
			return tokens
		}
		tokens = append(tokens, t)
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
