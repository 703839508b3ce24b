package differential

import (
	"fmt"
	"slices"
	"strings"
)

// query writes a SELECT whose columns have these types, or any if it is nil.
func (g *mysqlGenerator) query(types []string) string {
	if types == nil && g.oneIn(30) {
		return "TABLE " + g.name(g.relation("rv"))
	}
	text, _ := g.queryColumns(types)
	return text
}

// queryColumns also returns what its columns are called: every one has a name.
func (g *mysqlGenerator) queryColumns(types []string) (string, []column) {
	if types == nil {
		for range 1 + g.IntN(3) {
			types = append(types, g.pick("integer", "text", "integer", "text", "numeric"))
		}
	}
	kept := g.with
	defer func() { g.with = kept }()
	prefix := g.maybe(7, g.common)
	if g.oneIn(9) && g.spend() {
		a, columns := g.plainQuery(types, false)
		b, _ := g.plainQuery(types, false)
		return prefix + g.pick("("+a+") "+g.setOperator()+" ("+b+")", a+" "+g.setOperator()+" "+b) + g.pick("", " ORDER BY 1", " LIMIT 3"), columns
	}
	text, columns := g.plainQuery(types, true)
	return prefix + text, columns
}

func (g *mysqlGenerator) setOperator() string {
	return g.pick("UNION", "UNION ALL", "UNION DISTINCT", "INTERSECT", "EXCEPT")
}

// common writes WITH, and adds what it names to g.with.
func (g *mysqlGenerator) common() string {
	if !g.spend() {
		return ""
	}
	name := g.pick("q", "orders", "customers", "things", "w")
	if g.oneIn(5) {
		text := g.query([]string{"integer"})
		g.with = append(g.with, &source{alias: name, columns: []column{{name: "n", kind: "integer"}}})
		return "WITH RECURSIVE " + name + " (n) AS (SELECT 1 UNION SELECT x.n + 1 FROM " + name + " x WHERE x.n < (" + text + " LIMIT 1)) "
	}
	text, columns := g.queryColumns(nil)
	list := ""
	if g.oneIn(2) {
		columns = slices.Clone(columns)
		names := make([]string, len(columns))
		for i := range columns {
			columns[i].name = fmt.Sprintf("%s%d", g.pick("a", "b", "note"), i)
			names[i] = columns[i].name
		}
		list = " (" + strings.Join(names, ", ") + ")"
	}
	g.with = append(g.with, &source{alias: name, columns: columns})
	return "WITH " + name + list + " AS (" + text + ") "
}

func (g *mysqlGenerator) plainQuery(types []string, ordered bool) (string, []column) {
	from, sources := g.from()
	grouped := g.oneIn(7)
	var targets []string
	var columns []column
	for i, t := range types {
		e := g.expr(t, sources)
		if grouped {
			e = g.aggregate(t, sources)
		}
		name := fmt.Sprintf("c%d", i)
		if g.oneIn(4) {
			name = g.pick("id", "note", "secret") + fmt.Sprint(i)
		}
		targets = append(targets, e+g.pick(" AS ", " ")+name)
		columns = append(columns, column{name: name, kind: t})
	}
	if !grouped && ordered && g.oneIn(12) && len(sources) == 1 && len(sources[0].columns) == len(types) {
		targets, columns = []string{g.pick(sources[0].alias+".*", "*")}, slices.Clone(sources[0].columns)
	}
	text := "SELECT " + g.maybe(12, func() string { return g.pick("DISTINCT ", "SQL_NO_CACHE ", "STRAIGHT_JOIN ", "ALL ") }) + strings.Join(targets, ", ")
	if from != "" {
		text += " FROM " + from + g.maybe(2, func() string { return " WHERE " + g.boolean(sources) })
	}
	if grouped {
		return text + g.grouping(from, sources), columns
	}
	if ordered && from != "" {
		text += g.maybe(4, func() string {
			return " ORDER BY " + g.pick("1", columns[0].name, g.expr("integer", sources)) + g.pick("", " DESC")
		})
		text += g.maybe(5, func() string { return " LIMIT " + g.pick("1", "2", "1, 2", "2 OFFSET 1") })
		text += g.maybe(14, func() string { return g.pick(" FOR UPDATE", " LOCK IN SHARE MODE") })
	}
	return text, columns
}

func (g *mysqlGenerator) grouping(from string, sources []*source) string {
	if from == "" {
		return ""
	}
	switch g.IntN(5) {
	case 0:
		return " GROUP BY " + g.expr("text", sources)
	case 1:
		return " GROUP BY " + g.expr("text", sources) + ", " + g.expr("integer", sources) + " WITH ROLLUP"
	case 2:
		return " GROUP BY " + g.expr("integer", sources) + " HAVING " + g.aggregate("integer", sources) + " > 0"
	case 3:
		return " HAVING " + g.aggregate("integer", sources) + " > 1"
	}
	return ""
}

// aggregate is an expression over groups.
func (g *mysqlGenerator) aggregate(t string, sources []*source) string {
	i := g.expr("integer", sources)
	switch t {
	case "integer":
		return g.pick("COUNT(*)", "MAX("+i+")", "COUNT(DISTINCT "+g.expr("text", sources)+")", "MIN("+i+")", "BIT_OR("+i+")")
	case "numeric":
		return g.pick("SUM(", "AVG(", "STDDEV(", "VAR_POP(") + i + ")"
	}
	return "GROUP_CONCAT(" + g.expr("text", sources) + g.maybe(3, func() string { return " ORDER BY " + g.expr("integer", sources) }) + g.pick("", " SEPARATOR '-'") + ")"
}

// from writes what stands behind FROM.
func (g *mysqlGenerator) from() (string, []*source) {
	if g.oneIn(25) {
		return g.pick("", "DUAL"), nil
	}
	text, sources := g.item()
	for g.oneIn(2) && len(sources) < 4 && g.spend() {
		item, more := g.item()
		all := append(slices.Clone(sources), more...)
		switch c := shared(sources, more); g.IntN(6) {
		case 0:
			text += g.pick(" CROSS JOIN ", " JOIN ", ", ") + item
		case 1, 2:
			text += g.pick(" JOIN ", " LEFT JOIN ", " RIGHT JOIN ", " INNER JOIN ", " STRAIGHT_JOIN ") + item + " ON " + g.boolean(all)
		case 3, 4:
			if c == "" {
				text += " CROSS JOIN " + item
			} else {
				text += g.pick(" JOIN ", " LEFT JOIN ", " RIGHT JOIN ") + item + " USING (" + g.plain(c) + ")"
			}
		case 5:
			text += g.pick(" NATURAL JOIN ", " NATURAL LEFT JOIN ") + item
		}
		sources = all
	}
	return text, sources
}

// item is one thing in FROM.
func (g *mysqlGenerator) item() (string, []*source) {
	switch g.IntN(12) {
	case 0, 1:
		if g.spend() {
			text, columns := g.queryColumns(nil)
			alias := g.alias()
			return "(" + text + ")" + g.pick(" ", " AS ") + alias, []*source{{alias: alias, columns: columns}}
		}
	case 2:
		if len(g.with) > 0 {
			w := g.with[g.IntN(len(g.with))]
			alias := g.alias()
			return g.plain(w.alias) + " " + alias, []*source{{alias: alias, columns: w.columns}}
		}
	case 3:
		if g.oneIn(5) {
			alias := g.alias()
			return "JSON_TABLE('[{\"n\": 1}]', '$[*]' COLUMNS (n int PATH '$.n')) AS " + alias,
				[]*source{{alias: alias, columns: []column{{name: "n", kind: "integer"}}}}
		}
	}
	return g.table()
}

func (g *mysqlGenerator) table() (string, []*source) {
	r := g.relation("rvrrv")
	if g.oneIn(60) {
		r = g.relation("S")
	}
	name := g.name(r)
	switch {
	case r.name == "parts" && g.oneIn(3):
		name += g.pick(" PARTITION (p0)", " PARTITION (p0, p1)")
	case (r.name == "history" || r.name == "periods") && g.oneIn(2):
		name += " FOR SYSTEM_TIME " + g.pick("ALL", "AS OF NOW()", "BETWEEN '2020-01-01' AND NOW()")
	}
	s := &source{rel: r, columns: r.columns}
	if g.oneIn(8) {
		s.alias = backquote(r.name) // by its own name
		return name, []*source{s}
	}
	s.alias = g.alias()
	return name + g.pick(" ", " AS ") + s.alias + g.hint(r), []*source{s}
}

func (g *mysqlGenerator) hint(r *relation) string {
	if r.schema == upstream && r.name == "orders" && g.oneIn(6) {
		return g.pick(" USE", " IGNORE", " FORCE") + g.pick(" INDEX", " KEY") + g.pick("", " FOR ORDER BY", " FOR JOIN") + " (PRIMARY)"
	}
	return ""
}
