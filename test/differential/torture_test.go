package differential

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"
)

// TestTortureDifferential compares generated statements for as long as
// SALLYPORT_TORTURE says, with a new seed, or that of SALLYPORT_SEED.
func TestTortureDifferential(t *testing.T) {
	long, err := time.ParseDuration(os.Getenv("SALLYPORT_TORTURE"))
	if err != nil {
		t.Skip("runs where SALLYPORT_TORTURE is a duration; TestGenerated is its short version")
	}
	seed, err := strconv.ParseUint(os.Getenv("SALLYPORT_SEED"), 10, 64)
	if err != nil {
		seed = uint64(time.Now().UnixNano())
	}
	t.Logf("SALLYPORT_SEED=%d", seed)
	r := newRig(t)
	var tally tally
	for end := time.Now().Add(long); time.Now().Before(end); seed++ {
		before := len(tally.findings)
		r.generated(t, &tally, seed, 100)
		for _, f := range tally.findings[before:] {
			if f.class == letThrough || f.class == otherwise || f.class == unanswered {
				t.Logf("SALLYPORT_SEED=%d: %s", seed, f)
			}
		}
	}
	r.report(t, &tally)
	tally.judge(t, 0, 0.001)
}

// generated compares n statements of a seed.
func (r *rig) generated(t testing.TB, tally *tally, seed uint64, n int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 2))
	g := newGenerator(r.inventory, seed)
	for range n / 10 {
		var batch []*statement
		for range 10 {
			batch = append(batch, g.statement())
		}
		r.explore(t, tally, batch, 3, random)
	}
}
