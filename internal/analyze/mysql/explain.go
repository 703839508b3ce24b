package mysql

import (
	"github.com/sallyport-db/sallyport/policy"
)

// explainByHand reads EXPLAIN, DESCRIBE and MariaDB's ANALYZE of a statement up
// to the statement, which is judged as if it were run: ANALYZE runs it.
func (a *analysis) explainByHand(p phrase) bool {
	if p.word(0) == "analyze" && (p.oneOf(1, "table", "tables", "local", "no_write_to_binlog")) {
		return false
	}
	i := 1
	if p.word(0) != "analyze" && p.word(1) == "analyze" {
		i++
	}
	switch {
	case p.oneOf(i, "extended", "partitions") && ofRows(p.word(i+1)):
		i++
	case p.word(i) == "format" && p.punct(i+1, '=') && i+2 < len(p.tokens):
		i += 3
	}
	if p.word(i) == "for" && p.word(i+1) == "connection" {
		a.outsideGrants("EXPLAIN", "it shows what another session runs")
		return true
	}
	if !ofRows(p.word(i)) && !p.punct(i, '(') {
		if i > 1 || p.word(0) == "analyze" {
			a.syntax(p, i)
			return true
		}
		a.describe(p)
		return true
	}
	a.explained = true
	a.read(p.from(i))
	switch a.part.Statement.Tag {
	case "SELECT", "INSERT", "REPLACE", "UPDATE", "DELETE", "":
		a.tag("EXPLAIN")
	default:
		a.fail(policy.RuleNotUnderstood, p.start(), "EXPLAIN of this kind of statement")
	}
	return true
}

// describe judges DESCRIBE t: the server asks for any right on any column.
func (a *analysis) describe(p phrase) {
	a.tag("DESCRIBE")
	schema, name, i := p.table(1)
	if i < 0 {
		a.syntax(p, 1)
		return
	}
	if i < len(p.tokens) && (p.name(i) != "" || p.tokens[i].kind == tokenString) { // a column, or a pattern
		i++
	}
	if i < len(p.tokens) {
		a.syntax(p, i)
		return
	}
	if rel := a.relation(schema, name); rel != nil {
		a.any(rel)
	}
}

// shown asks for what the server asks of whoever has a view explained: SHOW
// VIEW, and all that it reads (view_no_explain, sql_view.cc).
func (w *walker) shown(rel *relation) {
	if w.explained && rel.Kind == 'v' && !isSystemSchema(rel.Schema) {
		w.whole(rel, policy.DDL)
		w.definition(rel)
	}
}

// any asks for any right on any column of a table.
func (w *walker) any(rel *relation) {
	w.touch(rel, anyColumnOp)
}

// What DESCRIBE wants one of, on any column of a table, and SHOW CREATE on all
// of it.
const (
	anyColumnOp = policy.Select | policy.Insert | policy.Update | policy.References | policy.Delete | policy.DDL
	anyTableOp  = anyColumnOp | policy.Trigger | policy.Truncate
)
