package mysql

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"

	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/internal/mytest/mytesting"
	"github.com/sallyport-db/sallyport/policy"
)

// missingRights are the errors by which a server says that a right is missing.
var missingRights = []uint16{1044, 1142, 1143, 1227, 1370, 1356, 1368, 1345}

// oracle is a real server and an account whose rights each case sets.
type oracle struct {
	root *client.Conn
	addr string
	env  *Env
}

func newOracle(t testing.TB) *oracle {
	t.Helper()
	server := mytesting.Start(t)
	schema, err := os.ReadFile("testdata/schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Exec("", string(schema)); err != nil {
		t.Fatal(err)
	}
	o := &oracle{addr: server.Addr()}
	if o.root, err = server.Connect("shop"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.root.Close() })
	rows, err := catalog.Read(context.Background(), o.root)
	if err != nil {
		t.Fatal(err)
	}
	o.env = &Env{Catalog: catalog.Build(rows), Schema: "shop"}
	return o
}

func (o *oracle) must(t testing.TB, sql string) {
	t.Helper()
	if _, err := o.root.Execute(sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

// try runs a statement as an account with exactly those rights and returns the
// number of its error, 0 for none.
func (o *oracle) try(t testing.TB, sql string, accesses []policy.Access) (uint16, string) {
	t.Helper()
	o.must(t, "CREATE OR REPLACE USER probe")
	o.must(t, "GRANT USAGE ON *.* TO probe")
	for _, a := range accesses {
		if !a.Free {
			o.grant(t, &a)
		}
	}
	if strings.HasPrefix(sql, "LOCK") { // every schema that a scope names has it
		o.must(t, "GRANT LOCK TABLES ON shop.* TO probe")
		o.must(t, "GRANT LOCK TABLES ON hr.* TO probe")
	}
	c, err := client.Connect(o.addr, "probe", "", "", func(c *client.Conn) error { return c.SetCapability(mysql.CLIENT_MULTI_RESULTS) })
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Execute("SET NAMES utf8mb4"); err != nil {
		t.Fatal(err)
	}
	// A right on one column lets an account choose a database without more.
	if err := c.UseDB("shop"); err != nil {
		o.must(t, "CREATE TABLE IF NOT EXISTS shop.door (id int)")
		o.must(t, "GRANT SELECT ON shop.door TO probe")
		if err := c.UseDB("shop"); err != nil {
			t.Fatal(err)
		}
	}
	if verb, _, _ := strings.Cut(sql, " "); !isDDL(verb) { // what commits by itself: EXCHANGE PARTITION never ends without autocommit
		_, _ = c.Execute("SET autocommit = 0")
	}
	_, err = c.Execute(sql)
	_, _ = c.Execute("ROLLBACK")
	var my *mysql.MyError
	if errors.As(err, &my) {
		return my.Code, my.Message
	}
	return 0, ""
}

// grant gives an access. A privilege other than CREATE is only given on what
// there is, and stays when that is dropped.
func (o *oracle) grant(t testing.TB, a *policy.Access) {
	t.Helper()
	_, err := o.root.Execute(grant(a))
	var my *mysql.MyError
	if errors.As(err, &my) && my.Code == mysql.ER_NO_SUCH_TABLE {
		table := fmt.Sprintf("`%s`.`%s`", a.Schema, a.Object)
		o.must(t, "CREATE TABLE "+table+" (id int)")
		o.must(t, grant(a))
		o.must(t, "DROP TABLE "+table)
	} else if err != nil {
		t.Fatalf("%s: %v", grant(a), err)
	}
}

// grant is an access as the statement that gives it.
func grant(a *policy.Access) string {
	object := fmt.Sprintf("`%s`.`%s`", a.Schema, a.Object)
	if sql := ddlGrant(a); sql != "" {
		return sql
	}
	switch {
	case a.Kind == policy.KindSchema: // any right there
		return "GRANT SELECT ON `" + a.Schema + "`.`" + anyTable[a.Schema] + "` TO probe"
	case a.Kind == policy.KindSequence:
		return "GRANT " + sequenceRights[a.Op] + " ON " + object + " TO probe"
	case a.Op == policy.DDL:
		return "GRANT SHOW VIEW ON " + object + " TO probe"
	case a.Op == anyTableOp:
		return "GRANT INSERT ON " + object + " TO probe"
	case a.Op == anyColumnOp:
		return "GRANT INSERT (`" + anyColumn[a.Object] + "`) ON " + object + " TO probe"
	case a.Op == policy.Execute && a.Object == "tidy":
		return "GRANT EXECUTE ON PROCEDURE " + object + " TO probe"
	case a.Op == policy.Execute:
		return "GRANT EXECUTE ON FUNCTION " + object + " TO probe"
	case len(a.Columns) == 0 && !a.WholeObject && a.Op != policy.Delete:
		return "GRANT " + a.Op.String() + " (`" + anyColumn[a.Object] + "`) ON " + object + " TO probe"
	case len(a.Columns) > 0 && !a.WholeObject:
		return "GRANT " + a.Op.String() + " (`" + strings.Join(a.Columns, "`, `") + "`) ON " + object + " TO probe"
	}
	return "GRANT " + a.Op.String() + " ON " + object + " TO probe"
}

var anyTable = map[string]string{"shop": "orders", "hr": "salaries"}

var sequenceRights = map[policy.Op]string{policy.Usage: "SELECT, INSERT", policy.Usage | policy.Select: "SELECT", policy.Update: "INSERT"}

var anyColumn = map[string]string{"orders": "id", "customers": "id", "report": "id", "own": "id", "parts": "id", "odd name": "select", "salaries": "id", "spare": "id", "history": "id", "numbered": "id"}

// TestDifferential: what the analysis asks for is enough for the server, and
// all of it is needed.
func TestDifferential(t *testing.T) {
	o := newOracle(t)
	file, err := os.Open("testdata/statements.sql")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	n := 0
	for lines := bufio.NewScanner(file); lines.Scan(); {
		sql := lines.Text()
		if strings.HasPrefix(sql, "--") {
			continue
		}
		n++
		parts := Analyze([]byte(sql), o.env)
		if len(parts) != 1 || parts[0].Statement.Fault != nil {
			t.Errorf("%s: not judged: %+v", sql, parts[0].Statement.Fault)
			continue
		}
		list := parts[0].Statement.Accesses
		if code, said := o.try(t, sql, list); code != 0 && code != 1062 {
			t.Errorf("%s: with all of %s: %s", sql, render(list), said)
		}
		for i := range list {
			if list[i].Free {
				continue
			}
			less := slices.Delete(slices.Clone(list), i, i+1)
			if code, _ := o.try(t, sql, less); !slices.Contains(missingRights, code) && !narrower[sql] {
				t.Errorf("%s: error %d without %s", sql, code, render(list[i:i+1]))
			}
		}
	}
	t.Logf("%d statements", n)
}

// narrower are statements for which the server asks for less, each with its
// reason.
var narrower = map[string]bool{
	// MariaDB 10.11 does not ask for select on a view's columns in the WHERE of an UPDATE.
	"UPDATE report SET total = 1 WHERE id = 1": true,
	// Without a right in its default schema an account does not come so far.
	"SHOW TABLES": true,
	// Asked for where they are prepared.
	"UPDATE numbered SET id = DEFAULT": true, "SELECT DEFAULT(id) FROM numbered": true, "SELECT DEFAULT(note) FROM numbered": true,
	"UPDATE orders SET note = DEFAULT WHERE id IN (SELECT id FROM numbered)": true,
}

func render(list []policy.Access) string {
	var out []string
	for _, a := range list {
		out = append(out, fmt.Sprintf("%s %s.%s%v", a.Op, a.Schema, a.Object, a.Columns))
	}
	return strings.Join(out, "; ")
}

// Behind code of the user's in one text it is not known what a statement means.
func TestNothingIsJudgedBehindCode(t *testing.T) {
	o := newOracle(t)
	for _, c := range []struct {
		text  string
		fault []bool
	}{
		{"SELECT id FROM orders; SELECT id FROM orders", []bool{false, false}},
		{"SELECT twice(1); SELECT id FROM orders", []bool{false, true}},
		{"SELECT 1; CALL tidy(1); SELECT 1; SELECT 2", []bool{false, false, true, true}},
		{"DROP TABLE orders; SELECT id FROM orders", []bool{false, true}},
	} {
		parts := Analyze([]byte(c.text), o.env)
		if len(parts) != len(c.fault) {
			t.Fatalf("%s: %d statements", c.text, len(parts))
		}
		for i := range parts {
			if got := parts[i].Statement.Fault != nil; got != c.fault[i] {
				t.Errorf("%s: statement %d: %v", c.text, i, parts[i].Statement.Fault)
			}
		}
	}
}

// What runs with its caller's rights would run with the proxy's.
func TestRoutinesOfTheCaller(t *testing.T) {
	o := newOracle(t)
	for _, sql := range []string{"SELECT of_caller()", "DO of_caller()", "CALL by_caller()", "CREATE VIEW v AS SELECT of_caller() AS n"} {
		f := Analyze([]byte(sql), o.env)[0].Statement.Fault
		if f == nil || f.Rule != policy.RuleNeedsUnrestricted {
			t.Errorf("%s: %+v", sql, f)
		}
	}
}
