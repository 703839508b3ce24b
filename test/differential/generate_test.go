package differential

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// generator composes statements from what the inventory holds, mostly valid
// ones. It is a grammar fuzzer in the spirit of sqlsmith: every choice is
// drawn, and names that mean several things are preferred to plain ones. Each
// database has a grammar of its own on top of it.
type generator struct {
	*rand.Rand
	v      *inventory
	path   []string // schemas in which the statement under way finds names
	with   []*source
	outer  [][]*source              // what LATERAL and correlated subqueries may name
	budget int                      // of nested queries
	serial int                      // of aliases
	plain  func(name string) string // a name as it may be written
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

// begin is for the next statement.
func (g *generator) begin(schema string) {
	g.path, g.with, g.outer, g.serial = []string{schema}, nil, nil, 0
	g.budget = 2 + g.IntN(5)
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

// columnOf draws a column of a type and how it is named, or nothing if there
// is none: by itself where that is clear, else behind its source's alias.
func (g *generator) columnOf(t string, sources []*source) string {
	s, c, alone := g.drawColumn(t, sources)
	switch {
	case s == nil:
		return ""
	case alone && g.oneIn(3):
		return g.plain(c.name)
	}
	return s.alias + "." + g.plain(c.name)
}

// drawColumn also says whether no other source has one of that name.
func (g *generator) drawColumn(t string, sources []*source) (*source, column, bool) {
	type candidate struct {
		s *source
		c column
	}
	var all []candidate
	names := map[string]int{}
	for _, s := range sources {
		for _, c := range s.columns {
			names[c.name]++
			if c.kind == t && c.name != "" {
				all = append(all, candidate{s, c})
			}
		}
	}
	if len(all) == 0 {
		return nil, column{}, false
	}
	one := all[g.IntN(len(all))]
	return one.s, one.c, names[one.c.name] == 1
}

// shared is a column that exactly one source on each side has.
func shared(left, right []*source) string {
	count := map[string]int{}
	kinds := map[string]string{}
	for _, s := range left {
		for _, c := range s.columns {
			count[c.name]++
			kinds[c.name] = c.kind
		}
	}
	if len(right) != 1 {
		return ""
	}
	for _, c := range right[0].columns {
		if count[c.name] == 1 && kinds[c.name] == c.kind && c.name != "" {
			return c.name
		}
	}
	return ""
}

func (g *generator) source(sources []*source) *source {
	if len(sources) == 0 {
		return nil
	}
	return sources[g.IntN(len(sources))]
}
