package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/test/e2e"
)

// Every statement that PostgreSQL executed is in the audit log, whenever the
// proxy was killed (promise P1).
func TestKill(t *testing.T) {
	killRounds(t, 1, func(round int) bool { return round < 5 })
}

// As TestKill, for as long as SALLYPORT_TORTURE says, and 200 times at least.
func TestTortureKill(t *testing.T) {
	long, err := time.ParseDuration(os.Getenv("SALLYPORT_TORTURE"))
	if err != nil {
		t.Skip("runs where SALLYPORT_TORTURE is a duration; TestKill is its short version")
	}
	end := time.Now().Add(long)
	killRounds(t, uint64(end.UnixNano()), func(round int) bool { return round < 200 || time.Now().Before(end) })
}

// load is one pgbench. Where the protocol leaves literals in the text, each
// text is unlike any other; bound values are in no log, and there the number
// of times a text was run is compared.
type load struct{ name, mode, script string }

var loads = []load{
	{"simple", "simple", `\set n random(1, 9000000000000000000)
		SELECT abalance, :n FROM pgbench_accounts WHERE aid = 1 + mod(:n, 100000);`},
	{"transaction", "simple", `\set n random(1, 9000000000000000000)
		BEGIN;
		UPDATE pgbench_accounts SET abalance = mod(:n, 1000) WHERE aid = 1 + mod(:n, 100000);
		INSERT INTO pgbench_history (tid, bid, aid, delta, mtime, filler) VALUES (1, 1, 1, 1, now(), ':n');
		COMMIT;`},
	{"extended", "extended", `\set n random(1, 100000)
		SELECT abalance FROM pgbench_accounts WHERE aid = :n;`},
	{"prepared", "prepared", `\set n random(1, 100000)
		SELECT abalance FROM pgbench_accounts WHERE aid = :n;
		UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = :n;`},
	{"pipeline", "prepared", `\set n random(1, 100000)
		\startpipeline
		SELECT abalance FROM pgbench_accounts WHERE aid = :n;
		SELECT abalance + 1 FROM pgbench_accounts WHERE aid = :n;
		SELECT abalance + 2 FROM pgbench_accounts WHERE aid = :n;
		\endpipeline`},
}

// run is a text under an application name, which is a load's in one round.
type run struct{ application, text string }

type killer struct {
	t     *testing.T
	db    *pgtest.Server
	proxy *e2e.Proxy
	env   []string
	root  *pgx.Conn // superuser, direct
	trail *e2e.Trail
	rand  *rand.Rand
	dir   string // of pgbench's scripts

	logRead  int64             // of the database's log
	sessions map[string]string // session → application name
	open     map[string]int    // session/id → ends still owed
	total    int               // statements the database executed
	unknown  int               // ends that say so
}

func killRounds(t *testing.T, seed uint64, more func(round int) bool) {
	t.Logf("seed %d", seed)
	db, p := shop(t, map[string]string{"log_statement": "all", "log_line_prefix": "@%a@ ", "max_connections": "200"})
	benchTables(t, db)
	k := &killer{t: t, db: db, proxy: p, root: superuser(t, db), trail: p.Trail(), rand: rand.New(rand.NewPCG(seed, 0)),
		env: p.Env("shop", "ana", issue(t, p, "ana", benchScope)), dir: t.TempDir(), sessions: map[string]string{}, open: map[string]int{}}
	round := 0
	for ; more(round) && !t.Failed(); round++ {
		if round%100 == 99 { // a token lives for an hour
			k.env = p.Env("shop", "ana", issue(t, p, "ana", benchScope))
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
	var running []*exec.Cmd
	for _, l := range loads {
		cmd := k.pgbench(n, l)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		running = append(running, cmd)
	}
	if n%4 != 3 { // else in the middle of logins, perhaps
		waitFor(t, k.root, "SELECT least(count(*), 1) FROM pg_stat_activity WHERE usename = $1 AND query LIKE '%pgbench%'", 1)
	}
	wait := time.Duration(k.rand.Int64N(int64(500 * time.Millisecond)))
	time.Sleep(wait)
	k.proxy.Kill()
	for _, cmd := range running {
		_ = cmd.Wait() // its server is gone
	}
	// What the proxy had sent is executed even so: wait until the sessions have ended.
	waitFor(t, k.root, "SELECT count(*) FROM pg_stat_activity WHERE usename = $1", 0)
	executed, audited := k.executed(), k.audited()
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

func (k *killer) pgbench(round int, l load) *exec.Cmd {
	file := filepath.Join(k.dir, l.name+".sql")
	if err := os.WriteFile(file, []byte(l.script), 0o600); err != nil {
		k.t.Fatal(err)
	}
	env := append([]string{}, k.env...)
	env = append(env, fmt.Sprintf("PGAPPNAME=kill-%d-%s", round, l.name))
	if round%2 == 1 {
		env = append(env, "PGSSLMODE=disable")
	}
	return command(k.t, env, "pgbench", "-n", "-M", l.mode, "-c", "2", "-T", "300", "-f", file,
		"--random-seed="+strconv.FormatUint(k.rand.Uint64N(1<<31), 10))
}

// A statement in the database's log, under log_statement=all and our prefix.
var executedLine = regexp.MustCompile(`(?m)^@(kill-[^@]*)@ LOG:  (?:statement|execute [^:]+): (.*)$`)

// executed counts what the database has run since the last call.
func (k *killer) executed() map[run]int {
	f, err := os.Open(k.db.LogFile)
	if err != nil {
		k.t.Fatal(err)
	}
	defer f.Close()
	content, err := io.ReadAll(io.NewSectionReader(f, k.logRead, 1<<40))
	if err != nil {
		k.t.Fatal(err)
	}
	k.logRead += int64(len(content))
	ran := map[run]int{}
	for _, m := range executedLine.FindAllSubmatch(content, -1) {
		ran[run{string(m[1]), string(bytes.TrimSpace(m[2]))}]++
	}
	return ran
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

// waitFor waits until a query about the role's sessions counts to want.
func waitFor(t *testing.T, conn *pgx.Conn, sql string, want int) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		var n int
		if err := conn.QueryRow(t.Context(), sql, role).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n == want {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("still %d sessions, want %d: %s", n, want, sql)
		}
	}
}
