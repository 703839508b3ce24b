package differential

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// torture compares generated statements for as long as SALLYPORT_TORTURE says,
// with a new seed, or that of SALLYPORT_SEED.
func torture(t *testing.T, open func(*testing.T) database, most float64) {
	long, err := time.ParseDuration(os.Getenv("SALLYPORT_TORTURE"))
	if err != nil {
		t.Skip("runs where SALLYPORT_TORTURE is a duration; the test of generated statements is its short version")
	}
	seed, err := strconv.ParseUint(os.Getenv("SALLYPORT_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("SALLYPORT_SEED=%d", seed)
	tally := tally{database: open(t)}
	for end := time.Now().Add(long); time.Now().Before(end); seed++ {
		before := len(tally.findings)
		tally.generated(t, seed, 100)
		for _, f := range tally.findings[before:] {
			if f.class == letThrough || f.class == otherwise || f.class == unanswered {
				t.Logf("SALLYPORT_SEED=%d: %s", seed, f)
			}
		}
	}
	tally.report(t)
	tally.judge(t, 0, most)
}

// generated compares n statements of a seed.
func (t *tally) generated(tb testing.TB, seed uint64, n int) {
	tb.Helper()
	random := rand.New(rand.NewPCG(seed, 2))
	g := t.generator(seed)
	for range n / 10 {
		var batch []*statement
		for range 10 {
			batch = append(batch, g.statement())
		}
		t.explore(tb, batch, 3, random)
	}
}
