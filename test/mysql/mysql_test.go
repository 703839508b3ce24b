package mysql

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	my "github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/internal/mytest/mytesting"
)

// shopOfMySQL is the shop without MariaDB's sequences of numbers.
var shopOfMySQL = "SET SESSION cte_max_recursion_depth = 100000;" + regexp.MustCompile(`FROM seq_1_to_(\d+)`).ReplaceAllString(shop,
	"FROM (WITH RECURSIVE n(seq) AS (SELECT 1 UNION ALL SELECT seq + 1 FROM n WHERE seq < $1) SELECT seq FROM n) numbers")

func newShopOfMySQL(t *testing.T) *gate {
	t.Helper()
	return newShopIn(t, mytesting.StartOther(t, mytesting.MySQL), shopOfMySQL)
}

// Every client holds its conversation with MySQL, too.
func TestDriversOfMySQL(t *testing.T) { testDrivers(t, newShopOfMySQL(t)) }

// The dialect of MySQL 8 and later, text and prepared; what the scope does not
// cover is refused in it as well. The version is the server's own.
func TestMySQLSession(t *testing.T) {
	g := newShopOfMySQL(t)
	c := g.connect(t, shopScope)
	direct, err := g.server.Connect("")
	if err != nil {
		t.Fatal(err)
	}
	defer direct.Close()
	if c.GetServerVersion() != direct.GetServerVersion() {
		t.Errorf("the proxy greets as %q, the server as %q", c.GetServerVersion(), direct.GetServerVersion())
	}
	for _, sql := range []string{
		"SELECT id, RANK() OVER (PARTITION BY paid ORDER BY price) FROM orders ORDER BY id LIMIT 5",
		"WITH few AS (SELECT id, item FROM orders WHERE id < 10) SELECT COUNT(*) FROM few",
		"SELECT o.id, l.item FROM orders o, LATERAL (SELECT item FROM orders p WHERE p.id = o.id) l ORDER BY o.id LIMIT 3",
		"SELECT id FROM orders WHERE id = 3 FOR UPDATE SKIP LOCKED",
		"SELECT item->>'$' FROM (SELECT JSON_QUOTE(item) AS item FROM orders WHERE id = 1) j",
		"INSERT INTO orders (id, item) VALUES (2001, 'a') AS fresh ON DUPLICATE KEY UPDATE item = fresh.item",
		"DELETE FROM orders WHERE id = 2001",
	} {
		for _, run := range []func() (*my.Result, error){
			func() (*my.Result, error) { return c.Execute(sql) },
			func() (*my.Result, error) { return c.Execute(sql+" ", []any{}...) },
		} {
			if _, err := run(); err != nil {
				t.Errorf("%s: %v", sql, err)
			}
		}
	}
	for _, sql := range []string{
		"SELECT amount FROM salaries", "TABLE salaries", "WITH s AS (TABLE salaries) SELECT * FROM s",
		"SELECT o.id FROM orders o, LATERAL (SELECT amount FROM salaries) l",
		"SELECT id FROM orders UNION SELECT amount FROM salaries", "SELECT id /*!80000 , (SELECT amount FROM salaries) */ FROM orders",
		"SELECT id /*!90000 , (SELECT amount FROM salaries) */ FROM orders", "SELECT 1 /*M! , amount FROM salaries */",
		"INSERT INTO orders (id, item) SELECT 3000, amount FROM salaries", "SET PERSIST max_connections = 1", "SET RESOURCE GROUP x",
		"SELECT LOAD_FILE('/etc/passwd')", "CLONE LOCAL DATA DIRECTORY '/tmp/x'", "RESTART", "SELECT authentication_string FROM mysql.user",
		"IMPORT TABLE FROM '/tmp/x.sdi'", "SELECT * FROM performance_schema.threads", "SELECT * FROM sys.processlist",
	} {
		_, err := c.Execute(sql)
		var e *my.MyError
		if sql == "SELECT 1 /*M! , amount FROM salaries */" && err == nil {
			continue // a comment to MySQL
		}
		if !errors.As(err, &e) || !strings.Contains(e.Message, "(session ") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	if _, err := c.Execute("SELECT 1"); err != nil {
		t.Error(err)
	}
}

// MySQL says that it ends a session though nothing was asked; the client gets
// that as it is. It says so, too, to one that has gone without a word.
func TestMySQLEndsASession(t *testing.T) {
	g := newShopOfMySQL(t)
	c := g.connect(t, shopScope)
	r, err := c.Execute("SELECT CONNECTION_ID()")
	if err != nil {
		t.Fatal(err)
	}
	id, err := r.GetInt(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	mustExec(t, g.server, fmt.Sprintf("KILL %d", id))
	c.Sequence = 1 // as behind a command
	p, err := c.ReadPacket()
	if err != nil || len(p) < 3 || p[0] != my.ERR_HEADER {
		t.Errorf("%q, %v", p, err)
	}
	for range 5 {
		if err := g.connect(t, shopScope).Close(); err != nil {
			t.Error(err)
		}
	}
}

// MySQL's own command-line programs of 9.7, in front of both servers. They send
// query attributes with every statement.
func TestCommandLineOfMySQL(t *testing.T) {
	tree := mytesting.Tree(t, mytesting.MySQL)
	for name, gate := range map[string]func(*testing.T) *gate{
		"MySQL": newShopOfMySQL, "MariaDB": func(t *testing.T) *gate { return newShop(t) },
	} {
		t.Run(name, func(t *testing.T) {
			g := gate(t)
			run := func(program, input string, args ...string) string {
				host, port, _ := strings.Cut(g.addr, ":")
				args = slices.Concat([]string{"--no-defaults", "-h", host, "-P", port, "-u", "ana", "--ssl-ca=" + g.ca, "--ssl-mode=VERIFY_IDENTITY"}, args)
				cmd := exec.CommandContext(t.Context(), filepath.Join(tree, "usr", "bin", program), args...)
				cmd.Env = []string{"MYSQL_PWD=" + g.token(t, shopScope), "PATH=/usr/bin:/bin"}
				cmd.Stdin = strings.NewReader(input)
				out, _ := cmd.CombinedOutput()
				return string(out)
			}
			out := run("mysql", "status\nquery_attributes who ana\nSELECT item FROM orders WHERE id = 3;\nSELECT amount FROM salaries;\n"+
				"INSERT INTO orders (id, item) VALUES (1, 'again');\nSELECT 40 + 2 AS answer;\n", "-f", "-t", "--auto-rehash", "--commands", "shop")
			for _, want := range []string{"Cipher in use is TLS", "item 3", "ERROR 1142 (42000)", "ERROR 1062 (23000)", "answer"} {
				if !strings.Contains(out, want) {
					t.Errorf("nothing of %q in\n%s", want, out)
				}
			}
			if out := run("mysql", "", "-BN", "--quick", "-e", "SELECT id, pad FROM wide", "shop"); strings.Count(out, "\n") != 20000 {
				t.Errorf("%d lines", strings.Count(out, "\n"))
			}
			if name == "MariaDB" {
				return // its settings are unknown to mysqldump 9, without the proxy, too
			}
			out = run("mysqldump", "", "--single-transaction", "--no-tablespaces", "--set-gtid-purged=OFF", "shop", "orders")
			for _, want := range []string{"CREATE TABLE `orders`", "(500,'item 500',750.00,0,'note 500')", "-- Dump completed"} {
				if !strings.Contains(out, want) {
					t.Errorf("nothing of %q in\n%.3000s", want, out)
				}
			}
			if out := run("mysqldump", "", "--single-transaction", "--no-tablespaces", "shop", "salaries"); !strings.Contains(out, "(session ") || strings.Contains(out, "7321337") {
				t.Errorf("%.3000s", out)
			}
		})
	}
}
