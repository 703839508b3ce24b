package differential

import "strings"

// Statements that change rows.

func (g *postgresGenerator) value(c column, sources []*source) string {
	if c.use != "" || g.oneIn(12) {
		return "DEFAULT"
	}
	return g.expr(c.kind, sources)
}

// target is what can be changed.
func (g *postgresGenerator) target() *relation { return g.relation("rprpvf") }

func (g *postgresGenerator) insert() string {
	r := g.target()
	prefix := g.maybe(10, g.common)
	defer func() { g.with = nil }()
	text := prefix + "INSERT INTO " + g.name(r)
	alias := quote(r.name)
	if g.oneIn(5) {
		alias = "tgt"
		text += " AS tgt"
	}
	if g.oneIn(12) {
		return text + " DEFAULT VALUES" + g.returning(r, alias)
	}
	columns := r.columns
	if !g.oneIn(4) {
		columns = nil
		for _, name := range g.some(r) {
			columns = append(columns, r.column(name))
		}
		names := make([]string, len(columns))
		for i, c := range columns {
			names[i] = c.name
		}
		text += " (" + quoteAll(names) + ")"
	}
	if g.oneIn(3) {
		types := make([]string, len(columns))
		for i, c := range columns {
			types[i] = c.kind
		}
		text += " " + g.query(types)
	} else {
		values := make([]string, len(columns))
		for i, c := range columns {
			values[i] = g.value(c, nil)
		}
		text += " VALUES (" + strings.Join(values, ", ") + ")"
	}
	return text + g.maybe(5, func() string { return g.conflict(r, alias) }) + g.returning(r, alias)
}

func (g *postgresGenerator) conflict(r *relation, alias string) string {
	sources := []*source{{alias: alias, columns: r.columns, rel: r}, {alias: "excluded", columns: r.columns}}
	switch g.IntN(4) {
	case 0:
		return " ON CONFLICT DO NOTHING"
	case 1:
		return " ON CONFLICT (" + quote(r.columns[0].name) + ") DO NOTHING"
	}
	return " ON CONFLICT (" + quote(r.columns[0].name) + ") DO UPDATE SET " + g.setOne(r, sources) +
		g.maybe(3, func() string { return " WHERE " + g.expr("boolean", sources) })
}

func (g *postgresGenerator) returning(r *relation, alias string) string {
	return g.maybe(3, func() string {
		sources := []*source{{alias: alias, columns: r.columns, rel: r}}
		return " RETURNING " + g.pick("*", "1", alias+".*", g.expr("text", sources), g.expr("integer", sources)+" AS id")
	})
}

// setOne is one assignment of an UPDATE.
func (g *postgresGenerator) setOne(r *relation, sources []*source) string {
	if len(r.columns) == 0 {
		return "id = 1"
	}
	c := r.columns[g.IntN(len(r.columns))]
	d := r.columns[g.IntN(len(r.columns))]
	if g.oneIn(6) && c.name != d.name && g.spend() {
		if g.oneIn(2) {
			return "(" + quote(c.name) + ", " + quote(d.name) + ") = (" + g.value(c, sources) + ", " + g.value(d, sources) + ")"
		}
		g.outer = append(g.outer, sources)
		defer func() { g.outer = g.outer[:len(g.outer)-1] }()
		query, _ := g.plainQuery([]string{c.kind, d.kind}, false)
		return "(" + quote(c.name) + ", " + quote(d.name) + ") = (" + query + " LIMIT 1)"
	}
	return quote(c.name) + " = " + g.value(c, sources)
}

func (g *postgresGenerator) update() string {
	r := g.target()
	prefix := g.maybe(10, g.common)
	defer func() { g.with = nil }()
	alias := "tgt"
	text := prefix + "UPDATE " + g.maybe(8, func() string { return "ONLY " }) + g.name(r)
	if g.oneIn(3) {
		alias = quote(r.name)
	} else {
		text += " tgt"
	}
	sources := []*source{{alias: alias, columns: r.columns, rel: r}}
	from := ""
	if g.oneIn(3) {
		item, more := g.item(nil)
		from, sources = " FROM "+item, append(sources, more...)
	}
	text += " SET " + g.setOne(r, sources) + from
	text += g.maybe(2, func() string { return " WHERE " + g.expr("boolean", sources) })
	return text + g.returning(r, alias)
}

func (g *postgresGenerator) delete() string {
	r := g.target()
	prefix := g.maybe(10, g.common)
	defer func() { g.with = nil }()
	text := prefix + "DELETE FROM " + g.maybe(8, func() string { return "ONLY " }) + g.name(r) + " tgt"
	sources := []*source{{alias: "tgt", columns: r.columns, rel: r}}
	if g.oneIn(4) {
		item, more := g.item(nil)
		text, sources = text+" USING "+item, append(sources, more...)
	}
	text += g.maybe(2, func() string { return " WHERE " + g.expr("boolean", sources) })
	return text + g.returning(r, "tgt")
}

func (g *postgresGenerator) merge() string {
	r := g.relation("rp")
	item, more := g.item(nil)
	target := &source{alias: "tgt", columns: r.columns, rel: r}
	all := append([]*source{target}, more...)
	text := "MERGE INTO " + g.name(r) + " tgt USING " + item + " ON " + g.expr("boolean", all)
	for range 1 + g.IntN(2) {
		and := g.maybe(3, func() string { return " AND " + g.expr("boolean", all) })
		switch g.IntN(4) {
		case 0:
			text += " WHEN MATCHED" + and + " THEN DELETE"
		case 1:
			text += " WHEN MATCHED" + and + " THEN UPDATE SET " + g.setOne(r, all)
		case 2:
			c := r.columns[g.IntN(len(r.columns))]
			text += " WHEN NOT MATCHED THEN INSERT (" + quote(c.name) + ") VALUES (" + g.value(c, more) + ")"
		case 3:
			text += " WHEN " + g.pick("", "NOT ") + "MATCHED THEN DO NOTHING"
		}
	}
	return text
}
