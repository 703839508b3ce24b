package postgres

import "bytes"

// The parser is another one than the server's and does not read every spelling
// as the server does. A spelling that it is known to lose is written otherwise
// in a copy of the text, before anything else looks at it: in the same place,
// and of the same length, so that positions hold. The copy is parsed and
// judged; what goes to the server is the client's text, byte for byte.
//
// Each spelling must mean to the server exactly what its replacement means, or
// be an error there. What cannot be shown to is left as it is, for the ledger
// to refuse.

// spelling is a text as it is parsed.
type spelling struct {
	lexed      // the client's, until something was written otherwise
	own   bool // the text is a copy

	// joined holds the names that stand for two: database and schema.
	joined map[string][2]string
}

// spell writes a text that passed the guard in the parser's spelling. It is
// false if an escape in it means nothing to the server either; pos is where.
func spell(text []byte, tokens []token, database string) (s *spelling, pos int, ok bool) {
	s = &spelling{lexed: lexed{text, tokens}}
	if pos, ok = s.unescape(); !ok {
		return s, pos, false
	}
	s.joinNames(database)
	s.openBrackets()
	return s, 0, true
}

// write puts plain in the place of the bytes from start to end, behind lead
// blanks and with blanks for the rest.
func (s *spelling) write(start, end, lead int, plain []byte) {
	if !s.own {
		s.text, s.own = bytes.Clone(s.text), true
	}
	place := s.text[start:end]
	n := copy(place[lead:], plain)
	for i := range place {
		if i < lead || i >= lead+n {
			place[i] = ' '
		}
	}
}

// spans are the statements of the text, as split found them in the client's:
// where they begin and end is the client's, the tokens are the copy's.
func (s *spelling) spans(client []span) ([]span, bool) {
	if !s.own {
		return client, true
	}
	spans := split(s.tokens)
	if len(spans) != len(client) {
		return nil, false
	}
	for i := range spans {
		spans[i].start, spans[i].end = client[i].start, client[i].end
	}
	return spans, true
}
