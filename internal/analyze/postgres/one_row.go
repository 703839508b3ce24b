package postgres

import (
	"github.com/multigres/multigres/go/common/parser/ast"

	"github.com/sallyport-db/sallyport/internal/catalog"
)

// Of some catalogues a plain role sees a part of the rows: settings that are
// not secret, the activity of its own sessions. Clients ask for such a row by
// its key: SELECT setting FROM pg_settings WHERE name = 'max_index_keys', or
// … FROM pg_stat_ssl WHERE pid = pg_backend_pid(). That is judged like SHOW.
//
// Only as a statement of its own with nothing else in WHERE and no HAVING: the
// planner may put another condition, also one from around a sub-select, before
// the key's, and its error message would tell of rows that are not returned
// (order_qual_clauses, createplan.c).

// oneRow looks at the statement's FROM, which has been walked. If that is a
// catalogue, and WHERE picks a row that may be seen, the reading is noted for
// a relation that stands for the row.
func (w *walker) oneRow(n *ast.SelectStmt, s *scope) {
	if len(items(n.FromClause)) != 1 || len(s.items) != 1 || n.HavingClause != nil || n.WithClause != nil || w.fault != nil {
		return
	}
	from, ok := n.FromClause.Items[0].(*ast.RangeVar)
	it := s.items[0]
	if !ok || !it.plain() || from.Alias != nil && from.Alias.ColNames != nil || !isSystemSchema(it.rel.Schema) {
		return
	}
	rule := builtinRelations[objectKey{it.rel.Schema, it.rel.Name}]
	if rule.key == "" || !w.picks(n.WhereClause, rule.key, it.name) {
		return
	}
	row := *it.rel
	for i := range w.accesses {
		if w.accesses[i].rel == it.rel {
			w.accesses[i].rel = &row
		}
	}
	it.rel, w.row = &row, &row
}

// picks reports whether a condition is KEY = what may be seen. The operator
// and the function are pg_catalog's: both fit exactly, and it is searched first.
func (w *walker) picks(n ast.Node, key, from string) bool {
	e, ok := unwrap(n).(*ast.A_Expr)
	if !ok || len(items(e.Name)) != 1 || w.path()[0].Name != catalogSchema {
		return false
	}
	op, isString := e.Name.Items[0].(*ast.String)
	ref, isRef := unwrap(e.Lexpr).(*ast.ColumnRef)
	if !isString || op.SVal != "=" || !isRef || !namesColumn(ref, from, key) {
		return false
	}
	w.literal = true
	switch e.Kind {
	case ast.AEXPR_OP:
		w.setting, _ = text(e.Rexpr)
		return visible(e.Rexpr, key)
	case ast.AEXPR_IN:
		list, ok := e.Rexpr.(*ast.NodeList)
		for _, value := range items(list) {
			ok = ok && visible(value, key)
		}
		return ok
	}
	return false
}

func namesColumn(ref *ast.ColumnRef, from, column string) bool {
	names := items(ref.Fields)
	if !plainNames(names) || len(names) == 0 || len(names) > 2 || names[len(names)-1].(*ast.String).SVal != column {
		return false
	}
	return len(names) == 1 || truncate(names[0].(*ast.String).SVal) == from
}

// visible reports whether a value of the key stands for a row that every role
// may see: a setting that SHOW would show, the session's own process.
func visible(n ast.Node, key string) bool {
	if key == "name" {
		name, ok := text(n)
		return ok && settingReadable(name)
	}
	call, ok := unwrap(n).(*ast.FuncCall)
	if !ok || key != "pid" || len(items(call.Args)) > 0 || !plainNames(items(call.Funcname)) {
		return false
	}
	names := items(call.Funcname)
	k := len(names)
	return k > 0 && names[k-1].(*ast.String).SVal == "pg_backend_pid" &&
		(k == 1 || k == 2 && names[0].(*ast.String).SVal == catalogSchema)
}

// settingName is the name of a setting given to a call: a literal, or name where
// the call stands in the select list of the one row of that name. Dumps set what
// an older server may not have: SELECT set_config(name, 'x', false) FROM
// pg_settings WHERE name = 'y' (pg_dump.c, set_restrict_relation_kind).
func (w *walker) settingName(call *ast.FuncCall, n ast.Node) (string, bool) {
	ref, ok := unwrap(n).(*ast.ColumnRef)
	if !ok || w.row == nil || w.setting == "" || !namesColumn(ref, w.row.Name, "name") {
		return text(n)
	}
	for _, t := range items(w.top.TargetList) {
		if target, ok := t.(*ast.ResTarget); ok && target.Val == call {
			return w.setting, true
		}
	}
	return "", false
}

// rowColumns are the columns that may be read of a relation: more of one row
// than of all.
func (w *walker) rowColumns(rel *catalog.Relation) (class, []string) {
	rule := builtinRelations[objectKey{rel.Schema, rel.Name}]
	switch {
	case rel != w.row:
		return rule.class, rule.columns
	case rule.row == nil:
		return classFree, nil
	}
	return classColumns, rule.row
}
