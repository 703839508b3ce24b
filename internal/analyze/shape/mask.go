package shape

// Dialect is how a dialect's texts fall into literals and all else.
type Dialect struct {
	// Name is the quote of names.
	Name byte

	// Opaque says that at i begins something in which a quote or a digit could
	// mean something else. It is not asked inside of words, numbers and quotes.
	Opaque func(text []byte, i int) bool

	// Value says that the string that begins at i is a value, and nothing else
	// that may be written as one. If it is nil all strings are.
	Value func(text []byte, i int) bool
}

// Mask appends text to dst with its plain literals replaced: a run of digits
// standing alone by 0x01, a simple quoted string by 0x02. It returns false if
// the text has anything in which a quote or a digit could mean something else
// (comments, backslashes, prefixed or continued strings): such a text is only
// ever compared byte for byte.
func Mask(dst, text []byte, d *Dialect) ([]byte, bool) {
	for i := 0; i < len(text); {
		end, ok := i+1, true
		switch c := text[i]; {
		case isWord(c):
			for end < len(text) && isWord(text[end]) {
				end++
			}
			if plainNumber(text, i, end) {
				dst, i = append(dst, 0x01), end
				continue
			}
		case c == '\'':
			if end, ok = plainString(text, i); ok && (d.Value == nil || d.Value(text, i)) {
				dst, i = append(dst, 0x02), end
				continue
			}
		case c < 0x09, c == '\\', d.Opaque(text, i):
			return dst, false
		case c == d.Name:
			end, ok = plainName(text, i)
		}
		if !ok {
			return dst, false
		}
		dst, i = append(dst, text[i:end]...), end
	}
	return dst, true
}

// isWord says that c belongs to a name or a number. `$` counts: it makes
// parameters ($1), and a dollar quote never looks like a plain literal.
func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || isDigit(c) || c == '_' || c == '$' || c >= 0x80
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// plainString returns the end of the quoted string that starts at i, if it is
// a simple one.
func plainString(text []byte, i int) (end int, ok bool) {
	if i > 0 && behindString(text[i-1]) {
		return 0, false
	}
	for end = i + 1; end < len(text); end++ {
		switch c := text[end]; {
		case c == '\'':
			end++
			return end, end == len(text) || text[end] != '\'' && !isWord(text[end])
		case c == '\\', c < 0x09:
			return 0, false
		}
	}
	return 0, false
}

// behindString says that a quote behind c goes on with what c is of: a prefix,
// another string, a name, a variable.
func behindString(c byte) bool {
	switch c {
	case '\'', '"', '`', '&', '@':
		return true
	}
	return isWord(c)
}

// plainName returns the end of the quoted name that starts at i. A doubled
// quote begins the next one.
func plainName(text []byte, i int) (end int, ok bool) {
	for end = i + 1; end < len(text); end++ {
		switch c := text[end]; {
		case c == text[i]:
			return end + 1, true
		case c < 0x09:
			return 0, false
		}
	}
	return 0, false
}

// plainNumber says that text[i:end] is a run of digits standing alone.
func plainNumber(text []byte, i, end int) bool {
	for _, c := range text[i:end] {
		if !isDigit(c) {
			return false
		}
	}
	return end-i < 10 && (i == 0 || text[i-1] != '.' && text[i-1] != '@') && (end == len(text) || text[end] != '.')
}
