package policy

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// parseStatement reads the notation explained in testdata/grants.txt.
func parseStatement(t *testing.T, text string) *Statement {
	t.Helper()
	s := &Statement{Tag: "TEST"}
	switch word, rest, _ := strings.Cut(text, " "); {
	case text == "none":
	case text == "zero":
		return &Statement{}
	case word == "fault", word == "absolute":
		s.Fault = &Fault{Rule: Rule(rest), Reason: "a fault", Pos: -1, Absolute: word == "absolute"}
	default:
		for part := range strings.SplitSeq(text, "; ") {
			s.Accesses = append(s.Accesses, parseAccess(t, part))
		}
	}
	return s
}

func parseAccess(t *testing.T, text string) Access {
	t.Helper()
	a := Access{Kind: KindRelation, Pos: -1}
	words := strings.Fields(text)
	if words[0] == "free" {
		a.Free, words = true, words[1:]
	}
	for name := range strings.SplitSeq(words[0], ",") {
		op, ok := ParseOp(name)
		if !ok {
			t.Fatalf("no operation %q in %q", name, text)
		}
		a.Op |= op
	}
	if len(words) == 3 {
		a.Kind = map[string]Kind{"sequence": KindSequence, "schema": KindSchema, "new": KindNew}[words[1]]
	}
	name := words[len(words)-1]
	name, a.WholeObject = strings.CutSuffix(name, "!")
	name, columns, found := strings.Cut(name, "(")
	switch {
	case found && columns == ")":
		a.Kind = KindFunction
	case found:
		a.Columns = strings.Split(strings.TrimSuffix(columns, ")"), ",")
	}
	a.Schema, a.Object, _ = strings.Cut(name, ".")
	return a
}

func mustParse(t testing.TB, text string) Scope {
	t.Helper()
	s, err := ParseScope(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestDecideTables(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no tables in testdata: %v", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		decideTable(t, file, string(data))
	}
}

func decideTable(t *testing.T, file, data string) {
	var forbid Scope
	cases := 0
	for i, line := range strings.Split(data, "\n") {
		if line == "" || line[0] == '#' {
			continue
		}
		if rest, ok := strings.CutPrefix(line, "forbid "); ok {
			forbid = mustParse(t, rest)
			continue
		}
		cases++
		t.Run(fmt.Sprintf("%s:%d", filepath.Base(file), i+1), func(t *testing.T) {
			f := strings.Split(line, " | ")
			if len(f) != 4 {
				t.Fatalf("want 4 fields: %s", line)
			}
			s := parseStatement(t, strings.TrimSpace(f[1]))
			p := &Policy{Upstream: "shop", Scope: mustParse(t, f[0]), Forbid: forbid}
			checkVerdict(t, p, s, f[2] == "allow", Rule(f[3]))
		})
	}
	if cases == 0 {
		t.Fatalf("%s holds no cases", file)
	}
}

// checkVerdict also holds every verdict to the promises of its fields.
func checkVerdict(t *testing.T, p *Policy, s *Statement, allow bool, rule Rule) {
	t.Helper()
	v := p.Decide(s)
	if v.Allow != allow || v.Rule != rule {
		t.Fatalf("got %+v, want allow %v by %q", v, allow, rule)
	}
	if (v.Reason == "") != v.Allow {
		t.Errorf("reason %q of a verdict with Allow %v", v.Reason, v.Allow)
	}
	checkObserved(t, *p, s, &v)
	for i := range s.Accesses {
		checkReasoning(t, p, &s.Accesses[i])
	}
	if v.Missing == "" {
		return
	}
	// What was missing is exactly what makes the statement pass.
	extended := *p
	extended.Scope = Union(p.Scope, mustParse(t, v.Missing))
	if v2 := extended.Decide(s); !v2.Allow && v2.Missing != "" {
		t.Errorf("with %q granted too: %+v", v.Missing, v2)
	}
}

// checkObserved holds the verdict in observe mode against the one in earnest: what is denied passes and says why, but
// for what nothing lets pass.
func checkObserved(t *testing.T, p Policy, s *Statement, v *Verdict) {
	t.Helper()
	p.Observe = true
	o := p.Decide(s)
	never := s.Tag == "" && s.Fault == nil || s.Fault != nil && s.Fault.Absolute || !slices.Contains(p.Scope.Upstreams(), p.Upstream)
	want := *v
	if !v.Allow && !never {
		want.Allow, want.Rule, want.Would = true, RuleObserve, v.Rule
	}
	if o != want {
		t.Errorf("observed: %+v, want %+v", o, want)
	}
}

// checkReasoning holds the reasons of one access against the verdict on a statement that does nothing else: the grants
// named are enough by themselves, and what is forbidden is forbidden by what is named.
func checkReasoning(t *testing.T, p *Policy, a *Access) {
	t.Helper()
	s, r := &Statement{Tag: "TEST", Accesses: []Access{*a}}, p.Explain(a)
	unforbidden := Policy{Upstream: p.Upstream, Scope: p.Scope}
	allowed := unforbidden.Decide(s).Allow
	if granted := r.Grants != nil; !a.Free && granted != allowed || granted && r.Missing != "" {
		t.Errorf("%+v: allowed %v, explained as %+v", a, allowed, r)
	}
	if r.Grants != nil {
		unforbidden.Scope = mustParse(t, strings.Join(r.Grants, " "))
		if v := unforbidden.Decide(s); !v.Allow {
			t.Errorf("%+v: %q are not enough", a, r.Grants)
		}
	}
	forbidden := func(forbid Scope) bool {
		all := Policy{Upstream: p.Upstream, Scope: mustParse(t, p.Upstream+":unrestricted"), Forbid: forbid}
		return !all.Decide(s).Allow
	}
	if (r.Forbidden != nil) != forbidden(p.Forbid) {
		t.Errorf("%+v: explained as forbidden by %q", a, r.Forbidden)
	}
	if r.Forbidden != nil && !forbidden(mustParse(t, strings.Join(r.Forbidden, " "))) {
		t.Errorf("%+v: %q do not forbid it", a, r.Forbidden)
	}
}

func TestZeroPolicyDenies(t *testing.T) {
	var p Policy
	if v := p.Decide(&Statement{Tag: "BEGIN"}); v.Allow {
		t.Fatal("the zero policy allows BEGIN")
	}
	if (Verdict{}).Allow || (Verdict{}).Rule != RuleNone {
		t.Fatal("the zero verdict allows")
	}
}

func TestMissing(t *testing.T) {
	for _, c := range []struct{ scope, statement, missing, reason string }{
		{"shop/public.a:select", "select public.b(x,y); update public.b(x); delete public.c!",
			"shop/public.b(x):select,update shop/public.b(y):select shop/public.c:delete",
			"the token has no grant for select on public.b(x,y), nor for 2 more of the statement's accesses"},
		{"shop/public.b(x):select", "select public.b(x,y)", "shop/public.b(y):select",
			"the token has no grant for select on public.b(x,y)"},
		{"shop/public.b(x):select", "select public.c", "shop/public.c:select",
			"the token has no grant for select on public.c"},
		{"shop/public.b:select", "execute public.f()", "shop/public.f():execute",
			"the token has no grant for execute on public.f()"},
		{"shop/public.b:select", "ddl public.f()", "shop/public.*:ddl",
			"the token has no grant for ddl on public.f()"},
		{"shop/public.b:select", "ddl schema public", "shop/public.*:ddl",
			"the token has no grant for ddl on public.*"},
		{"shop/public.b:select", "usage,update sequence public.s", "shop/public.s:usage",
			"the token has no grant for update,usage on public.s"},
		{"shop/public.b:select", "usage public.s", "",
			"the token has no grant for usage on public.s"},
	} {
		p := &Policy{Upstream: "shop", Scope: mustParse(t, c.scope)}
		s := parseStatement(t, c.statement)
		v := p.Decide(s)
		if v.Missing != c.missing || v.Reason != c.reason {
			t.Errorf("%s for %s:\n got %q %q\nwant %q %q", c.statement, c.scope, v.Missing, v.Reason, c.missing, c.reason)
		}
		if v.Access == nil {
			t.Errorf("%s for %s: no access named", c.statement, c.scope)
		}
	}
}

func TestDiagnosisIsBounded(t *testing.T) {
	s := &Statement{Tag: "SELECT"}
	for i := range 200 {
		a := Access{Kind: KindRelation, Op: Select, Schema: "public", Object: fmt.Sprintf("table%d\n", i)}
		for j := range 500 {
			a.Columns = append(a.Columns, fmt.Sprintf("column%04d\x1b", j))
		}
		s.Accesses = append(s.Accesses, a)
	}
	p := &Policy{Upstream: "shop", Scope: mustParse(t, "shop/public.a:select")}
	v := p.Decide(s)
	if len(v.Missing) > 16<<10 || len(v.Reason) > 2<<10 {
		t.Errorf("Missing is %d bytes, Reason %d", len(v.Missing), len(v.Reason))
	}
	if strings.ContainsAny(v.Reason+v.Missing, "\n\x1b") {
		t.Error("control characters in a diagnosis")
	}
}

var benchmarkScope = "shop/public.customers(id,name,city):select shop/public.orders:select,insert,update " +
	"shop/public.items:select shop/public.payments(id,amount):select,insert crm/crm.*:select"

func allowedStatement() *Statement {
	return &Statement{Tag: "SELECT", Accesses: []Access{
		{Kind: KindRelation, Op: Select, Schema: "public", Object: "orders", Columns: []string{"id", "state"}},
		{Kind: KindRelation, Op: Select, Schema: "public", Object: "customers", Columns: []string{"id", "name"}},
		{Kind: KindFunction, Op: Execute, Schema: "pg_catalog", Object: "now", Free: true},
	}}
}

func TestAllowedDoesNotAllocate(t *testing.T) {
	p := &Policy{Upstream: "shop", Scope: mustParse(t, benchmarkScope), Forbid: mustParse(t, "shop/public.salaries:all")}
	s := allowedStatement()
	if n := testing.AllocsPerRun(100, func() {
		if !p.Decide(s).Allow {
			t.Fatal("denied")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkDecide(b *testing.B) {
	p := &Policy{Upstream: "shop", Scope: mustParse(b, benchmarkScope), Forbid: mustParse(b, "shop/public.salaries:all")}
	s := allowedStatement()
	b.ReportAllocs()
	for b.Loop() {
		if !p.Decide(s).Allow {
			b.Fatal("denied")
		}
	}
}

func TestKindOpsCoverEveryKind(t *testing.T) {
	if len(kindOps) != int(KindNew)+1 {
		t.Fatalf("kindOps has %d entries", len(kindOps))
	}
	p := &Policy{Upstream: "shop", Scope: mustParse(t, "shop/*.*:all")}
	s := &Statement{Tag: "X", Accesses: []Access{{Kind: KindNew + 1, Op: Select, Schema: "a", Object: "b"}}}
	if p.Decide(s).Allow {
		t.Error("an unknown kind is allowed")
	}
	if !slices.Equal(opNames[:], strings.Split(schemaOps.String(), ",")) {
		t.Error("schemaOps does not hold every operation")
	}
}
