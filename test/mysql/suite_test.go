package mysql

import (
	"encoding/binary"
	"fmt"
	"net"
	"strconv"
	"testing"
	"time"

	my "github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy/proxytest"
)

func TestSuite(t *testing.T) {
	g := newGate(t)
	if err := g.server.Exec("", `CREATE DATABASE shop; USE shop; CREATE TABLE goods (id int); CREATE TABLE secrets (id int);
		INSERT INTO secrets VALUES (1); CREATE TABLE heaps (id int PRIMARY KEY, pad varchar(2000) NOT NULL);
		INSERT INTO heaps SELECT seq, REPEAT('x', 1000) FROM seq_1_to_5000`); err != nil {
		t.Fatal(err)
	}
	g.schema.Store("shop")
	proxytest.Run(t, &proxytest.Wire{
		Protocol: g.wire,
		Connect: func(t *testing.T, addr, user, secret string) proxytest.Client {
			conn, _ := plain(t, addr, user, secret, noDeprecateEOF)
			return &suiteClient{t: t, conn: conn, ids: map[string]string{}}
		},
		Value: g.asRoot,
		Running: func(t *testing.T, part string) int {
			n, err := strconv.Atoi(g.asRoot(t, "SELECT COUNT(*) FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND info LIKE '%"+part+"%'"))
			if err != nil {
				t.Fatal(err)
			}
			return n
		},
		Cut: func(t *testing.T) {
			direct, err := g.server.Connect("")
			if err != nil {
				t.Fatal(err)
			}
			defer direct.Close()
			r, err := direct.Execute("SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND db = 'shop'")
			if err != nil {
				t.Fatal(err)
			}
			for i := range r.RowNumber() {
				id, _ := r.GetInt(i, 0)
				_, _ = direct.Execute(fmt.Sprintf("KILL %d", id)) // it may have gone
			}
		},
		Scope:   "shop/shop.goods:select,insert shop/shop.heaps:select",
		Endless: "SELECT a.id, b.pad FROM heaps a, heaps b, heaps c", Forever: "SELECT COUNT(*) FROM heaps a, heaps b, heaps c, heaps d",
		Denied: "1142", Ended: "1053", Kills: true,
	})
}

// suiteClient speaks the protocol without CLIENT_DEPRECATE_EOF.
type suiteClient struct {
	t     *testing.T
	conn  net.Conn
	asked []proxytest.Request
	ids   map[string]string
	begun bool // the front of the next answer was read
}

func (c *suiteClient) Close() { _ = c.conn.Close() }

func (c *suiteClient) Send(requests ...proxytest.Request) {
	var all []byte
	for _, r := range requests {
		switch r.Kind {
		case proxytest.Query:
			all = append(all, query(r.Text)...)
		case proxytest.Prepare:
			all = append(all, packet(my.COM_STMT_PREPARE, r.Text)...)
		case proxytest.Execute:
			id := c.ids[r.Name]
			if id == "" {
				id = "\xff\xff\xff\xff" // the last one, as npm mariadb has it
			}
			all = append(all, packet(my.COM_STMT_EXECUTE, id+"\x00\x01\x00\x00\x00")...)
		default:
			all = append(all, packet(my.COM_PROCESS_INFO, "")...)
		}
	}
	c.asked = append(c.asked, requests...)
	_ = c.conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := c.conn.Write(all); err != nil {
		c.t.Error(err)
	}
}

// failed reads an ERR packet.
func failed(p []byte) (a proxytest.Answer, is bool) {
	if p[0] != 0xff || len(p) < 9 {
		return a, false
	}
	return proxytest.Answer{Code: strconv.Itoa(int(binary.LittleEndian.Uint16(p[1:]))), Message: string(p[9:])}, true
}

// skip reads definitions and the EOF behind them.
func (c *suiteClient) skip(n int) error {
	if n == 0 {
		return nil
	}
	for range n + 1 {
		if _, err := readPacket(c.conn); err != nil {
			return err
		}
	}
	return nil
}

func (c *suiteClient) Begin() error {
	p, err := readPacket(c.conn)
	if err == nil {
		err = c.skip(int(p[0]))
	}
	c.begun = true
	return err
}

func (c *suiteClient) Next() (a proxytest.Answer, err error) {
	var r proxytest.Request
	if len(c.asked) > 0 {
		r, c.asked = c.asked[0], c.asked[1:]
	}
	if c.begun {
		c.begun = false
		return c.rows(r)
	}
	p, err := readPacket(c.conn)
	if err != nil {
		return a, err
	}
	a, bad := failed(p)
	switch {
	case bad, p[0] == 0 && r.Kind != proxytest.Prepare:
		return a, nil
	case r.Kind == proxytest.Prepare:
		c.ids[r.Name] = string(p[1:5])
		return a, c.skip(int(p[5]))
	}
	if err := c.skip(int(p[0])); err != nil {
		return a, err
	}
	return c.rows(r)
}

// rows reads rows to their end and keeps the first value of each.
func (c *suiteClient) rows(r proxytest.Request) (a proxytest.Answer, err error) {
	for {
		p, err := readPacket(c.conn)
		if err != nil {
			return a, err
		}
		if e, bad := failed(p); bad {
			return e, nil
		}
		switch {
		case p[0] == 0xfe && len(p) < 9:
			return a, nil
		case r.Kind == proxytest.Execute: // of one number
			a.Rows = append(a.Rows, strconv.Itoa(int(p[2])))
		case len(a.Rows) < 10:
			a.Rows = append(a.Rows, string(p[1:1+p[0]]))
		}
	}
}
