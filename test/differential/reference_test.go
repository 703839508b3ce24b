package differential

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// The reference: what a role must be granted to hold exactly a scope.
//
// The role can log in, has no attributes and is a member of nothing. What
// PUBLIC has on the database (CONNECT, TEMP) stays; what PUBLIC has on the
// user's schemas and functions was revoked when the server was made
// (server_test.go), but for the functions of harmless extensions.

// grant is one grant of a scope. Object "*" is everything in the schema.
type grant struct {
	schema, object string
	function       bool // schema.object()
	columns        []string
	ops            []string
}

func (g grant) String() string {
	out := upstream + "/" + encode(g.schema) + "." + encode(g.object)
	if g.function {
		out += "()"
	}
	if len(g.columns) > 0 {
		names := make([]string, len(g.columns))
		for i, c := range g.columns {
			names[i] = encode(c)
		}
		out += "(" + strings.Join(names, ",") + ")"
	}
	return out + ":" + strings.Join(g.ops, ",")
}

// encode writes a name as a scope does. It encodes more than it must: whatever
// is not an ASCII letter, digit or underscore.
func encode(name string) string {
	if name == "*" {
		return name
	}
	var b strings.Builder
	for _, c := range []byte(name) {
		if c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// scope is a list of grants on the one upstream there is.
type scope []grant

func (s scope) String() string {
	var out []string
	for _, g := range s {
		out = append(out, g.String())
	}
	return strings.Join(out, " ")
}

func parseScope(text string) (s scope, err error) {
	for _, field := range strings.Fields(text) {
		target, ops, ok := strings.Cut(strings.TrimPrefix(field, upstream+"/"), ":")
		if !ok {
			return nil, fmt.Errorf("%s is no grant", field)
		}
		g := grant{ops: strings.Split(ops, ",")}
		target, columns, listed := strings.Cut(strings.TrimSuffix(target, ")"), "(")
		g.function = listed && columns == ""
		if columns != "" {
			g.columns = strings.Split(columns, ",")
		}
		g.schema, g.object, _ = strings.Cut(target, ".")
		for _, name := range append([]*string{&g.schema, &g.object}, pointers(g.columns)...) {
			if *name, err = url.PathUnescape(*name); err != nil {
				return nil, err
			}
		}
		s = append(s, g)
	}
	return s, nil
}

func pointers(s []string) (out []*string) {
	for i := range s {
		out = append(out, &s[i])
	}
	return out
}

// What `all` stands for on a relation, a column, a sequence.
var (
	relationOps = []string{"select", "insert", "update", "delete", "truncate", "references", "trigger"}
	columnOps   = []string{"select", "insert", "update", "references"}
	sequenceOps = []string{"usage", "select", "update"}
)

// has says whether the grant carries an operation, by name or as `all`.
func (g *grant) has(op string) bool {
	return slices.Contains(g.ops, op) || slices.Contains(g.ops, "all")
}

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
