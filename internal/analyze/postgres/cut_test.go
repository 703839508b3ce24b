package postgres

import (
	"testing"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/jackc/pgx/v5/pgconn"
)

func TestCut(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, server, "", "CREATE TABLE orders(id int, note text); CREATE SCHEMA app; CREATE TABLE app.orders(id int, note text)")
	cfg, _ := pgconn.ParseConfig(server.URL("", ""))
	c := catalog.Open(cfg, catalog.Options{})
	defer c.Close()
	reader := NewReader(c, func([]policy.Access) []byte { return nil })
	seq := uint64(0)
	do := func(s *Session, sql string) string {
		seq++
		r := &analyze.Request{Verb: analyze.VerbQuery, Text: []byte(sql), Seq: seq, Segment: seq}
		s.Ready(seq-1, 'I')
		rd := s.Read(r)
		out := ""
		for _, p := range rd.Pieces {
			out += render(&p.Statement)
			if p.Statement.Fault != nil {
				out += "! " + p.Statement.Fault.Reason
			}
		}
		s.Note(r)
		s.Confirm(seq, 0, nil)
		s.Ready(seq, 'I')
		return out
	}
	a := reader.Session([]string{"public"})
	t.Log(do(a, "PREPARE q AS SELECT '' UNION SELECT note FROM orders"))
	s := reader.Session([]string{"public"})
	t.Log(do(s, "PREPARE q AS SELECT '0123456789012345678901234567' UNION SELECT note FROM orders"))
	t.Log(s.names["q"])
	t.Logf("%s", s.names["q"].text)
	t.Log(do(s, "SET search_path = app"))
	t.Log(do(s, "EXECUTE q"))
}
