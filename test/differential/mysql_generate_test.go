package differential

import (
	"fmt"
	"strings"
)

// mysqlGenerator is MariaDB's grammar.
type mysqlGenerator struct{ *generator }

func newMySQLGenerator(v *inventory, seed uint64) *mysqlGenerator {
	g := &mysqlGenerator{newGenerator(v, seed)}
	g.plain = g.identifier
	return g
}

// statement makes a case.
func (g *mysqlGenerator) statement() *statement {
	g.begin(upstream)
	c := &statement{origin: "generated"}
	if g.oneIn(8) {
		g.path = []string{g.pick("hr", "hr", "Odd Schema")}
		c.steps = append(c.steps, "USE "+backquote(g.path[0]))
	}
	switch n := g.IntN(100); {
	case n < 4:
		c.steps = append(c.steps, "PREPARE p FROM '"+strings.ReplaceAll(strings.ReplaceAll(g.inner(), `\`, `\\`), "'", "''")+"'", "EXECUTE p")
	case n < 6:
		c.steps = append(c.steps, "EXPLAIN "+g.pick("", "", "EXTENDED ", "FORMAT=JSON ")+g.inner())
	case n < 10:
		c.steps = append(c.steps, g.temporary()...)
	case n < 13:
		c.steps = append(c.steps, g.utility()...)
	case n < 15:
		c.steps = append(c.steps, g.shown())
	default:
		c.steps = append(c.steps, g.inner())
	}
	if g.oneIn(12) {
		i := len(c.steps) - 1
		c.steps[i] = g.nonsense(c.steps[i])
	}
	c.extended = len(c.steps) == 1 && g.oneIn(4)
	return c
}

// inner is what PREPARE and EXPLAIN take.
func (g *mysqlGenerator) inner() string {
	switch n := g.IntN(100); {
	case n < 55:
		return g.query(nil)
	case n < 70:
		return g.insert()
	case n < 86:
		return g.update()
	}
	return g.delete()
}

func (g *mysqlGenerator) utility() []string {
	r := g.relation("rv")
	switch g.IntN(6) {
	case 0:
		return []string{"LOCK TABLES " + g.name(r) + g.pick(" READ", " WRITE", " AS x READ", " READ LOCAL"), g.pick("SELECT 1", "UNLOCK TABLES")}
	case 1:
		return []string{"SET @a = " + g.expr(g.pick("integer", "text"), nil), "SELECT @a"}
	case 2:
		return []string{"DO " + g.expr("integer", nil)}
	case 3:
		s := g.relation("S")
		return []string{"SELECT " + g.pick("NEXT VALUE FOR "+g.name(s), "NEXTVAL("+g.name(s)+")", "LASTVAL("+g.name(s)+")", "PREVIOUS VALUE FOR "+g.name(s), "SETVAL("+g.name(s)+", 5)")}
	case 4:
		return []string{"CALL " + g.pick("tidy(1)", "shop.def_read()", "outs("+g.expr("integer", nil)+", @x)", "own_read()", "shop.own_write()", "tidy("+g.expr("integer", nil)+")")}
	}
	return []string{"HANDLER " + g.name(r) + " OPEN AS h", "HANDLER h READ FIRST"}
}

// temporary makes a table of the session's own, often in front of another one.
func (g *mysqlGenerator) temporary() []string {
	name := g.pick("mine", "orders", "things", "customers")
	create := g.pick("CREATE TEMPORARY TABLE "+name+" AS "+g.named(nil), "CREATE TEMPORARY TABLE "+name+" (id int, note text, secret text)",
		"CREATE TEMPORARY TABLE "+name+" LIKE "+g.name(g.relation("r")))
	return []string{create, g.pick("SELECT * FROM "+name, "SELECT id, note FROM "+name, "SELECT m.id FROM "+name+" m JOIN shop.orders o ON o.id = m.id",
		"INSERT INTO "+name+" (id, note) SELECT 1, 'x'", "SELECT note FROM shop."+name, "DROP TEMPORARY TABLE "+name, "UPDATE "+name+" SET note = 'x'")}
}

// shown asks for names and definitions.
func (g *mysqlGenerator) shown() string {
	r := g.relation("rv")
	return g.pick("SHOW COLUMNS FROM "+g.name(r), "DESCRIBE "+g.name(r), "SHOW CREATE TABLE "+g.name(r), "SHOW INDEX FROM "+g.name(r), "SHOW TABLES",
		"SELECT table_name FROM information_schema.tables WHERE table_schema = '"+r.schema+"'",
		"SELECT c.column_name, t.id FROM information_schema.columns c JOIN "+g.name(r)+" t ON c.table_name = 'orders'")
}

// relation draws a relation of one of these kinds.
func (g *mysqlGenerator) relation(kinds string) *relation {
	for {
		all := g.v.relations[g.pick(upstream, upstream, upstream, upstream, "hr", "hr", "Odd Schema")]
		if r := all[g.IntN(len(all))]; strings.Contains(kinds, r.kind) {
			return r
		}
	}
}

// identifier writes a name without quotes where they can be left out.
func (g *mysqlGenerator) identifier(name string) string {
	for _, c := range name {
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_' || '0' <= c && c <= '9') {
			return backquote(name)
		}
	}
	if name == "select" || g.oneIn(12) {
		return backquote(name)
	}
	return name
}

// columnOf also writes a column in another case, or with its schema.
func (g *mysqlGenerator) columnOf(t string, sources []*source) string {
	if !g.oneIn(12) {
		return g.generator.columnOf(t, sources)
	}
	s, c, _ := g.drawColumn(t, sources)
	switch {
	case s == nil:
		return ""
	case s.rel != nil && s.alias == g.plainAlias(s.rel):
		return backquote(s.rel.schema) + "." + s.alias + "." + backquote(strings.ToUpper(c.name))
	}
	return s.alias + "." + backquote(strings.ToUpper(c.name))
}

func (g *mysqlGenerator) plainAlias(r *relation) string { return backquote(r.name) }

// named writes a query whose columns all have names.
func (g *mysqlGenerator) named(types []string) string {
	text, _ := g.queryColumns(types)
	return text
}

func (g *mysqlGenerator) number() string { return fmt.Sprint(g.IntN(9)) }
