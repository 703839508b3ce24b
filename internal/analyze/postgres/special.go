package postgres

import (
	"strconv"
	"strings"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/policy"
)

// special judges a call of one of the server's functions whose arguments say
// what it does.
func (w *walker) special(what special, name string, n *ast.FuncCall) {
	if n.FuncVariadic || n.AggStar || n.Over != nil {
		w.fail(policy.RuleFunction, w.pos(name), "%s cannot be judged when it is called like this", name)
		return
	}
	args := items(n.Args)
	w.literal = true
	switch what {
	case specialNextval:
		w.sequence(name, args, 1, 1, policy.Usage|policy.Update)
	case specialCurrval:
		w.sequence(name, args, 1, 1, policy.Usage|policy.Select)
	case specialSetval:
		w.sequence(name, args, 2, 3, policy.Update)
	case specialSetConfig:
		w.setConfig(n, args)
	case specialShow:
		w.currentSetting(args)
	case specialRewrite:
		if len(args) != 3 {
			w.fail(policy.RuleFunction, w.pos(name), "%s with %d arguments runs a query given as text", name, len(args))
		}
	case specialSleep:
		w.sleep(args)
	default:
		w.denied(catalogSchema, name)
	}
}

// text returns the value of an argument that is a text literal, with or
// without a cast to text or regclass.
func text(n ast.Node) (string, bool) {
	for {
		switch x := n.(type) {
		case *ast.ParenExpr:
			n = x.Expr
		case *ast.TypeCast:
			name, _ := lastField(x.TypeName.Names)
			if name != "regclass" && name != "text" || len(items(x.TypeName.ArrayBounds)) > 0 {
				return "", false
			}
			n = x.Arg
		case *ast.A_Const:
			s, ok := x.Val.(*ast.String)
			if !ok || x.Isnull {
				return "", false
			}
			return s.SVal, true
		default:
			return "", false
		}
	}
}

// sequence judges nextval and its kin: the sequence must be named by a literal.
func (w *walker) sequence(name string, args []ast.Node, least, most int, op policy.Op) {
	if len(args) < least || len(args) > most {
		w.fail(policy.RuleUndefined, w.pos(name), "function %s with %d arguments does not exist", name, len(args))
		return
	}
	written, ok := text(args[0])
	if !ok {
		w.fail(policy.RuleFunction, w.pos(name), "%s of something other than a sequence's name, written as a literal", name)
		return
	}
	names, ok := splitName(written)
	if !ok || len(names) > 2 {
		w.fail(policy.RuleFunction, w.pos(name), "%s: the name of the sequence cannot be read", name)
		return
	}
	schema := ""
	if len(names) == 2 {
		schema = names[0]
	}
	rel := w.relation(schema, names[len(names)-1])
	if rel == nil {
		return
	}
	if rel.Kind != 'S' {
		w.fail(policy.RuleUndefined, w.pos(name), "%q is not a sequence", dotted(rel.Schema, rel.Name))
		return
	}
	if a := w.touch(rel, op); a.Pos < 0 { // its name is in a literal
		a.Pos = w.pos(name)
	}
}

// splitName reads a dotted name inside a literal (stringToQualifiedNameList,
// SplitIdentifierString): quoted or folded parts, white space around them. A
// name of digits alone would be an OID, and is refused.
func splitName(s string) ([]string, bool) {
	var names []string
	for {
		s = strings.TrimLeft(s, " \t\n\r\f\v")
		name, rest, ok := cutName(s)
		if !ok {
			return nil, false
		}
		names = append(names, truncate(name))
		s = strings.TrimLeft(rest, " \t\n\r\f\v")
		if s == "" {
			return names, true
		}
		if s[0] != '.' {
			return nil, false
		}
		s = s[1:]
	}
}

// cutName cuts one identifier off the front of s. To be safe it takes fewer
// forms than the server: letters, digits, _ and $, or a quoted name.
func cutName(s string) (name, rest string, ok bool) {
	if s == "" {
		return "", "", false
	}
	if s[0] == '"' {
		sc := scanner{text: []byte(s)}
		t := sc.identifier(0, 0)
		if t.kind != tokenQuoted {
			return "", "", false
		}
		return unquote(sc.text[:t.end]), s[t.end:], true
	}
	if chars[s[0]]&charIdentStart == 0 {
		return "", "", false
	}
	i := 1
	for i < len(s) && chars[s[i]]&charIdent != 0 {
		i++
	}
	return fold([]byte(s[:i])), s[i:], true
}

// sleep judges pg_sleep: a number of seconds as it stands, so that nothing can
// wait for longer than the upstream allows.
func (w *walker) sleep(args []ast.Node) {
	seconds, ok := 0.0, false
	if len(args) == 1 {
		seconds, ok = number(args[0])
	}
	if most := w.env.MaxSleep.Seconds(); !ok || seconds > most {
		w.fail(policy.RuleFunction, w.pos("pg_sleep"), "pg_sleep wants a number of seconds, written as a literal, of at most %g", most)
	}
}

// number returns the value of a literal number. What the server would make of
// other texts is not guessed.
func number(n ast.Node) (float64, bool) {
	c, ok := n.(*ast.A_Const)
	if !ok || c.Isnull {
		return 0, false
	}
	switch v := c.Val.(type) {
	case *ast.Integer:
		return float64(v.IVal), true
	case *ast.Float:
		f, err := strconv.ParseFloat(v.FVal, 64)
		return f, err == nil
	}
	return 0, false
}

func (w *walker) currentSetting(args []ast.Node) {
	if len(args) != 1 && len(args) != 2 {
		w.fail(policy.RuleUndefined, w.pos("current_setting"), "function current_setting with %d arguments does not exist", len(args))
		return
	}
	name, ok := text(args[0])
	if !ok {
		w.fail(policy.RuleSetting, w.pos("current_setting"), "current_setting of something other than a literal")
		return
	}
	if !settingReadable(name) {
		w.fail(policy.RuleSetting, w.pos("current_setting"), "the setting %q is not on the list of readable ones", name)
	}
}

// setConfig judges set_config as SET. The path is tracked, so a call that
// changes it must stand where it is sure to run once: alone in a SELECT.
func (w *walker) setConfig(n *ast.FuncCall, args []ast.Node) {
	pos := w.pos("set_config")
	if len(args) != 3 {
		w.fail(policy.RuleUndefined, pos, "function set_config with %d arguments does not exist", len(args))
		return
	}
	name, okName := w.settingName(n, args[0])
	value, okValue := text(args[1])
	local, okLocal := boolean(args[2])
	if !okName || !okValue || !okLocal {
		w.fail(policy.RuleSetting, pos, "set_config with arguments that are not literals")
		return
	}
	r := settingRule(name)
	if r.kind != ruleSearchPath {
		if !r.permits(value) {
			w.fail(policy.RuleSetting, pos, "the setting %q may not be changed to this value", name)
		}
		return
	}
	if n != w.sole {
		w.fail(policy.RuleSetting, pos, "set_config of search_path must be the only thing in a SELECT of its own")
		return
	}
	path, ok := splitPath(value)
	if !ok {
		w.fail(policy.RuleSetting, pos, "the search_path cannot be read")
		return
	}
	w.setPath(path, local)
}

func boolean(n ast.Node) (value, ok bool) {
	if p, isParen := n.(*ast.ParenExpr); isParen {
		return boolean(p.Expr)
	}
	if c, isConst := n.(*ast.A_Const); isConst && !c.Isnull {
		if b, isBool := c.Val.(*ast.Boolean); isBool {
			return b.BoolVal, true
		}
	}
	return false, false
}

// splitPath reads a search_path as a single string: identifiers between
// commas.
func splitPath(s string) ([]string, bool) {
	path := []string{}
	s = strings.TrimLeft(s, " \t\n\r\f\v")
	if s == "" {
		return path, true
	}
	for {
		name, rest, ok := cutPathName(s)
		if !ok {
			return nil, false
		}
		path = append(path, truncate(name))
		s = strings.TrimLeft(rest, " \t\n\r\f\v")
		if s == "" {
			return path, true
		}
		if s[0] != ',' {
			return nil, false
		}
		s = strings.TrimLeft(s[1:], " \t\n\r\f\v")
	}
}

// cutPathName is cutName, and takes $user without quotes as the server does.
func cutPathName(s string) (name, rest string, ok bool) {
	if rest, ok := strings.CutPrefix(s, "$user"); ok && (rest == "" || chars[rest[0]]&charIdent == 0) {
		return "$user", rest, true
	}
	if rest, ok := strings.CutPrefix(s, `""`); ok && !strings.HasPrefix(rest, `"`) {
		return "", rest, true
	}
	return cutName(s)
}
