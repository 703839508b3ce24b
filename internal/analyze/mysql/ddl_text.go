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

// spell notes how a statement is spelt, and blanks in sql what the parser does
// not read. IF and EXISTS are reserved words: side by side they are nothing
// else.
func (a *analysis) spell(sql string) string {
	tokens := a.span.tokens
	verb := strings.ToLower(string(a.text[tokens[0].start:tokens[0].end]))
	if tokens[0].kind != tokenWord || !isDDL(verb) {
		return sql
	}
	a.spelled.verb = verb
	out := []byte(sql)
	drop := func(from, to int) {
		for _, t := range tokens[from:to] {
			blank(out[t.start-a.span.start : t.end-a.span.start])
		}
	}
	if a.word(1, "or") && a.word(2, "replace") && (a.word(3, "table") || a.word(4, "table") && a.word(3, "temporary")) {
		drop(1, 3)
	}
	if verb == "alter" && a.word(1, "online", "ignore") && a.word(2, "table") {
		drop(1, 2)
	}
	if i := 1; verb == "drop" || verb == "rename" {
		if a.word(1, "temporary") {
			i = 2
		}
		if a.word(i, "tables") {
			drop(i, i+1)
			copy(out[tokens[i].start-a.span.start:], "TABLE")
		}
	}
	for i := range tokens {
		switch {
		case a.word(i, "if") && a.word(i+1, "exists"):
			drop(i, i+2)
			a.spelled.optional = true
		case a.word(i, "if") && a.word(i+1, "not") && a.word(i+2, "exists"):
			drop(i, i+3)
			a.spelled.optional = true
		}
	}
	return string(out)
}
