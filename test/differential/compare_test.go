package differential

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/policy"
)

// finding is one comparison.
type finding struct {
	class       class
	scope       scope
	statement   *statement
	role, proxy outcome
}

func (f *finding) String() string {
	extended := ""
	if f.statement.extended {
		extended = " (extended protocol)"
	}
	return fmt.Sprintf("%s\n\tscope      %v\n\tstatement  %s%s [%s]\n\trole       %s\n\tproxy      %s",
		f.class, f.scope, f.statement, extended, f.statement.origin, &f.role, &f.proxy)
}

// database is a server with a schema, and the proxy in front of it, which
// enters with every right: the server itself refuses nothing there.
type database interface {
	// pair makes an account with a scope's grants and a token of that scope,
	// and logs in on both sides.
	pair(ctx context.Context, s scope) (pair, error)
	// needs is what a case needs, and why no grants will do, if so.
	needs(c *statement, random *rand.Rand) (scope, *policy.Fault)
	// generator makes cases of a seed.
	generator(seed uint64) grammar
	// everything is the widest scope; none has no right to anything but names.
	everything() scope
	none() scope
	// excused is another class for a finding, where the server's answer has a
	// reason that has nothing to do with the grants.
	excused(ctx context.Context, f *finding) class
}

// pair is two sessions that differ in nothing but what judges them.
type pair interface {
	run(ctx context.Context, c *statement) (role, proxy outcome, err error)
	close(ctx context.Context) error
}

// grammar composes statements.
type grammar interface{ statement() *statement }

// tally compares on a database, counts, and keeps those that somebody must
// look at.
type tally struct {
	database
	counts   [classes]int
	findings []*finding
}

func (t *tally) add(f *finding) {
	t.counts[f.class]++
	switch f.class {
	case bothPermitted, bothRefused, rowSecurity, sameError, unseen, shown:
		return
	}
	t.findings = append(t.findings, f)
}

// compare runs cases under a scope.
func (t *tally) compare(tb testing.TB, s scope, cases []*statement) {
	tb.Helper()
	ctx := context.Background()
	p, err := t.pair(ctx, s)
	if err != nil {
		tb.Fatal(err)
	}
	for _, c := range cases {
		role, proxy, err := p.run(ctx, c)
		if err != nil {
			tb.Fatalf("%v, before %s with %s", err, c, s)
		}
		f := &finding{class: classify(&role, &proxy), scope: s, statement: c, role: role, proxy: proxy}
		f.class = t.excused(ctx, f)
		t.add(f)
	}
	if err := p.close(ctx); err != nil {
		tb.Fatal(err)
	}
}

// explore runs a batch of cases under scopes that are drawn from what they
// need: all of it, and some of it. What no grants will do for, as far as the
// analysis knows, is run under the widest scopes.
func (t *tally) explore(tb testing.TB, batch []*statement, variants int, random *rand.Rand) {
	tb.Helper()
	var all []scope
	var faulty []*statement
	var sound []*statement
	for _, c := range batch {
		pieces, fault := t.needs(c, random)
		if fault != nil {
			faulty = append(faulty, c)
			continue
		}
		if slices.ContainsFunc(pieces, func(g grant) bool { return g.has("ddl") }) {
			// Views that a role owns read with its rights: nothing else is tried with them.
			for variant := range variants {
				t.compare(tb, t.orNone(draw(pieces, min(variant, 1), random)), []*statement{c})
			}
			continue
		}
		sound = append(sound, c)
		all = append(all, pieces)
	}
	if len(faulty) > 0 {
		t.compare(tb, t.everything(), faulty)
	}
	for variant := range variants {
		var pieces scope
		for _, p := range all {
			dropped := 0
			if variant > 0 {
				dropped = random.IntN(3)
			}
			pieces = append(pieces, draw(p, dropped, random)...)
		}
		t.compare(tb, t.orNone(merge(pieces)), sound)
	}
}

// orNone replaces what is no scope, or too long for a token.
func (t *tally) orNone(s scope) scope {
	if len(s) == 0 || len(s.String()) > 5000 {
		return t.none()
	}
	return s
}

// report prints the counts, and what somebody must look at, alike findings together.
func (t *tally) report(tb testing.TB) {
	total := 0
	for _, n := range t.counts {
		total += n
	}
	for c, n := range t.counts {
		tb.Logf("%7d  %6.2f %%  %s", n, 100*float64(n)/float64(max(total, 1)), class(c))
	}
	through, denied, own := t.shares()
	tb.Logf("let through of what the role is refused: %.3f %%; denied of what it is permitted: %.3f %%; other errors with the database's code: %.1f %%",
		100*through, 100*denied, 100*own)
	groups := map[string][]*finding{}
	for _, f := range t.findings {
		groups[f.kind()] = append(groups[f.kind()], f)
	}
	var kinds []string
	for k := range groups {
		kinds = append(kinds, k)
	}
	slices.SortFunc(kinds, func(a, b string) int { return len(groups[b]) - len(groups[a]) })
	for _, k := range kinds {
		shortest := slices.MinFunc(groups[k], func(a, b *finding) int {
			return len(a.statement.String()) - len(b.statement.String())
		})
		tb.Logf("%d × %s\n  %s", len(groups[k]), k, t.smallest(shortest))
		for i := 1; i < 4 && i < len(groups[k]) && shortest.class == overDenied; i++ { // one kind, several causes
			tb.Logf("  and %s", t.smallest(groups[k][i*len(groups[k])/4]))
		}
	}
}

// smallest is a finding as somebody will want to see it.
func (t *tally) smallest(f *finding) *finding {
	if f.class == letThrough || os.Getenv("SALLYPORT_TORTURE") != "" && (f.class == overDenied || f.class == otherwise) {
		return t.minimise(f)
	}
	return f
}

// shares are what the figures of the product are measured in: of what the role
// is refused, how much is let through; of what it is permitted, how much is
// denied, row security apart; of other errors, how many have the database's
// SQLSTATE.
func (t *tally) shares() (through, denied, own float64) {
	share := func(part, rest int) float64 { return float64(part) / float64(max(part+rest, 1)) }
	c := &t.counts
	return share(c[letThrough], c[bothRefused]), share(c[overDenied], c[bothPermitted]),
		share(c[sameError]+c[sameCode], c[deniedInstead])
}

// judge fails a test in which more is let through, or denied, than may be.
func (t *tally) judge(tb testing.TB, most int, share float64) {
	tb.Helper()
	if n := t.counts[letThrough]; n > most {
		tb.Errorf("%d are let through, and may be %d", n, most)
	}
	if _, denied, _ := t.shares(); denied > share {
		tb.Errorf("%.3f %% are denied that the role is permitted, and may be %.3f %%", 100*denied, 100*share)
	}
	if n := t.counts[unanswered]; n > 0 {
		tb.Errorf("%d connections were lost", n)
	}
}

// kind is what findings have in common that probably have one cause.
func (f *finding) kind() string {
	if f.class == letThrough || f.class == insideBody || f.class == otherwise { // each object is a cause of its own
		return f.class.String() + ": " + f.role.code + " " + f.role.message + " | " + plain(f.proxy.code+" "+f.proxy.message)
	}
	return f.class.String() + ": " + plain(f.role.code+" "+f.role.message) + " | " + plain(f.proxy.code+" "+f.proxy.message)
}

// plain is a message without the names in it.
func plain(message string) string {
	message = sessionAtEnd.ReplaceAllString(message, "")
	words := strings.Fields(message)
	for i, w := range words {
		if strings.ContainsAny(w, `"_.$0123456789`) && i > 0 {
			words[i] = "…"
		}
		if i > 0 && slices.Contains([]string{"table", "function", "view", "sequence", "schema", "column", "relation", "on"}, words[i-1]) {
			words[i] = "…"
		}
	}
	return strings.Join(words, " ")
}
