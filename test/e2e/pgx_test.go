package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/test/e2e"
)

// connect logs in with pgx, the proxy's certificate verified.
func connect(t *testing.T, p *e2e.Proxy, sub, token string, mode pgx.QueryExecMode) *pgx.Conn {
	t.Helper()
	cfg, err := pgx.ParseConfig(fmt.Sprintf("host=%s port=%d dbname=shop user=%s password=%s sslmode=verify-full sslrootcert=%s",
		p.Host, p.Port, sub, token, p.CA))
	if err != nil {
		t.Fatal(err)
	}
	cfg.DefaultQueryExecMode = mode
	conn, err := pgx.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

func TestPgx(t *testing.T) {
	db, p := shop(t, map[string]string{"log_statement": "all"})
	token := issue(t, p, "ana", scope)
	for _, mode := range []pgx.QueryExecMode{
		pgx.QueryExecModeCacheStatement, pgx.QueryExecModeCacheDescribe, pgx.QueryExecModeDescribeExec,
		pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol,
	} {
		t.Run(mode.String(), func(t *testing.T) {
			c := &talker{t: t, conn: connect(t, p, "ana", token, mode)}
			c.read()
			c.failures()
			c.transactions()
			c.copying()
			c.say("done")
			compare(t, c.said.String(), conversation)
		})
	}
	neverForwarded(t, db, "salaries", "7321337")
}

// talker holds the conversation.
type talker struct {
	t    *testing.T
	conn *pgx.Conn
	said strings.Builder
}

func (c *talker) say(words ...any) { fmt.Fprintln(&c.said, words...) }

func (c *talker) exec(sql string, args ...any) pgconn.CommandTag {
	c.t.Helper()
	tag, err := c.conn.Exec(c.t.Context(), sql, args...)
	if err != nil {
		c.t.Errorf("%s: %v", sql, err)
	}
	return tag
}

func (c *talker) fails(what, sql string, args ...any) {
	_, err := c.conn.Exec(c.t.Context(), sql, args...)
	c.say(what, state(err))
}

func (c *talker) row(sql string, args ...any) func(into ...any) {
	return func(into ...any) {
		c.t.Helper()
		if err := c.conn.QueryRow(c.t.Context(), sql, args...).Scan(into...); err != nil {
			c.t.Errorf("%s: %v", sql, err)
		}
	}
}

func (c *talker) count(what string) {
	c.t.Helper()
	var n int
	c.row("SELECT count(*) FROM orders")(&n)
	c.say(what, n)
}

func (c *talker) read() {
	var id int
	var item, price string
	var paid bool
	c.row("SELECT id, item, price::text, paid FROM orders WHERE id = $1", 7)(&id, &item, &price, &paid)
	c.say("one:", id, item, price, paid)
	for id := 1; id <= 2; id++ {
		var note *string
		c.row("SELECT note FROM orders WHERE item = $1 AND id = $2", fmt.Sprint("item ", id), id)(&note)
		if note == nil {
			c.say("prepared:", false)
		} else {
			c.say("prepared:", true, *note)
		}
	}
	rows, err := c.conn.Query(c.t.Context(), "SELECT id FROM orders ORDER BY id")
	if err != nil {
		c.t.Error(err)
	}
	ids, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		c.t.Error(err)
	}
	sum := 0
	for _, id := range ids {
		sum += id
	}
	c.say("rows:", len(ids), sum)
}

func (c *talker) failures() {
	c.fails("error:", "SELECT 1/0")
	c.fails("denied:", "SELECT amount FROM salaries")
	c.fails("denied:", "SELECT amount FROM salaries WHERE id = $1", 1)
	c.count("alive:")
}

func (c *talker) transactions() {
	c.exec("BEGIN")
	c.exec("INSERT INTO orders (id, item) VALUES ($1, $2)", 1001, "kept by nobody")
	c.fails("denied in transaction:", "DELETE FROM salaries")
	c.fails("aborted:", "SELECT 1")
	c.exec("ROLLBACK")
	c.count("rolled back:")
	c.exec("BEGIN")
	c.exec("INSERT INTO orders (id, item) VALUES ($1, $2)", 1002, "kept")
	c.exec("COMMIT")
	c.count("committed:")
	c.say("deleted:", c.exec("DELETE FROM orders WHERE id > $1", 1000).RowsAffected())
}

func (c *talker) copying() {
	const text = "2001\tcopied\\twith a tab\t5\n2002\tcopied\\twith a tab\t5\n2003\tcopied\\twith a tab\t5\n"
	ctx, raw := c.t.Context(), c.conn.PgConn()
	if _, err := raw.CopyFrom(ctx, strings.NewReader(text), "COPY orders (id, item, quantity) FROM STDIN"); err != nil {
		c.t.Error(err)
	}
	c.count("copied in:")
	var out bytes.Buffer
	if _, err := raw.CopyTo(ctx, &out, "COPY (SELECT id, item, quantity FROM orders WHERE id > 2000 ORDER BY id) TO STDOUT"); err != nil {
		c.t.Error(err)
	}
	c.say("copied out:", out.String() == text)
	_, err := raw.CopyTo(ctx, &out, "COPY salaries TO STDOUT")
	c.say("copy denied:", state(err))
	_, err = raw.CopyFrom(ctx, strings.NewReader("9\t9\n"), "COPY salaries FROM STDIN")
	c.say("copy denied:", state(err))
	c.exec("DELETE FROM orders WHERE id > 2000")

	// pgx's own COPY is binary, and asks for the columns' types first.
	rows := [][]any{{3001, "binary"}, {3002, "binary"}}
	if n, err := c.conn.CopyFrom(ctx, pgx.Identifier{"orders"}, []string{"id", "item"}, pgx.CopyFromRows(rows)); n != 2 || err != nil {
		c.t.Errorf("binary COPY: %d rows, %v", n, err)
	}
	c.exec("DELETE FROM orders WHERE id > 3000")
}

// A batch is a pipeline: a denial in its middle undoes what came before it,
// skips what comes after it, and leaves the session usable.
func TestPgxBatch(t *testing.T) {
	db, p := shop(t, map[string]string{"log_statement": "all"})
	token := issue(t, p, "ana", scope)
	for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeExec, pgx.QueryExecModeSimpleProtocol} {
		t.Run(mode.String(), func(t *testing.T) {
			conn := connect(t, p, "ana", token, mode)
			var b pgx.Batch
			for id := 4001; id <= 4010; id++ {
				b.Queue("INSERT INTO orders (id, item) VALUES ($1, $2)", id, "batch")
			}
			if err := conn.SendBatch(t.Context(), &b).Close(); err != nil {
				t.Error(err)
			}
			var bad pgx.Batch
			bad.Queue("DELETE FROM orders WHERE id = $1", 4001)
			bad.Queue("DELETE FROM salaries WHERE id = $1", 1)
			bad.Queue("DELETE FROM orders WHERE id = $1", 4002)
			if err := conn.SendBatch(t.Context(), &bad).Close(); state(err) != "42501" {
				t.Errorf("a batch with a denied statement: %v", err)
			}
			var n int
			if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM orders WHERE id > 4000").Scan(&n); n != 10 || err != nil {
				t.Errorf("%d rows of the batch are there, %v; want 10", n, err)
			}
			if _, err := conn.Exec(t.Context(), "DELETE FROM orders WHERE id > 4000"); err != nil {
				t.Error(err)
			}
		})
	}
	neverForwarded(t, db, "salaries")
}

// Cancelling the context sends a cancel request with the proxy's own key.
func TestPgxCancel(t *testing.T) {
	db, p := shop(t, nil)
	conn := connect(t, p, "ana", issue(t, p, "ana", scope), pgx.QueryExecModeExec)
	running := superuser(t, db)
	failed := make(chan error, 1)
	go func() {
		// Bounded work that takes minutes: no function that sleeps is needed for it.
		_, err := conn.Exec(t.Context(), "SELECT count(*) FROM orders a, orders b, orders c, orders d WHERE a.quantity + b.quantity + c.quantity + d.quantity < 0")
		failed <- err
	}()
	waitFor(t, running, "SELECT count(*) FROM pg_stat_activity WHERE usename = $1 AND state = 'active' AND query LIKE 'SELECT count(*) FROM orders a%'", 1)
	if err := conn.PgConn().CancelRequest(t.Context()); err != nil {
		t.Error(err)
	}
	if err := <-failed; state(err) != "57014" { // query_canceled
		t.Errorf("the cancelled statement: %v", err)
	}
	var n int
	if err := conn.QueryRow(t.Context(), "SELECT count(*) FROM orders").Scan(&n); n != 500 || err != nil {
		t.Errorf("after the cancel: %d, %v", n, err)
	}
}

func state(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return fmt.Sprint("no SQLSTATE: ", err)
}
