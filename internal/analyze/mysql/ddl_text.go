package mysql

import "strings"

// spelling is what of DDL the parser does not read, though MariaDB does, and
// which asks for no other rights: it is taken out of the text that is parsed.
type spelling struct {
	verb     string
	optional bool // IF EXISTS, IF NOT EXISTS
}

// isDDL says that a statement that begins so is DDL.
func isDDL(verb string) bool {
	switch strings.ToLower(verb) {
	case "create", "alter", "drop", "rename", "analyze", "check", "checksum", "optimize", "repair":
		return true
	}
	return false
}

// alterTag is the tag of what the parser keeps as ALTER TABLE.
func (s *spelling) alterTag() string {
	switch s.verb {
	case "create":
		return "CREATE INDEX"
	case "drop":
		return "DROP INDEX"
	}
	return "ALTER TABLE"
}

// spell notes how a statement of DDL is spelt, and leaves out for the parser
// what it does not read. IF and EXISTS are reserved words: side by side they
// are nothing else.
func (a *analysis) spell(p phrase) *respelling {
	r := &respelling{phrase: p, instead: map[int]string{}, settled: map[int]bool{}}
	verb := p.word(0)
	a.spelled.verb = verb
	if p.are(1, "or", "replace") && (p.word(3) == "table" || p.are(3, "temporary", "table")) {
		r.drop(1, 3)
	}
	if verb == "alter" && p.oneOf(1, "online", "ignore") && p.word(2) == "table" {
		r.drop(1, 2)
	}
	if i := 1; verb == "drop" || verb == "rename" {
		if p.word(1) == "temporary" {
			i = 2
		}
		if p.word(i) == "tables" {
			r.put(i, "TABLE")
		}
	}
	for i := range p.tokens {
		switch {
		case p.are(i, "if", "exists"):
			r.drop(i, i+2)
			a.spelled.optional = true
		case p.are(i, "if", "not", "exists"):
			r.drop(i, i+3)
			a.spelled.optional = true
		}
	}
	return r
}
