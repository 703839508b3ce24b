package audit

import "bytes"

const secretMark = "'[redacted]'"

// Secrets returns a copy of a statement that may hold a password, without it.
//
// Every quoted stretch is replaced as a whole, names included, since what is
// a name and what a string differs between servers and settings. Where the
// quotes themselves can be read in more than one way, everything from the
// first quote to the end of the text goes. Why that never leaks:
//
//   - All quoting of both dialects begins with one of ' " ` $ (prefixes as in
//     E'…' and U&'…' stand before it). What precedes the first of these is
//     quoted in no reading, so cutting there is always right.
//   - The readings can differ only by backslashes (an escape or not, by
//     setting), backticks and dollars (quotes in one dialect only), comments
//     (a quote inside is none) and a quote left open. Without those, ' and "
//     are read alike everywhere: the first opens, the next of its kind closes,
//     a doubled one closes and opens again. (Trailing bytes of the multi-byte
//     character sets may look like a backslash or a backtick, never like ' or ".)
//   - A password without quotes is a syntax error, and a password still:
//     outside quotes, whatever follows the word that announces one goes too.
func Secrets(text []byte) []byte {
	start := bytes.IndexAny(text, "'\"`$")
	if start < 0 {
		return appendUnquoted(nil, text)
	}
	if ambiguous(text) {
		return appendMark(appendUnquoted(nil, text[:start]))
	}
	var out []byte
	for start >= 0 {
		out = appendMark(appendUnquoted(out, text[:start]))
		text = text[quoted(text, start):]
		start = bytes.IndexAny(text, `'"`)
	}
	return appendUnquoted(out, text)
}

// ambiguous reports whether servers could disagree on where text's quotes are.
func ambiguous(text []byte) bool {
	if bytes.ContainsAny(text, "\\`$#") || bytes.Contains(text, []byte("--")) || bytes.Contains(text, []byte("/*")) {
		return true
	}
	var open byte
	for _, c := range text {
		switch {
		case open != 0 && c == open:
			open = 0
		case open == 0 && (c == '\'' || c == '"'):
			open = c
		}
	}
	return open != 0
}

// quoted returns the end of the quoted stretch that begins at start, over
// doubled quotes. The caller knows that it ends.
func quoted(text []byte, start int) int {
	q, i := text[start], start+1
	for {
		i += bytes.IndexByte(text[i:], q) + 1
		if i == len(text) || text[i] != q {
			return i
		}
		i++
	}
}

// appendUnquoted appends what stands outside quotes, up to a word that
// announces a password if more than punctuation follows it.
func appendUnquoted(dst, text []byte) []byte {
	end := len(text)
	for _, word := range []string{"password", "identified"} {
		if i := indexFold(text[:end], word); i >= 0 {
			end = i + len(word)
		}
	}
	dst = append(dst, text[:end]...)
	if len(bytes.Trim(text[end:], " \t\r\n=:(),;")) > 0 {
		return appendMark(append(dst, ' '))
	}
	return append(dst, text[end:]...)
}

// indexFold is bytes.Index for a word in lower case, whatever the text's case.
func indexFold(text []byte, word string) int {
	for i := 0; i+len(word) <= len(text); i++ {
		if text[i]|0x20 == word[0] && bytes.EqualFold(text[i:i+len(word)], []byte(word)) {
			return i
		}
	}
	return -1
}

// appendMark puts one mark where several would follow each other.
func appendMark(dst []byte) []byte {
	if bytes.HasSuffix(dst, []byte(secretMark)) {
		return dst
	}
	return append(dst, secretMark...)
}
