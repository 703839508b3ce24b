package mysql

import "github.com/sallyport-db/sallyport/policy"

// lockTables judges LOCK TABLES t [AS a] READ [LOCAL] | [LOW_PRIORITY] WRITE,
// …: whose LOCK TABLES goes with every grant on the schema, needs SELECT on any
// column of each (check_lock_tables, sql_parse.cc). The grammar is read here,
// because the parser keeps nothing of it.
func (a *analysis) lockTables(p phrase) {
	a.tag("LOCK TABLES")
	if !p.oneOf(1, "table", "tables") {
		a.syntax(p, 1)
		return
	}
	for i := 2; ; i++ {
		schema, name, next := p.table(i)
		if next < 0 {
			a.syntax(p, i)
			return
		}
		if i = a.lockMode(p, next); i < 0 {
			return
		}
		rel := a.relation(schema, name)
		if rel == nil {
			return
		}
		a.touch(rel, policy.Select)
		a.below(rel)
		if i == len(p.tokens) {
			return
		}
		if !p.punct(i, ',') {
			a.syntax(p, i)
			return
		}
	}
}

// lockMode reads an alias and the kind of lock, and returns what is behind.
func (a *analysis) lockMode(p phrase, i int) int {
	if p.word(i) == "as" {
		i++
	}
	if p.name(i) != "" && !p.oneOf(i, "read", "write", "low_priority") {
		i++
	}
	switch {
	case p.are(i, "read", "local"), p.are(i, "low_priority", "write"):
		return i + 2
	case p.oneOf(i, "read", "write"):
		return i + 1
	}
	a.syntax(p, i)
	return -1
}

// unlock judges UNLOCK TABLES, and MariaDB's other spelling of it.
func (a *analysis) unlock(p phrase) bool {
	a.tag("UNLOCK TABLES")
	if len(p.tokens) != 2 || !p.oneOf(1, "table", "tables") {
		a.syntax(p, 1)
	}
	return true
}
