package differential

import (
	"fmt"
	"slices"
	"strings"
)

// The reference on MariaDB: what an account must be granted to hold exactly a
// scope. It has no role, and nothing global but USAGE.

// A scope's operations as the server's privileges. On a sequence, NEXTVAL asks
// for SELECT and INSERT, LASTVAL for SELECT, SETVAL for INSERT (Item_func_nextval
// and its kin, item_func.h; sql_sequence.cc).
var (
	mysqlPrivileges = map[string][]string{
		"select": {"SELECT"}, "insert": {"INSERT"}, "update": {"UPDATE"}, "delete": {"DELETE"},
		"references": {"REFERENCES"}, "trigger": {"TRIGGER"}, "truncate": {"DROP"},
		"ddl": {"CREATE", "ALTER", "DROP", "INDEX", "CREATE VIEW", "SHOW VIEW"},
	}
	mysqlSequencePrivileges = map[string][]string{"usage": {"SELECT", "INSERT"}, "update": {"INSERT"}, "select": {"SELECT"}}
	// What a schema's wildcard brings beside.
	mysqlSchemaPrivileges = map[string][]string{"ddl": {"CREATE ROUTINE", "ALTER ROUTINE"}, "execute": {"EXECUTE"}}
)

// mysqlGrants returns the commands that give an account exactly what a scope
// says. A schema that is named at all lets it be the default one, and holds
// temporary tables and locks.
func (v *inventory) mysqlGrants(account string, s scope) (sql []string) {
	for i := range s {
		g := &s[i]
		for _, schema := range v.schemas {
			if g.schema != schema && g.schema != "*" {
				continue
			}
			sql = append(sql, fmt.Sprintf("GRANT CREATE TEMPORARY TABLES, LOCK TABLES ON %s.* TO %s", backquote(schema), account))
			for _, target := range g.targets(v, schema) {
				sql = append(sql, "GRANT "+target+" TO "+account)
			}
			if list := s.ahead(v, schema, g); len(list) > 0 {
				sql = append(sql, fmt.Sprintf("GRANT %s ON %s.%s TO %s", strings.Join(list, ", "), backquote(schema), backquote(g.object), account))
			}
		}
	}
	return sql
}

// ahead are the privileges on a table that is not there yet, which the server
// takes only together with CREATE.
func (s scope) ahead(v *inventory, schema string, g *grant) (out []string) {
	if g.function || g.object == "*" || !g.has("ddl") || v.find(schema, g.object) != nil {
		return nil
	}
	for i := range s {
		if o := &s[i]; o.schema == g.schema && o.object == g.object && !o.function && len(o.columns) == 0 {
			out = append(out, o.privileges(mysqlPrivileges)...)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// targets are the privileges of a grant in a schema, each with ON and what it
// is on.
func (g *grant) targets(v *inventory, schema string) (out []string) {
	if g.object == "*" && !g.function {
		if list := g.privileges(mysqlPrivileges, mysqlSchemaPrivileges); len(list) > 0 {
			out = append(out, strings.Join(list, ", ")+" ON "+backquote(schema)+".*")
		}
	}
	for _, r := range v.relations[schema] {
		if g.function || g.object != "*" && g.object != r.name || g.object == "*" && r.kind != "S" {
			continue
		}
		of := mysqlPrivileges
		if r.kind == "S" {
			of = mysqlSequencePrivileges
		}
		list := g.privileges(of, nil)
		for i := range list {
			if len(g.columns) > 0 {
				list[i] += " (" + backquoteAll(g.columns) + ")"
			}
		}
		if g.has("ddl") && r.kind == "S" {
			list = append(list, mysqlPrivileges["ddl"]...)
		}
		if len(list) > 0 {
			out = append(out, strings.Join(list, ", ")+" ON "+backquote(schema)+"."+backquote(r.name))
		}
	}
	for _, f := range v.functions[schema] {
		if g.function && g.has("execute") && strings.EqualFold(f.name, g.object) {
			out = append(out, "EXECUTE ON "+f.kind+" "+f.signature)
		}
	}
	return out
}

// privileges are those that the grant's operations stand for, once each.
func (g *grant) privileges(lists ...map[string][]string) (out []string) {
	for _, list := range lists {
		for op, privileges := range list {
			if len(g.columns) > 0 && !slices.Contains(columnOps, op) || !g.has(op) {
				continue
			}
			for _, p := range privileges {
				if !slices.Contains(out, p) {
					out = append(out, p)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

func backquote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

func backquoteAll(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = backquote(n)
	}
	return strings.Join(out, ", ")
}
