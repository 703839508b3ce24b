package postgres

// mask appends text to dst with its plain literals replaced: a run of digits
// standing alone by 0x01, a simple quoted string by 0x02. It returns false if
// the text has anything in which a quote or a digit could mean something else
// (comments, dollar quotes, backslashes, prefixed or continued strings, names
// with escapes): such a text is only ever compared byte for byte.
func mask(dst, text []byte) ([]byte, bool) {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '\'':
			end := plainString(text, i)
			if end < 0 {
				return dst, false
			}
			dst = append(dst, 0x02)
			i = end
		case c == '"':
			if i > 0 && text[i-1] == '&' {
				return dst, false // U&"…": what it means may depend on a literal behind UESCAPE
			}
			end := i + 1
			for end < len(text) && text[end] != '"' {
				end++
			}
			if end == len(text) {
				return dst, false
			}
			dst = append(dst, text[i:end+1]...)
			i = end + 1
		case c >= '0' && c <= '9':
			end := i
			for end < len(text) && isWord(text[end]) {
				end++
			}
			if plainNumber(text, i, end) {
				dst = append(dst, 0x01)
			} else {
				dst = append(dst, text[i:end]...)
			}
			i = end
		case isWord(c):
			end := i
			for end < len(text) && isWord(text[end]) {
				end++
			}
			dst = append(dst, text[i:end]...)
			i = end
		case c < 0x09, c == '\\',
			c == '-' && i+1 < len(text) && text[i+1] == '-',
			c == '/' && i+1 < len(text) && text[i+1] == '*':
			return dst, false
		default:
			dst = append(dst, c)
			i++
		}
	}
	return dst, true
}

// isWord says that c belongs to a name or a number. `$` counts: it makes
// parameters ($1), and a dollar quote never looks like a plain literal.
func isWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '$' || c >= 0x80
}

// plainString returns the end of the quoted string that starts at i, or -1 if
// it is not a simple one.
func plainString(text []byte, i int) int {
	if i > 0 && (isWord(text[i-1]) || text[i-1] == '\'' || text[i-1] == '"' || text[i-1] == '&') {
		return -1
	}
	for j := i + 1; j < len(text); j++ {
		switch text[j] {
		case '\\':
			return -1
		case '\'':
			if j+1 < len(text) && (text[j+1] == '\'' || isWord(text[j+1])) {
				return -1
			}
			return j + 1
		}
	}
	return -1
}

// plainNumber says that text[i:end] is a run of digits standing alone.
func plainNumber(text []byte, i, end int) bool {
	for _, c := range text[i:end] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return end-i < 10 && (i == 0 || text[i-1] != '.') && (end == len(text) || text[end] != '.')
}
