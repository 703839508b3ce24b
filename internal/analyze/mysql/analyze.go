package mysql

import (
	"fmt"

	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/policy"
)

// Part is one statement of a text.
type Part struct {
	Start, End int // byte range in the text, ';' excluded
	Statement  policy.Statement
	Effect     Effect
	Secret     bool // the text may hold a password and must be redacted in the log
	Consulted  bool // the session's own names were looked up: the reading is for it alone
	Literal    bool // with other literals in the text the reading may be another
	Calls      bool // a procedure runs, which may do anything
	Moves      bool // code of the user's runs that may change the default schema's or the session's settings
}

// EffectKind is a change to the session's own state that a statement asks for.
type EffectKind uint8

// The effects.
const (
	EffectNone       EffectKind = iota
	EffectUse                   // Name: the default schema
	EffectMode                  // Mode: sql_mode
	EffectPrepare               // Name, Text
	EffectDeallocate            // Name
	EffectSchema                // DDL: what names mean has changed
)

// Effect is what a statement does to the session once the server has confirmed
// it.
type Effect struct {
	Kind EffectKind
	Name string
	Mode Mode
	Text []byte
}

// Limits of what is parsed. A stack overflow cannot be recovered from, so it is
// made impossible before.
const (
	maxText       = 256 << 10
	maxStatements = 16
	maxBrackets   = 250
	maxLinks      = 4000 // operators and joins between two commas
)

// parser is safe for use from any goroutine.
var parser = func() *sqlparser.Parser {
	p, err := sqlparser.New(sqlparser.Options{MySQLServerVersion: "8.0.40"})
	if err != nil {
		panic(err) // the version is a constant
	}
	return p
}()

// Analyze judges every statement of a text in its order. Comments that are run
// on a condition must have been resolved. It returns no part for a text
// without statements, and one part with a fault for a text that cannot be
// read. It keeps neither text nor env, and never panics.
func Analyze(text []byte, env *Env) (parts []Part) {
	defer func() {
		if r := recover(); r != nil {
			parts = refusedText(text, notUnderstood(-1, "the statement cannot be parsed (%.80q)", fmt.Sprint(r)))
		}
	}()
	if len(text) > maxText {
		return refusedText(text, &policy.Fault{Rule: policy.RuleLimit, Pos: -1, Reason: "the text is longer than 256 KiB"})
	}
	tokens, f := scan(text, env.Mode)
	if f == nil {
		f = limits(text, tokens)
	}
	if f != nil {
		return refusedText(text, f)
	}
	spans := split(text, tokens)
	if len(spans) > maxStatements {
		return refusedText(text, &policy.Fault{Rule: policy.RuleLimit, Pos: -1, Reason: "the text has more than 16 statements"})
	}
	course, moved := *env, false
	for _, sp := range spans {
		p := judge(text, sp, &course)
		if moved && p.Statement.Fault == nil {
			p.Statement.Fault = notUnderstood(sp.start, "what this statement means depends on what code before it in the same text has done to the session; send it on its own")
		}
		moved = moved || p.moves() || p.Effect.Kind == EffectSchema
		parts = append(parts, p)
		follow(&course, &p)
	}
	return parts
}

// follow takes the effect of a statement into account for those behind it.
func follow(env *Env, p *Part) {
	switch p.Effect.Kind {
	case EffectUse:
		env.Schema = p.Effect.Name
	case EffectMode:
		env.Mode = p.Effect.Mode
	case EffectPrepare, EffectDeallocate:
		known, name, text := env.Prepared, p.Effect.Name, p.Effect.Text
		inner, in := (*Part)(nil), *env
		if text != nil {
			inner = &Analyze(text, &in)[0]
		}
		env.Prepared = func(asked string) *Part {
			if asked == name {
				return inner
			}
			if known == nil {
				return nil
			}
			return known(asked)
		}
	}
}

func refusedText(text []byte, f *policy.Fault) []Part {
	return []Part{{End: len(text), Secret: true, Literal: true, Statement: policy.Statement{Fault: f}}}
}

// span is one statement: its tokens, comments left out.
type span struct {
	start, end int
	tokens     []token
}

func split(text []byte, tokens []token) (out []span) {
	var sp span
	flush := func(end int) {
		if len(sp.tokens) > 0 {
			sp.end = end
			out = append(out, sp)
		}
		sp = span{}
	}
	for _, t := range tokens {
		switch {
		case t.kind == tokenComment:
		case punct(text, t, ';'):
			flush(t.start)
		default:
			if len(sp.tokens) == 0 {
				sp.start = t.start
			}
			sp.tokens = append(sp.tokens, t)
		}
	}
	flush(len(text))
	return out
}

// limits bounds how deep the parser and the walker must go.
func limits(text []byte, tokens []token) *policy.Fault {
	depth, links := 0, make([]int, maxBrackets+2)
	for _, t := range tokens {
		if t.kind == tokenComment || t.kind == tokenString || t.kind == tokenNumber {
			continue
		}
		switch c := text[t.start]; {
		case t.kind == tokenPunct && c == '(':
			if depth++; depth > maxBrackets {
				return &policy.Fault{Rule: policy.RuleLimit, Pos: t.start, Reason: "brackets are nested too deeply"}
			}
			links[depth] = 0
			continue
		case t.kind == tokenPunct && c == ')':
			depth = max(depth-1, 0)
			continue
		case t.kind == tokenPunct && (c == ',' || c == ';'):
			links[depth] = 0
			continue
		}
		if links[depth]++; links[depth] > maxLinks {
			return &policy.Fault{Rule: policy.RuleLimit, Pos: t.start, Reason: "an expression is too long"}
		}
	}
	return nil
}

// judge judges one statement.
func judge(text []byte, sp span, env *Env) Part {
	a := &analysis{walker: walker{env: env, ledger: &ledger{index: make(map[string]int, 16)}, literals: newLiterals(sp.tokens)}, text: text, span: sp}
	a.part = Part{Start: sp.start, End: sp.end}
	a.read(phrase{text, sp.tokens})
	a.storedFunctions()
	if a.fault == nil && !a.opaque {
		a.fault = a.ledger.balance()
	}
	a.part.Moves = a.part.Moves || a.stirs()
	a.part.Statement.Accesses = append(a.finish(), a.inner...)
	a.part.Statement.Fault = a.fault
	a.part.Literal = a.part.Literal || a.consulted()
	return a.part
}

// parse gives the tree of a statement, or leaves a fault.
func (a *analysis) parse(p phrase) sqlparser.Statement {
	r := &respelling{phrase: p}
	switch {
	case ofRows(p.word(0)) || p.punct(0, '('):
		r = respell(p.text, p.tokens, a.env.Catalog.MariaDB)
	case isDDL(p.word(0)):
		a.ledger.ddl = true
		r = a.spell(p)
	}
	a.past = a.past || r.past
	a.ledger.add(r)
	tree, err := parser.ParseStrictDDL(r.String())
	if err != nil {
		a.part.Secret = true
		a.unread(p, err)
		return nil
	}
	return tree
}

// ofRows says that a statement with this first word is one of rows, and not DDL.
func ofRows(first string) bool {
	switch first {
	case "select", "insert", "replace", "update", "delete", "with", "values", "table", "do", "call", "set":
		return true
	}
	return false
}
