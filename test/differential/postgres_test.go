package differential

import (
	"math/rand/v2"
	"slices"
	"testing"
)

const seed = 20

// What may be let through, and the share of what is denied of what a role is
// permitted, which is to be 0.001.
const mostLetThrough, mostDenied = 0, 0.02

func TestHandWritten(t *testing.T) {
	r := newPostgres(t)
	random := rand.New(rand.NewPCG(seed, seed))
	cases := handWritten(t, r)
	tally := tally{database: r}
	for _, c := range cases {
		c.extended = len(c.steps) == 1 && random.IntN(4) == 0
	}
	for batch := range slices.Chunk(cases, 10) {
		tally.explore(t, batch, 2, random)
	}
	tally.compare(t, r.none(), cases)
	tally.report(t)
	tally.judge(t, mostLetThrough, 1) // those are there to be denied, many of them
}

func handWritten(t *testing.T, r *postgresRig) []*statement {
	t.Helper()
	return append(readStatements(t, r.inventory.version, "testdata/postgres/statements/*.sql"),
		readStatements(t, r.inventory.version, "../../internal/analyze/postgres/testdata/differential.sql")...)
}

func TestGenerated(t *testing.T) {
	tally := tally{database: newPostgres(t)}
	tally.generated(t, seed, 800)
	tally.report(t)
	tally.judge(t, mostLetThrough, mostDenied)
}

// What drivers and ORMs send must pass where it passes there: metadata without
// any grant, changes with what they need.
func TestClients(t *testing.T) {
	r := newPostgres(t)
	random := rand.New(rand.NewPCG(seed, 3))
	cases := readStatements(t, r.inventory.version, "testdata/postgres/clients/*.sql")
	if len(cases) < 250 {
		t.Fatalf("only %d statements", len(cases))
	}
	tally := tally{database: r}
	for batch := range slices.Chunk(cases, 10) {
		tally.explore(t, batch, 2, random)
	}
	tally.compare(t, r.none(), cases)
	tally.report(t)
	tally.judge(t, mostLetThrough, 0.02)
}

func TestTortureDifferential(t *testing.T) {
	torture(t, func(t *testing.T) database { return newPostgres(t) }, 0.001)
}
