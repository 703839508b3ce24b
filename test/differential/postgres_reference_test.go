package differential

import (
	"fmt"
	"slices"
	"strings"
)

// The reference: what a role must be granted to hold exactly a scope.
//
// The role can log in, has no attributes and is a member of nothing. What
// PUBLIC has on the database (CONNECT, TEMP) stays; what PUBLIC has on the
// user's schemas and functions was revoked when the server was made
// (server_test.go), but for the functions of harmless extensions.

// What `all` stands for on a relation, a column, a sequence.
var (
	relationOps = []string{"select", "insert", "update", "delete", "truncate", "references", "trigger"}
	columnOps   = []string{"select", "insert", "update", "references"}
	sequenceOps = []string{"usage", "select", "update"}
)

// grants returns the commands that give a role exactly what the scope says.
// Ownership comes first: what it brings along is revoked, what is granted is not.
func (v *inventory) grants(role string, s scope) (sql []string) {
	for i := range s {
		for _, schema := range v.schemas {
			if g := &s[i]; g.has("ddl") && (g.schema == schema || g.schema == "*") {
				sql = append(sql, g.ownership(v, schema, role)...)
			}
		}
	}
	add := func(format string, args ...any) {
		sql = append(sql, fmt.Sprintf(format, args...)+" TO "+role)
	}
	for i := range s {
		g := &s[i]
		for _, schema := range v.schemas {
			if g.schema != schema && g.schema != "*" {
				continue
			}
			add("GRANT USAGE ON SCHEMA %s", quote(schema))
			for _, r := range v.relations[schema] {
				if !g.function && (g.object == "*" || g.object == r.name) {
					g.onRelation(v, r, add)
				}
			}
			for _, f := range v.functions[schema] {
				if f.name == g.object && g.function || g.object == "*" && g.has("execute") {
					add("GRANT EXECUTE ON ROUTINE %s", f.signature)
				}
			}
		}
	}
	return sql
}

func (g *grant) onRelation(v *inventory, r *relation, add func(string, ...any)) {
	ops, kind, columns := relationOps, "TABLE", ""
	if v.version >= 17 {
		ops = append(slices.Clone(ops), "maintain")
	}
	if r.kind == "S" {
		ops, kind = sequenceOps, "SEQUENCE"
	} else if len(g.columns) > 0 {
		ops, columns = columnOps, " ("+quoteAll(g.columns)+")"
	}
	for _, op := range ops {
		if g.has(op) {
			add("GRANT %s%s ON %s %s", strings.ToUpper(op), columns, kind, r.full())
		}
	}
}

// ownership is what `ddl` stands for: on everything of a schema CREATE there
// and ownership, on an object its ownership; without the rights on rows that
// come with ownership, which `ddl` does not give.
func (g *grant) ownership(v *inventory, schema, role string) (sql []string) {
	if g.object == "*" {
		sql = append(sql, "GRANT CREATE ON SCHEMA "+quote(schema)+" TO "+role)
	}
	for _, o := range v.owned[schema] {
		if g.object == "*" || g.object == o.name {
			sql = append(sql, fmt.Sprintf("ALTER %s %s OWNER TO %s", o.kind, o.identity, role))
			if o.relation {
				sql = append(sql, fmt.Sprintf("REVOKE ALL ON %s FROM %s", o.identity, role))
			}
		}
	}
	return sql
}

func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quoteAll(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = quote(n)
	}
	return strings.Join(out, ", ")
}
