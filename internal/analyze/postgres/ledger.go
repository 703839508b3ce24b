package postgres

import (
	"bytes"
	"slices"

	"github.com/multigres/multigres/go/common/parser"

	"github.com/sallyport-db/sallyport/policy"
)

// The ledger is the second look. The scanner, which knows nothing of the
// grammar, lists every identifier of the text and every clause word that opens
// a place where columns are read; the walker enters what it has judged. At the
// end both must agree: an identifier more in the text than the walker has seen,
// or a WHERE, ORDER BY, SELECT … more or fewer, means that something was lost
// between text and judgement (a parser that drops a part of a name, a clause
// that another overwrote, a node that the walker passed by), and the statement
// is refused.

// clause is a keyword whose occurrences are counted on both sides.
type clause uint8

const (
	clauseSelect clause = iota // SELECT, and TABLE in its place
	clauseWhere
	clauseGroup // GROUP BY
	clauseHaving
	clauseOrder // ORDER BY
	clauseLimit // LIMIT, FETCH FIRST
	clauseOffset
	clauseJoin
	clauseSetOp   // UNION, INTERSECT, EXCEPT
	clauseLocking // FOR UPDATE, FOR SHARE …
	clauseSample  // TABLESAMPLE
	clauseDot     // the dot within a name
	clauseCount
)

var clauseNames = [clauseCount]string{"SELECT", "WHERE", "GROUP BY", "HAVING", "ORDER BY", "LIMIT", "OFFSET",
	"JOIN", "UNION", "FOR UPDATE", "TABLESAMPLE", "a dotted name"}

// ledger is kept for one statement.
type ledger struct {
	lexed
	words   []word         // identifiers of the text
	index   map[string]int // into words, once there are many
	clauses [clauseCount]int

	catalogs int  // names in the tree with pg_catalog in front, written or put there by the grammar
	behindAs bool // the token before is AS, and no name
	begins   bool // AS may still be the one that a statement follows (PREPARE, CREATE)
}

// word is an identifier of the text: how often it occurs there, less how often
// the walker saw it.
type word struct {
	name string
	pos  int
	owed int
}

func newLedger(text []byte, tokens []token) *ledger {
	l := &ledger{lexed: lexed{text, tokens}, words: make([]word, 0, 16)}
	l.begins = l.isWord(0, "prepare", "create") || l.isWord(0, "explain") && l.mentions("create")
	for i := range tokens {
		l.take(i)
		l.behindAs = !l.behindAs && l.isWord(i, "as") && !l.dotBeside(i)
	}
	return l
}

// take enters token i on the side of the text.
func (l *ledger) take(i int) {
	t := l.tokens[i]
	switch {
	case t.kind == tokenPunct && t.first == '.':
		l.clauses[clauseDot]--
	case t.kind == tokenUnicode:
		l.owe(string(l.text[t.start:t.end]), t.start) // nothing reads it under this name
	case t.kind == tokenWord && l.keyword(i):
	case t.kind == tokenWord || t.kind == tokenQuoted:
		l.owe(l.name(i), t.start)
	}
}

// keyword reports whether token i stands for itself and not for a name, and
// counts it if it opens a clause. Next to a dot every word is a name.
func (l *ledger) keyword(i int) bool {
	if l.dotBeside(i) {
		return false
	}
	t := l.tokens[i]
	kw := parser.LookupKeyword(string(l.text[t.start:t.end]))
	if kw == nil || l.label(i, kw.Name) {
		return false
	}
	switch kw.Name {
	case "select", "table":
		l.clauses[clauseSelect]--
	case "where":
		l.clauses[clauseWhere]--
	case "having":
		l.clauses[clauseHaving]--
	case "limit":
		l.clauses[clauseLimit]--
	case "offset":
		l.clauses[clauseOffset]--
	case "join":
		l.clauses[clauseJoin]--
	case "union", "intersect", "except":
		l.clauses[clauseSetOp]--
	case "tablesample":
		l.clauses[clauseSample]--
	case "group":
		l.pair(i, clauseGroup, "by")
	case "order":
		l.pair(i, clauseOrder, "by")
	case "fetch":
		l.pair(i, clauseLimit, "first", "next")
	case "for":
		l.pair(i, clauseLocking, "update", "share", "no", "key")
	}
	return kw.Category == parser.ReservedKeyword || structural[kw.Name]
}

// label reports whether the word of a clause is the name of a column instead.
// Behind AS it always is, but for the statement behind the AS of PREPARE and
// CREATE. Without AS only a few of the words can be (BARE_LABEL, kwlist.h), and
// what follows shows it. A word that is wrongly taken for a label is missing
// where the walker counts the clause.
func (l *ledger) label(i int, word string) bool {
	switch word {
	case "select", "table":
		if l.behindAs && l.begins {
			l.begins = false
			return false
		}
	case "where", "having", "limit", "offset", "join", "union", "intersect", "except", "tablesample":
	default:
		return false
	}
	if l.behindAs || l.isPunct(i+1, ',') {
		return true
	}
	switch word {
	case "table", "join", "tablesample":
		return i+1 == len(l.tokens) || l.isPunct(i+1, ')') || l.isWord(i+1, "from")
	}
	return false
}

// pair counts a clause of two words.
func (l *ledger) pair(i int, c clause, second ...string) {
	if l.isWord(i+1, second...) {
		l.clauses[c]--
	}
}

func (l *ledger) dotBeside(i int) bool { return l.isPunct(i-1, '.') || l.isPunct(i+1, '.') }

func (l *ledger) owe(name string, pos int) {
	if i := l.find(name); i >= 0 {
		l.words[i].owed++
		return
	}
	l.words = append(l.words, word{name, pos, 1})
	if l.index != nil {
		l.index[name] = len(l.words) - 1
	} else if len(l.words) > manyWords {
		l.index = make(map[string]int, 4*manyWords)
		for i := range l.words {
			l.index[l.words[i].name] = i
		}
	}
}

// manyWords is where looking through the words costs more than a map.
const manyWords = 48

// find returns the place of a name in words, or -1.
func (l *ledger) find(name string) int {
	if l.index != nil {
		if i, ok := l.index[name]; ok {
			return i
		}
		return -1
	}
	for i := range l.words {
		if l.words[i].name == name {
			return i
		}
	}
	return -1
}

// saw enters names that the walker has judged, as the tree has them.
func (l *ledger) saw(names ...string) {
	for _, name := range names {
		if i := l.find(name); i >= 0 {
			l.words[i].owed--
		}
	}
}

// any reports whether the text has a token of one of the kinds.
func (l *ledger) any(kinds ...tokenKind) bool {
	for i := range l.tokens {
		if slices.Contains(kinds, l.tokens[i].kind) {
			return true
		}
	}
	return false
}

// clause enters a clause that the walker has judged.
func (l *ledger) clause(c clause) { l.clauses[c]++ }

// dotted enters a name of n parts.
func (l *ledger) dotted(n int) { l.clauses[clauseDot] += n - 1 }

// pos returns where a name first occurs in the text, or -1.
func (l *ledger) pos(name string) int {
	if i := l.find(name); i >= 0 {
		return l.words[i].pos
	}
	return -1
}

// qualifies reports whether a name of three parts begins with the name.
func (l *ledger) qualifies(name string) bool {
	for i := range l.tokens {
		if l.isName(i) && l.name(i) == name && !l.isPunct(i-1, '.') && l.isPunct(i+1, '.') && l.isPunct(i+3, '.') {
			return true
		}
	}
	return false
}

// foreign returns the place of an identifier with bytes outside ASCII, or -1.
func (l *ledger) foreign() int {
	for _, w := range l.words {
		for i := range len(w.name) {
			if w.name[i] >= 0x80 {
				return w.pos
			}
		}
	}
	return -1
}

// balance returns a fault if the two sides do not agree.
func (l *ledger) balance() *policy.Fault {
	if i := l.find(catalogSchema); i >= 0 {
		written := max(0, min(l.catalogs, l.words[i].owed))
		l.words[i].owed -= written
		l.clauses[clauseDot] += written
	}
	for _, w := range l.words {
		if w.owed > 0 {
			return notUnderstood(w.pos, "the name %q was not accounted for when the statement was read", w.name)
		}
	}
	for c, n := range l.clauses {
		if n != 0 {
			return notUnderstood(-1, "%s was not accounted for when the statement was read", clauseNames[c])
		}
	}
	return nil
}

// fold lower-cases the ASCII letters of an identifier (downcase_identifier).
func fold(b []byte) string {
	upper := false
	for _, c := range b {
		if c >= 'A' && c <= 'Z' {
			upper = true
			break
		}
	}
	if !upper {
		return string(b)
	}
	out := make([]byte, len(b))
	for i, c := range b {
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		out[i] = c
	}
	return string(out)
}

// unquote returns the identifier within double quotes.
func unquote(b []byte) string {
	b = b[1 : len(b)-1]
	if bytes.IndexByte(b, '"') < 0 {
		return string(b)
	}
	return string(bytes.ReplaceAll(b, []byte(`""`), []byte(`"`)))
}
