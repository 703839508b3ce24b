package mysql

import (
	"slices"
	"strings"
)

// respelling is a statement as the parser is to read it. MariaDB writes some
// things in ways that MySQL's grammar, the parser's, does not know. Where
// another spelling asks for the same rights, the parser is given that; what is
// sent stays as it came. Names are never taken out of the sight of the ledger,
// but for words that the grammar itself has.
type respelling struct {
	phrase
	instead map[int]string // by token
	settled map[int]bool   // words of the grammar, no names: the ledger passes them over
	selects int            // SELECTs that are not in the text
	mariadb bool
	past    bool // rows are chosen by when they were valid
}

// respell spells a statement of rows anew. Whatever it does not know it leaves
// as it is, for the parser to refuse.
func respell(text []byte, tokens []token, mariadb bool) *respelling {
	r := &respelling{phrase: phrase{text, tokens}, instead: map[int]string{}, settled: map[int]bool{}, mariadb: mariadb}
	r.leading()
	for i := range tokens {
		if _, done := r.instead[i]; done {
			continue
		}
		switch word := r.word(i); word {
		case "":
			r.signs(i)
		case "cast":
			r.cast(i)
		case "median", "percentile_cont", "percentile_disc":
			r.percentile(i, word)
		case "for", "mode", "update":
			r.history(i)
			r.waits(i)
		case "next", "previous":
			r.sequence(i, word)
		case "limit", "offset", "fetch", "rows":
			r.fetched(i)
		default:
			r.words(i, word)
		}
	}
	return r
}

// put spells token i otherwise; drop leaves the tokens from i to before end
// out. Both settle bare words.
func (r *respelling) put(i int, s string) {
	r.instead[i] = s
	r.settled[i] = true
}

func (r *respelling) drop(i, end int) {
	for ; i < end; i++ {
		r.put(i, "")
	}
}

// String is the text for the parser: comments are gone, which it would read by
// rules of its own.
func (r *respelling) String() string {
	var b strings.Builder
	for i, t := range r.tokens {
		if i > 0 && t.start > r.tokens[i-1].end {
			b.WriteByte(' ')
		}
		if s, ok := r.instead[i]; ok {
			b.WriteString(s)
			continue
		}
		b.Write(r.text[t.start:t.end])
	}
	return b.String()
}

// leading spells what stands behind the first word.
func (r *respelling) leading() {
	switch first := r.word(0); first {
	case "insert", "replace", "update", "delete":
		for i := 1; slices.Contains([]string{"low_priority", "delayed", "high_priority", "quick"}, r.word(i)); i++ {
			r.drop(i, i+1)
		}
	case "do": // a SELECT that returns nothing
		r.put(0, "SELECT")
		r.selects++
	case "call":
		if n := len(r.tokens); n == 2 || n == 4 && r.punct(2, '.') {
			r.instead[n-1] = r.source(n-1) + "()"
		}
	case "set":
		r.assignments()
	}
}

// assignments spells SET a := 1 as SET a = 1.
func (r *respelling) assignments() {
	first, depth := true, 0
	for i := 1; i < len(r.tokens); i++ {
		switch {
		case r.punct(i, '('):
			depth++
		case r.punct(i, ')'):
			depth--
		case r.punct(i, ',') && depth == 0:
			first = true
		case r.punct(i, '=') && depth == 0:
			if first && r.punct(i-1, ':') {
				r.drop(i-1, i)
			}
			first = false
		}
	}
}

// signs spells \N as NULL, and ODBC's {d '…'} and {fn …} as what they hold.
func (r *respelling) signs(i int) {
	switch {
	case r.mariadb && r.punct(i, '\\') && i+1 < len(r.tokens) && r.tokens[i+1].start == r.tokens[i].end && r.source(i+1) == "N":
		r.put(i, " NULL")
		r.drop(i+1, i+2)
	case r.punct(i, '{') && slices.Contains([]string{"d", "t", "ts", "fn", "oj"}, r.word(i+1)):
		if end := r.closing(i); end > 0 && r.punct(end, '}') {
			r.put(i, "(")
			r.drop(i+1, i+2)
			r.put(end, ")")
		}
	}
}

// words spells single words.
func (r *respelling) words(i int, word string) {
	switch word {
	case "intersect", "except": // each side is read, as in a UNION
		if slices.Contains([]string{"select", "all", "distinct", "values", "table"}, r.word(i+1)) || r.punct(i+1, '(') {
			r.put(i, "UNION")
		}
	case "sounds":
		if r.word(i+1) == "like" {
			r.drop(i, i+1)
		}
	case "some":
		if r.punct(i+1, '(') {
			r.put(i, "ANY")
		}
	case "rollup":
		r.settled[i] = r.word(i-1) == "with"
	case "default": // (t.c): of every table that has it
		if r.punct(i+1, '(') && r.punct(i+3, '.') && r.punct(i+5, ')') {
			r.drop(i+2, i+4)
		}
	case "values":
		r.rows(i)
	case "table":
		if i == 0 || r.punct(i-1, '(') && slices.Contains([]string{"", "from", "in", "as", "exists"}, r.word(i-2)) || slices.Contains([]string{"union", "all", "distinct"}, r.word(i-1)) {
			r.put(i, "SELECT * FROM")
			r.selects++
		}
	}
}

// rows spells the rows of VALUES (1), (2) as ROW(1), ROW(2), where it is a
// query and not the part of an INSERT, or the function.
func (r *respelling) rows(i int) {
	before := r.word(i - 1)
	query := i == 0 || slices.Contains([]string{"union", "all", "distinct", "except", "intersect"}, before) ||
		r.punct(i-1, '(') && slices.Contains([]string{"from", "join", "in", "as", "any", "all", "lateral"}, r.word(i-2)) ||
		r.punct(i-1, '(') && r.punct(i-2, ',')
	for k := i + 1; query && r.punct(k, '('); k += 2 {
		r.instead[k] = "ROW("
		if k = r.closing(k); k < 0 || !r.punct(k+1, ',') {
			return
		}
	}
}
