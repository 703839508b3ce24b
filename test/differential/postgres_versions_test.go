package differential

import (
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// The same holds on every version, shown by a few hundred comparisons.
func TestEachVersion(t *testing.T) {
	pgtesting.EachVersion(t, func(t *testing.T, _ int, o pgtest.Options) {
		tally := tally{database: newPostgresOn(t, o)}
		tally.generated(t, seed, 30)
		tally.report(t)
		tally.judge(t, mostLetThrough, 0.2) // few, so that one weighs much
	})
}

// TestTortureEachVersion runs everything once on every version.
func TestTortureEachVersion(t *testing.T) {
	if os.Getenv("SALLYPORT_TORTURE") == "" {
		t.Skip("runs where SALLYPORT_TORTURE is set; TestEachVersion is its short version")
	}
	pgtesting.EachVersion(t, func(t *testing.T, version int, o pgtest.Options) {
		r := newPostgresOn(t, o)
		random := rand.New(rand.NewPCG(seed, seed))
		tally := tally{database: r}
		for batch := range slices.Chunk(handWritten(t, r), 10) {
			tally.explore(t, batch, 2, random)
		}
		tally.generated(t, seed, 500)
		tally.report(t)
		tally.judge(t, 0, 1)
	})
}
