package differential

import (
	"fmt"
	"strings"
)

// Statements that change rows.

func (g *mysqlGenerator) value(c column, sources []*source) string {
	switch {
	case c.use != "" || g.oneIn(12):
		return "DEFAULT"
	case c.name == "id" && !g.oneIn(3):
		return fmt.Sprint(100 + g.IntN(1000))
	}
	return g.expr(c.kind, sources)
}

// target is what can be changed.
func (g *mysqlGenerator) target() *relation { return g.relation("rrv") }

func (g *mysqlGenerator) insert() string {
	r := g.target()
	verb, replace := "INSERT ", g.oneIn(5)
	if replace {
		verb = "REPLACE "
	} else {
		verb += g.pick("", "", "", "IGNORE ")
	}
	text := verb + g.pick("INTO ", "INTO ", "") + g.name(r)
	columns := r.columns
	if !g.oneIn(4) {
		columns = nil
		for _, name := range g.some(r) {
			columns = append(columns, r.column(name))
		}
	}
	self := []*source{{alias: backquote(r.name), columns: r.columns, rel: r}}
	names, values, sets, types := make([]string, len(columns)), make([]string, len(columns)), make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		names[i], types[i] = c.name, c.kind
		var sources []*source
		if g.oneIn(12) {
			sources = self // a column of the row itself
		}
		values[i] = g.value(c, sources)
		sets[i] = g.plain(c.name) + " = " + values[i]
	}
	if len(columns) != len(r.columns) || g.oneIn(2) {
		names := " (" + backquoteAll(names) + ")"
		switch g.IntN(6) {
		case 0:
			text += " SET " + strings.Join(sets, ", ")
		case 1, 2:
			text += names + " " + g.query(types)
		default:
			text += names + g.pick(" VALUES (", " VALUE (") + strings.Join(values, ", ") + ")"
		}
	} else {
		text += " VALUES (" + strings.Join(values, ", ") + ")"
	}
	if !replace {
		text += g.maybe(5, func() string {
			return " ON DUPLICATE KEY UPDATE " + g.assignment(r, "", self)
		})
	}
	return text + g.returning(r, self)
}

func (g *mysqlGenerator) returning(r *relation, sources []*source) string {
	return g.maybe(10, func() string {
		return " RETURNING " + g.pick("*", "1", g.expr("text", sources), g.expr("integer", sources)+" AS id")
	})
}

// assignment is one of an UPDATE, or of ON DUPLICATE KEY UPDATE.
func (g *mysqlGenerator) assignment(r *relation, alias string, sources []*source) string {
	c := r.columns[g.IntN(len(r.columns))]
	left := g.plain(c.name)
	if alias != "" && g.oneIn(2) {
		left = alias + "." + left
	}
	if alias == "" && g.oneIn(3) {
		return left + " = " + g.pick("VALUES", "VALUE") + "(" + g.plain(r.columns[g.IntN(len(r.columns))].name) + ")"
	}
	return left + " = " + g.value(c, sources)
}

func (g *mysqlGenerator) update() string {
	r := g.target()
	alias := "tgt"
	text := "UPDATE " + g.maybe(15, func() string { return "IGNORE " }) + g.name(r)
	if g.oneIn(3) {
		alias = backquote(r.name)
	} else {
		text += g.pick(" tgt", " AS tgt")
	}
	sources := []*source{{alias: alias, columns: r.columns, rel: r}}
	several := g.oneIn(3)
	if several {
		item, more := g.item()
		sources = append(sources, more...)
		text += g.pick(", "+item, " CROSS JOIN "+item, " LEFT JOIN "+item+" ON "+g.boolean(sources))
	}
	text += " SET " + g.assignment(r, alias, sources)
	text += g.maybe(3, func() string { return ", " + g.assignment(r, alias, sources) })
	text += g.maybe(2, func() string { return " WHERE " + g.boolean(sources) })
	if !several {
		text += g.maybe(6, func() string { return " ORDER BY " + g.expr("integer", sources) })
		text += g.maybe(6, func() string { return " LIMIT 1" })
	}
	return text
}

func (g *mysqlGenerator) delete() string {
	r := g.target()
	if !g.oneIn(3) {
		sources := []*source{{alias: backquote(r.name), columns: r.columns, rel: r}}
		return "DELETE FROM " + g.name(r) + g.maybe(2, func() string { return " WHERE " + g.boolean(sources) }) +
			g.maybe(8, func() string { return " ORDER BY " + g.expr("integer", sources) + " LIMIT 1" }) + g.returning(r, sources)
	}
	sources := []*source{{alias: "tgt", columns: r.columns, rel: r}}
	item, more := g.item()
	sources = append(sources, more...)
	from := g.name(r) + " AS tgt" + g.pick(", "+item, " CROSS JOIN "+item, " LEFT JOIN "+item+" ON "+g.boolean(sources))
	where := g.maybe(2, func() string { return " WHERE " + g.boolean(sources) })
	return g.pick("DELETE tgt FROM "+from, "DELETE FROM tgt USING "+from) + where
}
