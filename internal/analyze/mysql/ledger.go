package mysql

import (
	"strings"

	"github.com/sallyport-db/sallyport/policy"
)

// ledger is the second look, independent of the tree: every name of the text
// must have been judged by the walker, and every SELECT must have been walked.
// What a parser loses on the way shows here, and the statement is refused.
type ledger struct {
	words   []word
	index   map[string]int // into words, by lower case
	ddl     bool           // the words of DDL stand for themselves, too
	selects int            // SELECT, TABLE and VALUES in the text, less those walked
}

type word struct {
	name string
	pos  int
	owed int
}

// add enters the names of a statement, or of a part of one.
func (l *ledger) add(r *respelling) {
	l.selects += r.selects
	for i, t := range r.tokens {
		switch {
		case r.settled[i]:
		case t.kind == tokenQuoted:
			l.owe(unquote(r.source(i)), t.start)
		case t.kind == tokenWord:
			l.word(r.text, r.tokens, i)
		}
	}
}

// unquote takes the backticks off a name.
func unquote(name string) string {
	if len(name) < 2 || name[0] != '`' {
		return name
	}
	return strings.ReplaceAll(name[1:len(name)-1], "``", "`")
}

// word enters a bare word, unless it stands for itself.
func (l *ledger) word(text []byte, tokens []token, i int) {
	t := tokens[i]
	name := strings.ToLower(string(text[t.start:t.end]))
	dotted := i > 0 && punct(text, tokens[i-1], '.') || i+1 < len(tokens) && punct(text, tokens[i+1], '.')
	if !dotted {
		if name == "select" {
			l.selects++
		}
		if keywords[name] || l.ddl && ddlKeywords[name] || i+1 < len(tokens) && introduces(name, t, tokens[i+1]) {
			return
		}
		if i+1 < len(tokens) && punct(text, tokens[i+1], '(') && freeFunction(name) {
			return
		}
	}
	l.owe(name, t.start)
}

// introduces reports whether a word belongs to the string behind it: a
// character set's name, or the letter of n'…', x'…' and b'…'.
func introduces(name string, t, next token) bool {
	if name[0] == '_' {
		return next.kind == tokenString || next.kind == tokenNumber
	}
	return next.kind == tokenString && t.end == next.start && (name == "n" || name == "x" || name == "b")
}

func punct(text []byte, t token, c byte) bool {
	return t.kind == tokenPunct && text[t.start] == c
}

func (l *ledger) owe(name string, pos int) {
	key := strings.ToLower(name)
	if i, ok := l.index[key]; ok {
		l.words[i].owed++
		return
	}
	l.index[key] = len(l.words)
	l.words = append(l.words, word{name, pos, 1})
}

// saw enters names that the walker has judged.
func (l *ledger) saw(names ...string) {
	for _, name := range names {
		if i, ok := l.index[strings.ToLower(name)]; ok {
			l.words[i].owed--
		}
	}
}

// pos is where a name first occurs in the text, or -1.
func (l *ledger) pos(name string) int {
	if i, ok := l.index[strings.ToLower(name)]; ok {
		return l.words[i].pos
	}
	return -1
}

// balance returns a fault if the two sides do not agree.
func (l *ledger) balance() *policy.Fault {
	for _, w := range l.words {
		if w.owed > 0 {
			return notUnderstood(w.pos, "the name %q was not accounted for when the statement was read", w.name)
		}
	}
	if l.selects != 0 {
		return notUnderstood(-1, "a SELECT was not accounted for when the statement was read")
	}
	return nil
}
