package differential

import (
	"math/rand/v2"
	"slices"
	"testing"
)

const seed = 20

// What is still let through and denied, until it is none.
const mostLetThrough, mostOverDenied = 200, 240

func TestHandWritten(t *testing.T) {
	r := newRig(t)
	random := rand.New(rand.NewPCG(seed, seed))
	cases := readStatements(t, r.inventory.version, "testdata/statements/*.sql")
	cases = append(cases, readStatements(t, r.inventory.version, "../../internal/analyze/postgres/testdata/differential.sql")...)
	var tally tally
	for _, c := range cases {
		c.extended = len(c.steps) == 1 && random.IntN(4) == 0
	}
	for batch := range slices.Chunk(cases, 10) {
		r.explore(t, &tally, batch, 3, random)
	}
	r.compare(t, &tally, noRights, cases)
	tally.report(t)
	if n := tally.counts[letThrough]; n > mostLetThrough {
		t.Errorf("%d are let through, at most %d are known", n, mostLetThrough)
	}
	if n := tally.counts[overDenied]; n > mostOverDenied {
		t.Errorf("%d are denied, at most %d are known", n, mostOverDenied)
	}
}
