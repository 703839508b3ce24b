package hostile

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/internal/mytest/mytesting"
	"github.com/sallyport-db/sallyport/test/e2e"
)

// TestMemoryBehindSlowReaders: clients of MySQL that do not read what they have
// asked for, 16 MiB each, cost at most 256 KiB a session (SPEC P5), and idle
// ones far less.
func TestMemoryBehindSlowReaders(t *testing.T) {
	db := mytesting.Start(t, "max-connections=300")
	if err := db.Exec("", "CREATE DATABASE shop; CREATE USER shop_svc IDENTIFIED BY 'svc'; GRANT ALL ON shop.* TO shop_svc; CREATE TABLE shop.orders (item LONGTEXT);"+
		"INSERT INTO shop.orders VALUES (REPEAT('x', 1048576))"); err != nil {
		t.Fatal(err)
	}
	for range 4 {
		if err := db.Exec("shop", "INSERT INTO orders SELECT * FROM orders"); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	proxy, err := e2e.Start(ctx, program, e2e.Upstream{
		Name: "shop", Password: "svc", URL: fmt.Sprintf("mysql://shop_svc@%s:%d/shop?ssl-mode=DISABLED", db.Host, db.Port),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := proxy.Stop(); err != nil {
			t.Error(err)
		}
	})
	p := &target{Proxy: proxy}
	if p.token, err = p.Issue(ctx, "ana", "shop/shop.orders:select"); err != nil {
		t.Fatal(err)
	}
	const sessions = 100
	login := func() *client.Conn {
		c, err := client.Connect(net.JoinHostPort(p.Host, strconv.Itoa(p.MySQL)), "ana", p.token, "shop")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		return c
	}
	if _, err := login().Execute("SELECT item FROM orders"); err != nil {
		t.Fatal(err)
	}
	base := p.rss(t)
	var held []*client.Conn
	for range sessions {
		c := login()
		if _, err := c.Execute("SELECT 1 FROM orders"); err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	idle := p.rss(t)
	const sql = "SELECT item FROM orders"
	for _, c := range held {
		c.ResetSequence()
		if err := c.WritePacket(append([]byte{0, 0, 0, 0, mysql.COM_QUERY}, sql...)); err != nil {
			t.Fatal(err)
		}
	}
	most := 0
	for range 20 {
		time.Sleep(100 * time.Millisecond)
		most = max(most, p.rss(t))
	}
	t.Logf("%d KiB an idle session, %d KiB a slow one at most", (idle-base)/sessions>>10, (most-base)/sessions>>10)
	if most-base > sessions*256<<10 {
		t.Error("more than 256 KiB a session")
	}
	if _, err := login().Execute("SELECT 1 FROM orders"); err != nil {
		t.Errorf("the proxy no longer answers: %v", err)
	}
}
