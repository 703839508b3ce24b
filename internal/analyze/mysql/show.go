package mysql

import (
	_ "embed"
	"strings"

	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/policy"
)

// What each form of SHOW needs stands in builtin/show.txt.

//go:embed builtin/show.txt
var showText string

// showForm is a form of SHOW: its words, and what it needs.
type showForm struct {
	words []string
	needs string // free, schema, column, table, view, or denied
	why   string
}

var showForms = func() (out []showForm) {
	for line := range strings.Lines(showText) {
		words, rest, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		needs, why, _ := strings.Cut(strings.TrimSpace(rest), " ")
		for _, w := range strings.Split(words, ", ") {
			out = append(out, showForm{strings.Fields(w), needs, why})
		}
	}
	return out
}()

// showStmt judges SHOW. The parser loses parts of it, so it is read here:
// SHOW form [FROM|IN name [FROM|IN schema]] [LIKE 'pattern' | WHERE expression].
func (a *analysis) showStmt(p phrase) {
	a.tag("SHOW")
	i := 1
	for p.oneOf(i, "full", "extended", "global", "session", "local", "all") && !p.are(i, "all", "slaves") && !p.are(i, "all", "replicas") {
		i++
	}
	if p.word(i) == "count" && p.punct(i+1, '(') && p.punct(i+2, '*') && p.punct(i+3, ')') {
		i += 4
	}
	form := p.form(i)
	switch {
	case form == nil:
		a.fail(policy.RuleNotUnderstood, p.start(), "SHOW of this kind is not on the list of what is open to reading")
		return
	case form.needs == "denied":
		a.outsideGrants("SHOW "+strings.ToUpper(strings.Join(form.words, " ")), form.why)
		return
	}
	i += len(form.words)
	if i = a.showObject(p, i, form.needs); i < 0 {
		return
	}
	a.showFilter(p, i)
}

func (p phrase) form(i int) *showForm {
	for k := range showForms {
		if f := &showForms[k]; p.are(i, f.words...) {
			return f
		}
	}
	return nil
}

// showObject asks for what the server asks of whoever has that shown, and
// returns where the filter begins, or -1.
func (a *analysis) showObject(p phrase, i int, needs string) int {
	switch needs {
	case "free":
		return i
	case "routine": // a name, and names are no secret
		_, _, next := p.table(i)
		if next < 0 {
			a.syntax(p, i)
		}
		return next
	case "schema", "database":
		return a.showSchema(p, i, needs)
	}
	if p.oneOf(i, "from", "in") { // not behind SHOW CREATE
		i++
	}
	schema, name, next := p.table(i)
	if next < 0 {
		a.syntax(p, i)
		return -1
	}
	if p.oneOf(next, "from", "in") && schema == "" && p.name(next+1) != "" {
		schema, next = p.name(next+1), next+2
	}
	if rel := a.relation(schema, name); rel != nil {
		a.showTable(rel, needs)
	}
	return next
}

// showTable: SHOW COLUMNS wants any right on any column, SHOW CREATE any right
// on the table, and of a view SELECT and SHOW VIEW, which goes with ddl
// (mysqld_show_create_get_fields, sql_show.cc).
func (a *analysis) showTable(rel *relation, needs string) {
	switch {
	case isSystemSchema(rel.Schema):
		a.touch(rel, policy.Select)
	case needs == "column":
		a.any(rel)
	case rel.Kind == 'v':
		a.whole(rel, policy.DDL)
		a.touch(rel, policy.Select)
	default:
		a.whole(rel, anyTableOp)
	}
}

// showSchema: a schema is shown to who has any right on anything in it.
func (a *analysis) showSchema(p phrase, i int, needs string) int {
	name := a.env.Schema
	switch {
	case needs == "database":
		if p.are(i, "if", "not", "exists") {
			i += 3
		}
		name, i = p.name(i), i+1
	case p.oneOf(i, "from", "in"):
		name, i = p.name(i+1), i+2
	}
	if name == "" {
		a.syntax(p, i)
		return -1
	}
	a.schema(name)
	return i
}

// showFilter judges what picks rows: an expression can hold a query.
func (a *analysis) showFilter(p phrase, i int) {
	switch {
	case i == len(p.tokens):
	case p.word(i) == "like" && i+2 == len(p.tokens) && p.tokens[i+1].kind == tokenString:
	case p.word(i) == "where" && i+1 < len(p.tokens):
		r := respell(p.text, p.tokens[i+1:], a.env.Catalog.MariaDB)
		a.past = a.past || r.past
		a.ledger.add(r)
		tree, err := parser.ParseStrictDDL("SELECT 1 FROM dual WHERE " + r.String())
		q, ok := tree.(*sqlparser.Select)
		if err != nil || !ok || q.Where == nil || q.GroupBy != nil || q.Having != nil || q.OrderBy != nil || q.Limit != nil || q.Into != nil {
			a.syntax(p, i)
			return
		}
		a.expr(q.Where.Expr, &scope{items: []*item{{wild: true}}})
	case p.word(i) == "limit" && plainList(p.from(i+1)):
	default:
		a.syntax(p, i)
	}
}
