package differential

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator composes statements from what the inventory holds, mostly valid
// ones. It is a grammar fuzzer in the spirit of sqlsmith: every choice is
// drawn, and names that mean several things are preferred to plain ones.
type generator struct {
	*rand.Rand
	v      *inventory
	path   []string // search_path of the statement under way
	with   []*source
	outer  [][]*source // what LATERAL and correlated subqueries may name
	budget int         // of nested queries
	serial int         // of aliases
}

// source is something in FROM: what its columns are, and by what it is called.
type source struct {
	alias   string // as it is named in expressions
	columns []column
	rel     *relation // nil for what is no relation
}

func newGenerator(v *inventory, seed uint64) *generator {
	return &generator{Rand: rand.New(rand.NewPCG(seed, 1)), v: v}
}

func (g *generator) pick(s ...string) string { return s[g.IntN(len(s))] }

// oneIn is true once in n times.
func (g *generator) oneIn(n int) bool { return g.IntN(n) == 0 }

// maybe is s once in n times, else nothing.
func (g *generator) maybe(n int, s func() string) string {
	if g.oneIn(n) {
		return s()
	}
	return ""
}

// spend is true as long as more may be nested.
func (g *generator) spend() bool {
	g.budget--
	return g.budget > 0
}

func (g *generator) alias() string {
	g.serial++
	if g.oneIn(5) { // names that mean other things elsewhere
		return g.pick("orders", "customers", "note", "id", "things", "x") + fmt.Sprint(g.serial%3)
	}
	return fmt.Sprintf("t%d", g.serial)
}

// statement makes a case.
func (g *generator) statement() *statement {
	g.path, g.with, g.outer, g.serial = []string{"public"}, nil, nil, 0
	g.budget = 2 + g.IntN(5)
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
func (g *generator) inner() string {
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

func (g *generator) utility() string {
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
func (g *generator) temporary() []string {
	name := g.pick("mine", "orders", "things", "customers")
	query := g.query(nil)
	make := g.pick("CREATE TEMP TABLE "+name+" AS "+query, "CREATE TEMP TABLE "+name+" (id int, note text, secret text)",
		"CREATE TEMP VIEW "+name+" AS SELECT 1 AS id, 'x'::text AS note, 'y'::text AS secret")
	return []string{make, g.pick("SELECT * FROM "+name, "SELECT id, note FROM "+name, "SELECT m.id FROM "+name+" m JOIN public.orders o ON o.id = m.id",
		"INSERT INTO "+name+" SELECT 1, 'x', 'y'", "SELECT note FROM public."+name, "DROP TABLE "+name)}
}

// nonsense breaks a statement a little: a name that is not there, a word too
// many or too few.
func (g *generator) nonsense(sql string) string {
	words := strings.Split(sql, " ")
	i := g.IntN(len(words))
	switch g.IntN(4) {
	case 0:
		words[i] = g.pick("no_such", "app.no_such", "no_such_schema.orders", "secret", "1", "'x'")
	case 1:
		words = append(words[:i], words[i+1:]...)
	case 2:
		words[i] += " " + words[g.IntN(len(words))]
	case 3:
		j := g.IntN(len(words))
		words[i], words[j] = words[j], words[i]
	}
	return strings.Join(words, " ")
}

// relation draws a relation of one of these kinds.
func (g *generator) relation(kinds string) *relation {
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

// name writes a relation's name, without its schema where that means it.
func (g *generator) name(r *relation) string {
	if g.visible(r) && !g.oneIn(4) {
		return g.plain(r.name)
	}
	return g.plain(r.schema) + "." + g.plain(r.name)
}

func (g *generator) visible(r *relation) bool {
	for _, w := range g.with {
		if w.alias == r.name {
			return false
		}
	}
	for _, schema := range g.path {
		if found := g.v.find(schema, r.name); found != nil {
			return found == r
		}
	}
	return false
}

// plain writes a name without quotes where they can be left out, and sometimes
// in another case.
func (g *generator) plain(name string) string {
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

// some is a part of a relation's columns, at least one.
func (g *generator) some(r *relation) []string {
	var out []string
	for _, c := range r.columns {
		if g.oneIn(2) {
			out = append(out, c.name)
		}
	}
	if len(out) == 0 && len(r.columns) > 0 {
		out = append(out, r.columns[g.IntN(len(r.columns))].name)
	}
	return out
}
