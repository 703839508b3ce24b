package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/policy"
)

// TestKnownStatementsAllocateNothing: what was read before costs a look-up, so
// long as the session has nothing of its own.
func TestKnownStatementsAllocateNothing(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, server, "", "CREATE TABLE wares (id int, name text)")
	c := catalog.Open(func() (*pgconn.Config, error) { return pgconn.ParseConfig(server.URL("", "")) }, catalog.Options{})
	t.Cleanup(c.Close)
	s := NewReader(c, func([]policy.Access) []byte { return nil }).Session([]string{"public"})
	r := &analyze.Request{Verb: analyze.VerbQuery, Text: []byte("SELECT name FROM wares WHERE id = 7")}
	ask := func() {
		r.Seq++
		if out := s.Read(r); out.Look || out.Wait || len(out.Pieces) != 1 || out.Pieces[0].Statement.Fault != nil {
			t.Fatalf("%+v", out)
		}
		s.Note(r)
		s.Ready(r.Segment, 'I')
		r.Segment++
	}
	ask()
	if n := testing.AllocsPerRun(200, ask); n != 0 {
		t.Errorf("%v allocations for a statement that is known", n)
	}
}
