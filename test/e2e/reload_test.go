package e2e_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sallyport-db/sallyport/test/e2e"
)

// settings are what a reload changes while sessions are under load: every key that it may change, and mistakes.
var settings = []struct{ name, top, upstream, want string }{
	{"forbid", "", "    forbid: [\"shop/public.salaries:all\"]\n", "config.loaded"},
	{"observe", "", "    mode: observe\n", "config.loaded"},
	{"shorter lives", "tokens: {default_ttl: 1s, max_ttl: 2s}\n", "", "config.loaded"},
	{"a mistake", "denial_hint: false\n", "    forbid: [\"shop/public.orders:all\"]\n", "config.refused"},
	{"no hints", "denial_hints: false\n", "", "config.loaded"},
	{"what cannot change", "cluster: other\n", "    forbid: [\"shop/public.orders:all\"]\n", "config.refused"},
	{"plaintext", "insecure_plaintext_from: [\"10.0.0.0/8\"]\n", "", "config.loaded"},
}

// TestReloadUnderLoad promises that a reload drops no session and refuses no valid token (P7).
func TestReloadUnderLoad(t *testing.T) {
	_, p := shop(t, nil)
	text, err := os.ReadFile(p.Config)
	if err != nil {
		t.Fatal(err)
	}
	token := issue(t, p, "ana", scope) // for an hour, which is longer than some settings allow
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	var statements, logins atomic.Int64
	modes := []pgx.QueryExecMode{pgx.QueryExecModeSimpleProtocol, pgx.QueryExecModeCacheStatement, pgx.QueryExecModeExec}
	for i := range 6 {
		conn := connect(t, p, "ana", token, modes[i%len(modes)])
		load.Go(func() { underLoad(ctx, t, conn, &statements) })
	}
	load.Go(func() {
		for ctx.Err() == nil {
			conn, err := pgx.Connect(t.Context(), strings.Join(keywords(p, token), " "))
			if err != nil {
				t.Errorf("a valid token is refused: %v", err)
				return
			}
			_ = conn.Close(t.Context())
			logins.Add(1)
		}
	})
	trail := p.Trail()
	for i := range 50 {
		s := settings[i%len(settings)]
		if err := os.WriteFile(p.Config, []byte(s.top+string(text)+s.upstream), 0o600); err != nil {
			t.Fatal(err)
		}
		before := statements.Load()
		if err := p.Hangup(); err != nil {
			t.Fatal(err)
		}
		if got := nextConfig(t, trail); got.Event != s.want {
			t.Fatalf("%s: %s: %s", s.name, got.Event, got.Reason)
		}
		for statements.Load() == before && !t.Failed() { // so that statements run between any two reloads
			time.Sleep(time.Millisecond)
		}
	}
	stop()
	load.Wait()
	t.Logf("%d statements and %d logins during 50 reloads", statements.Load(), logins.Load())
	if logins.Load() == 0 {
		t.Error("nobody logged in")
	}
}

// underLoad runs statements, in transactions and out of them, that every setting allows.
func underLoad(ctx context.Context, t *testing.T, conn *pgx.Conn, done *atomic.Int64) {
	for i := 1; ctx.Err() == nil; i++ {
		id := i%500 + 1
		err := pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
			var item string
			if err := tx.QueryRow(t.Context(), "SELECT item FROM orders WHERE id = $1", id).Scan(&item); err != nil {
				return err
			}
			if want := fmt.Sprintf("item %d", id); item != want {
				return fmt.Errorf("got %q, want %q", item, want)
			}
			_, err := tx.Exec(t.Context(), "UPDATE orders SET note = $1 WHERE id = $2", "seen", id)
			return err
		})
		if err != nil {
			t.Errorf("a session under load: %v", err)
			return
		}
		done.Add(1)
	}
}

func keywords(p *e2e.Proxy, token string) []string {
	return []string{"host=" + p.Host, fmt.Sprintf("port=%d", p.Port), "user=ana", "dbname=shop", "password=" + token,
		"sslmode=verify-full", "sslrootcert=" + p.CA}
}

// nextConfig waits for the next line about the configuration.
func nextConfig(t *testing.T, trail *e2e.Trail) e2e.Line {
	t.Helper()
	for range 1000 {
		lines, err := trail.Next()
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range lines {
			if strings.HasPrefix(l.Event, "config.") && l.Seq > 2 { // not that of the start
				return l
			}
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Fatal("nothing came of SIGHUP")
	return e2e.Line{}
}
