package policy

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The model says what a scope means without any algebra: a list of grants as
// they were written, each asked in turn about one access. The universe holds a
// name of each sort that no grant uses, which stands for all the names that
// may be added later.

type modelGrant struct {
	upstream, schema, object string // "*" is the wildcard
	function, unrestricted   bool
	columns                  []string
	ops                      []string
}

func (g modelGrant) String() string {
	if g.unrestricted {
		return g.upstream + ":unrestricted"
	}
	s := g.upstream + "/" + g.schema + "." + g.object
	if g.function {
		s += "()"
	}
	if g.columns != nil {
		s += "(" + strings.Join(g.columns, ",") + ")"
	}
	return s + ":" + strings.Join(g.ops, ",")
}

func modelText(grants []modelGrant) string {
	var texts []string
	for _, g := range grants {
		texts = append(texts, g.String())
	}
	return strings.Join(texts, " ")
}

var (
	upstreams = []string{"u", "v"}
	schemas   = []string{"public", "app", "pg_catalog", "fresh"}
	objects   = []string{"a", "b", "fresh"}
	columns   = []string{"x", "y", "fresh"}
)

func pick(r *rand.Rand, from ...string) string { return from[r.IntN(len(from))] }

func some(r *rand.Rand, from ...string) []string {
	out := slices.Clone(from)
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out[:1+r.IntN(len(out))]
}

func randomGrant(r *rand.Rand) modelGrant {
	g := modelGrant{upstream: pick(r, upstreams...), schema: pick(r, "*", "public", "app", "pg_catalog"), object: pick(r, "*", "a", "b")}
	switch n := r.IntN(20); {
	case n == 0:
		return modelGrant{upstream: g.upstream, unrestricted: true}
	case n < 4 && g.object != "*":
		g.function, g.ops = true, []string{"execute"}
	case n < 11:
		g.columns, g.ops = some(r, "x", "y"), some(r, "select", "insert", "update", "references")
		if r.IntN(8) == 0 {
			g.ops = []string{"all"}
		}
	case g.object == "*":
		g.ops = some(r, "select", "delete", "usage", "execute", "ddl", "all")
	default:
		g.ops = some(r, "select", "insert", "update", "delete", "truncate", "usage", "ddl", "all")
	}
	return g
}

func randomGrants(r *rand.Rand) []modelGrant {
	var grants []modelGrant
	for range 1 + r.IntN(5) {
		grants = append(grants, randomGrant(r))
	}
	return grants
}

// gives says whether the grant holds the operation on a column of what the
// access is about; with the column "" on the whole of it.
func (g modelGrant) gives(a *Access, op, column string) bool {
	system := a.Schema == "pg_catalog"
	if g.schema != a.Schema && (g.schema != "*" || system) {
		return false
	}
	if a.Kind == KindNew && g.object != "*" {
		return false
	}
	if g.object != "*" && (g.object != a.Object || g.function != (a.Kind == KindFunction)) {
		return false
	}
	if !slices.Contains(g.ops, op) && !slices.Contains(g.ops, "all") {
		return false
	}
	if g.columns == nil {
		return true
	}
	return slices.Contains(g.columns, column) && slices.Contains([]string{"select", "insert", "update", "references"}, op)
}

// modelAllows is PostgreSQL's rule, said once for each kind of access.
func modelAllows(grants []modelGrant, upstream string, a *Access) bool {
	some := func(test func(modelGrant) bool) bool {
		return slices.ContainsFunc(grants, func(g modelGrant) bool {
			return g.upstream == upstream && (g.unrestricted || test(g))
		})
	}
	if a.Kind == KindSchema && a.Op == Usage { // USAGE on every schema that a grant names
		return some(func(g modelGrant) bool {
			return g.schema == a.Schema || g.schema == "*" && a.Schema != "pg_catalog"
		})
	}
	for op := range strings.SplitSeq(a.Op.String(), ",") {
		if some(func(g modelGrant) bool { return g.gives(a, op, "") }) {
			return true
		}
	}
	op := a.Op.String()
	if a.WholeObject || a.Kind != KindRelation {
		return false
	}
	if len(a.Columns) == 0 {
		return slices.ContainsFunc(columns, func(c string) bool {
			return some(func(g modelGrant) bool { return g.gives(a, op, c) })
		})
	}
	for _, c := range a.Columns {
		if !some(func(g modelGrant) bool { return g.gives(a, op, c) }) {
			return false
		}
	}
	return true
}

// universe is every access of a small world.
func universe() []Access {
	var all []Access
	for _, schema := range schemas {
		all = append(all, Access{Kind: KindSchema, Op: DDL, Schema: schema}, Access{Kind: KindSchema, Op: Usage, Schema: schema})
		for _, object := range objects {
			for _, op := range []Op{Select, Insert, Update, References} {
				a := Access{Kind: KindRelation, Op: op, Schema: schema, Object: object}
				all = append(all, a)
				for _, list := range [][]string{{"x"}, {"y"}, {"x", "y"}, {"fresh"}, {"fresh", "x"}} {
					a.Columns = list
					all = append(all, a)
				}
				all = append(all, Access{Kind: KindRelation, Op: op, Schema: schema, Object: object, WholeObject: true})
			}
			for _, op := range []Op{Delete, Truncate, Trigger, Maintain, DDL} {
				all = append(all, Access{Kind: KindRelation, Op: op, Schema: schema, Object: object, WholeObject: true})
			}
			all = append(all, Access{Kind: KindNew, Op: DDL, Schema: schema, Object: object},
				Access{Kind: KindRelation, Op: Maintain | DDL, Schema: schema, Object: object, WholeObject: true})
			for _, op := range []Op{Select, Update, Usage, DDL, Usage | Update} {
				all = append(all, Access{Kind: KindSequence, Op: op, Schema: schema, Object: object})
			}
			all = append(all, Access{Kind: KindFunction, Op: Execute, Schema: schema, Object: object},
				Access{Kind: KindFunction, Op: DDL, Schema: schema, Object: object})
		}
	}
	return all
}

// meaning is what a scope allows, as a set over the universe.
func meaning(grants []modelGrant, world []Access) []bool {
	var set []bool
	for _, upstream := range upstreams {
		for i := range world {
			set = append(set, modelAllows(grants, upstream, &world[i]))
		}
		set = append(set, slices.ContainsFunc(grants, func(g modelGrant) bool { return g.unrestricted && g.upstream == upstream }))
	}
	return set
}

func subset(b, a []bool) bool {
	for i := range b {
		if b[i] && !a[i] {
			return false
		}
	}
	return true
}

const propertySeed = 20

func TestDecideIsTheModel(t *testing.T) {
	t.Logf("seed %d", propertySeed)
	r := rand.New(rand.NewPCG(propertySeed, 1))
	world := universe()
	for range 150 {
		grants := randomGrants(r)
		s := mustParse(t, modelText(grants))
		for _, upstream := range upstreams {
			p := &Policy{Upstream: upstream, Scope: s}
			for i := range world {
				want := modelAllows(grants, upstream, &world[i])
				if got := p.Decide(&Statement{Tag: "X", Accesses: world[i : i+1]}); got.Allow != want {
					t.Fatalf("%s on %s: %s (%+v): got %+v, want %v", modelText(grants), upstream, describe(&world[i]), world[i], got, want)
				}
			}
		}
	}
}

func TestContainmentIsInclusion(t *testing.T) {
	t.Logf("seed %d", propertySeed)
	r := rand.New(rand.NewPCG(propertySeed, 2))
	world := universe()
	contained := 0
	for range 1200 {
		ga, gb := randomGrants(r), randomGrants(r)
		if r.IntN(2) == 0 { // make containment likely: b from pieces of a
			gb = narrowed(r, ga)
		}
		a, b := mustParse(t, modelText(ga)), mustParse(t, modelText(gb))
		ma, mb := meaning(ga, world), meaning(gb, world)
		if got, want := a.Contains(b), subset(mb, ma); got != want {
			t.Fatalf("%s\ncontains %s: %v, the model says %v", a, b, got, want)
		}
		if a.Contains(b) {
			contained++
		}
		if same := slices.Equal(ma, mb); same != (a.String() == b.String()) {
			t.Fatalf("%s\nand %s: the same meaning is %v", a, b, same)
		}
		u := Union(a, b)
		if !slices.Equal(meaning(append(slices.Clone(ga), gb...), world), meaning(reread(t, u), world)) {
			t.Fatalf("the union of %s\nand %s is %s", a, b, u)
		}
		if !u.Contains(a) || !u.Contains(b) || !a.Contains(a) || !a.Contains(Scope{}) || (Scope{}).Contains(a) {
			t.Fatalf("laws of union broken for %s and %s", a, b)
		}
	}
	if contained < 120 {
		t.Errorf("only %d pairs were contained: the test has lost its teeth", contained)
	}
}

// narrowed takes grants apart: fewer operations, columns, names for wildcards.
func narrowed(r *rand.Rand, from []modelGrant) []modelGrant {
	var out []modelGrant
	for _, g := range from {
		if g.unrestricted {
			g = randomGrant(r)
		} else {
			if g.object == "*" && r.IntN(2) == 0 && !slices.Contains(g.ops, "execute") {
				g.object = pick(r, "a", "b")
			}
			if g.schema == "*" && r.IntN(2) == 0 {
				g.schema = pick(r, "public", "app", "pg_catalog")
			}
			if g.columns == nil && !g.function && r.IntN(3) == 0 {
				g.columns, g.ops = some(r, "x", "y"), []string{pick(r, "select", "insert")}
			}
			g.ops = some(r, g.ops...)
		}
		out = append(out, g)
	}
	return out
}

// reread reads a canonical text into the model, without the parser under test.
func reread(t *testing.T, s Scope) []modelGrant {
	t.Helper()
	var grants []modelGrant
	for text := range strings.SplitSeq(s.String(), " ") {
		var g modelGrant
		head, ops, _ := strings.Cut(text, ":")
		g.upstream, head, _ = strings.Cut(head, "/")
		g.unrestricted = ops == "unrestricted"
		g.ops = strings.Split(ops, ",")
		g.schema, head, _ = strings.Cut(head, ".")
		head, list, found := strings.Cut(head, "(")
		g.object = head
		g.function = list == ")"
		if found && !g.function {
			g.columns = strings.Split(strings.TrimSuffix(list, ")"), ",")
		}
		grants = append(grants, g)
	}
	return grants
}

func TestContainmentIsTransitive(t *testing.T) {
	t.Logf("seed %d", propertySeed)
	r := rand.New(rand.NewPCG(propertySeed, 3))
	chains := 0
	for range 4000 {
		ga := randomGrants(r)
		gb := narrowed(r, ga)
		gc := narrowed(r, gb)
		a, b, c := mustParse(t, modelText(ga)), mustParse(t, modelText(gb)), mustParse(t, modelText(gc))
		if a.Contains(b) && b.Contains(c) {
			chains++
			if !a.Contains(c) {
				t.Fatalf("%s\n> %s\n> %s\nbut the first does not contain the last", a, b, c)
			}
		}
	}
	if chains < 400 {
		t.Errorf("only %d chains", chains)
	}
}
