package mysql

import (
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/go-mysql-org/go-mysql/client"
	my "github.com/go-mysql-org/go-mysql/mysql"
)

func (g *gate) connect(t *testing.T, scope string, options ...client.Option) *client.Conn {
	t.Helper()
	return g.connectWith(t, g.token(t, scope), options...)
}

func (g *gate) connectWith(t *testing.T, secret string, options ...client.Option) *client.Conn {
	t.Helper()
	config := g.verify(t)
	options = append(options, func(c *client.Conn) error { c.SetTLSConfig(config); return nil })
	c, err := client.Connect(g.addr, "ana", secret, "shop", options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	return c
}

// An unrestricted token runs everything: text, prepared, several results.
func TestSession(t *testing.T) {
	g := newGate(t)
	c := g.connect(t, "shop:unrestricted", func(c *client.Conn) error { return c.SetCapability(my.CLIENT_MULTI_STATEMENTS) })
	run := func(sql string, args ...any) *my.Result {
		t.Helper()
		r, err := c.Execute(sql, args...)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		return r
	}
	run("CREATE DATABASE d")
	run("USE d")
	run("CREATE TABLE t (id int PRIMARY KEY, b longblob)")
	for _, n := range []int{1, 250, 251, 252, 253, 254, 255, 256, 260, 500, 511, 512, 513, 520} {
		r := run(fmt.Sprintf("SELECT seq FROM seq_1_to_%d", n))
		if r.RowNumber() != n {
			t.Errorf("%d rows of %d", r.RowNumber(), n)
		}
		if r := run("SELECT seq FROM seq_1_to_600 WHERE seq <= ?", n); r.RowNumber() != n {
			t.Errorf("prepared: %d rows of %d", r.RowNumber(), n)
		}
	}
	if r := run("INSERT INTO t VALUES (?, ?)", 1, "x"); r.AffectedRows != 1 {
		t.Errorf("%d rows inserted", r.AffectedRows)
	}
	if err := c.Ping(); err != nil {
		t.Error(err)
	}
	if _, err := c.FieldList("t", ""); err != nil {
		t.Error(err)
	}
	if err := c.UseDB("mysql"); err != nil {
		t.Error(err)
	}
	results := 0
	if _, err := c.ExecuteMultiple("SELECT 1; SELECT 2, 3; DO 1", func(_ *my.Result, err error) {
		results++
		if err != nil {
			t.Error(err)
		}
	}); err != nil || results != 3 {
		t.Errorf("%d results, %v", results, err)
	}
	if _, err := c.Execute("SELECT nothing"); err == nil || !strings.Contains(err.Error(), "1054") {
		t.Errorf("%v", err)
	}
}

// Rows and parameters beyond what one packet can carry find their ends.
func TestLongPackets(t *testing.T) {
	g := newGate(t, "max-allowed-packet=64M")
	c := g.connect(t, "shop:unrestricted")
	for _, n := range []int{1<<24 - 10, 1<<24 - 5, 1<<24 - 1, 1 << 24, 20 << 20, 1<<25 - 2} {
		r, err := c.Execute(fmt.Sprintf("SELECT REPEAT('x', %d), 2", n))
		if err != nil {
			t.Fatal(err)
		}
		if s, _ := r.GetString(0, 0); len(s) != n {
			t.Errorf("%d bytes of %d", len(s), n)
		}
		if r, err = c.Execute("SELECT LENGTH(?)", strings.Repeat("y", n)); err != nil {
			t.Fatal(err)
		}
		if got, _ := r.GetInt(0, 0); got != int64(n) {
			t.Errorf("%d bytes of %d arrived", got, n)
		}
	}
}

// A denial is an error of one statement: the session goes on, its transaction
// and its prepared statements are what they were.
func TestDenied(t *testing.T) {
	g := newGate(t)
	if err := g.server.Exec("", `CREATE DATABASE d; CREATE DATABASE hr; CREATE TABLE d.t (id int PRIMARY KEY, note text, secret text);
		INSERT INTO d.t VALUES (1, 'n', 'SECRET'); CREATE TABLE hr.t (id int, secret text); INSERT INTO hr.t VALUES (1, 'SECRET');
		CREATE FUNCTION d.leak() RETURNS text READS SQL DATA RETURN (SELECT secret FROM hr.t LIMIT 1);
		CREATE VIEW d.v AS SELECT secret FROM hr.t;
		CREATE PROCEDURE d.moves() SET SESSION sql_mode = 'ANSI_QUOTES'`); err != nil {
		t.Fatal(err)
	}
	c := g.connect(t, "shop/d.t(id,note):select,update shop/d.moves():execute",
		func(c *client.Conn) error { return c.SetCapability(my.CLIENT_MULTI_STATEMENTS) })
	ok := func(sql string, args ...any) {
		t.Helper()
		if _, err := c.Execute(sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	denied := func(sql string, args ...any) {
		t.Helper()
		r, err := c.Execute(sql, args...)
		var e *my.MyError
		if !errors.As(err, &e) {
			t.Fatalf("%s: let through: %v, %v", sql, r, err)
		}
		if !strings.Contains(e.Message, "(session ") {
			t.Errorf("%s: an error of the server's: %v", sql, err)
		}
	}
	kept, err := c.Prepare("SELECT note FROM d.t WHERE id = ?")
	if err != nil {
		t.Fatal(err)
	}
	ok("USE d")
	ok("START TRANSACTION")
	ok("UPDATE t SET note = 'changed' WHERE id = 1")
	for _, sql := range []string{
		"SELECT secret FROM t", "SELECT * FROM t", "SELECT id FROM t WHERE secret = 'x'", "SELECT id FROM hr.t", "SELECT leak()",
		"SELECT secret FROM v", "DELETE FROM t", "INSERT INTO t (id) VALUES (2)", "SELECT load_file('/etc/passwd')", "SELECT sleep(1)",
		"SELECT id INTO OUTFILE '/tmp/x' FROM t", "SELECT authentication_string FROM mysql.user", "SET GLOBAL max_connections = 1",
		"SET sql_mode = 'ANSI_QUOTES'", "SET NAMES gbk", "CREATE TABLE x (id int)", "DROP TABLE t", "GRANT ALL ON *.* TO x", "SHOW GRANTS",
		"SHOW PROCESSLIST", "KILL 1", "LOAD DATA INFILE '/etc/passwd' INTO TABLE t", "HANDLER t OPEN", "EXECUTE IMMEDIATE 'SELECT secret FROM t'",
		"PREPARE x FROM 'SELECT secret FROM t'", "FLUSH TABLES", "SELECT id FROM t PROCEDURE ANALYSE()", "DO leak()", "TABLE hr.t",
		"SELECT id /*! , secret */ FROM t", "SELECT id /*!50000 , secret */ FROM t", "SELECT id /*M! , secret */ FROM t",
		"SELECT id FROM t /*M! UNION SELECT secret FROM hr.t */", "SELECT id /*!50799 ' */ , secret FROM t -- '",
		"SELECT id FROM t UNION SELECT secret FROM hr.t", "EXPLAIN SELECT secret FROM t", "SELECT 1 FROM t ORDER BY secret",
		"SELECT id FROM t GROUP BY secret", "UPDATE t SET note = secret", "UPDATE t SET secret = 'x'", "UPDATE t SET note = 'x' WHERE secret = 'y'",
		"SHOW TABLES WHERE leak() = 'x'", "BINLOG 'x'", "SELECT NEXTVAL(hr.t)", "SELECT ExtractValue(leak(), '/a')",
	} {
		denied(sql)
	}
	denied("SELECT secret FROM t WHERE id = ?", 1)
	if r, err := kept.Execute(1); err != nil || string(r.Values[0][0].AsString()) != "changed" {
		t.Errorf("the prepared statement: %v", err)
	}
	ok("SELECT id /*!999999 , nothing */ FROM t /* ' */ -- \"")
	ok("ROLLBACK")
	r, err := c.Execute("SELECT note FROM t")
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := r.GetString(0, 0); s != "n" {
		t.Errorf("the transaction was not intact: %q", s)
	}
	ok("CALL moves()")
	ok(`SELECT id FROM t WHERE note = "x"`)
}

// The command-line client, as people run it.
func TestCommandLine(t *testing.T) {
	g := newGate(t) // which is skipped where MariaDB is not installed
	program, err := exec.LookPath("mariadb")
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := strings.Cut(g.addr, ":")
	secure := []string{"--ssl-ca=" + g.ca, "--ssl-verify-server-cert"}
	run := func(secret string, args ...string) string {
		args = slices.Concat([]string{"--no-defaults", "-h", host, "-P", port, "-u", "ana"}, secure, args)
		cmd := exec.CommandContext(t.Context(), program, args...)
		cmd.Env = []string{"MYSQL_PWD=" + secret, "PATH=/usr/bin:/bin"}
		out, _ := cmd.CombinedOutput()
		return string(out)
	}
	good := g.token(t, "shop:unrestricted")
	if out := run(good, "-e", "SELECT 40 + 2 AS answer", "shop"); out != "answer\n42\n" {
		t.Errorf("%s", out)
	}
	if out := run(good, "-e", "SELECT DATABASE() AS d", "shop/mysql"); out != "d\nmysql\n" {
		t.Errorf("%s", out)
	}
	if out := run(good[:len(good)-3]+"AAA", "-e", "SELECT 1", "shop"); !strings.Contains(out, "ERROR 1045 (28000): token refused (session ") {
		t.Errorf("%s", out)
	}
	if out := run(good, "-e", "SELECT 1", "nowhere"); !strings.Contains(out, "ERROR 1049 (42000)") {
		t.Errorf("%s", out)
	}
	secure = []string{"--skip-ssl"}
	if out := run(good, "-e", "SELECT 1", "shop"); out != "1\n1\n" {
		t.Errorf("%s", out)
	}
}
