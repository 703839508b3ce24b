// Package pgtesting gives tests a throwaway PostgreSQL server.
package pgtesting

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/internal/pgtest"
)

// Start returns a server that ends with the test. Where PostgreSQL is not
// installed the test is skipped, and under CI=true it fails: a check that
// could not be made must not look like one that passed.
func Start(t testing.TB, o pgtest.Options) *pgtest.Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s, err := pgtest.Start(ctx, o)
	var missing *pgtest.MissingError
	if errors.As(err, &missing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Exec runs SQL as the superuser in a database (empty: "postgres"), and fails
// the test if the server refuses it.
func Exec(t testing.TB, s *pgtest.Server, db, sql string) {
	t.Helper()
	if err := s.ExecIn(t.Context(), db, sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}
