package e2e_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/test/e2e"
)

// ended says that err is the last word of a session whose token is over.
func ended(t *testing.T, err error, why string) {
	t.Helper()
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != "57P01" || pg.Severity != "FATAL" || !strings.Contains(pg.Message, why) {
		t.Errorf("got %v, want FATAL 57P01 with %q", err, why)
	}
}

// idle waits until nobody but us does anything in the database: what a session
// ran was cancelled, and not left to run on.
func idle(t *testing.T, conn *pgx.Conn) {
	t.Helper()
	for range 200 {
		var n int
		if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity
			WHERE backend_type = 'client backend' AND state = 'active' AND pid <> pg_backend_pid()`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("the statement runs on after its session has ended")
}

func issueFor(t *testing.T, p *e2e.Proxy, sub, ttl, scope string) string {
	t.Helper()
	out, err := p.Run(t.Context(), "token", "issue", "--sub", sub, "--from", "127.0.0.1", "--ttl", ttl, "--scope", scope)
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return strings.TrimSpace(out)
}

func TestExpiryEndsRunningStatement(t *testing.T) {
	db, p := shop(t, nil)
	conn := connect(t, p, "eve", issueFor(t, p, "eve", "2s", scope), pgx.QueryExecModeSimpleProtocol)
	_, err := conn.Exec(t.Context(), "SELECT pg_sleep(60)")
	ended(t, err, "expired")
	idle(t, superuser(t, db))
}

func TestExpiryEndsIdleTransaction(t *testing.T) {
	_, p := shop(t, nil)
	conn := connect(t, p, "eve", issueFor(t, p, "eve", "2s", scope), pgx.QueryExecModeSimpleProtocol)
	if _, err := conn.Exec(t.Context(), "BEGIN"); err != nil {
		t.Fatal(err)
	}
	// The last word comes without being asked for.
	_, err := conn.WaitForNotification(t.Context())
	ended(t, err, "expired")
}

// revoke ends every session of sub's only token.
func revoke(t *testing.T, p *e2e.Proxy, sub string) {
	t.Helper()
	out, err := p.Run(t.Context(), "session", "list", "--json")
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	_, after, _ := strings.Cut(out, `"token": "`)
	id, _, _ := strings.Cut(after, `"`)
	if out, err = p.Run(t.Context(), "token", "revoke", id); err != nil || !strings.Contains(out, "of "+sub) {
		t.Fatalf("revoke %s of %s: %v: %s", id, sub, err, out)
	}
}

// trickle is COPY data that never ends by itself; it tells when it is under way.
type trickle struct {
	begun chan struct{}
	stop  <-chan struct{}
	n     int
	row   string
}

func (r *trickle) Read(b []byte) (int, error) {
	if r.n++; r.n == 20 {
		close(r.begun)
	}
	select {
	case <-r.stop:
		return 0, io.EOF
	case <-time.After(10 * time.Millisecond):
		return copy(b, r.row), nil
	}
}

func TestRevokedCopyIsNotCommitted(t *testing.T) {
	db, p := shop(t, nil)
	admin := superuser(t, db)
	if _, err := admin.Exec(t.Context(), "CREATE TABLE intake (id int, a int, b int, c int, d date); GRANT INSERT ON intake TO "+role); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, p, "cy", issueFor(t, p, "cy", "5m", "shop/public.intake:insert"), pgx.QueryExecModeSimpleProtocol)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	data := &trickle{begun: make(chan struct{}), stop: ctx.Done(), row: "9000000\t1\t1\t1\t2026-01-01\n"}
	failed := make(chan error, 1)
	go func() {
		_, err := conn.PgConn().CopyFrom(t.Context(), data, "COPY intake FROM STDIN")
		failed <- err
	}()
	select {
	case <-data.begun:
	case err := <-failed:
		t.Fatal(err)
	}
	revoke(t, p, "cy")
	if err := <-failed; err == nil {
		t.Error("the COPY went through although its token was revoked")
	}
	idle(t, admin)
	var n int
	if err := admin.QueryRow(t.Context(), "SELECT count(*) FROM intake").Scan(&n); err != nil || n != 0 {
		t.Errorf("%d rows of a revoked COPY are in the table (%v)", n, err)
	}
}

func TestRevokedWhileRowsStream(t *testing.T) {
	db, p := shop(t, nil)
	conn := connect(t, p, "flo", issueFor(t, p, "flo", "5m", scope), pgx.QueryExecModeSimpleProtocol)
	rows, err := conn.Query(t.Context(), "SELECT repeat('x', 5000), generate_series(1, 100000000)")
	if err != nil {
		t.Fatal(err)
	}
	for range 1000 {
		if !rows.Next() {
			t.Fatal(rows.Err())
		}
	}
	revoke(t, p, "flo")
	for rows.Next() {
	}
	ended(t, rows.Err(), "revoked")
	idle(t, superuser(t, db))
}
