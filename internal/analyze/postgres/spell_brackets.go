package postgres

// openBrackets takes a query out of its brackets where LIMIT, OFFSET, FETCH or
// FOR UPDATE follows them: (SELECT … ORDER BY a) LIMIT 1. The server adds what
// stands outside to what stands inside (insertSelectOptions, gram.y), which is
// how it reads the same words without the brackets, or refuses both; the
// parser lets the outer clauses overwrite the inner ones.
//
// Only such brackets are taken off as can hold nothing but the beginning of a
// query: at the start, within a bracket, behind one (WITH … AS (…), INSERT INTO
// t (…)), behind AS and FOR (PREPARE, DECLARE).
func (s *spelling) openBrackets() {
	var open []int // the brackets that the token under way stands in
	changed := false
	for i, t := range s.tokens {
		if t.kind != tokenPunct {
			continue
		}
		switch t.first {
		case '(', '[':
			open = append(open, i)
		case ';':
			open = open[:0]
		case ')', ']':
			if len(open) == 0 {
				return
			}
			first := open[len(open)-1]
			open = open[:len(open)-1]
			if s.isPunct(first, '(') && s.opens(open, first, i) {
				s.write(s.tokens[first].start, s.tokens[first].end, 0, nil)
				s.write(t.start, t.end, 0, nil)
				changed = true
			}
		}
	}
	if changed {
		s.tokens = tokenize(s.text)
	}
}

// opens reports whether the brackets at tokens first and last are to be taken
// off: they, or some that stand right around them.
func (s *spelling) opens(outer []int, first, last int) bool {
	for s.isPunct(last+1, ')') && len(outer) > 0 && outer[len(outer)-1] == first-1 && s.isPunct(first-1, '(') {
		outer, first, last = outer[:len(outer)-1], first-1, last+1
	}
	return s.isPunct(last, ')') && s.limits(last+1) && s.beginsQuery(first)
}

// limits reports whether a clause begins at token i that may follow a query in
// brackets, and that the parser would let overwrite the query's own.
func (s *spelling) limits(i int) bool {
	switch {
	case s.isPunct(i+1, '.'):
		return false
	case s.isWord(i, "fetch"):
		return s.isWord(i+1, "first", "next")
	case s.isWord(i, "for"):
		return s.isWord(i+1, "update", "share", "no", "key")
	}
	return s.isWord(i, "limit", "offset")
}

// beginsQuery reports whether the bracket at token i can only be that of a
// query with which another one begins.
func (s *spelling) beginsQuery(i int) bool {
	first := i + 1
	for s.isPunct(first, '(') {
		first++
	}
	if !s.isWord(first, "select", "with", "table") && !(s.isWord(first, "values") && s.isPunct(first+1, '(')) {
		return false
	}
	before := i - 1
	return before < 0 || s.isPunct(before, '(') || s.isPunct(before, ')') || s.isPunct(before, ';') || s.isWord(before, "as", "for")
}
