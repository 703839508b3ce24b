package mysql

import (
	"bytes"
	"strings"

	"github.com/sallyport-db/sallyport/policy"
)

// SQL's own PREPARE takes a statement from a text. Where that is one plain
// literal it is judged as a statement by itself; what is put together when it
// runs needs unrestricted.

// prepareStmt judges PREPARE name FROM 'text'.
func (a *analysis) prepareStmt(p phrase) {
	a.tag("PREPARE")
	name := p.name(1)
	if name == "" || p.word(2) != "from" {
		a.syntax(p, 1)
		return
	}
	text := a.literalText(p.from(3))
	if text == nil {
		return
	}
	inner := a.prepared(text)
	if inner == nil {
		return
	}
	a.adopt(inner)
	a.part.Calls = false // it does not run yet
	a.part.Effect = Effect{Kind: EffectPrepare, Name: strings.ToLower(name), Text: text}
}

// executeStmt judges EXECUTE name [USING …] and EXECUTE IMMEDIATE 'text'
// [USING …].
func (a *analysis) executeStmt(p phrase) {
	a.tag("EXECUTE")
	end := p.outer(1, "using")
	if end < 0 {
		end = len(p.tokens)
	} else if !plainList(p.from(end + 1)) {
		a.fail(policy.RuleNotUnderstood, p.start(), "EXECUTE … USING takes variables and literals here")
		return
	}
	if p.word(1) == "immediate" {
		if text := a.literalText(p.to(end).from(2)); text != nil {
			if inner := a.prepared(text); inner != nil {
				a.adopt(inner)
			}
		}
		return
	}
	name := p.name(1)
	if name == "" || end != 2 {
		a.syntax(p, 1)
		return
	}
	a.part.Consulted = true
	var inner *Part
	if a.env.Prepared != nil {
		inner = a.env.Prepared(strings.ToLower(name))
	}
	if inner == nil {
		a.fail(policy.RuleUndefined, p.start(), "unknown prepared statement handler (%s) given to EXECUTE", name)
		return
	}
	a.adopt(inner)
}

// deallocate judges DEALLOCATE PREPARE name, and DROP PREPARE.
func (a *analysis) deallocate(p phrase) bool {
	if p.word(1) != "prepare" {
		return false
	}
	a.tag("DEALLOCATE")
	name := p.name(2)
	if name == "" || len(p.tokens) != 3 {
		a.syntax(p, 2)
		return true
	}
	a.part.Effect = Effect{Kind: EffectDeallocate, Name: strings.ToLower(name)}
	return true
}

// literalText is what a phrase of one plain literal holds, or nil.
func (a *analysis) literalText(p phrase) []byte {
	a.asked = true
	if len(p.tokens) != 1 || p.tokens[0].kind != tokenString {
		a.part.Secret = true
		a.fail(policy.RuleNeedsUnrestricted, a.span.start, "a statement from anything but one literal in quotes needs unrestricted: what it holds is known only when it runs")
		return nil
	}
	return unescape(p.text[p.tokens[0].start:p.tokens[0].end])
}

// unescape is what a literal in quotes means (get_text, sql_lex.cc). It is a
// copy.
func unescape(literal []byte) []byte {
	quote, in := literal[0], literal[1:len(literal)-1]
	out := make([]byte, 0, len(in))
	for i := 0; i < len(in); i++ {
		switch c := in[i]; {
		case c == quote: // doubled
			i++
			out = append(out, quote)
		case c == '\\' && i+1 < len(in):
			i++
			switch e := in[i]; e {
			case 'n':
				out = append(out, '\n')
			case 't':
				out = append(out, '\t')
			case 'r':
				out = append(out, '\r')
			case 'b':
				out = append(out, '\b')
			case '0':
				out = append(out, 0)
			case 'Z':
				out = append(out, 26)
			case '%', '_':
				out = append(out, '\\', e)
			default:
				out = append(out, e)
			}
		default:
			out = append(out, c)
		}
	}
	return out
}

// prepared judges the statement that a literal holds.
func (a *analysis) prepared(text []byte) *Part {
	plain := bytes.Clone(text)
	if f := resolve(plain, a.env.Catalog.MariaDB, a.env.Catalog.Number, a.env.Mode); f != nil || !bytes.Equal(plain, text) {
		a.fail(policy.RuleNotUnderstood, a.span.start, "the text of a prepared statement has a conditional comment: write it without")
		return nil
	}
	env := *a.env
	env.Prepared = nil
	parts := Analyze(text, &env)
	if len(parts) != 1 || parts[0].Effect.Text != nil || parts[0].Effect.Kind == EffectDeallocate {
		a.fail(policy.RuleNotUnderstood, a.span.start, "the text of a prepared statement is not one statement that can be prepared")
		return nil
	}
	return &parts[0]
}

// adopt makes a statement's needs and effect those of this one.
func (a *analysis) adopt(inner *Part) {
	a.inner = inner.Statement.Accesses
	a.part.Effect, a.part.Moves, a.part.Calls = inner.Effect, inner.Moves, inner.Calls
	a.part.Secret = a.part.Secret || inner.Secret
	if f := inner.Statement.Fault; f != nil && a.fault == nil {
		outer := *f
		outer.Pos = a.span.start
		a.fault = &outer
	}
}
