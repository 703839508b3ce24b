package postgres

import "bytes"

// joiner stands between the two halves of a joined name. It is a letter of
// identifiers that the grammar gives no meaning.
const joiner = '$'

// joinNames makes database.schema.name a name of two parts, the first of which
// stands for two: database$schema.name. The parser keeps the first part of a
// relation's name of three and loses the others. Nothing is lost by joining:
// the walker takes such a name apart again (apart), so that what the three
// parts mean is decided where it is known what is named.
func (s *spelling) joinNames(database string) {
	var joins []int
	for i := range s.tokens {
		if s.isName(i) && s.isPunct(i+1, '.') && s.isName(i+2) && s.isPunct(i+3, '.') && s.isName(i+4) &&
			!s.isPunct(i-1, '.') && !s.isPunct(i+5, '.') && truncate(s.name(i)) == database {
			joins = append(joins, i)
		}
	}
	if len(joins) == 0 {
		return
	}
	taken := make(map[string]bool)
	for i := range s.tokens {
		if s.isName(i) {
			taken[s.name(i)] = true
		}
	}
	s.joined = make(map[string][2]string)
	for _, i := range joins {
		s.join(i, taken)
	}
	s.tokens = tokenize(s.text)
}

// join makes one name of tokens i and i+2, unless the text has that name
// already.
func (s *spelling) join(i int, taken map[string]bool) {
	a, b := s.tokens[i], s.tokens[i+2]
	parts := [2]string{s.name(i), s.name(i + 2)}
	first, second := bytes.Clone(s.text[a.start:a.end]), bytes.Clone(s.text[b.start:b.end])
	quoted := a.kind == tokenQuoted || b.kind == tokenQuoted
	if quoted {
		if a.kind == tokenWord && a.start > 0 && (s.text[a.start-1] == '"' || s.text[a.start-1] == '&') {
			return // the quote put here would belong to what stands before it
		}
		first, second = inner(a.kind, first), inner(b.kind, second)
	}
	fill := b.end - a.start - len(first) - len(second)
	if quoted {
		fill -= 2
	}
	if fill < 1 {
		return
	}
	name := append(append(first, bytes.Repeat([]byte{joiner}, fill)...), second...)
	if quoted {
		name = append(append([]byte{'"'}, name...), '"')
	}
	key := fold(name)
	if quoted {
		key = unquote(name)
	}
	if taken[key] {
		return
	}
	s.joined[key] = parts
	s.write(a.start, b.end, 0, name)
}

// inner is what stands between the quotes, had the name been written in them.
func inner(kind tokenKind, b []byte) []byte {
	if kind == tokenQuoted {
		return b[1 : len(b)-1]
	}
	return []byte(fold(b))
}
