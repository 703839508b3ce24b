package mysql

import (
	"strings"

	"vitess.io/vitess/go/vt/sqlparser"

	"github.com/sallyport-db/sallyport/policy"
)

// setByHand reads what the parser does not know of SET.
func (a *analysis) setByHand(p phrase) bool {
	a.asked = true
	switch {
	case p.word(1) == "statement":
		a.setStatement(p)
	case p.word(1) == "password":
		a.outsideGrants("SET PASSWORD", "accounts are not a token's to change")
	case p.word(1) == "role" && !p.punct(2, '='), p.are(1, "default", "role"):
		a.outsideGrants("SET ROLE", "it changes who the proxy's session is")
	case p.oneOf(1, "persist", "persist_only") && p.name(2) != "":
		a.tag("SET")
		a.fail(policy.RuleSetting, p.start(), "settings may not be changed for others")
	default:
		return false
	}
	return true
}

// setStatement judges MariaDB's SET STATEMENT a = 1, … FOR statement: the
// settings by themselves, but for those that decide how texts are read, and
// the statement by itself.
func (a *analysis) setStatement(p phrase) {
	at := p.outer(2, "for")
	if at < 0 {
		a.syntax(p, len(p.tokens))
		return
	}
	r := respell(p.text, p.tokens[2:at], true)
	a.past = a.past || r.past
	a.ledger.add(r)
	tree, err := parser.ParseStrictDDL("SET " + r.String())
	n, ok := tree.(*sqlparser.Set)
	if err != nil || !ok {
		a.syntax(p, 2)
		return
	}
	for _, e := range n.Exprs {
		if e.Var.Scope == sqlparser.VariableScope {
			a.syntax(p, 2)
		}
	}
	a.setStmt(n)
	if a.part.Effect.Kind != EffectNone {
		a.fail(policy.RuleSetting, p.start(), "SET STATEMENT may not change sql_mode")
	}
	a.read(p.from(at + 1))
	if a.part.Statement.Tag == "PREPARE" {
		a.fail(policy.RuleNotUnderstood, p.start(), "PREPARE below SET STATEMENT")
	}
}

// setStmt judges SET. Variables of the user's own are free, those of the
// session are on a list, everything global is refused.
func (a *analysis) setStmt(n *sqlparser.Set) {
	a.tag("SET")
	a.asked = true
	for _, e := range n.Exprs {
		name := strings.ToLower(e.Var.Name.String())
		a.saw(name)
		switch e.Var.Scope {
		case sqlparser.VariableScope:
			a.expr(e.Expr, &scope{})
		case sqlparser.NoScope, sqlparser.SessionScope, sqlparser.NextTxScope:
			a.setting(name, e.Expr)
		default:
			a.fail(policy.RuleSetting, a.span.start, "the setting %q may not be changed for others", name)
		}
	}
}

func (a *analysis) setting(name string, value sqlparser.Expr) {
	switch name {
	case "names", "charset", "character_set_client", "character_set_connection", "character_set_results", "collation_connection",
		"character_set_database", "collation_database", "character_set_server", "collation_server":
		a.charset(name, value)
	case "sql_mode":
		a.mode(value)
	default:
		if !freeSettings[name] {
			a.fail(policy.RuleSetting, a.span.start, "the setting %q may not be changed", name)
			return
		}
		a.expr(plain(value), &scope{})
	}
}

// plain takes a bare word for the string that it is: SET autocommit = ON.
func plain(value sqlparser.Expr) sqlparser.Expr {
	if c, ok := value.(*sqlparser.ColName); ok && c.Qualifier.IsEmpty() {
		return sqlparser.NewStrLiteral(c.Name.String())
	}
	return value
}

// written is a value that is written out: a string, a bare word, NULL, DEFAULT.
func (a *analysis) written(value sqlparser.Expr) (string, bool) {
	switch v := plain(value).(type) {
	case *sqlparser.Literal:
		return strings.ToLower(a.value(v)), true
	case *sqlparser.Default:
		return "default", v.ColName == ""
	case *sqlparser.NullVal:
		return "null", true
	}
	return "", false
}

// charset judges the character sets, by name or by that of a collation.
func (a *analysis) charset(name string, value sqlparser.Expr) {
	if name == "names" {
		a.collate()
	}
	v, ok := a.written(value)
	a.saw(v)
	set, _, _ := strings.Cut(v, "_")
	if ok && (safeCharset(set) || name == "character_set_results" && v == "null") {
		if readsTexts(name) && (a.env.Mode.OtherBytes || !utf8Charset(set)) {
			a.part.Moves = true // the server is asked how it reads texts then
		}
		return
	}
	a.fail(policy.RuleSetting, a.span.start, "the setting %q may not be changed to this value: use utf8mb4", name)
}

// collate accounts for the collation of SET NAMES … COLLATE, which the parser
// drops. One of another character set is an error to the server.
func (a *analysis) collate() {
	for i, t := range a.span.tokens {
		if i == 0 || !strings.EqualFold(a.textOf(a.span.tokens[i-1]), "collate") {
			continue
		}
		name := strings.ToLower(a.textOf(t))
		if set, _, _ := strings.Cut(name, "_"); safeCharset(set) {
			a.saw(name)
		}
	}
}

func (a *analysis) textOf(t token) string {
	a.asked = a.asked || t.literal()
	return string(a.text[t.start:t.end])
}

// readsTexts says that a setting decides the character set of texts.
func readsTexts(name string) bool {
	return name == "names" || name == "charset" || name == "character_set_client"
}

func utf8Charset(set string) bool { return set == "utf8" || set == "utf8mb3" || set == "utf8mb4" }

// safeCharset reports whether no character of a set holds a byte below 0x80
// but the ASCII characters themselves, so that no quote can hide in one.
func safeCharset(set string) bool {
	switch set {
	case "ascii", "binary", "utf8", "utf8mb3", "utf8mb4", "latin1", "latin2", "latin5", "latin7", "cp1250", "cp1251", "cp1256", "cp1257":
		return true
	}
	return false
}

// mode judges sql_mode, which decides how the next text is read. As a number or
// as bytes it could be any mode (Sys_var_set::do_check, sys_vars.inl).
func (a *analysis) mode(value sqlparser.Expr) {
	if a.addsToMode(value) {
		a.part.Effect = Effect{Kind: EffectMode, Mode: a.env.Mode}
		return
	}
	v, ok := a.written(value)
	if l, literal := plain(value).(*sqlparser.Literal); !ok || literal && l.Type != sqlparser.StrVal {
		a.fail(policy.RuleSetting, a.span.start, "sql_mode may be set to a string, or to CONCAT(@@sql_mode, ',…')")
		return
	}
	m, ok := ParseMode(v)
	if !ok || v == "default" || v == "null" || m != (Mode{}) {
		a.fail(policy.RuleSetting, a.span.start, "sql_mode may not have ANSI_QUOTES, NO_BACKSLASH_ESCAPES or ORACLE, which change how statements are read")
		return
	}
	m.OtherBytes = a.env.Mode.OtherBytes
	a.part.Effect = Effect{Kind: EffectMode, Mode: m}
}

// addsToMode reports whether a value is the mode as it is, with more names
// behind it that do not change how texts are read: CONCAT(@@sql_mode, ',…'),
// by which drivers make the server strict.
func (a *analysis) addsToMode(value sqlparser.Expr) bool {
	switch v := value.(type) {
	case *sqlparser.Variable:
		return (v.Scope == sqlparser.SessionScope || v.Scope == sqlparser.NoScope) && v.Name.EqualString("sql_mode")
	case *sqlparser.FuncExpr:
		if !v.Name.EqualString("concat") || !v.Qualifier.IsEmpty() || len(v.Exprs) == 0 || !a.addsToMode(v.Exprs[0]) {
			return false
		}
		a.saw(v.Name.String())
		for _, e := range v.Exprs[1:] {
			l, ok := e.(*sqlparser.Literal)
			if !ok || l.Type != sqlparser.StrVal || !strings.HasPrefix(a.value(l), ",") { // else it could go on with the name before
				return false
			}
			if m, ok := ParseMode(a.value(l)); !ok || m != (Mode{}) {
				return false
			}
		}
		return true
	}
	return false
}

// ParseMode reads a value of sql_mode. ok is false where statements cannot be
// read under it at all.
func ParseMode(value string) (m Mode, ok bool) {
	for _, name := range strings.Split(strings.ToUpper(value), ",") {
		switch strings.TrimSpace(name) {
		case "ANSI_QUOTES", "ANSI", "DB2", "MAXDB", "MSSQL", "POSTGRESQL":
			m.ANSIQuotes = true
		case "NO_BACKSLASH_ESCAPES":
			m.NoBackslash = true
		case "ORACLE":
			return m, false
		}
	}
	return m, true
}
