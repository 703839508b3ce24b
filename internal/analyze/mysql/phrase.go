package mysql

import "strings"

// phrase is a run of tokens, and what is asked of them by whoever reads a
// statement by hand. Every index may lie outside.
type phrase struct {
	text   []byte
	tokens []token
}

// word is a bare word in lower case, or "" for anything else and for a part of
// a dotted name.
func (p phrase) word(i int) string {
	if i < 0 || i >= len(p.tokens) || p.tokens[i].kind != tokenWord || p.punct(i-1, '.') || p.punct(i+1, '.') {
		return ""
	}
	return strings.ToLower(p.source(i))
}

func (p phrase) source(i int) string { return string(p.text[p.tokens[i].start:p.tokens[i].end]) }

func (p phrase) punct(i int, c byte) bool {
	return i >= 0 && i < len(p.tokens) && punct(p.text, p.tokens[i], c)
}

// are reports whether these words stand at i.
func (p phrase) are(i int, words ...string) bool {
	for k, w := range words {
		if p.word(i+k) != w {
			return false
		}
	}
	return true
}

// closing is the bracket that closes the one at i, or -1.
func (p phrase) closing(i int) int {
	depth := 0
	for ; i < len(p.tokens); i++ {
		switch {
		case p.punct(i, '('), p.punct(i, '{'):
			depth++
		case p.punct(i, ')'), p.punct(i, '}'):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// value reports whether token i is a number or a parameter.
func (p phrase) value(i int) bool {
	return i >= 0 && i < len(p.tokens) && (p.tokens[i].kind == tokenNumber || p.punct(i, '?'))
}

// name is the name at i, bare or quoted, or "".
func (p phrase) name(i int) string {
	if i < 0 || i >= len(p.tokens) || p.tokens[i].kind != tokenWord && p.tokens[i].kind != tokenQuoted {
		return ""
	}
	return unquote(p.source(i))
}

// table reads a name of one part or two at i. next is where it ends, or -1.
func (p phrase) table(i int) (schema, name string, next int) {
	name = p.name(i)
	if name != "" && p.punct(i+1, '.') {
		schema, name, i = name, p.name(i+2), i+2
	}
	if name == "" || p.punct(i+1, '.') {
		return "", "", -1
	}
	return schema, name, i + 1
}

// outer is the first place from i on at which these words stand outside of all
// brackets, or -1.
func (p phrase) outer(i int, words ...string) int {
	for depth := 0; i < len(p.tokens); i++ {
		switch {
		case p.punct(i, '('):
			depth++
		case p.punct(i, ')'):
			depth--
		case depth == 0 && p.are(i, words...):
			return i
		}
	}
	return -1
}

// from is what is left of the phrase from i on; to is what stands before i.
func (p phrase) from(i int) phrase { return phrase{p.text, p.tokens[min(i, len(p.tokens)):]} }

func (p phrase) to(i int) phrase { return phrase{p.text, p.tokens[:i]} }
