package postgres

import (
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/policy"
)

// follower is a Session that is told what a real server answers.
type follower struct {
	t            *testing.T
	conn         net.Conn
	server       *pgproto3.Frontend
	mind         *Session
	seq, segment uint64
	log          []string
	places       map[uint64][]string // by request: the schema that each piece was found to read, if any
	rows         int
}

func newFollower(t *testing.T, s *pgtest.Server, reader *Reader) *follower {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), s.URL("", ""))
	if err != nil {
		t.Fatal(err)
	}
	h, err := conn.Hijack()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.Conn.Close() })
	return &follower{t: t, conn: h.Conn, server: h.Frontend, mind: reader.Session([]string{"$user", "public"}), places: map[uint64][]string{}}
}

// ask has the session read and note a request, and reports whether it may be
// forwarded. Nothing is refused but what cannot be understood: the role may do
// everything.
func (f *follower) ask(r *analyze.Request) bool {
	f.t.Helper()
	r.Seq, r.Segment = f.seq+1, f.segment
	reading := f.mind.Read(r)
	if reading.Wait {
		f.t.Fatalf("%s: asked to wait, with nothing unsettled", strings.Join(f.log, "\n"))
	}
	for _, p := range reading.Pieces {
		if p.Statement.Fault != nil {
			return false
		}
	}
	f.seq++
	for _, p := range reading.Pieces {
		place := ""
		for _, a := range p.Statement.Accesses {
			if a.Object == "here" {
				place = a.Schema
			}
		}
		f.places[f.seq] = append(f.places[f.seq], place)
	}
	f.mind.Note(r)
	return true
}

// simple sends one Query.
func (f *follower) simple(text string) {
	if !f.ask(&analyze.Request{Verb: analyze.VerbQuery, Text: []byte(text)}) {
		return
	}
	f.log = append(f.log, text)
	f.server.SendQuery(&pgproto3.Query{String: text})
	f.settle(f.seq)
}

// pipeline sends each statement by Parse, Bind and Execute, and one Sync.
func (f *follower) pipeline(statements []string) {
	first := f.seq + 1
	for _, text := range statements {
		if !f.ask(&analyze.Request{Verb: analyze.VerbPrepare, Text: []byte(text)}) {
			continue
		}
		f.log = append(f.log, "pipelined: "+text)
		f.server.SendParse(&pgproto3.Parse{Query: text})
		if !f.ask(&analyze.Request{Verb: analyze.VerbBind}) || !f.ask(&analyze.Request{Verb: analyze.VerbExecute}) {
			f.t.Fatalf("%s: prepared, and then refused", text)
		}
		f.server.SendBind(&pgproto3.Bind{})
		f.server.SendExecute(&pgproto3.Execute{})
	}
	f.server.SendSync(&pgproto3.Sync{})
	f.settle(first)
}

// settle tells the session what the server answers to the requests from seq on.
func (f *follower) settle(seq uint64) {
	f.t.Helper()
	if err := f.server.Flush(); err != nil {
		f.t.Fatal(err)
	}
	simple := seq == f.seq
	for piece := 0; ; {
		m, err := f.server.Receive()
		if err != nil {
			f.t.Fatal(err)
		}
		switch m := m.(type) {
		case *pgproto3.ParseComplete, *pgproto3.BindComplete:
			f.mind.Confirm(seq, 0, nil)
			seq++
		case *pgproto3.DataRow:
			f.row(f.places[seq][piece], m)
		case *pgproto3.CommandComplete:
			f.mind.Confirm(seq, piece, m.CommandTag)
			if simple {
				piece++
			} else {
				seq++
			}
		case *pgproto3.ErrorResponse:
			f.log = append(f.log, "-- "+m.Message)
			f.mind.Fail(seq, f.segment)
		case *pgproto3.ReadyForQuery:
			f.mind.Ready(f.segment, m.TxStatus)
			f.segment++
			f.log = append(f.log, "-- now "+string(rune(m.TxStatus)))
			return
		}
	}
}

// row compares where a row came from with what was judged.
func (f *follower) row(judged string, m *pgproto3.DataRow) {
	f.t.Helper()
	if judged == "" {
		return
	}
	f.rows++
	if got := string(m.Values[0]); got != judged {
		f.t.Fatalf("judged as a reading of %s.here, but the server reads %s.here:\n%s", judged, got, strings.Join(f.log, "\n"))
	}
}

// show asks the server for its search_path, behind the session's back. It
// returns nil in a failed transaction, where nobody can ask.
func (f *follower) show() []string {
	f.t.Helper()
	f.server.SendQuery(&pgproto3.Query{String: "SHOW search_path"})
	if err := f.server.Flush(); err != nil {
		f.t.Fatal(err)
	}
	var path []string
	for {
		m, err := f.server.Receive()
		if err != nil {
			f.t.Fatal(err)
		}
		switch m := m.(type) {
		case *pgproto3.DataRow:
			path, _ = splitPath(string(m.Values[0]))
			path = append([]string{}, path...)
		case *pgproto3.ReadyForQuery:
			return path
		}
	}
}

var pathStatements = []string{
	"BEGIN", "BEGIN", "BEGIN", "COMMIT", "COMMIT", "ROLLBACK", "COMMIT AND CHAIN", "ROLLBACK AND CHAIN",
	"SAVEPOINT a", "SAVEPOINT a", "SAVEPOINT b", "RELEASE a", "RELEASE b", "ROLLBACK TO a", "ROLLBACK TO a", "ROLLBACK TO b",
	"SET search_path = app", "SET search_path = two, one", "SET search_path = three", "SET LOCAL search_path = four",
	"SET LOCAL search_path = five, app", "RESET search_path", "SET search_path TO DEFAULT", "SET LOCAL search_path TO DEFAULT",
	"SELECT set_config('search_path', 'six', true)", "SELECT set_config('search_path', 'seven, app', false)",
	"SELECT place FROM here", "SELECT place FROM here", "SELECT place FROM here", "SELECT place FROM here",
	"SELECT place FROM here", "SELECT place FROM here",
	"RESET ALL", "DISCARD ALL", "SELECT 1/0", "SELECT 1/0", "SELECT 1", "DEALLOCATE none",
}

// TestSearchPathIsTheServers: whatever transactions, savepoints, settings and
// failures come, in texts of several statements and in pipelines, the session
// knows the search_path that the server has.
func TestSearchPathIsTheServers(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	o := newOracleOn(t, server)
	for _, schema := range []string{"public", "app", "one", "three", "four", "five", "six", "seven"} {
		if err := o.exec("CREATE SCHEMA IF NOT EXISTS " + schema + "; CREATE TABLE " + schema + ".here AS SELECT '" + schema + "' AS place"); err != nil {
			t.Fatal(err)
		}
	}
	o.reload(t)
	reader := NewReader(o.catalog, func([]policy.Access) []byte { return []byte("[]") })
	const seed, sessions, steps = 11, 60, 40
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	pick := func(most int) []string {
		list := make([]string, 1+random.IntN(most))
		for i := range list {
			list[i] = pathStatements[random.IntN(len(pathStatements))]
		}
		return list
	}
	compared, rows := 0, 0
	for n := range sessions {
		f := newFollower(t, server, reader)
		for range steps {
			switch random.IntN(3) {
			case 0:
				f.simple(pick(1)[0])
			case 1:
				f.simple(strings.Join(pick(4), "; "))
			case 2:
				f.pipeline(pick(4))
			}
			path := f.show()
			if path == nil {
				continue
			}
			compared++
			if !slices.Equal(path, f.mind.path.current) {
				t.Fatalf("seed %d, session %d: the session has %q, the server %q, after\n%s", seed, n,
					f.mind.path.current, path, strings.Join(f.log[max(0, len(f.log)-25):], "\n"))
			}
		}
		rows += f.rows
		f.conn.Close()
	}
	if rows < sessions*steps/20 {
		t.Errorf("only %d rows were compared", rows)
	}
	if compared < sessions*steps/3 {
		t.Errorf("only %d of %d states were compared", compared, sessions*steps)
	}
}
