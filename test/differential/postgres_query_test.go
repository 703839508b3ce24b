package differential

import (
	"fmt"
	"slices"
	"strings"
)

// query writes a SELECT whose columns have these types, or any if it is nil.
func (g *postgresGenerator) query(types []string) string {
	text, _ := g.queryColumns(types)
	return text
}

// queryColumns also returns what its columns are called.
func (g *postgresGenerator) queryColumns(types []string) (string, []column) {
	if types == nil {
		for range 1 + g.IntN(3) {
			types = append(types, g.pick("integer", "text", "integer", "text", "boolean", "numeric"))
		}
	}
	kept := g.with
	defer func() { g.with = kept }()
	prefix := g.maybe(6, g.common)
	if g.oneIn(9) && g.spend() {
		a, columns := g.plainQuery(types, false)
		b, _ := g.plainQuery(types, false)
		return prefix + "(" + a + ") " + g.pick("UNION", "UNION ALL", "INTERSECT", "EXCEPT", "EXCEPT ALL") + " (" + b + ")" +
			g.pick("", " ORDER BY 1", " LIMIT 3"), columns
	}
	text, columns := g.plainQuery(types, true)
	return prefix + text, columns
}

// common writes WITH, and adds what it names to g.with.
func (g *postgresGenerator) common() string {
	if !g.spend() {
		return ""
	}
	name := g.pick("q", "orders", "customers", "things", "w")
	if g.oneIn(4) { // one that changes rows
		r := g.relation("rp")
		defer func() { g.with = append(g.with, &source{alias: name, columns: []column{{name: "n", kind: "integer"}}}) }()
		return "WITH " + name + " AS (" + g.pick(
			"DELETE FROM "+g.name(r)+" WHERE false RETURNING 1 AS n",
			"UPDATE "+g.name(r)+" SET "+g.setOne(r, nil)+" RETURNING 1 AS n") + ") "
	}
	if g.oneIn(5) {
		defer func() { g.with = append(g.with, &source{alias: name, columns: []column{{name: "n", kind: "integer"}}}) }()
		return "WITH RECURSIVE " + name + "(n) AS (" + g.query([]string{"integer"}) + " UNION " + "SELECT n + 1 FROM " + name + " WHERE n < 3) "
	}
	text, columns := g.queryColumns(nil)
	for i := range columns {
		columns[i].name = fmt.Sprintf("%s%d", g.pick("a", "b", "note"), i)
	}
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = c.name
	}
	g.with = append(g.with, &source{alias: name, columns: columns})
	return "WITH " + name + " (" + strings.Join(names, ", ") + ") AS " + g.pick("", "", "MATERIALIZED ", "NOT MATERIALIZED ") + "(" + text + ") "
}

func (g *postgresGenerator) plainQuery(types []string, ordered bool) (string, []column) {
	from, sources := g.from()
	grouped := g.oneIn(7)
	var targets []string
	var columns []column
	for i, t := range types {
		e := g.expr(t, sources)
		if grouped {
			e = g.aggregate(t, sources)
		}
		name := ""
		if g.oneIn(2) {
			name = fmt.Sprintf("c%d", i)
			if g.oneIn(4) {
				name = g.pick("id", "note", "secret") + fmt.Sprint(i)
			}
			e += g.pick(" AS ", " AS ", " ") + name
		}
		targets = append(targets, e)
		columns = append(columns, column{name: name, kind: t})
	}
	if !grouped && ordered && g.oneIn(10) && len(sources) > 0 {
		s := sources[g.IntN(len(sources))]
		targets, columns = []string{s.alias + ".*"}, slices.Clone(s.columns)
	}
	text := "SELECT " + g.maybe(10, func() string { return "DISTINCT " }) + strings.Join(targets, ", ")
	if from != "" {
		text += " FROM " + from
	}
	text += g.maybe(2, func() string { return " WHERE " + g.expr("boolean", sources) })
	if grouped {
		return text + g.grouping(sources), columns
	}
	if ordered {
		text += g.maybe(4, func() string { return " ORDER BY " + g.pick("1", g.expr("integer", sources)) })
		text += g.maybe(5, func() string { return " LIMIT " + g.pick("1", "2") })
		text += g.maybe(12, func() string { return " FOR " + g.pick("UPDATE", "SHARE", "NO KEY UPDATE", "KEY SHARE") })
	}
	return text, columns
}

func (g *postgresGenerator) grouping(sources []*source) string {
	e := func() string { return g.expr("text", sources) }
	switch g.IntN(5) {
	case 0:
		return " GROUP BY " + e()
	case 1:
		return " GROUP BY GROUPING SETS ((" + e() + "), (" + e() + "), ())"
	case 2:
		return " GROUP BY ROLLUP (" + e() + ", " + e() + ")"
	case 3:
		return " HAVING " + g.aggregate("boolean", sources)
	}
	return ""
}

// aggregate is an expression over groups.
func (g *postgresGenerator) aggregate(t string, sources []*source) string {
	filter := g.maybe(4, func() string { return " FILTER (WHERE " + g.expr("boolean", sources) + ")" })
	order := g.maybe(3, func() string { return " ORDER BY " + g.expr("integer", sources) })
	switch t {
	case "integer":
		return g.pick("count(*)"+filter, "max("+g.expr("integer", sources)+")"+filter, "count(DISTINCT "+g.expr("text", sources)+")",
			"app.total("+g.expr("integer", sources)+")"+filter) + "::int"
	case "numeric":
		return g.pick("sum(", "avg(") + g.expr("integer", sources) + order + ")" + filter + "::numeric"
	case "boolean":
		return g.pick("bool_or(", "every(") + g.expr("boolean", sources) + ")" + filter
	}
	return "string_agg(" + g.expr("text", sources) + ", ','" + order + ")" + filter
}

// from writes what stands behind FROM.
func (g *postgresGenerator) from() (string, []*source) {
	if g.oneIn(25) {
		return "", nil
	}
	text, sources := g.item(nil)
	for g.oneIn(2) && len(sources) < 4 && g.spend() {
		joined := sources
		item, more := g.item(joined)
		switch g.IntN(6) {
		case 0:
			text, sources = text+", "+item, append(sources, more...)
		case 1:
			text, sources = text+" CROSS JOIN "+item, append(sources, more...)
		case 2, 3:
			all := append(append([]*source(nil), sources...), more...)
			text += g.pick(" JOIN ", " LEFT JOIN ", " RIGHT JOIN ", " INNER JOIN ") + item + " ON " + g.expr("boolean", all)
			sources = all
		case 4:
			c := shared(sources, more)
			if c == "" {
				text, sources = text+", "+item, append(sources, more...)
				break
			}
			text += g.pick(" JOIN ", " LEFT JOIN ", " FULL JOIN ") + item + " USING (" + quote(c) + ")"
			sources = append(sources, more...)
		case 5:
			text += g.pick(" NATURAL JOIN ", " NATURAL LEFT JOIN ") + item
			sources = append(sources, more...)
		}
	}
	return text, sources
}

// item is one thing in FROM. Those to its left can be named in a lateral one.
func (g *postgresGenerator) item(left []*source) (string, []*source) {
	switch g.IntN(12) {
	case 0, 1:
		if g.spend() {
			return g.subquery(left)
		}
	case 2:
		alias := g.alias()
		call := g.pick("generate_series(1, 2)", "rows_of(2)", "unnest(ARRAY[1, 2])")
		if !g.oneIn(3) {
			call = "generate_series(1, 2)"
		}
		return call + " AS " + alias + "(n)", []*source{{alias: alias, columns: []column{{name: "n", kind: "integer"}}}}
	case 3:
		alias := g.alias()
		return "(VALUES (1, 'a'), (2, " + g.expr("text", nil) + ")) " + alias + " (id, note)",
			[]*source{{alias: alias, columns: []column{{name: "id", kind: "integer"}, {name: "note", kind: "text"}}}}
	case 4:
		if len(g.with) > 0 {
			w := g.with[g.IntN(len(g.with))]
			alias := g.alias()
			return g.plain(w.alias) + " " + alias, []*source{{alias: alias, columns: w.columns}}
		}
	}
	return g.table()
}

func (g *postgresGenerator) table() (string, []*source) {
	r := g.relation("rpvmfrp")
	name := g.pick("", "", "", "", "", "", "ONLY ")
	if r.kind == "v" || r.kind == "f" || r.kind == "m" {
		name = ""
	}
	name += g.name(r)
	s := &source{rel: r, columns: r.columns}
	if g.oneIn(8) {
		s.alias = quote(r.name) // by its own name
		return name, []*source{s}
	}
	s.alias = g.alias()
	if g.oneIn(10) && len(r.columns) > 0 { // its first column renamed
		s.columns = append([]column{{name: "first_one", kind: r.columns[0].kind}}, r.columns[1:]...)
		return name + " AS " + s.alias + " (first_one)", []*source{s}
	}
	return name + g.pick(" ", " AS ") + s.alias, []*source{s}
}

func (g *postgresGenerator) subquery(left []*source) (string, []*source) {
	lateral := ""
	if g.oneIn(3) && len(left) > 0 {
		lateral = "LATERAL "
		g.outer = append(g.outer, left)
		defer func() { g.outer = g.outer[:len(g.outer)-1] }()
	}
	text, columns := g.queryColumns(nil)
	alias := g.alias()
	named := make([]column, len(columns))
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = fmt.Sprintf("%s%d", g.pick("s", "id", "note"), i)
		named[i] = column{name: names[i], kind: c.kind}
	}
	return lateral + "(" + text + ") AS " + alias + " (" + strings.Join(names, ", ") + ")", []*source{{alias: alias, columns: named}}
}
