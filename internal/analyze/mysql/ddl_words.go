package mysql

import (
	"strings"

	"github.com/sallyport-db/sallyport/policy"
)

// What the parser does not read, or does not keep, and is words and names
// alone is read here: token by token, to the last.

// cursor reads tokens: each method takes what it says, or nothing.
type cursor struct {
	*analysis
	at int
}

func (p *cursor) take(words ...string) bool {
	if p.word(p.at, words...) {
		p.at++
		return true
	}
	return false
}

func (p *cursor) mark(c byte) bool {
	if p.at < len(p.span.tokens) && punct(p.text, p.span.tokens[p.at], c) {
		p.at++
		return true
	}
	return false
}

func (p *cursor) kind(k tokenKind) bool {
	if p.at < len(p.span.tokens) && p.span.tokens[p.at].kind == k {
		p.at++
		return true
	}
	return false
}

func (p *cursor) done() bool { return p.at == len(p.span.tokens) }

// ifExists takes IF EXISTS, or IF NOT EXISTS.
func (p *cursor) ifExists() {
	if p.take("if") {
		p.take("not")
		p.spelled.optional = p.take("exists")
	}
}

// identifier takes one part of a name.
func (p *cursor) identifier() string {
	if p.at >= len(p.span.tokens) {
		return ""
	}
	t := p.span.tokens[p.at]
	name := string(p.text[t.start:t.end])
	switch t.kind {
	case tokenWord:
	case tokenQuoted:
		name = strings.ReplaceAll(name[1:len(name)-1], "``", "`")
	default:
		return ""
	}
	p.at++
	p.saw(name)
	return name
}

// name takes a name with or without its database's.
func (p *cursor) name() (schema, name string) {
	name = p.identifier()
	if name != "" && p.mark('.') {
		schema, name = name, p.identifier()
	}
	return schema, name
}

// names takes names between commas, and gives each to f. It returns false if
// there is none where one must stand.
func (p *cursor) names(f func(schema, name string)) bool {
	for {
		schema, name := p.name()
		if name == "" {
			return false
		}
		f(schema, name)
		if !p.mark(',') {
			return true
		}
	}
}

// words judges a statement of words and names. It returns false for every
// other. Every token is looked at, so that the ledger has nothing to say.
func (a *analysis) words() bool {
	before := a.ledger
	a.ledger = &ledger{index: make(map[string]int, 16), ddl: true} // for where names stand
	a.ledger.add(&respelling{phrase: phrase{a.text, a.span.tokens}})
	p := &cursor{analysis: a}
	if a.opaque = p.statement(); !a.opaque {
		a.ledger = before
	}
	return a.opaque
}

func (p *cursor) statement() bool {
	switch {
	case p.take("create"):
		p.replaces()
		temp := p.take("temporary")
		return p.take("sequence") && p.sequence("CREATE SEQUENCE", temp)
	case p.take("alter"):
		return p.take("sequence") && p.sequence("ALTER SEQUENCE", false)
	case p.take("drop"):
		return p.drop()
	case p.take("analyze", "check", "checksum", "optimize", "repair"):
		return p.maintain()
	}
	return false
}

func (p *cursor) replaces() {
	if p.word(p.at, "or") && p.word(p.at+1, "replace") {
		p.at += 2
	}
}

// finished refuses what is left of the text.
func (p *cursor) finished(ok bool) bool {
	if !ok || !p.done() {
		p.fail(policy.RuleNotUnderstood, p.span.start, "the statement does not parse: %s has more, or less, than is read here", p.verb())
	}
	return true
}

func (p *cursor) verb() string {
	t := p.span.tokens[0]
	return strings.ToUpper(string(p.text[t.start:t.end]))
}

// sequence judges CREATE and ALTER SEQUENCE (create_table_precheck,
// sql_parse.cc; Sql_cmd_alter_sequence::execute, sql_sequence.cc).
func (p *cursor) sequence(tag string, temp bool) bool {
	p.ddl(tag)
	p.ifExists()
	schema, name := p.name()
	for p.take("start", "with", "increment", "by", "minvalue", "maxvalue", "no", "nominvalue", "nomaxvalue", "cache", "nocache",
		"cycle", "nocycle", "restart", "noncache") || p.kind(tokenNumber) || p.mark('=') || p.mark('-') {
		continue
	}
	schema, name, ok := p.located(schema, name)
	switch {
	case !ok:
	case temp:
		p.makeTemporary(schema)
	case tag == "ALTER SEQUENCE" && !p.spelled.optional && p.env.Catalog.Table(schema, name) == nil && p.temporary(schema, name) == nil:
		p.fail(policy.RuleUndefined, p.pos(name), "sequence %q does not exist", schema+"."+name)
	default:
		p.changed(schema, name)
	}
	return p.finished(name != "" || !ok)
}

// changed asks for ddl on a name, unless it is that of a temporary table.
func (p *cursor) changed(schema, name string) {
	if temp := p.temporary(schema, name); temp != nil {
		p.whole(temp, policy.DDL)
		return
	}
	p.onName(schema, name, policy.DDL)
}

// drop judges DROP of sequences, routines and triggers.
func (p *cursor) drop() bool {
	temp := p.take("temporary")
	switch {
	case p.take("sequence"):
		p.ddl("DROP SEQUENCE")
		p.ifExists()
		return p.finished(p.names(func(schema, name string) { p.dropSequence(schema, name, temp) }))
	case temp:
		return false
	case p.take("function"):
		return p.dropRoutine("DROP FUNCTION", false)
	case p.take("procedure"):
		return p.dropRoutine("DROP PROCEDURE", true)
	case p.take("trigger"):
		return p.dropTrigger()
	}
	return false
}

func (p *cursor) dropSequence(schema, name string, temp bool) {
	schema, name, ok := p.located(schema, name)
	switch {
	case !ok || temp:
	case !p.spelled.optional && p.env.Catalog.Table(schema, name) == nil && p.temporary(schema, name) == nil:
		p.fail(policy.RuleUndefined, p.pos(name), "sequence %q does not exist", schema+"."+name)
	default:
		p.changed(schema, name)
	}
}

// dropRoutine asks for ALTER ROUTINE, which is of ddl. A bare name could be
// that of a loadable function, which comes first (mysql_execute_command,
// SQLCOM_DROP_FUNCTION).
func (p *cursor) dropRoutine(tag string, procedure bool) bool {
	p.ddl(tag)
	p.ifExists()
	schema, name := p.name()
	if schema == "" && !procedure {
		p.unrestricted("a bare name could be that of a loadable function: write it with its database's")
		return true
	}
	schema, name, ok := p.located(schema, name)
	if !ok {
		return true
	}
	if r := p.env.Catalog.Routine(schema, name, procedure); r != nil {
		name = r.Name
	} else if !p.spelled.optional {
		p.fail(policy.RuleUndefined, p.pos(name), "%s.%s does not exist", schema, name)
	}
	p.object(policy.Access{Kind: policy.KindFunction, Op: policy.DDL, Schema: schema, Object: name})
	return p.finished(name != "")
}

// dropTrigger asks for TRIGGER on the trigger's table.
func (p *cursor) dropTrigger() bool {
	p.ddl("DROP TRIGGER")
	p.ifExists()
	schema, name := p.name()
	schema, _, ok := p.located(schema, "")
	if !ok {
		return true
	}
	t := p.env.Catalog.Trigger(schema, name)
	if t == nil {
		p.fail(policy.RuleUndefined, p.pos(name), "trigger %s.%s does not exist", schema, name)
		return true
	}
	p.whole(t, policy.Trigger)
	return p.finished(true)
}

// maintain judges ANALYZE, CHECK, CHECKSUM, OPTIMIZE and REPAIR TABLE: SELECT
// and INSERT, or SELECT alone where nothing is changed (Sql_cmd_…_table::execute,
// sql_admin.cc; SQLCOM_CHECKSUM, sql_parse.cc).
func (p *cursor) maintain() bool {
	verb := p.verb()
	p.take("no_write_to_binlog", "local")
	if !p.take("table", "tables") {
		return false
	}
	p.tag(verb + " TABLE")
	ok := p.names(func(schema, name string) {
		if rel := p.relation(schema, name); rel != nil {
			p.touch(rel, policy.Select)
			if verb != "CHECK" && verb != "CHECKSUM" {
				p.touch(rel, policy.Insert)
			}
		}
	})
	for p.take("quick", "fast", "medium", "extended", "changed", "use_frm", "force") {
		continue
	}
	return p.finished(ok)
}
