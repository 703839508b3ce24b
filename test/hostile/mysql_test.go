package hostile

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/internal/mytest/mytesting"
	"github.com/sallyport-db/sallyport/test/e2e"
)

// startMySQL runs the program in front of MariaDB until the test is over.
func startMySQL(t *testing.T) *mysqlTarget {
	t.Helper()
	db := mytesting.Start(t)
	if err := db.Exec("", `CREATE DATABASE shop; USE shop; CREATE TABLE orders (id int PRIMARY KEY, item text); INSERT INTO orders VALUES (1, 'allowed');
		CREATE TABLE salaries (id int PRIMARY KEY, amount int); INSERT INTO salaries VALUES (1, 7321337);
		CREATE TABLE heaps (id int PRIMARY KEY, pad varchar(2000) NOT NULL); INSERT INTO heaps SELECT seq, REPEAT('x', 1000) FROM seq_1_to_5000;
		CREATE USER svc@'127.0.0.1' IDENTIFIED BY 'svc'; GRANT ALL ON *.* TO svc@'127.0.0.1'`); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p, err := e2e.Start(ctx, program, e2e.Upstream{Name: "shop", Password: "svc", URL: fmt.Sprintf("mysql://svc@%s/shop?ssl-mode=DISABLED", db.Addr())})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	token, err := p.Issue(ctx, "ana", "shop/shop.orders:select,insert shop/shop.heaps:select")
	if err != nil {
		t.Fatal(err)
	}
	return &mysqlTarget{target: &target{Proxy: p, token: token}}
}

type mysqlTarget struct{ *target }

func (p *mysqlTarget) addr() string { return net.JoinHostPort(p.Host, strconv.Itoa(p.MySQL)) }

func (p *mysqlTarget) dial(t *testing.T) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", p.addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(15 * time.Second))
	return c
}

func (p *mysqlTarget) login(t *testing.T) *client.Conn {
	t.Helper()
	c, err := client.Connect(p.addr(), "ana", p.token, "shop")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// alive fails the test unless a fresh session gets an answer.
func (p *mysqlTarget) alive(t *testing.T) {
	t.Helper()
	r, err := p.login(t).Execute("SELECT item FROM orders")
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := r.GetString(0, 0); s != "allowed" {
		t.Fatalf("the proxy no longer answers: %q", s)
	}
}

// response is the answer to the greeting, of that capability and with what
// stands behind the fixed part.
func response(capabilities uint32, rest string) []byte {
	p := []byte{byte(capabilities), byte(capabilities >> 8), byte(capabilities >> 16), byte(capabilities >> 24), 0, 0, 0, 1, 45}
	p = append(append(p, make([]byte, 23)...), rest...)
	return append([]byte{byte(len(p)), byte(len(p) >> 8), 0, 1}, p...)
}

const speaks = mysql.CLIENT_PROTOCOL_41 | mysql.CLIENT_SECURE_CONNECTION | mysql.CLIENT_PLUGIN_AUTH

func TestMySQLMemoryBeforeLogin(t *testing.T) {
	p := startMySQL(t)
	p.alive(t)
	base := p.rss(t)
	half := append([]byte{0, 0x36, 0, 1}, make([]byte, 5000)...)
	ready := response(speaks, "ana\x00\x00caching_sha2_password\x00") // is asked for its token
	long := response(speaks|mysql.CLIENT_CONNECT_ATTRS, "ana\x00\x00caching_sha2_password\x00\xfc\x00\x20"+strings.Repeat("\x01a\x00", 0x2000/3)+"\x00\x00")
	token := append(bytes.Clone(ready), append([]byte{0, 0x20, 0, 3}, make([]byte, 4<<10)...)...)
	secure := response(speaks|mysql.CLIENT_SSL, "")
	const each = 400
	states := [][]byte{nil, half, ready, long, token, secure}
	for _, state := range states {
		for range each {
			if _, err := p.dial(t).Write(state); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.alive(t) // answered after all of them were accepted
	held := (p.rss(t) - base) / (len(states) * each)
	t.Logf("%d bytes a connection", held)
	if held > 16<<10 {
		t.Errorf("%d bytes are held for a connection before login", held)
	}
}

// A login that is held open byte by byte ends all the same.
func TestMySQLLoginEndsInTime(t *testing.T) {
	p := startMySQL(t)
	c := p.dial(t)
	go func() {
		for _, b := range response(speaks, "ana\x00\x00"+strings.Repeat("a", 1000)+"\x00") {
			if _, err := c.Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(100 * time.Millisecond)
		}
	}()
	got, err := io.ReadAll(c) // with a deadline of 15 s
	if err != nil && os.IsTimeout(err) {
		t.Fatal("the login is still open")
	}
	if !bytes.Contains(got, []byte("login took too long")) {
		t.Errorf("%q", got)
	}
	p.alive(t)
}

// Every command with odd bodies, after login: none hangs or ends the proxy.
func TestMySQLCommandsOfEveryKind(t *testing.T) {
	p := startMySQL(t)
	for kind := range 256 {
		for _, body := range []string{"", "\x00", "garbage", "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"} {
			c := p.login(t).Conn.Conn
			_ = c.SetDeadline(time.Now().Add(15 * time.Second))
			_, _ = c.Write(append([]byte{byte(1 + len(body)), 0, 0, 0, byte(kind)}, body...))
			_ = c.(*net.TCPConn).CloseWrite()
			if _, err := io.ReadAll(c); err != nil && os.IsTimeout(err) {
				t.Errorf("command %d with %q hangs", kind, body)
			}
			_ = c.Close()
		}
	}
	p.alive(t)
}

func TestMySQLHostileSQL(t *testing.T) {
	p := startMySQL(t)
	base := p.rss(t)
	for name, sql := range map[string]string{
		"parentheses": "SELECT " + strings.Repeat("(", 100_000) + "1" + strings.Repeat(")", 100_000),
		"plus":        "SELECT 1" + strings.Repeat("+1", 100_000),
		"not":         "SELECT " + strings.Repeat("!", 200_000) + "1",
		"not, nested": "SELECT " + strings.Repeat(strings.Repeat("!", 1000)+"(", 240) + "1" + strings.Repeat(")", 240),
		"unions":      "SELECT 1" + strings.Repeat(" UNION SELECT 1", 15_000),
		"literal":     "SELECT '" + strings.Repeat("x", 10<<20) + "'",
		"in list":     "SELECT item FROM orders WHERE id IN (1" + strings.Repeat(",1", 50_000) + ")",
		"semicolons":  "SELECT 1" + strings.Repeat(";", 200_000),
		"comments":    strings.Repeat("/*!", 80_000),
		"nested":      strings.Repeat("/*", 100_000),
	} {
		c := p.login(t)
		began := time.Now()
		_, err := c.Execute(sql)
		t.Logf("%s: %v, %.100v", name, time.Since(began), err)
		if r, err := c.Execute("SELECT item FROM orders"); err != nil || r.RowNumber() != 1 {
			t.Errorf("%s: the session no longer answers: %v", name, err)
		}
	}
	if grown := p.rss(t) - base; grown > 256<<20 {
		t.Errorf("%d MiB are still held", grown>>20)
	}
}

// Clients that do not read hold little: results, and pipelines of pings.
func TestMySQLSlowReaders(t *testing.T) {
	p := startMySQL(t)
	p.alive(t)
	base := p.rss(t)
	const n = 60
	for range n {
		c := p.login(t).Conn.Conn
		sql := "SELECT a.id, b.pad FROM heaps a, heaps b"
		_, _ = c.Write(append([]byte{byte(1 + len(sql)), 0, 0, 0, mysql.COM_QUERY}, sql...))
	}
	time.Sleep(time.Second)
	each := (p.rss(t) - base) / n
	t.Logf("%d bytes a session", each)
	if each > 256<<10 {
		t.Errorf("%d bytes are held for a session whose client does not read", each)
	}
	base = p.rss(t)
	c := p.login(t).Conn.Conn
	_ = c.SetWriteDeadline(time.Now().Add(3 * time.Second))
	pings := bytes.Repeat([]byte{1, 0, 0, 0, mysql.COM_PING}, 100_000)
	for range 200 {
		if _, err := c.Write(pings); err != nil {
			break // held back
		}
	}
	if grown := p.rss(t) - base; grown > 24<<20 {
		t.Errorf("%d MiB for a client that does not read", grown>>20)
	}
	p.alive(t)
}
