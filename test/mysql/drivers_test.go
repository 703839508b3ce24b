package mysql

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/mytest"
	"github.com/sallyport-db/sallyport/internal/mytest/mytesting"
)

// What ordinary clients find, and what they get of it.
const (
	shop = `CREATE DATABASE shop; USE shop;
		CREATE TABLE orders (id int PRIMARY KEY, item varchar(100) NOT NULL, price decimal(10,2), paid bool NOT NULL DEFAULT false, note text);
		CREATE TABLE wide (id int PRIMARY KEY, pad varchar(2000) NOT NULL);
		CREATE TABLE salaries (id int PRIMARY KEY, amount int NOT NULL);
		INSERT INTO orders SELECT seq, CONCAT('item ', seq), seq * 1.5, seq % 2, IF(seq % 2 = 0, CONCAT('note ', seq), NULL) FROM seq_1_to_500;
		INSERT INTO wide SELECT seq, REPEAT('x', 1000) FROM seq_1_to_20000;
		INSERT INTO salaries VALUES (1, 7321337)`
	shopScope = "shop/shop.orders:select,insert,update,delete shop/shop.wide:select"
)

// conversation is what every client of test/clients prints: text and
// parameters, many rows, a long value, an error, denials outside and inside a
// transaction, which goes on, rollback and commit, a statement that another
// session stops.
const conversation = `one: 7 item 7 10.50 1
prepared: false
prepared: true note 2
rows: 500 125250
large: 20000 20000000
many: 100000
value: 20971520
error: 1062
denied: 1142
denied: 1142
alive: 500
denied in transaction: 1142
intact: 501
rolled back: 500
committed: 501
deleted: 1
canceled: 1317
alive: 500
done`

var drivers = []struct {
	name, program string
	dir           string   // below test/clients
	args          []string // run in a copy of dir
	prepare       []string // run there before
}{
	{name: "PyMySQL", program: "/usr/bin/python3", dir: "pymysql", args: []string{"conversation.py", "pymysql"}},
	{name: "mysqlclient", program: "/usr/bin/python3", dir: "pymysql", args: []string{"conversation.py", "MySQLdb"}},
	{name: "go-sql-driver", program: "go", dir: ".", args: []string{"run", "./gomysql"}},
	{name: "go-sql-driver, interpolateParams", program: "go", dir: ".", args: []string{"run", "./gomysql", "interpolate"}},
	{name: "mysql2", program: "node", dir: "nodemysql", args: []string{"mysql2.mjs"}, prepare: npm},
	{name: "npm mariadb", program: "node", dir: "nodemysql", args: []string{"mariadb.mjs"}, prepare: npm},
	{name: "Connector-J", program: "java", dir: "mariadbj", args: []string{"-cp", jdbc, "Conversation.java", ""}},
	{name: "Connector-J, prepared by the server", program: "java", dir: "mariadbj",
		args: []string{"-cp", jdbc, "Conversation.java", "&useServerPrepStmts=true"}},
	{name: "DBD-mysql", program: "perl", dir: "dbd", args: []string{"conversation.pl", "mysql"}},
	{name: "DBD-MariaDB", program: "perl", dir: "dbd", args: []string{"conversation.pl", "MariaDB"}},
}

const jdbc = "/usr/share/java/mariadb-java-client.jar"

var npm = []string{"npm", "ci", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts"}

// newShop is a gate before the shop, whose schema the session begins in.
func newShop(t *testing.T, settings ...string) *gate {
	t.Helper()
	return newShopIn(t, mytesting.Start(t, settings...), shop)
}

func newShopIn(t *testing.T, server *mytest.Server, schema string) *gate {
	t.Helper()
	g := newGateBefore(t, server)
	if err := server.Exec("", schema); err != nil {
		t.Fatal(err)
	}
	g.schema.Store("shop")
	return g
}

// env is where a client connects, and as whom.
func (g *gate) env(t *testing.T, scope string) []string {
	host, port, _ := strings.Cut(g.addr, ":")
	return []string{"DB_HOST=" + host, "DB_PORT=" + port, "DB_USER=ana", "DB_PASSWORD=" + g.token(t, scope), "DB_NAME=shop", "DB_CA=" + g.ca}
}

func TestDrivers(t *testing.T) { testDrivers(t, newShop(t, "max-allowed-packet=64M")) }

func testDrivers(t *testing.T, g *gate) {
	for _, d := range drivers {
		t.Run(d.name, func(t *testing.T) {
			if out := g.hold(t, d.program, d.dir, d.args, d.prepare); strings.TrimSpace(out) != conversation {
				t.Errorf("got\n%swant\n%s", out, conversation)
			}
			// Nothing of what was denied was run, nor anything in its place.
			const left = "SELECT CONCAT((SELECT CONCAT(COUNT(*), ' ', SUM(amount)) FROM salaries), ', ', (SELECT CONCAT(COUNT(*), ' ', SUM(id)) FROM orders))"
			if got := g.asRoot(t, left); got != "1 7321337, 500 125250" {
				t.Errorf("the tables now hold %s", got)
			}
		})
	}
}

// hold runs a client's program of test/clients in a copy of its directory.
func (g *gate) hold(t *testing.T, program, dir string, args, prepare []string) string {
	t.Helper()
	work := t.TempDir()
	if err := os.CopyFS(work, os.DirFS(filepath.Join("..", "clients", dir))); err != nil {
		t.Fatal(err)
	}
	run := func(program string, args ...string) string {
		path, err := exec.LookPath(program)
		if err != nil {
			missing(t, program)
		}
		cmd := exec.CommandContext(t.Context(), path, args...)
		cmd.Dir, cmd.Env = work, append(os.Environ(), g.env(t, shopScope)...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Errorf("%s: %v\n%s", program, err, out)
		}
		return string(out)
	}
	if prepare != nil {
		run(prepare[0], prepare[1:]...)
	}
	return run(program, args...)
}

// missing fails the test where everything must be there, and skips it
// elsewhere.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what + " was not found: scripts/test-deps.sh installs it")
	}
	t.Skip(what + " was not found: scripts/test-deps.sh installs it")
}

// commandLine runs MariaDB's program with a client's input and returns all
// that it prints.
func (g *gate) commandLine(t *testing.T, program, input string, args ...string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		missing(t, program)
	}
	host, port, _ := strings.Cut(g.addr, ":")
	args = slices.Concat([]string{"--no-defaults", "-h", host, "-P", port, "-u", "ana", "--ssl-ca=" + g.ca, "--ssl-verify-server-cert"}, args)
	cmd := exec.CommandContext(t.Context(), path, args...)
	cmd.Env = []string{"MYSQL_PWD=" + g.token(t, shopScope), "PATH=/usr/bin:/bin", "PAGER=cat"}
	cmd.Stdin = strings.NewReader(input)
	out, _ := cmd.CombinedOutput()
	return string(out)
}
