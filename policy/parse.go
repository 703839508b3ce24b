package policy

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ParseScope reads a scope: grants as SPEC section 2 writes them, separated by
// single spaces. Names may hold any character but NUL; `%` and two hexadecimal
// digits stand for a byte, and a name must be valid UTF-8 once decoded. A
// letter beyond ASCII may be written either way. The empty text is an error: a
// token that grants nothing is a mistake. The text and the canonical form are
// at most MaxScopeBytes long and MaxGrants grants.
//
// `ddl` on a named object reaches that object alone; only on `schema.*` does it
// reach the schema. `all` is every operation that the form of the grant can
// carry: on `schema.*` that includes ddl and the schema's functions.
//
// The error, if any, is a *SyntaxError.
func ParseScope(text string) (Scope, error) {
	p := parser{text: text}
	b := builder{}
	if len(text) > MaxScopeBytes {
		return Scope{}, p.fail(MaxScopeBytes, fmt.Sprintf("at most %d bytes", MaxScopeBytes), fmt.Sprint(len(text)))
	}
	for grants := 1; ; grants++ {
		if grants > MaxGrants {
			return Scope{}, p.fail(p.pos, fmt.Sprintf("at most %d grants", MaxGrants), "another one")
		}
		if err := p.grant(b); err != nil {
			return Scope{}, err
		}
		if p.pos == len(text) {
			break
		}
		if err := p.expect(' ', "a space and another grant, or the end"); err != nil {
			return Scope{}, err
		}
	}
	s := b.scope()
	// Merging can make the text longer: a(x,y):select a(y,z):update is three
	// grants. What is accepted must be accepted again.
	if canonical := s.texts(); len(canonical) > MaxGrants || len(strings.Join(canonical, " ")) > MaxScopeBytes {
		return Scope{}, p.fail(0, fmt.Sprintf("at most %d grants and %d bytes in canonical form", MaxGrants, MaxScopeBytes), "more")
	}
	return s, nil
}

type parser struct {
	text string
	pos  int
}

func (p *parser) grant(b builder) error {
	upstream, err := p.name("the name of an upstream")
	if err != nil {
		return err
	}
	switch p.peek() {
	case ':':
		p.pos++
		if p.word() != "unrestricted" {
			return p.failWord(`"unrestricted", the only thing to grant on a whole upstream`)
		}
		p.pos += len("unrestricted")
		b.unrestricted(upstream)
		return nil
	case '/':
		p.pos++
		return p.objectGrant(b, upstream)
	}
	return p.fail(p.pos, `"/" and a schema, or ":unrestricted", after the upstream`, p.found())
}

// objectGrant reads what follows the slash.
func (p *parser) objectGrant(b builder, upstream string) error {
	var t target
	var err error
	if t.schema, err = p.pattern("a schema or *"); err != nil {
		return err
	}
	if err = p.expect('.', `"." and an object after the schema`); err != nil {
		return err
	}
	if t.object, err = p.pattern("an object or *"); err != nil {
		return err
	}
	var columns []string
	if p.peek() == '(' {
		if columns, err = p.parentheses(&t); err != nil {
			return err
		}
	}
	if err = p.expect(':', `":" and operations`); err != nil {
		return err
	}
	ops, err := p.ops(t, columns != nil)
	if err != nil {
		return err
	}
	b.add(upstream, t, ops, columns...)
	return nil
}

// parentheses reads a list of columns, or nothing between the parentheses,
// which makes the target a function.
func (p *parser) parentheses(t *target) (columns []string, err error) {
	open := p.pos
	p.pos++
	if p.peek() == ')' {
		if t.object == wildcard {
			return nil, p.fail(open, `":execute", which on * means every function of the schema`, `"()"`)
		}
		p.pos++
		t.function = true
		return nil, nil
	}
	for {
		column, err := p.name("the name of a column")
		if err != nil {
			return nil, err
		}
		columns = append(columns, column)
		if p.peek() == ')' {
			p.pos++
			return columns, nil
		}
		if err := p.expect(',', `"," and another column, or ")"`); err != nil {
			return nil, err
		}
	}
}

// ops reads the list of operations and holds it against what the grant names.
func (p *parser) ops(t target, columns bool) (Op, error) {
	fit, what := t.ops(), "an operation"
	switch {
	case t.function:
		what = `"execute", the only operation on a function`
	case columns:
		fit, what = columnOps, "an operation that columns have ("+columnOps.String()+")"
	case t.object != wildcard:
		what = "an operation on a relation or sequence"
	}
	var ops Op
	for {
		word := p.word()
		op, ok := ParseOp(word)
		if word == "all" && !t.function {
			op, ok = fit, true
		}
		switch {
		case !ok && !t.function && !columns:
			return 0, p.failWord("an operation (" + fit.String() + " or all)")
		case !ok:
			return 0, p.failWord(what)
		case op&^fit == Execute && !columns:
			return 0, p.fail(p.pos, what+" (a function is written with parentheses: "+t.String()+"():execute)", strconv.Quote(word))
		case op&^fit != 0:
			return 0, p.failWord(what)
		}
		ops |= op
		p.pos += len(word)
		if p.peek() != ',' {
			return ops, nil
		}
		p.pos++
	}
}

// pattern reads a name or the wildcard.
func (p *parser) pattern(what string) (string, error) {
	if p.peek() == '*' {
		p.pos++
		return wildcard, nil
	}
	return p.name(what)
}

// name reads a name and decodes it.
func (p *parser) name(what string) (string, error) {
	start := p.pos
	var b strings.Builder
	for p.pos < len(p.text) {
		r, size := utf8.DecodeRuneInString(p.text[p.pos:])
		if r == '%' {
			c, err := p.escape()
			if err != nil {
				return "", err
			}
			b.WriteByte(c)
			continue
		}
		if !plain(r) {
			break
		}
		b.WriteString(p.text[p.pos : p.pos+size])
		p.pos += size
	}
	switch {
	case p.pos == start:
		return "", p.fail(p.pos, what, p.found())
	case p.stray():
		return "", p.fail(p.pos, "this character percent-encoded ("+p.encoded()+")", p.found())
	case !utf8.ValidString(b.String()):
		return "", p.fail(start, what+" in valid UTF-8", strconv.Quote(p.text[start:p.pos]))
	}
	return b.String(), nil
}

// escape reads % and two hexadecimal digits.
func (p *parser) escape() (byte, error) {
	if p.pos+3 > len(p.text) {
		return 0, p.fail(p.pos, "two hexadecimal digits after %", "the end of the scope")
	}
	digits := p.text[p.pos : p.pos+3]
	c, err := strconv.ParseUint(digits[1:], 16, 8)
	if err != nil {
		return 0, p.fail(p.pos, "two hexadecimal digits after %", strconv.Quote(digits))
	}
	if c == 0 {
		return 0, p.fail(p.pos, "a character that a name can hold", "a NUL byte (%00)")
	}
	p.pos += 3
	return byte(c), nil
}

// stray says whether the next character has no meaning in a scope, so that it
// must have been meant as part of a name.
func (p *parser) stray() bool {
	return p.pos < len(p.text) && !strings.ContainsRune("/.(),:* ", rune(p.peek()))
}

func (p *parser) encoded() string {
	_, size := utf8.DecodeRuneInString(p.text[p.pos:])
	return EncodeName(p.text[p.pos : p.pos+size])
}

// word returns the run of lower-case letters at the position, and whatever
// sticks to it, without moving on.
func (p *parser) word() string {
	rest := p.text[p.pos:]
	if end := strings.IndexAny(rest, ", "); end >= 0 {
		return rest[:end]
	}
	return rest
}

func (p *parser) peek() byte {
	if p.pos < len(p.text) {
		return p.text[p.pos]
	}
	return 0
}

func (p *parser) expect(c byte, what string) error {
	if p.peek() != c || p.pos == len(p.text) {
		return p.fail(p.pos, what, p.found())
	}
	p.pos++
	return nil
}

// found describes the next character.
func (p *parser) found() string {
	if p.pos == len(p.text) {
		return "the end of the scope"
	}
	_, size := utf8.DecodeRuneInString(p.text[p.pos:])
	return strconv.Quote(p.text[p.pos : p.pos+size])
}

// failWord fails at the word that comes next.
func (p *parser) failWord(expected string) error {
	word := p.word()
	if word == "" {
		return p.fail(p.pos, expected, p.found())
	}
	const limit = 40 // of bytes shown
	if len(word) > limit {
		return p.fail(p.pos, expected, strconv.Quote(word[:limit])+"…")
	}
	return p.fail(p.pos, expected, strconv.Quote(word))
}

func (p *parser) fail(pos int, expected, found string) error {
	return &SyntaxError{Text: p.text, Pos: pos, Expected: expected, Found: found}
}
