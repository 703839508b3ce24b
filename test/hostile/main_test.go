// Package hostile attacks the program: with no token, and with a narrow one.
package hostile

import (
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/test/e2e"
)

var program string

func TestMain(m *testing.M) { os.Exit(e2e.Main(m, func(path string) { program = path })) }

// Two tables of one name: a session that can make a judged name mean the other
// one has got out of its scope.
const schema = `
	CREATE ROLE shop_svc LOGIN PASSWORD 'svc';
	CREATE TABLE orders (id int PRIMARY KEY, item text);
	INSERT INTO orders VALUES (1, 'allowed');
	CREATE SCHEMA hr;
	CREATE TABLE hr.orders (id int PRIMARY KEY, item text);
	INSERT INTO hr.orders VALUES (1, 'SECRET');
	CREATE TABLE salaries (id int PRIMARY KEY, amount int);
	INSERT INTO salaries VALUES (1, 7321337);
	GRANT ALL ON SCHEMA hr TO shop_svc;
	GRANT ALL ON ALL TABLES IN SCHEMA public, hr TO shop_svc;`

const narrow = "shop/public.orders:select,insert"

type target struct {
	*e2e.Proxy
	token string
}

// start runs the program in front of a database until the test is over.
func start(t *testing.T) *target {
	t.Helper()
	db := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, db, "", "CREATE DATABASE shop")
	pgtesting.Exec(t, db, "shop", schema)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p, err := e2e.Start(ctx, program, e2e.Upstream{
		Name: "shop", Password: "svc",
		URL: fmt.Sprintf("postgres://shop_svc@%s:%d/shop?sslmode=disable", db.Host, db.Port),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	token, err := p.Issue(ctx, "ana", narrow)
	if err != nil {
		t.Fatal(err)
	}
	return &target{Proxy: p, token: token}
}

func (p *target) addr() string { return net.JoinHostPort(p.Host, strconv.Itoa(p.Port)) }

// login returns a session's raw connection, ready for its first statement.
func (p *target) login(t *testing.T, options string) (net.Conn, *pgproto3.Frontend) {
	t.Helper()
	c, err := pgconn.Connect(t.Context(), fmt.Sprintf("host=%s port=%d user=ana dbname=shop password=%s sslmode=disable %s", p.Host, p.Port, p.token, options))
	if err != nil {
		t.Fatal(err)
	}
	h, err := c.Hijack()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.Conn.Close() })
	_ = h.Conn.SetDeadline(time.Now().Add(30 * time.Second))
	return h.Conn, h.Frontend
}

// alive fails the test unless a fresh session gets an answer.
func (p *target) alive(t *testing.T) {
	t.Helper()
	_, f := p.login(t, "")
	if got := exchange(t, f, 1, &pgproto3.Query{String: "SELECT item FROM orders"}); got.rows != "allowed " || got.codes != "" {
		t.Fatalf("the proxy no longer answers: %+v", got)
	}
}

// answer is what came back: every row's values and every error's code.
type answer struct{ rows, codes, tags, status, texts string }

// exchange sends messages in one write and reads up to the n-th ReadyForQuery.
func exchange(t *testing.T, f *pgproto3.Frontend, n int, messages ...pgproto3.FrontendMessage) answer {
	t.Helper()
	for _, m := range messages {
		f.Send(m)
	}
	if err := f.Flush(); err != nil {
		t.Fatal(err)
	}
	var a answer
	for n > 0 {
		m, err := f.Receive()
		if err != nil {
			t.Fatalf("after %+v: %v", a, err)
		}
		switch m := m.(type) {
		case *pgproto3.DataRow:
			for _, v := range m.Values {
				a.rows += string(v) + " "
			}
		case *pgproto3.CopyData:
			a.rows += string(m.Data)
		case *pgproto3.ErrorResponse:
			a.codes += m.Code + " "
			a.texts += m.Message + "; "
		case *pgproto3.CommandComplete:
			a.tags += string(m.CommandTag) + ";"
		case *pgproto3.ReadyForQuery:
			a.status += string(m.TxStatus)
			n--
		}
	}
	return a
}
