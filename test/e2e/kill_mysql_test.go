package e2e_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/internal/mytest"
	"github.com/sallyport-db/sallyport/internal/mytest/mytesting"
	"github.com/sallyport-db/sallyport/test/e2e"
)

const accounts = 1000

// mysqlLoad are clients that send texts, transactions, prepared statements and
// pipelines until their server is gone. Each text is unlike any other; of
// prepared statements the number of times is compared.
type mysqlLoad struct {
	t     *testing.T
	proxy *e2e.Proxy
	db    *mytest.Server
	root  *client.Conn
	tls   *tls.Config
	token string
	rand  *rand.Rand
	log   unread // the server's general log
}

func newMySQLLoad(t *testing.T, r *rand.Rand) (loaded, *e2e.Proxy) {
	general := filepath.Join(t.TempDir(), "general")
	db := mytesting.Start(t, "general-log=1", "general-log-file="+general)
	if err := db.Exec("", fmt.Sprintf(`CREATE DATABASE shop; USE shop; CREATE TABLE shop.accounts (id int PRIMARY KEY, n bigint NOT NULL);
		INSERT INTO shop.accounts SELECT seq, 0 FROM seq_1_to_%d; CREATE TABLE shop.history (n bigint);
		CREATE USER shop_svc@'127.0.0.1' IDENTIFIED BY 'svc'; GRANT ALL ON shop.* TO shop_svc@'127.0.0.1'`, accounts)); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p, err := e2e.Start(ctx, binary, e2e.Upstream{Name: "shop", Password: "svc", URL: fmt.Sprintf("mysql://shop_svc@%s/shop?ssl-mode=DISABLED", db.Addr())})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	pem, err := os.ReadFile(p.CA)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	l := &mysqlLoad{t: t, proxy: p, db: db, rand: r, tls: &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}, log: unread{file: general}}
	if l.root, err = db.Connect(""); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.root.Close() })
	l.renew()
	return l, p
}

func (m *mysqlLoad) renew() {
	m.token = issue(m.t, m.proxy, "ana", "shop/shop.accounts:select,update shop/shop.history:insert")
}

// clients do one thing each until it fails.
var clients = []func(c *client.Conn, r *rand.Rand) error{
	func(c *client.Conn, r *rand.Rand) error {
		_, err := c.Execute(fmt.Sprintf("SELECT n, %d FROM accounts WHERE id = %d", r.Int64(), r.IntN(accounts)))
		return err
	},
	func(c *client.Conn, r *rand.Rand) error {
		for _, sql := range []string{"BEGIN", fmt.Sprintf("UPDATE accounts SET n = %d WHERE id = %d", r.Int64(), r.IntN(accounts)),
			fmt.Sprintf("INSERT INTO history VALUES (%d)", r.Int64()), "COMMIT"} {
			if _, err := c.Execute(sql); err != nil {
				return err
			}
		}
		return nil
	},
	func(c *client.Conn, r *rand.Rand) error {
		_, err := c.Execute("SELECT n + 1 FROM accounts WHERE id = ?", r.IntN(accounts))
		return err
	},
	func(c *client.Conn, r *rand.Rand) error {
		const n = 3
		var all []byte
		for range n {
			sql := fmt.Sprintf("UPDATE accounts SET n = %d WHERE id = %d", r.Int64(), r.IntN(accounts))
			all = append(append(append(all, byte(1+len(sql)), 0, 0, 0), mysql.COM_QUERY), sql...)
		}
		if _, err := c.Conn.Conn.Write(all); err != nil {
			return err
		}
		for range n {
			c.ResetSequence()
			c.Sequence = 1
			if _, err := c.ReadPacket(); err != nil {
				return err
			}
		}
		return nil
	},
}

func (m *mysqlLoad) begin(round int) (wait func()) {
	var all sync.WaitGroup
	for _, do := range clients {
		for range 2 {
			r := rand.New(rand.NewPCG(m.rand.Uint64(), 0))
			all.Go(func() { m.run(round, do, r) })
		}
	}
	if round%4 != 3 { // else in the middle of logins, perhaps
		m.until("SELECT COUNT(*) > 3 FROM information_schema.processlist WHERE user = 'shop_svc'", "1")
	}
	return all.Wait
}

// run ends when the proxy does.
func (m *mysqlLoad) run(round int, do func(*client.Conn, *rand.Rand) error, r *rand.Rand) {
	addr := net.JoinHostPort(m.proxy.Host, strconv.Itoa(m.proxy.MySQL))
	c, err := client.Connect(addr, "ana", m.token, "shop", func(c *client.Conn) error {
		c.SetAttributes(map[string]string{"program_name": "kill"})
		if round%2 == 0 {
			c.SetTLSConfig(m.tls)
		}
		return nil
	})
	if err != nil {
		return
	}
	defer c.Close()
	for err == nil {
		err = do(c, r)
	}
}

func (m *mysqlLoad) gone() {
	m.until("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'shop_svc'", "0")
}

func (m *mysqlLoad) until(sql, want string) {
	m.t.Helper()
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		r, err := m.root.Execute(sql)
		if err != nil {
			m.t.Fatal(err)
		}
		if got, _ := r.GetString(0, 0); got == want {
			return
		}
		if time.Now().After(deadline) {
			m.t.Fatalf("still not %s: %s", want, sql)
		}
	}
}

// A statement in the general log, which holds the values of a prepared one.
var (
	generalLine = regexp.MustCompile(`(?m)^[^\t]*\t+ *\d+ (Query|Execute)\t(.*(?:FROM accounts|UPDATE accounts|INTO history).*)$`)
	valueOfID   = regexp.MustCompile(`id = \d+$`)
)

func (m *mysqlLoad) executed() map[run]int {
	ran := map[run]int{}
	for _, l := range generalLine.FindAllSubmatch(m.log.next(m.t), -1) {
		text := string(l[2])
		if string(l[1]) == "Execute" {
			text = valueOfID.ReplaceAllString(text, "id = ?")
		}
		ran[run{"kill", text}]++
	}
	return ran
}
