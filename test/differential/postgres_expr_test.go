package differential

import (
	"fmt"
	"slices"
	"strings"
)

// expr writes an expression of a type.
func (g *postgresGenerator) expr(t string, sources []*source) string {
	if g.oneIn(40) { // correlated, or lateral
		for _, outer := range g.outer {
			if c := g.columnOf(t, outer); c != "" {
				return c
			}
		}
	}
	if !g.oneIn(3) {
		if c := g.columnOf(t, sources); c != "" {
			return c
		}
	}
	if g.oneIn(6) {
		if c := g.call(t, sources); c != "" {
			return c
		}
	}
	if g.oneIn(7) && g.spend() {
		g.outer = append(g.outer, sources)
		defer func() { g.outer = g.outer[:len(g.outer)-1] }()
		text, _ := g.plainQuery([]string{t}, false)
		return "(" + text + " LIMIT 1)"
	}
	if g.oneIn(9) {
		return "CASE WHEN " + g.boolean(sources) + " THEN " + g.simple(t, sources) + " ELSE " + g.simple(t, sources) + " END"
	}
	switch t {
	case "integer":
		return g.integer(sources)
	case "text":
		return g.text(sources)
	case "boolean":
		return g.boolean(sources)
	}
	return g.simple(t, sources)
}

// simple is a column or a literal.
func (g *postgresGenerator) simple(t string, sources []*source) string {
	if g.oneIn(2) {
		if c := g.columnOf(t, sources); c != "" {
			return c
		}
	}
	switch t {
	case "integer":
		return fmt.Sprint(g.IntN(9))
	case "text":
		return "'" + g.pick("a", "b", "x y", "") + "'::text"
	case "boolean":
		return g.pick("true", "false")
	case "numeric":
		return "1.5"
	}
	return "NULL::" + t
}

// columnOf also names a column as one of a row, or as if it were a function.
func (g *postgresGenerator) columnOf(t string, sources []*source) string {
	switch s, c, _ := g.drawColumn(t, sources); {
	case s == nil:
		return ""
	case g.oneIn(15):
		return "(" + s.alias + ")." + g.plain(c.name)
	case g.oneIn(60):
		return g.plain(c.name) + "(" + s.alias + ")"
	}
	return g.generator.columnOf(t, sources)
}

func (g *postgresGenerator) integer(sources []*source) string {
	a, b := g.simple("integer", sources), g.simple("integer", sources)
	return g.pick(a+" + "+b, "greatest("+a+", "+b+")", "coalesce("+a+", "+b+")", "char_length("+g.simple("text", sources)+")", "abs("+a+")",
		"(SELECT count(*)::int FROM "+g.name(g.relation("rpv"))+")", "nullif("+a+", "+b+")", "ARRAY_LENGTH(ARRAY["+a+"], 1)",
		"cast("+g.simple("text", sources)+" IS NULL AS int)", "ROW("+a+")::text::varchar IS NULL::int4::bool::int::int", a, b)
}

func (g *postgresGenerator) text(sources []*source) string {
	a := g.simple("text", sources)
	if s := g.source(sources); s != nil {
		switch g.IntN(9) {
		case 0:
			return s.alias + "::text" // a whole row
		case 1:
			return "row_to_json(" + s.alias + ")::text"
		case 2:
			return "to_jsonb(" + s.alias + ".*) ->> 'id'"
		case 3:
			if len(s.columns) > 0 {
				c := s.columns[g.IntN(len(s.columns))]
				if c.name != "" {
					return s.alias + "." + g.plain(c.name) + "::text"
				}
			}
		case 4:
			if s.rel != nil && s.rel.kind != "v" {
				return s.alias + "." + g.pick("ctid", "tableoid", "xmin") + "::text"
			}
		case 5:
			if s.rel != nil && s.rel.schema == "public" && s.rel.name == "orders" {
				return g.pick(s.alias+".label", "label("+s.alias+")", "("+s.alias+").label")
			}
		}
	}
	return g.pick("upper("+a+")", a+" || 'x'", "concat("+a+", 1)", "substring("+a+" FROM 1 FOR 2)", "coalesce("+a+", 'n')", "trim("+a+")",
		"format('%s', "+a+")", g.simple("integer", sources)+"::text", "md5("+a+")", "replace("+a+", 'a', 'b')")
}

func (g *postgresGenerator) boolean(sources []*source) string {
	i, j := g.simple("integer", sources), g.simple("integer", sources)
	a := g.simple("text", sources)
	if !g.oneIn(50) { // what is constant is planned away, and then asks for less
		if c := g.columnOf("integer", sources); c != "" {
			i = c
		}
		if c := g.columnOf("text", sources); c != "" {
			a = c
		}
		if literal(i) && literal(a) {
			return "random() < 2"
		}
	}
	if g.oneIn(6) && g.spend() {
		g.outer = append(g.outer, sources)
		defer func() { g.outer = g.outer[:len(g.outer)-1] }()
		return g.pick("EXISTS ("+g.query(nil)+")", i+" IN ("+g.query([]string{"integer"})+")", a+" = ANY ("+g.query([]string{"text"})+")",
			"("+i+", "+a+") NOT IN ("+g.query([]string{"integer", "text"})+")")
	}
	if s := g.source(sources); s != nil && g.oneIn(12) {
		return g.pick(s.alias+" IS NOT NULL", s.alias+" IS DISTINCT FROM "+s.alias, "ROW("+s.alias+".*) IS NULL")
	}
	return g.pick(i+" = "+j, i+" < "+j, a+" LIKE 'a%'", a+" IS NULL", "NOT "+i+" > 1", i+" BETWEEN "+j+" AND 5", i+" IN (1, "+j+")",
		i+" = 1 AND "+a+" <> 'x'", i+" = 1 OR "+a+" = 'n'", "("+i+", "+a+") = (1, 'a')", "("+a+" = 'x') IS NOT TRUE",
		a+" === "+a, a+" OPERATOR(public.===) 'x'", a+" ~ '^a'")
}

func literal(e string) bool { return e != "" && (e[0] == '\'' || '0' <= e[0] && e[0] <= '9') }

// call is a call of a function of the user's that returns a type.
func (g *postgresGenerator) call(t string, sources []*source) string {
	schema := g.pick("public", "app", "hr")
	var fit []*function
	for _, f := range g.v.functions[schema] {
		known := !slices.ContainsFunc(f.args, func(a string) bool { return a != "integer" && a != "text" && a != "numeric" })
		if f.kind == "f" && !f.set && f.result == t && known && f.extension == "" && f.name != "dynamic" {
			fit = append(fit, f)
		}
	}
	if len(fit) == 0 {
		return ""
	}
	f := fit[g.IntN(len(fit))]
	args := make([]string, len(f.args))
	for i, a := range f.args {
		args[i] = g.simple(a, sources)
	}
	name := g.plain(f.schema) + "." + g.plain(f.name)
	if slices.Contains(g.path, f.schema) && g.oneIn(2) {
		name = g.plain(f.name)
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}
