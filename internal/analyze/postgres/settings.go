package postgres

import (
	"fmt"
	"strings"

	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/policy"
)

// set judges SET, SET LOCAL and RESET.
func (a *analysis) set(n *ast.VariableSetStmt) {
	a.literal = true
	a.tag("SET")
	switch n.Kind {
	case ast.VAR_SET_VALUE:
		a.setValue(n)
	case ast.VAR_SET_DEFAULT:
		a.reset(n.Name, n.IsLocal)
	case ast.VAR_RESET:
		a.tag("RESET")
		a.reset(n.Name, false)
	case ast.VAR_RESET_ALL:
		a.tag("RESET")
		a.effect = Effect{Kind: EffectResetPath}
	case ast.VAR_SET_MULTI:
		a.setTransaction(n)
	default:
		a.fail(policy.RuleSetting, a.pos(n.Name), "SET %s FROM CURRENT has no meaning outside a function", n.Name)
	}
}

func (a *analysis) setValue(n *ast.VariableSetStmt) {
	values, ok := settingValues(n.Args)
	if !ok {
		a.fail(policy.RuleSetting, a.pos(n.Name), "the value given to %s cannot be read", n.Name)
		return
	}
	r := settingRule(n.Name)
	switch {
	case r.kind == ruleSearchPath:
		for i := range values {
			values[i] = truncate(values[i])
		}
		a.setPath(values, n.IsLocal)
	case !r.permits(strings.Join(values, ", ")):
		a.fail(policy.RuleSetting, a.pos(n.Name), "the setting %q may not be changed to this value", n.Name)
	}
}

// settingValues returns the elements of a SET list as the server sees them.
func settingValues(list *ast.NodeList) ([]string, bool) {
	out := make([]string, 0, len(items(list)))
	for _, n := range items(list) {
		switch n := n.(type) {
		case *ast.String:
			out = append(out, n.SVal)
		case *ast.Integer:
			out = append(out, fmt.Sprint(n.IVal))
		case *ast.Float:
			out = append(out, n.FVal)
		case *ast.A_Const:
			v, ok := settingValues(ast.NewNodeList(n.Val))
			if !ok || n.Isnull {
				return nil, false
			}
			out = append(out, v...)
		case *ast.TypeCast: // SET TIME ZONE INTERVAL '…'
			v, ok := settingValues(ast.NewNodeList(n.Arg))
			if !ok {
				return nil, false
			}
			out = append(out, v...)
		default:
			return nil, false
		}
	}
	return out, true
}

// setPath judges a new search_path. Schemas that do not exist are passed over
// when names are looked up. Of temporary ones only the session's own may be in
// it.
func (w *walker) setPath(path []string, local bool) {
	kept := make([]string, 0, len(path))
	for _, name := range path {
		if name == "" {
			continue // no schema has an empty name: the path without any
		}
		if w.env.Catalog.ForeignTemp([]string{name}) {
			w.fail(policy.RuleSetting, w.pos(name), "search_path may not name another session's schema of temporary objects")
		}
		kept = append(kept, name)
	}
	w.effect = Effect{Kind: EffectSetPath, Path: kept, Local: local}
}

func (a *analysis) reset(name string, local bool) {
	r := settingRule(name)
	switch {
	case !r.resettable():
		a.fail(policy.RuleSetting, a.pos(name), "the setting %q may not be reset", name)
	case r.kind == ruleSearchPath && local:
		// A RESET ALL behind it would leave out the search_path (guc.c,
		// ResetAllOptions, looks at where the current value is from), and the
		// session's own value would be back after the transaction.
		a.fail(policy.RuleSetting, -1, "search_path may not be reset for a transaction alone: use SET LOCAL with a value, or RESET")
	case r.kind == ruleSearchPath:
		a.effect = Effect{Kind: EffectResetPath}
	}
}

// setTransaction judges SET TRANSACTION and SET SESSION CHARACTERISTICS.
func (a *analysis) setTransaction(n *ast.VariableSetStmt) {
	for _, x := range items(n.Args) {
		d, ok := x.(*ast.DefElem)
		if !ok {
			a.unknown(x)
			return
		}
		switch d.Defname {
		case "transaction_isolation", "transaction_read_only", "transaction_deferrable":
		default:
			a.fail(policy.RuleSetting, -1, "the setting %q may not be changed", d.Defname)
		}
	}
}

func (a *analysis) show(n *ast.VariableShowStmt) {
	a.tag("SHOW")
	a.literal = true
	if !settingReadable(n.Name) {
		a.fail(policy.RuleSetting, a.pos(n.Name), "the setting %q is not on the list of readable ones", n.Name)
	}
}
