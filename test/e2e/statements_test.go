package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/test/e2e"
)

// volatile are statements whose answer is another one each time, or speaks of
// the session itself.
var volatile = []string{"txid_current", "pg_postmaster_start_time", "pg_stat_", "session_user", "current_user", "advisory"}

// What clients that are not started here were seen to send, and what the large
// graphical ones ask, passes with a narrow scope and is answered as it is
// answered directly. Each block of a file is one statement, or one text of
// several.
func TestClientStatements(t *testing.T) {
	db, p := stocked(t)
	files, err := filepath.Glob("testdata/statements/*.sql")
	if err != nil || len(files) < 15 {
		t.Fatalf("%d files: %v", len(files), err)
	}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		t.Run(name, func(t *testing.T) {
			scope := narrow
			if name == "pg_dump" {
				scope = "shop/*.*:select" // it locks and reads the tables
			}
			direct := dial(t, directEnv(db))
			proxied := dial(t, p.Env("shop", "ana", issue(t, p, "ana", scope)))
			trail := p.Trail()
			if _, err := trail.Next(); err != nil { // what was before
				t.Fatal(err)
			}
			for _, sql := range blocks(t, file) {
				want, got := answer(direct, sql), answer(proxied, sql)
				if slices.ContainsFunc(volatile, func(v string) bool { return strings.Contains(sql, v) }) {
					want, got = first(want), first(got)
				}
				if got != want {
					t.Errorf("%s\nis answered %.300q, directly %.300q", sql, got, want)
				}
			}
			reportDenied(t, trail)
		})
	}
}

func reportDenied(t *testing.T, trail *e2e.Trail) {
	t.Helper()
	for _, d := range denied(t, trail) {
		t.Errorf("denied: %s", d)
	}
}

// blocks are the texts of a file: between blank lines, without comments.
func blocks(t *testing.T, file string) []string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Split(strings.TrimSpace(string(content)), "\n\n")
	return slices.DeleteFunc(all, func(b string) bool { return strings.HasPrefix(b, "-- ") && !strings.Contains(b, "\n") })
}

func dial(t *testing.T, env []string) *pgconn.PgConn {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), conninfo(env))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// answer is what a text is answered with: its rows in an order of their own, or
// the error's code; a failed transaction is left.
func answer(conn *pgconn.PgConn, sql string) string {
	results, err := conn.Exec(context.Background(), sql).ReadAll()
	if err != nil {
		var e *pgconn.PgError
		_, _ = conn.Exec(context.Background(), "ROLLBACK").ReadAll()
		if errors.As(err, &e) {
			return e.Code
		}
		return err.Error()
	}
	var rows []string
	for _, r := range results {
		for _, row := range r.Rows {
			rows = append(rows, fmt.Sprintf("%q", row))
		}
	}
	slices.Sort(rows)
	return fmt.Sprintf("%d rows\n%s", len(rows), strings.Join(rows, "\n"))
}

func first(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

// conninfo writes libpq's environment as a connection string.
func conninfo(env []string) string {
	names := map[string]string{"PGHOST": "host", "PGPORT": "port", "PGDATABASE": "dbname", "PGUSER": "user", "PGPASSWORD": "password",
		"PGSSLMODE": "sslmode", "PGSSLROOTCERT": "sslrootcert"}
	out := make([]string, len(env))
	for i, v := range env {
		name, value, _ := strings.Cut(v, "=")
		out[i] = fmt.Sprintf("%s='%s'", names[name], value)
	}
	return strings.Join(out, " ")
}
