package e2e_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sallyport-db/sallyport/test/e2e"
)

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

type postgresLoad struct {
	t     *testing.T
	proxy *e2e.Proxy
	env   []string
	root  *pgx.Conn // superuser, direct
	rand  *rand.Rand
	dir   string // of pgbench's scripts
	log   unread
}

func newPostgresLoad(t *testing.T, r *rand.Rand) (loaded, *e2e.Proxy) {
	db, p := shop(t, map[string]string{"log_statement": "all", "log_line_prefix": "@%a@ ", "max_connections": "200"})
	benchTables(t, db)
	l := &postgresLoad{t: t, proxy: p, root: superuser(t, db), rand: r, dir: t.TempDir(), log: unread{file: db.LogFile}}
	l.renew()
	return l, p
}

func (p *postgresLoad) renew() {
	p.env = p.proxy.Env("shop", "ana", issue(p.t, p.proxy, "ana", benchScope))
}

func (p *postgresLoad) begin(round int) (wait func()) {
	var running []*exec.Cmd
	for _, l := range loads {
		cmd := p.pgbench(round, l)
		if err := cmd.Start(); err != nil {
			p.t.Fatal(err)
		}
		running = append(running, cmd)
	}
	if round%4 != 3 { // else in the middle of logins, perhaps
		waitFor(p.t, p.root, "SELECT least(count(*), 1) FROM pg_stat_activity WHERE usename = $1 AND query LIKE '%pgbench%'", 1)
	}
	return func() {
		for _, cmd := range running {
			_ = cmd.Wait() // its server is gone
		}
	}
}

func (p *postgresLoad) gone() {
	waitFor(p.t, p.root, "SELECT count(*) FROM pg_stat_activity WHERE usename = $1", 0)
}

func (p *postgresLoad) pgbench(round int, l load) *exec.Cmd {
	file := filepath.Join(p.dir, l.name+".sql")
	if err := os.WriteFile(file, []byte(l.script), 0o600); err != nil {
		p.t.Fatal(err)
	}
	env := append([]string{}, p.env...)
	env = append(env, fmt.Sprintf("PGAPPNAME=kill-%d-%s", round, l.name))
	if round%2 == 1 {
		env = append(env, "PGSSLMODE=disable")
	}
	return command(p.t, env, "pgbench", "-n", "-M", l.mode, "-c", "2", "-T", "300", "-f", file,
		"--random-seed="+strconv.FormatUint(p.rand.Uint64N(1<<31), 10))
}

// A statement in the database's log, under log_statement=all and our prefix.
var executedLine = regexp.MustCompile(`(?m)^@(kill-[^@]*)@ LOG:  (?:statement|execute [^:]+): (.*)$`)

func (p *postgresLoad) executed() map[run]int {
	ran := map[run]int{}
	for _, m := range executedLine.FindAllSubmatch(p.log.next(p.t), -1) {
		ran[run{string(m[1]), string(bytes.TrimSpace(m[2]))}]++
	}
	return ran
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
