package differential

import (
	"slices"
	"strings"
)

// expr writes an expression of a type.
func (g *mysqlGenerator) expr(t string, sources []*source) string {
	if g.oneIn(30) { // correlated
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
	switch n := g.IntN(60); {
	case n < 7:
		if c := g.call(t, sources); c != "" {
			return c
		}
	case n < 14:
		if g.spend() {
			return "(" + g.nested([]string{t}, sources) + " LIMIT 1)"
		}
	case n < 20:
		return "CASE WHEN " + g.boolean(sources) + " THEN " + g.simple(t, sources) + " ELSE " + g.simple(t, sources) + " END"
	case n < 22:
		if s := g.source(sources); s != nil && s.rel != nil && s.rel.kind != "S" {
			return "DEFAULT(" + s.alias + "." + g.plain(s.columns[g.IntN(len(s.columns))].name) + ")"
		}
	case n < 24:
		return g.pick("@a", "(@a := "+g.simple(t, sources)+")", "@@sql_mode", "@@max_allowed_packet")
	case n < 26 && sources != nil:
		return g.pick("ROW_NUMBER()", "SUM("+g.simple("integer", sources)+")", "LAG("+g.simple(t, sources)+", 1)", "FIRST_VALUE("+g.simple(t, sources)+")") +
			" OVER (" + g.pick("", "PARTITION BY "+g.simple("text", sources)+" ") + "ORDER BY " + g.simple("integer", sources) + ")"
	}
	switch t {
	case "integer":
		return g.integer(sources)
	case "text":
		return g.text(sources)
	}
	return g.simple(t, sources)
}

// nested is a query that may name what stands outside.
func (g *mysqlGenerator) nested(types []string, sources []*source) string {
	g.outer = append(g.outer, sources)
	defer func() { g.outer = g.outer[:len(g.outer)-1] }()
	text, _ := g.plainQuery(types, false)
	return text
}

// simple is a column or a literal.
func (g *mysqlGenerator) simple(t string, sources []*source) string {
	if g.oneIn(2) {
		if c := g.columnOf(t, sources); c != "" {
			return c
		}
	}
	switch t {
	case "integer":
		return g.number()
	case "text":
		return g.pick("'a'", "'b'", "'x y'", "''", "_utf8mb4'u'", "'it''s'", `'\''`, `"dq"`)
	case "numeric":
		return "1.5"
	}
	return "NULL"
}

func (g *mysqlGenerator) integer(sources []*source) string {
	a, b := g.simple("integer", sources), g.simple("integer", sources)
	return g.pick(a+" + "+b, "GREATEST("+a+", "+b+")", "COALESCE("+a+", "+b+")", "CHAR_LENGTH("+g.simple("text", sources)+")", "ABS("+a+")",
		"(SELECT COUNT(*) FROM "+g.name(g.relation("rv"))+")", "NULLIF("+a+", "+b+")", "CAST("+g.simple("text", sources)+" IS NULL AS int)",
		a+" DIV 2", a+" % 3", "IF("+g.boolean(sources)+", "+a+", "+b+")", "YEAR(NOW())", "CONVERT("+a+", SIGNED)", a+" | "+b, "-"+a, a, b)
}

func (g *mysqlGenerator) text(sources []*source) string {
	a := g.simple("text", sources)
	return g.pick("UPPER("+a+")", "CONCAT("+a+", 'x')", "CONCAT_WS('-', "+a+", 1)", "SUBSTRING("+a+" FROM 1 FOR 2)", "COALESCE("+a+", 'n')", "TRIM("+a+")",
		"CAST("+g.simple("integer", sources)+" AS char)", "MD5("+a+")", "REPLACE("+a+", 'a', 'b')", "LEFT("+a+", 1)", "IFNULL("+a+", 'n')", "HEX("+a+")",
		"CONVERT("+a+" USING utf8mb4)", a+" COLLATE utf8mb4_bin", "JSON_OBJECT('a', "+a+")", "DATE_FORMAT(NOW(), '%Y')")
}

func (g *mysqlGenerator) boolean(sources []*source) string {
	i, j, a := g.simple("integer", sources), g.simple("integer", sources), g.simple("text", sources)
	if g.oneIn(6) && g.spend() {
		return g.pick("EXISTS ("+g.nested([]string{"integer"}, sources)+")", i+" IN ("+g.nested([]string{"integer"}, sources)+")",
			a+" = ANY ("+g.nested([]string{"text"}, sources)+")", "("+i+", "+a+") NOT IN ("+g.nested([]string{"integer", "text"}, sources)+")")
	}
	return g.pick(i+" = "+j, i+" < "+j, a+" LIKE 'a%'", a+" IS NULL", "NOT "+i+" > 1", i+" BETWEEN "+j+" AND 5", i+" IN (1, "+j+")", i+" <=> "+j,
		i+" = 1 AND "+a+" <> 'x'", i+" = 1 OR "+a+" = 'n'", "("+i+", "+a+") = (1, 'a')", "("+a+" = 'x') IS NOT TRUE", a+" REGEXP '^a'", i+" = 1 XOR "+a+" = 'a'", "!"+i)
}

// call is a call of a stored function that returns a type.
func (g *mysqlGenerator) call(t string, sources []*source) string {
	var fit []*function
	for _, f := range g.v.functions[g.pick(upstream, upstream, "hr")] {
		known := !slices.ContainsFunc(f.args, func(a string) bool { return a != "integer" && a != "text" })
		if f.kind == "FUNCTION" && f.result == t && known && f.name != "total_of" {
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
	if f.schema == g.path[0] && g.oneIn(2) {
		name = g.plain(f.name)
	}
	return name + "(" + strings.Join(args, ", ") + ")"
}
