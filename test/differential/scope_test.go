package differential

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

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

// has says whether the grant carries an operation, by name or as `all`.
func (g *grant) has(op string) bool {
	return slices.Contains(g.ops, op) || slices.Contains(g.ops, "all")
}

// mustScope reads a scope that stands in the code.
func mustScope(text string) scope {
	s, err := parseScope(text)
	if err != nil {
		panic(err)
	}
	return s
}
