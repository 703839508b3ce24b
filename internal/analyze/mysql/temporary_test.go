package mysql

import (
	"context"
	"errors"
	"testing"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/internal/analyze"
	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/internal/mytest/mytesting"
	"github.com/sallyport-db/sallyport/policy"
)

// live is a mind that is kept in step with a real session, as the proxy does.
type live struct {
	t     *testing.T
	conn  *client.Conn
	mind  *Session
	seq   uint64
	looks int
}

func newLive(t *testing.T, o *oracle, reader *Reader) *live {
	t.Helper()
	c, err := client.Connect(o.addr, "root", "", "shop", func(c *client.Conn) error { return c.SetCapability(mysql.CLIENT_MULTI_RESULTS) })
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return &live{t: t, conn: c, mind: reader.Session("shop", "", "utf8mb4")}
}

func newReader(t *testing.T, o *oracle) *Reader {
	c := catalog.Open(func(context.Context) (*client.Conn, error) { return client.Connect(o.addr, "root", "", "") })
	t.Cleanup(c.Close)
	return NewReader(c, func([]policy.Access) []byte { return []byte("[]") })
}

// read asks the mind, and looks for it.
func (l *live) read(r *analyze.Request) analyze.Reading {
	l.t.Helper()
	rd, answered := l.look(r)
	if !answered {
		l.t.Fatal("the look is not understood")
	}
	return rd
}

// try reads a statement, and says whether its looks were understood.
func (l *live) try(sql string) (analyze.Reading, bool) {
	l.t.Helper()
	return l.look(&analyze.Request{Verb: analyze.VerbQuery, Text: []byte(sql), Seq: l.seq, Segment: l.seq})
}

func (l *live) look(r *analyze.Request) (rd analyze.Reading, answered bool) {
	l.t.Helper()
	for range 5 {
		rd := l.mind.Read(r)
		if !rd.Look {
			return rd, true
		}
		l.looks++
		var rows [][][][]byte
		for _, q := range l.mind.Look() {
			rows = append(rows, l.ask(q))
		}
		if !l.mind.Looked(rows) {
			return rd, false
		}
	}
	l.t.Fatal("it looks without end")
	return rd, false
}

func (l *live) ask(query string) [][][]byte {
	l.t.Helper()
	result, err := l.conn.Execute(query)
	var my *mysql.MyError
	if errors.As(err, &my) && (my.Code == mysql.ER_NO_SUCH_TABLE || my.Code == mysql.ER_BAD_DB_ERROR) {
		return nil
	}
	if err != nil {
		l.t.Fatal(err)
	}
	defer result.Close()
	rows := make([][][]byte, result.RowNumber())
	for i := range rows {
		for j := range result.ColumnNumber() {
			s, err := result.GetString(i, j)
			if err != nil {
				l.t.Fatal(err)
			}
			rows[i] = append(rows[i], []byte(s))
		}
	}
	return rows
}

// judge says what a statement asks for: "free", "refused" or its accesses.
func (l *live) judge(sql string) string {
	l.t.Helper()
	return verdict(l.read(&analyze.Request{Verb: analyze.VerbQuery, Text: []byte(sql), Seq: l.seq, Segment: l.seq}))
}

func verdict(rd analyze.Reading) string {
	out := ""
	for _, p := range rd.Pieces {
		if p.Statement.Fault != nil {
			return "refused: " + p.Statement.Fault.Reason
		}
		for i := range p.Statement.Accesses {
			if a := &p.Statement.Accesses[i]; !a.Free {
				out += "; " + render(p.Statement.Accesses[i:i+1])
			}
		}
	}
	if out == "" {
		return "free"
	}
	return out[2:]
}

// run judges a statement and runs it on the session, whatever the verdict.
func (l *live) run(sql string) {
	l.t.Helper()
	r := &analyze.Request{Verb: analyze.VerbQuery, Text: []byte(sql), Seq: l.seq, Segment: l.seq}
	l.read(r)
	l.mind.Note(r)
	result, err := l.conn.Execute(sql)
	if err == nil {
		result.Close()
		l.mind.Confirm(l.seq, 0, nil)
	} else {
		l.mind.Fail(l.seq, l.seq)
	}
	l.mind.Ready(l.seq, 'I')
	l.seq++
}

func (l *live) want(sql, want string) {
	l.t.Helper()
	if got := l.judge(sql); got != want {
		l.t.Errorf("%s\n got %s\nwant %s", sql, got, want)
	}
}

// A temporary table is the session's own for as long as the server says so, and
// another session's is nothing to it.
func TestTemporaryTables(t *testing.T) {
	o := newOracle(t)
	reader := newReader(t, o)
	l, other := newLive(t, o, reader), newLive(t, o, reader)
	const salaries = "select hr.salaries[amount]"
	l.want("SELECT amount FROM hr.salaries", salaries)
	l.want("CREATE TEMPORARY TABLE t (id int)", "usage shop.[]")
	l.run("CREATE TEMPORARY TABLE t (id int)")
	l.want("SELECT id FROM t", "free")
	l.want("INSERT INTO t VALUES (1)", "free")
	l.want("SELECT * FROM t JOIN orders USING (id)", "select shop.orders[customer id note secret total]")
	other.want("SELECT id FROM t", `refused: table "shop.t" does not exist`)

	// It stands before a permanent table of its name until it is dropped.
	l.run("CREATE TEMPORARY TABLE hr.salaries (amount int, x int)")
	l.want("SELECT amount, x FROM hr.salaries", "free")
	l.want("SELECT (SELECT id FROM hr.salaries) FROM orders", "select shop.orders[id]")
	l.want("CREATE VIEW v AS SELECT amount FROM hr.salaries GROUP BY amount", "ddl shop.v[]; select hr.salaries[amount]")
	l.want("DROP TEMPORARY TABLE hr.salaries", "free")
	l.want("DROP TABLE hr.salaries", "free")
	l.run("DROP TABLE hr.salaries")
	l.want("SELECT amount FROM hr.salaries", salaries)
	l.want("DROP TABLE hr.salaries", "ddl hr.salaries[]")

	// IF NOT EXISTS, RENAME, and a DROP that fails after its first table.
	l.run("CREATE TEMPORARY TABLE IF NOT EXISTS t (other int)")
	l.want("SELECT id FROM t", "free")
	l.run("RENAME TABLE t TO u")
	l.want("SELECT id FROM u", "free")
	l.want("SELECT id FROM t", `refused: table "shop.t" does not exist`)
	l.run("CREATE TEMPORARY TABLE customers (id int)")
	l.want("SELECT * FROM customers", "free")
	l.run("DROP TEMPORARY TABLE customers, nothing")
	l.want("SELECT id FROM customers", "select shop.customers[id]")
	l.run("CREATE TEMPORARY TABLE customers LIKE orders")
	l.run("ALTER TABLE customers ADD COLUMN added int")
	l.want("SELECT added FROM customers", "free")
	l.want("ALTER TABLE customers RENAME TO orders", "ddl shop.orders[]; insert shop.orders[]")
}

// Code of the user's that makes or drops temporary tables is noticed.
func TestTemporaryTablesOfCode(t *testing.T) {
	o := newOracle(t)
	o.must(t, "CREATE PROCEDURE make_one() BEGIN CREATE TEMPORARY TABLE customers (only_here int); END")
	o.must(t, "CREATE PROCEDURE drop_one() BEGIN DROP TABLE customers; END")
	o.must(t, "CREATE PROCEDURE by_text() BEGIN EXECUTE IMMEDIATE 'CREATE OR REPLACE TEMPORARY TABLE customers (by_text int)'; END")
	o.must(t, "CREATE FUNCTION make_too() RETURNS int BEGIN CREATE TEMPORARY TABLE IF NOT EXISTS orders (of_function int); RETURN 1; END")
	o.must(t, "CREATE TRIGGER making BEFORE INSERT ON spare FOR EACH ROW BEGIN CREATE TEMPORARY TABLE IF NOT EXISTS parts (of_trigger int); END")
	o.must(t, "CREATE VIEW calls AS SELECT make_too() AS n FROM spare")
	o.must(t, "CREATE VIEW above AS SELECT n FROM calls")
	reader := newReader(t, o)
	l := newLive(t, o, reader)
	l.want("SELECT only_here FROM customers", `refused: unknown column "only_here"`)
	l.run("CALL make_one()")
	l.want("SELECT only_here FROM customers", "free")
	l.want("SELECT (SELECT id FROM customers) FROM orders", "select shop.orders[id]")
	l.run("CALL by_text()")
	l.want("SELECT by_text FROM customers", "free")
	l.run("CALL drop_one()")
	l.want("SELECT name FROM customers", "select shop.customers[name]")
	l.run("SELECT make_too()")
	l.want("SELECT of_function FROM orders", "free")
	l.run("INSERT INTO spare VALUES (1, 1)")
	l.want("SELECT of_trigger FROM parts", "free")

	fresh := newLive(t, o, reader)
	fresh.run("SELECT n FROM above")
	fresh.want("SELECT of_function FROM orders", "free")
	fresh.want("SELECT id FROM customers", "select shop.customers[id]")

	// A limit on rows hides nothing.
	limited := newLive(t, o, reader)
	for _, limit := range []string{"0", "1", "30", "100"} {
		limited.run("SET sql_select_limit = " + limit)
		limited.run("CALL by_text()")
		if rd, answered := limited.try("SELECT (SELECT id FROM customers) FROM orders"); answered && verdict(rd) != "select shop.orders[id]" {
			t.Errorf("sql_select_limit %s: %s", limit, verdict(rd))
		}
		limited.run("CALL drop_one()")
	}

	// A session without any is not asked.
	plain := newLive(t, o, reader)
	plain.run("SELECT id FROM orders")
	plain.run("SELECT name FROM customers")
	if plain.looks != 0 {
		t.Errorf("%d looks", plain.looks)
	}
}

// What is prepared is judged again when a name may mean something else.
func TestPreparedBehindDDL(t *testing.T) {
	o := newOracle(t)
	reader := newReader(t, o)
	l, other := newLive(t, o, reader), newLive(t, o, reader)
	prepare := &analyze.Request{Verb: analyze.VerbPrepare, Text: []byte("SELECT * FROM customers"), Seq: l.seq, Segment: l.seq}
	l.read(prepare)
	l.mind.Note(prepare)
	l.mind.Confirm(l.seq, 0, []byte{1, 0, 0, 0})
	l.mind.Ready(l.seq, 'I')
	l.seq++
	execute := func(want string) {
		t.Helper()
		r := &analyze.Request{Verb: analyze.VerbExecute, Statement: []byte{1, 0, 0, 0}, Seq: l.seq, Segment: l.seq}
		if got := verdict(l.read(r)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	execute("select shop.customers[email id name]")
	other.run("ALTER TABLE customers ADD COLUMN added int")
	execute("select shop.customers[added email id name]")
	l.run("CREATE TEMPORARY TABLE customers (id int)")
	execute("free")
	l.run("DROP TABLE customers")
	execute("select shop.customers[added email id name]")
	other.run("DROP TABLE customers")
	execute(`refused: table "shop.customers" does not exist`)
	other.run("CREATE DATABASE made")
	l.want("USE made", "usage made.[]")
	l.run("USE made")
	other.run("DROP DATABASE made")
	l.want("SELECT 1 FROM x", `refused: table "made.x" does not exist`)
}

// MySQL keeps its counters as MariaDB does, but for one of temporary tables
// apart.
func TestTemporaryTablesOfMySQL(t *testing.T) {
	server := mytesting.StartOther(t, mytesting.MySQL)
	if err := server.Exec("", `CREATE DATABASE shop; CREATE DATABASE hr; CREATE TABLE shop.orders (id int, note text);
		CREATE TABLE hr.salaries (id int, amount int);
		CREATE PROCEDURE shop.made() CREATE TEMPORARY TABLE shop.orders (made int);
		CREATE PROCEDURE shop.dropped() DROP TEMPORARY TABLE shop.orders`); err != nil {
		t.Fatal(err)
	}
	o := &oracle{addr: server.Addr()}
	l := newLive(t, o, newReader(t, o))
	l.want("SELECT id FROM orders", "select shop.orders[id]")
	l.run("CALL made()")
	l.want("SELECT made FROM orders", "free")
	l.want("SELECT (SELECT id FROM orders) FROM hr.salaries", "select hr.salaries[id]")
	l.run("CALL dropped()")
	l.want("SELECT id FROM orders", "select shop.orders[id]")
	l.run("CREATE TEMPORARY TABLE hr.salaries (own int)")
	l.want("SELECT own FROM hr.salaries", "free")
	l.run("DROP TEMPORARY TABLE hr.salaries")
	l.want("SELECT * FROM hr.salaries", "select hr.salaries[amount id]")
}
