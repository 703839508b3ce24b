package wire

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/proxy/proxytest"
)

func TestSuite(t *testing.T) {
	s := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, s, "", `
		CREATE TABLE goods (id int); CREATE TABLE secrets (id int); INSERT INTO secrets VALUES (1);
		CREATE TABLE heaps (id int, pad text); INSERT INTO heaps SELECT i, repeat('x', 1000) FROM generate_series(1, 5000) i;`)
	g := newGate(t, s)
	value := func(t *testing.T, sql string) string {
		t.Helper()
		c, err := pgconn.Connect(t.Context(), s.URL("", ""))
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close(t.Context())
		r := c.ExecParams(t.Context(), sql, nil, nil, nil, nil).Read()
		if r.Err != nil || len(r.Rows) != 1 {
			t.Fatalf("%s: %v", sql, r.Err)
		}
		return string(r.Rows[0][0])
	}
	const others = "FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
	proxytest.Run(t, &proxytest.Wire{
		Protocol: g.wire,
		Connect: func(t *testing.T, addr, user, secret string) proxytest.Client {
			return &suiteClient{r: login(t, addr, user, "shop", secret)}
		},
		Value: value,
		Running: func(t *testing.T, part string) int {
			n, err := strconv.Atoi(value(t, "SELECT count(*) "+others+" AND state = 'active' AND query LIKE '%"+part+"%'"))
			if err != nil {
				t.Fatal(err)
			}
			return n
		},
		Cut:     func(t *testing.T) { value(t, "SELECT count(pg_terminate_backend(pid)) "+others) },
		Scope:   "shop/public.goods:select,insert shop/public.heaps:select",
		Endless: "SELECT a.id, b.pad FROM heaps a, heaps b, heaps c", Forever: "SELECT count(*) FROM heaps a, heaps b, heaps c, heaps d",
		Denied: "42501", Ended: "57P01", Aborts: true,
	})
}

type suiteClient struct {
	r *raw
}

func (c *suiteClient) Close() { _ = c.r.conn.Close() }

func (c *suiteClient) Send(requests ...proxytest.Request) {
	var all []byte
	for _, r := range requests {
		switch r.Kind {
		case proxytest.Query:
			all = append(all, query(r.Text)...)
		case proxytest.Prepare:
			all = append(all, join(parse(r.Name, r.Text), synced())...)
		case proxytest.Execute:
			all = append(all, join(bind("", r.Name), execute(""), synced())...)
		default:
			all = append(all, message('F', uint32(1), uint16(0), uint16(0), uint16(0))...)
		}
	}
	_ = c.r.conn.SetDeadline(time.Now().Add(time.Minute))
	c.r.send(all)
}

func (c *suiteClient) Begin() error {
	for {
		if m, err := c.r.read(); err != nil || m[0] == 'D' {
			return err
		}
	}
}

func (c *suiteClient) Next() (a proxytest.Answer, err error) {
	for {
		m, err := c.r.read()
		if err != nil {
			return a, err
		}
		switch m[0] {
		case 'Z':
			return a, nil
		case 'D':
			if n := binary.BigEndian.Uint32(m[7:]); len(a.Rows) < 10 {
				a.Rows = append(a.Rows, string(m[11:11+n]))
			}
		case 'E':
			fields := strings.Split(string(m[5:]), "\x00")
			for _, f := range fields {
				switch {
				case strings.HasPrefix(f, "C"):
					a.Code = f[1:]
				case strings.HasPrefix(f, "M"):
					a.Message = f[1:]
				}
			}
			if slices.Contains(fields, "VFATAL") {
				return a, nil
			}
		}
	}
}
