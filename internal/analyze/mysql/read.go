package mysql

import (
	"fmt"
	"slices"
	"strings"

	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/internal/analyze/kinds"
	"github.com/sallyport-db/sallyport/policy"
)

// read judges a statement: by hand where its grammar is small and the parser
// does not have it or loses something, by the parser's tree otherwise.
func (a *analysis) read(p phrase) {
	if tag := transaction(p); tag != "" {
		a.tag(tag)
		return
	}
	if a.byHand(p) {
		return
	}
	if len(p.tokens) == len(a.span.tokens) && isDDL(p.word(0)) && a.words() {
		return
	}
	main, list := returning(p)
	tree := a.parse(main)
	if tree == nil {
		return
	}
	a.statement(tree)
	if p.word(0) == "do" {
		a.tag("DO")
	}
	if len(list.tokens) > 0 {
		a.returned(tree, list)
	}
}

// byHand reports whether the statement was one that is read here.
func (a *analysis) byHand(p phrase) bool {
	switch p.word(0) {
	case "set":
		return a.setByHand(p)
	case "show":
		a.showStmt(p)
	case "lock":
		a.lockTables(p)
	case "unlock":
		return a.unlock(p)
	case "prepare":
		a.prepareStmt(p)
	case "execute":
		a.executeStmt(p)
	case "deallocate", "drop":
		return a.deallocate(p)
	case "explain", "describe", "desc", "analyze":
		return a.explainByHand(p)
	default:
		return false
	}
	return true
}

// transaction gives the tag of a statement that begins or ends a transaction
// in a way that the parser does not know, or "".
func transaction(p phrase) string {
	first, i := p.word(0), 1
	if first != "begin" && first != "commit" && first != "rollback" {
		return ""
	}
	if p.word(i) == "work" {
		i++
	}
	if first != "begin" && p.word(i) == "and" {
		if i++; p.word(i) == "no" {
			i++
		}
		if p.word(i) != "chain" {
			return ""
		}
		i++
	}
	if first != "begin" && p.are(i, "no", "release") {
		i += 2
	}
	if i < len(p.tokens) {
		return ""
	}
	return strings.ToUpper(first)
}

// returning splits the list behind RETURNING off, a reserved word of MariaDB's
// (INSERT, REPLACE and DELETE have it).
func returning(p phrase) (main, list phrase) {
	if first := p.word(0); first == "insert" || first == "replace" || first == "delete" {
		if i := p.outer(0, "returning"); i > 0 {
			return p.to(i), p.from(i + 1)
		}
	}
	return p, phrase{}
}

// returned judges the list behind RETURNING: it reads the table that is written.
func (a *analysis) returned(tree sqlparser.Statement, list phrase) {
	if a.fault != nil {
		return
	}
	r := respell(list.text, list.tokens, a.env.Catalog.MariaDB)
	a.past = a.past || r.past
	a.ledger.add(r)
	parsed, err := parser.ParseStrictDDL("SELECT " + r.String())
	q, ok := parsed.(*sqlparser.Select)
	// The server's grammar has a select list there and nothing behind it.
	if err != nil || !ok || q.Into != nil || q.Where != nil || q.GroupBy != nil || q.OrderBy != nil || q.Limit != nil || q.Having != nil || len(q.From) > 1 {
		a.fail(policy.RuleNotUnderstood, list.start(), "what stands behind RETURNING cannot be read")
		return
	}
	if a.affected == nil {
		a.fail(policy.RuleNotUnderstood, list.start(), "RETURNING from several tables")
		return
	}
	a.targets(q.SelectExprs, &scope{items: []*item{a.affected}})
	if n, ok := tree.(*sqlparser.Insert); ok { // MariaDB asks for select on the columns that are named, too
		for _, c := range n.Columns {
			a.walker.read(a.affected, c.String())
		}
	}
}

// start is where the phrase begins in the text.
func (p phrase) start() int {
	if len(p.tokens) == 0 {
		return -1
	}
	return p.tokens[0].start
}

// unread refuses what the parser does not read. Where the first words tell the
// kind of the statement, it is named.
func (a *analysis) unread(p phrase, err error) {
	for n := min(4, len(p.tokens)); n > 0; n-- {
		var words []string
		for i := range n {
			words = append(words, strings.ToUpper(p.word(i)))
		}
		if why, ok := wordReasons[strings.Join(words, " ")]; ok {
			a.outsideGrants(strings.Join(words, " "), why)
			return
		}
	}
	a.fail(policy.RuleNotUnderstood, p.start(), "the statement does not parse: %.200s", err.Error())
}

// outsideGrants refuses a statement that no grant can express.
func (a *analysis) outsideGrants(tag, why string) {
	a.tag(tag)
	a.part.Secret, a.opaque = true, true
	a.fail(policy.RuleNeedsUnrestricted, a.span.start, "%s needs unrestricted: %s", tag, why)
}

// wordReasons says why a statement that begins with these words is never
// judged, for those that the parser does not know.
var wordReasons = func() map[string]string {
	m := map[string]string{}
	for _, k := range statementKinds {
		if k.Needs == kinds.Unrestricted && len(k.Nodes) == 0 {
			for _, name := range strings.Split(k.Names, ", ") {
				m[name] = k.Why
			}
		}
	}
	return m
}()

// plainList reports whether a phrase is nothing but literals, user variables
// and parameters between commas.
func plainList(p phrase) bool {
	for i := 0; i < len(p.tokens); i += 2 {
		k := p.tokens[i].kind
		if k != tokenString && k != tokenNumber && k != tokenVariable && !p.punct(i, '?') && p.word(i) != "null" || i+1 < len(p.tokens) && !p.punct(i+1, ',') {
			return false
		}
	}
	return len(p.tokens)%2 == 1
}

// oneOf reports whether the phrase's word at i is one of these.
func (p phrase) oneOf(i int, words ...string) bool {
	w := p.word(i)
	return w != "" && slices.Contains(words, w)
}

func (a *analysis) syntax(p phrase, i int) {
	what := "its end"
	if i < len(p.tokens) {
		what = fmt.Sprintf("%.40q", p.source(i))
	}
	a.part.Secret = true
	a.fail(policy.RuleNotUnderstood, p.start(), "the statement cannot be read at %s", what)
}
