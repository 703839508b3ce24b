package differential

import (
	"strings"
)

// postgresGenerator is PostgreSQL's grammar.
type postgresGenerator struct{ *generator }

func newPostgresGenerator(v *inventory, seed uint64) *postgresGenerator {
	g := &postgresGenerator{newGenerator(v, seed)}
	g.plain = g.identifier
	return g
}

// statement makes a case.
func (g *postgresGenerator) statement() *statement {
	g.begin("public")
	c := &statement{origin: "generated"}
	if g.oneIn(8) {
		g.path = [][]string{{"app"}, {"app", "public"}, {"public", "app"}, {"hr", "app"}, {"part", "public"}, {"Odd Schema", "public"}}[g.IntN(6)]
		c.steps = append(c.steps, g.pick("SET ", "SET LOCAL ")+"search_path = "+quoteAll(g.path))
	}
	switch n := g.IntN(100); {
	case n < 4:
		c.steps = append(c.steps, "PREPARE p AS "+g.inner(), "EXECUTE p")
	case n < 7:
		c.steps = append(c.steps, "DECLARE c CURSOR FOR "+g.query(nil), g.pick("FETCH c", "FETCH ALL FROM c", "MOVE 1 IN c"))
	case n < 11:
		c.steps = append(c.steps, "EXPLAIN "+g.pick("", "(COSTS off) ", "VERBOSE ")+g.inner())
	case n < 15:
		c.steps = append(c.steps, g.temporary()...)
	case n < 18:
		c.steps = append(c.steps, g.utility())
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
func (g *postgresGenerator) inner() string {
	switch n := g.IntN(100); {
	case n < 55:
		return g.query(nil)
	case n < 70:
		return g.insert()
	case n < 85:
		return g.update()
	case n < 94 || g.v.version < 15:
		return g.delete()
	}
	return g.merge()
}

func (g *postgresGenerator) utility() string {
	r := g.relation("rpf")
	switch g.IntN(7) {
	case 0:
		return "TRUNCATE " + g.pick("", "TABLE ", "ONLY ") + g.name(r) + g.pick("", "", " CONTINUE IDENTITY")
	case 1:
		return "LOCK TABLE " + g.name(r) + " IN " + g.pick("ACCESS SHARE", "ROW SHARE", "ROW EXCLUSIVE", "SHARE", "EXCLUSIVE") + " MODE"
	case 2:
		return "COPY " + g.name(r) + g.maybe(2, func() string { return " (" + quoteAll(g.some(r)) + ")" }) + " TO STDOUT"
	case 3:
		return "COPY " + g.name(r) + g.maybe(2, func() string { return " (" + quoteAll(g.some(r)) + ")" }) + " FROM STDIN"
	case 4:
		return "COPY (" + g.inner() + g.pick("", " RETURNING 1") + ") TO STDOUT"
	case 5:
		s := g.relation("S")
		return "SELECT " + g.pick("nextval", "currval", "setval") + "('" + strings.ReplaceAll(g.name(s), "'", "''") + "'" + g.pick("", ", 5") + ")"
	}
	s := g.relation("S")
	return "SELECT " + g.pick("last_value", "*", "is_called, s") + " FROM " + g.name(s) + " s"
}

// temporary makes a table of the session's own, often in front of another one.
func (g *postgresGenerator) temporary() []string {
	name := g.pick("mine", "orders", "things", "customers")
	query := g.query(nil)
	make := g.pick("CREATE TEMP TABLE "+name+" AS "+query, "CREATE TEMP TABLE "+name+" (id int, note text, secret text)",
		"CREATE TEMP VIEW "+name+" AS SELECT 1 AS id, 'x'::text AS note, 'y'::text AS secret")
	return []string{make, g.pick("SELECT * FROM "+name, "SELECT id, note FROM "+name, "SELECT m.id FROM "+name+" m JOIN public.orders o ON o.id = m.id",
		"INSERT INTO "+name+" SELECT 1, 'x', 'y'", "SELECT note FROM public."+name, "DROP TABLE "+name)}
}

// relation draws a relation of one of these kinds.
func (g *postgresGenerator) relation(kinds string) *relation {
	for {
		schema := g.pick("public", "public", "app", "app", "app", "part", "hr", "sec", "remote", "Odd Schema")
		all := g.v.relations[schema]
		if len(all) == 0 {
			continue
		}
		if r := all[g.IntN(len(all))]; strings.Contains(kinds, r.kind) && (schema == "sec") == (r.schema == "sec") {
			if r.kind == "f" && !g.oneIn(4) {
				continue // a loop back to the server takes its time
			}
			return r
		}
	}
}

// identifier writes a name without quotes where they can be left out, and sometimes
// in another case.
func (g *postgresGenerator) identifier(name string) string {
	for _, c := range name {
		if !('a' <= c && c <= 'z' || c == '_' || '0' <= c && c <= '9') {
			return quote(name)
		}
	}
	if name == "select" || name == "from" || name == "where" || name == "user" {
		return quote(name)
	}
	switch g.IntN(12) {
	case 0:
		return quote(name)
	case 1:
		return strings.ToUpper(name)
	}
	return name
}
