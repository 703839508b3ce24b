// Package postgres reads PostgreSQL's SQL: a text goes in, and for each of its
// statements comes out what it would do to which objects.
//
// What is not understood is a fault, and a fault is denied. Three things stand
// between a text and an allowed access: the guard, which limits what is parsed
// (guard.go); the walker, an exhaustive switch over the tree that resolves
// every name as the server would (walker.go); and the ledger, which holds the
// text's own tokens against what the walker has judged (ledger.go).
package postgres

import (
	"fmt"

	"github.com/multigres/multigres/go/common/parser"
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/policy"
)

// Part is one statement of a text.
type Part struct {
	Start, End int // byte range in the text, ';' excluded
	Statement  policy.Statement
	Effect     Effect // what it does to the session once the server has confirmed it
	Secret     bool   // the text may hold a password and must be redacted in the log
	CopyIn     bool   // COPY … FROM STDIN
	CopyOut    bool   // COPY … TO STDOUT
	Literal    bool   // a literal's value was consulted: another literal, another answer

	Named bool // names were read, under the search_path

	// Moves says that the statement runs code that may change the session's
	// search_path or its temporary objects in ways that its text does not show:
	// functions and procedures of the user's, triggers, whatever passed only
	// because the token is unrestricted.
	Moves bool
}

// Analyze judges every statement of a text in its order. It returns no part
// for a text without statements, and one part with a fault, covering all of
// it, for a text that cannot be read. Positions are offsets in the text. It
// keeps neither text nor env, and never panics.
func Analyze(text []byte, env *Env) (parts []Part) {
	defer func() {
		if r := recover(); r != nil {
			parts = refused(text, unread(-1, "the statement cannot be parsed (%.80q)", fmt.Sprint(r)))
		}
	}()
	if f := Guard(text); f != nil {
		return refused(text, f)
	}
	if len(text) > largeText {
		large <- struct{}{}
		defer func() { <-large }()
	}
	tokens := tokenize(text)
	spans := split(tokens)
	if len(spans) == 0 {
		return nil
	}
	spelled, pos, ok := spell(text, tokens, env.Catalog.Database)
	if !ok {
		return refused(text, unread(pos, "an escape in U&'…' or U&\"…\" cannot be read"))
	}
	if spans, ok = spelled.spans(spans); !ok {
		return refused(text, notUnderstood(-1, "the text does not fall into statements as it seems to"))
	}
	trees := make([]ast.Stmt, len(spans))
	for i, sp := range spans {
		tree, f := parse(spelled.text, sp)
		if f != nil {
			return refused(text, f)
		}
		trees[i] = tree
	}
	parts = make([]Part, len(spans))
	course := course{env: env}
	for i, sp := range spans {
		parts[i] = judge(spelled, sp, trees[i], &course)
		course.after(&parts[i])
	}
	return parts
}

// large holds as many texts of more than largeText bytes as are judged at a
// time: a tree takes some hundred times the memory of its text.
var large = make(chan struct{}, 4)

const largeText = 64 << 10

// parse returns the tree of one statement: there must be exactly one, where
// the scanner sees one.
func parse(text []byte, sp span) (ast.Stmt, *policy.Fault) {
	// The blank behind it tells an error at the end from one at the last token.
	trees, err := parser.ParseSQL(string(text[sp.start:sp.end]) + " ")
	if err != nil {
		return nil, unparsed(err, text, sp)
	}
	if len(trees) != 1 || trees[0] == nil {
		return nil, notUnderstood(sp.start, "the text does not fall into statements as it seems to")
	}
	return trees[0], nil
}

func refused(text []byte, f *policy.Fault) []Part {
	return []Part{{End: len(text), Secret: true, Literal: true, Statement: policy.Statement{Fault: f}}}
}

// analysis is the judging of one statement.
type analysis struct {
	walker
	course *course
	part   Part
}

// judge judges a statement, and again if the server will leave a part of it
// out: that is known when all of it has been read.
func judge(s *spelling, sp span, tree ast.Stmt, c *course) Part {
	a := newAnalysis(s, sp, c)
	a.statement(tree)
	if left := a.unused(); left != nil && a.fault == nil {
		a = newAnalysis(s, sp, c)
		a.left = left
		a.statement(tree)
	}
	a.params()
	return a.close()
}

func newAnalysis(s *spelling, sp span, c *course) *analysis {
	a := &analysis{course: c}
	a.part = Part{Start: sp.start, End: sp.end}
	a.env = c.env
	a.joined = s.joined
	a.ledger = newLedger(s.text, sp.tokens)
	if pos := a.ledger.foreign(); pos >= 0 && a.env.Catalog.Encoding != "UTF8" {
		// The server folds and truncates names in its own encoding.
		a.fail(policy.RuleNotUnderstood, pos, "a name outside ASCII on a server whose encoding is %s", a.env.Catalog.Encoding)
	}
	return a
}

// close completes the part: the list of accesses, and the fault if any.
func (a *analysis) close() Part {
	st := &a.part.Statement
	st.Accesses = a.finish()
	st.Fault = a.fault
	a.part.Effect, a.part.Moves = a.effect, a.moves
	a.part.Literal = a.part.Literal || a.literal
	return a.part
}

func (a *analysis) tag(tag string) { a.part.Statement.Tag = tag }

// walk judges a statement that reads or changes rows, and balances the ledger.
func (a *analysis) walk(n ast.Node) {
	a.soleCall(n)
	a.topWith = ownWith(n)
	a.query(n, nil)
	a.balance()
}

// balance refuses what the walker has not accounted for. An earlier fault is
// kept: it says more.
func (a *analysis) balance() {
	if a.fault == nil {
		a.fault = a.ledger.balance()
	}
}

// soleCall notes a statement that is a SELECT, and the call in one that is
// nothing but SELECT f(…).
func (a *analysis) soleCall(n ast.Node) {
	sel, ok := n.(*ast.SelectStmt)
	if ok && a.part.Statement.Tag == "SELECT" {
		a.top = sel
	}
	if a.top == nil || len(items(sel.TargetList)) != 1 || sel.FromClause != nil ||
		sel.WhereClause != nil || sel.GroupClause != nil || sel.HavingClause != nil || sel.WithClause != nil ||
		sel.Op != ast.SETOP_NONE || sel.LimitCount != nil || sel.LimitOffset != nil || sel.DistinctClause != nil ||
		sel.SortClause != nil || sel.LockingClause != nil || sel.WindowClause != nil {
		return
	}
	if t, ok := sel.TargetList.Items[0].(*ast.ResTarget); ok {
		a.sole, _ = t.Val.(*ast.FuncCall)
		if a.sole != nil && (a.sole.AggFilter != nil || a.sole.AggOrder != nil) {
			a.sole = nil
		}
	}
}
