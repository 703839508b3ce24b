package mysql

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-mysql-org/go-mysql/client"
	my "github.com/go-mysql-org/go-mysql/mysql"
)

// DDL by grant through the gate: what a session makes is there for its next
// statement and for others', and temporary tables stand before permanent ones
// for as long as they are there, whoever has made them.
func TestDDLByGrant(t *testing.T) {
	g := newGate(t)
	if err := g.server.Exec("", `CREATE DATABASE d; CREATE DATABASE hr; CREATE TABLE d.t (id int, note text); INSERT INTO d.t VALUES (1, 'n');
		CREATE TABLE hr.pay (id int, amount int); INSERT INTO hr.pay VALUES (1, 7321337);
		CREATE PROCEDURE d.made() CREATE TEMPORARY TABLE d.t (made int);
		CREATE PROCEDURE d.dropped() DROP TEMPORARY TABLE d.t`); err != nil {
		t.Fatal(err)
	}
	owner := g.connect(t, "shop/d.*:ddl,select,insert,update,delete,execute")
	reader := g.connect(t, "shop/d.t(id,note):select")
	ok := func(c *client.Conn, sql string) *my.Result {
		t.Helper()
		r, err := c.Execute(sql)
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		return r
	}
	denied := func(c *client.Conn, sql string) {
		t.Helper()
		var e *my.MyError
		if _, err := c.Execute(sql); !errors.As(err, &e) || !strings.Contains(e.Message, "(session ") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	ok(owner, "USE d")
	ok(reader, "USE d")
	ok(reader, "SELECT * FROM t")
	prepared, err := reader.Prepare("SELECT * FROM t")
	if err != nil {
		t.Fatal(err)
	}
	ok(owner, "ALTER TABLE t ADD COLUMN secret text")
	denied(reader, "SELECT * FROM t")
	if _, err := prepared.Execute(); err == nil {
		t.Error("what was prepared before the column was there reads it")
	}
	ok(reader, "SELECT id, note FROM t")
	ok(owner, "CREATE TABLE made (id int PRIMARY KEY)")
	ok(owner, "INSERT INTO made VALUES (1)")
	ok(owner, "CREATE VIEW v AS SELECT id FROM made")
	ok(owner, "SELECT id FROM v")
	for _, sql := range []string{"CREATE TABLE hr.x (id int)", "CREATE VIEW w AS SELECT amount FROM hr.pay", "RENAME TABLE hr.pay TO d.pay",
		"CREATE TABLE copy LIKE hr.pay", "CREATE TABLE copy AS SELECT amount FROM hr.pay", "DROP TABLE hr.pay", "TRUNCATE TABLE hr.pay",
		"DROP DATABASE hr", "CREATE TEMPORARY TABLE hr.x (id int)", "CREATE TABLE f (id int, FOREIGN KEY (id) REFERENCES hr.pay (id))"} {
		denied(owner, sql)
	}
	denied(reader, "DROP TABLE t")
	denied(reader, "ALTER TABLE t DROP COLUMN secret")

	ok(reader, "CREATE TEMPORARY TABLE t (own int)")
	ok(reader, "INSERT INTO t VALUES (5)")
	if r := ok(reader, "SELECT * FROM t"); r.ColumnNumber() != 1 {
		t.Error("it is not the temporary one")
	}
	if r, err := prepared.Execute(); err != nil || r.ColumnNumber() != 1 {
		t.Errorf("what was prepared does not read the temporary one: %v", err)
	}
	denied(reader, "SELECT (SELECT amount FROM t) FROM hr.pay")
	ok(reader, "DROP TABLE t")
	denied(reader, "SELECT * FROM t")
	denied(reader, "DROP TABLE t")
	if _, err := prepared.Execute(); err == nil {
		t.Error("what was prepared reads what it may not")
	}
	ok(owner, "CALL made()")
	ok(owner, "SELECT made FROM t")
	ok(owner, "CALL dropped()")
	ok(owner, "SELECT secret FROM t")
	ok(owner, "DROP DATABASE d")
	denied(owner, "SELECT id FROM made")
}
