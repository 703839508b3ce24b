package postgres

import (
	"bytes"
	"fmt"
	"unicode/utf8"

	"github.com/sallyport-db/sallyport/policy"
)

// The guard is one pass over the bytes before parsing. The parser and the
// walker recurse, a stack overflow cannot be recovered from, and so what could
// make them recurse deeply is refused here.
const (
	maxText       = 256 << 10 // bytes of one text
	maxDepth      = 250       // brackets within brackets
	maxLinks      = 4000      // operators, casts, joins at one level, between commas; set operations in all
	maxOperators  = 16        // operators, or characters of one, in a row
	maxComments   = 8         // comments within comments
	maxStatements = 16        // statements of one text
)

// Guard holds a text against the limits. It returns nil, or the fault that
// refuses the text. It allocates nothing unless it refuses.
func Guard(text []byte) *policy.Fault {
	switch {
	case len(text) > maxText:
		return limit(maxText, "the text is longer than %d bytes", maxText)
	case bytes.IndexByte(text, 0) >= 0:
		return notUnderstood(bytes.IndexByte(text, 0), "the text contains a NUL byte")
	case !utf8.Valid(text):
		return unread(0, "the text is not valid UTF-8")
	}
	g := guard{scanner: scanner{text: text}}
	return g.run()
}

// guard is the state of the pass: how many links there are at each level.
type guard struct {
	scanner
	links      [maxDepth + 1]int
	depth      int
	row        int // operators in a row
	setops     int // set operations in this statement: a comma of a target list does not end one
	statements int
	open       bool // a statement has begun
}

func (g *guard) run() *policy.Fault {
	for {
		t := g.next()
		if g.comment > maxComments {
			return limit(t.start, "comments are nested deeper than %d", maxComments)
		}
		switch t.kind {
		case tokenEnd:
			return nil
		case tokenInvalid:
			return unread(t.start, "a token that cannot be read: an unterminated quote or comment, an empty name")
		}
		if f := g.token(t); f != nil {
			return f
		}
	}
}

func (g *guard) token(t token) *policy.Fault {
	if !g.open && !(t.kind == tokenPunct && t.first == ';') {
		g.open = true
		if g.statements++; g.statements > maxStatements {
			return limit(t.start, "the text has more than %d statements", maxStatements)
		}
	}
	if t.kind != tokenOp {
		g.row = 0
	}
	switch t.kind {
	case tokenOp:
		g.row++
		if g.row > maxOperators || t.end-t.start > maxOperators {
			return limit(t.start, "more than %d operators in a row", maxOperators)
		}
		return g.link(t)
	case tokenCast:
		return g.link(t)
	case tokenWord:
		switch wordLink(g.text[t.start:t.end]) {
		case linkExpr:
			return g.link(t)
		case linkSet:
			if g.setops++; g.setops > maxLinks {
				return limit(t.start, "more than %d set operations in one statement", maxLinks)
			}
		}
	case tokenPunct:
		return g.punct(t)
	}
	return nil
}

func (g *guard) punct(t token) *policy.Fault {
	switch t.first {
	case '(', '[':
		g.links[g.depth]++
		if g.depth++; g.depth > maxDepth {
			return limit(t.start, "brackets are nested deeper than %d", maxDepth)
		}
		g.links[g.depth] = 0
	case ')', ']':
		if g.depth > 0 {
			g.depth--
		}
		return g.link(t)
	case ',':
		g.links[g.depth] = 0
	case '.', ':':
		return g.link(t)
	case ';':
		g.links[g.depth] = 0
		if g.depth == 0 {
			g.open, g.setops = false, 0
		}
	}
	return nil
}

func (g *guard) link(t token) *policy.Fault {
	if g.links[g.depth]++; g.links[g.depth] > maxLinks {
		return limit(t.start, "more than %d operators, casts, joins or set operations in one expression", maxLinks)
	}
	return nil
}

// linkKind says how a keyword makes a tree deeper.
type linkKind uint8

const (
	linkNone linkKind = iota
	linkExpr          // one level within its expression
	linkSet           // one level of the whole query
)

func wordLink(w []byte) linkKind {
	if len(w) < 2 || len(w) > 9 {
		return linkNone
	}
	var lower [9]byte
	for i, c := range w {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		lower[i] = c
	}
	switch string(lower[:len(w)]) {
	case "and", "or", "not", "is", "in", "isnull", "notnull", "like", "ilike", "similar", "between", "overlaps",
		"collate", "at", "escape", "operator", "case", "when", "else", "join":
		return linkExpr
	case "union", "intersect", "except":
		return linkSet
	}
	return linkNone
}

func limit(pos int, format string, args ...any) *policy.Fault {
	return &policy.Fault{Rule: policy.RuleLimit, Reason: fmt.Sprintf(format, args...), Pos: pos}
}

// unread is for a text that the server's own grammar may refuse as well.
func unread(pos int, format string, args ...any) *policy.Fault {
	f := notUnderstood(pos, format, args...)
	f.Unread = true
	return f
}

func notUnderstood(pos int, format string, args ...any) *policy.Fault {
	return &policy.Fault{Rule: policy.RuleNotUnderstood, Reason: fmt.Sprintf(format, args...), Pos: pos}
}
