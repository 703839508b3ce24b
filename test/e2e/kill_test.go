package e2e_test

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/test/e2e"
)

// Every statement that the database executed is in the audit log, whenever the
// proxy was killed (promise P1).
func TestKill(t *testing.T)      { killed(t, newPostgresLoad) }
func TestKillMySQL(t *testing.T) { killed(t, newMySQLLoad) }

// As TestKill, for as long as SALLYPORT_TORTURE says, and 200 times at least.
func TestTortureKill(t *testing.T)      { tortured(t, newPostgresLoad) }
func TestTortureKillMySQL(t *testing.T) { tortured(t, newMySQLLoad) }

func killed(t *testing.T, load newLoad) {
	killRounds(t, 1, load, func(round int) bool { return round < 5 })
}

func tortured(t *testing.T, load newLoad) {
	long, err := time.ParseDuration(os.Getenv("SALLYPORT_TORTURE"))
	if err != nil {
		t.Skip("runs where SALLYPORT_TORTURE is a duration; TestKill is its short version")
	}
	end := time.Now().Add(long)
	killRounds(t, uint64(end.UnixNano()), load, func(round int) bool { return round < 200 || time.Now().Before(end) })
}

// run is a text under an application name, which is a load's in one round.
type run struct{ application, text string }

// loaded is a database under the load that a round lays on it, through the proxy.
type loaded interface {
	renew()                        // gets a new token
	begin(round int) (wait func()) // returns when the load is under way
	gone()                         // waits until what the proxy had sent is over
	executed() map[run]int         // what the database has run since the last call
}

type newLoad func(t *testing.T, r *rand.Rand) (loaded, *e2e.Proxy)

type killer struct {
	t     *testing.T
	proxy *e2e.Proxy
	load  loaded
	trail *e2e.Trail
	rand  *rand.Rand

	sessions map[string]string // session → application name
	open     map[string]int    // session/id → ends still owed
	total    int               // statements the database executed
	unknown  int               // ends that say so
}

func killRounds(t *testing.T, seed uint64, load newLoad, more func(round int) bool) {
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	db, p := load(t, r)
	k := &killer{t: t, proxy: p, load: db, trail: p.Trail(), rand: r, sessions: map[string]string{}, open: map[string]int{}}
	round := 0
	for ; more(round) && !t.Failed(); round++ {
		if round%100 == 99 { // a token lives for an hour
			db.renew()
		}
		k.round(round)
	}
	if err := p.Shutdown(); err != nil {
		t.Error(err)
	}
	k.audited()
	for id, n := range k.open {
		t.Errorf("statement %s has %d ends, want 1", id, 1-n)
	}
	t.Logf("%d rounds, %d statements executed by the database, %d of unknown outcome", round, k.total, k.unknown)
	if k.total < 10*round || k.unknown == 0 {
		t.Error("the proxy was never killed in the middle of work: this shows nothing")
	}
}

// round kills the proxy under load and holds the two logs against each other.
func (k *killer) round(n int) {
	t := k.t
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	ended := k.load.begin(n)
	wait := time.Duration(k.rand.Int64N(int64(500 * time.Millisecond)))
	time.Sleep(wait)
	k.proxy.Kill()
	ended()
	k.load.gone() // what the proxy had sent is executed even so
	executed, audited := k.load.executed(), k.audited()
	count := 0
	for run, ran := range executed {
		count += ran
		if audited[run] < ran {
			t.Errorf("round %d, killed after %v: %s: the database ran this %d times, the audit log has it %d times: %s",
				n, wait, run.application, ran, audited[run], run.text)
		}
	}
	k.total += count
	if err := k.proxy.Launch(ctx); err != nil {
		t.Fatal(err)
	}
}

// audited counts what the audit log has allowed since the last call.
func (k *killer) audited() map[run]int {
	lines, err := k.trail.Next()
	if err != nil {
		k.t.Fatal(err)
	}
	allowed := map[run]int{}
	for _, l := range lines {
		id := fmt.Sprintf("%s/%d", l.Session, l.ID)
		switch l.Event {
		case "session.opened":
			k.sessions[l.Session] = l.Application
		case "statement.allowed":
			k.open[id]++
			allowed[run{k.sessions[l.Session], l.Statement}]++
		case "statement.finished":
			if k.open[id]--; k.open[id] == 0 {
				delete(k.open, id)
			}
			if l.Outcome == "unknown" {
				k.unknown++
			}
		case "statement.denied":
			k.t.Errorf("denied: %s: %s", l.Reason, l.Statement)
		}
	}
	return allowed
}

// unread returns what a file has grown by since the last call.
type unread struct {
	file string
	read int64
}

func (u *unread) next(t *testing.T) []byte {
	f, err := os.Open(u.file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.NewSectionReader(f, u.read, 1<<40))
	if err != nil {
		t.Fatal(err)
	}
	u.read += int64(len(content))
	return content
}
