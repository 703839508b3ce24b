package differential

import (
	"math/rand/v2"
	"slices"
	"testing"
)

const seed = 20

// What is still let through and denied, until it is none.
const mostLetThrough, mostOverDenied = 20, 220

func TestHandWritten(t *testing.T) {
	r := newRig(t)
	random := rand.New(rand.NewPCG(seed, seed))
	cases := handWritten(t, r)
	var tally tally
	for _, c := range cases {
		c.extended = len(c.steps) == 1 && random.IntN(4) == 0
	}
	for batch := range slices.Chunk(cases, 10) {
		r.explore(t, &tally, batch, 3, random)
	}
	r.compare(t, &tally, noRights, cases)
	r.report(t, &tally)
	if n := tally.counts[letThrough]; n > mostLetThrough {
		t.Errorf("%d are let through, at most %d are known", n, mostLetThrough)
	}
	if n := tally.counts[overDenied]; n > mostOverDenied {
		t.Errorf("%d are denied, at most %d are known", n, mostOverDenied)
	}
}

func handWritten(t *testing.T, r *rig) []*statement {
	t.Helper()
	return append(readStatements(t, r.inventory.version, "testdata/statements/*.sql"),
		readStatements(t, r.inventory.version, "../../internal/analyze/postgres/testdata/differential.sql")...)
}

func TestGenerated(t *testing.T) {
	r := newRig(t)
	generateOn(t, r, seed, 1200)
}

func generateOn(t *testing.T, r *rig, seed uint64, n int) {
	random := rand.New(rand.NewPCG(seed, 2))
	g := newGenerator(r.inventory, seed)
	var tally tally
	for range n / 10 {
		var batch []*statement
		for range 10 {
			batch = append(batch, g.statement())
		}
		r.explore(t, &tally, batch, 3, random)
	}
	r.report(t, &tally)
}
