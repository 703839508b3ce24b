package mysql

import (
	"testing"

	"github.com/sallyport-db/sallyport/internal/mytest/mytesting"
	"github.com/sallyport-db/sallyport/policy"
)

// uncertain are texts in which a name is that of a WITH query, or of a column,
// to one server and not to another.
var uncertain = []string{
	"WITH `cu\u017ftomers` AS (SELECT 1 AS email) SELECT email FROM customers",
	"WITH customers AS (SELECT 1 AS email) SELECT (SELECT email FROM `cu\u017ftomers`)",
	"SELECT (SELECT `\u017fecret` FROM orders o LIMIT 1) FROM (SELECT 1 AS `\u017fecret`) q",
	"SELECT id FROM orders NATURAL JOIN (SELECT 's' AS `\u017fecret`) q",
	"SELECT o.id FROM orders o JOIN (SELECT 's' AS `\u017fecret`) q USING (`\u017fecret`)",
}

func TestUncertainNames(t *testing.T) {
	env := newOracle(t).env
	for _, sql := range uncertain {
		if f := Analyze([]byte(sql), env)[0].Statement.Fault; f == nil || f.Rule != policy.RuleNotUnderstood {
			t.Errorf("%s: %+v", sql, f)
		}
	}
	mysql := *env.Catalog
	mysql.MariaDB = false
	const folded = "WITH CUSTOMERS AS (SELECT 1 AS email) SELECT email FROM customers"
	if f := Analyze([]byte(folded), &Env{Catalog: &mysql, Schema: "shop"})[0].Statement.Fault; f == nil {
		t.Error("on MySQL the table is read")
	}
	if f := Analyze([]byte(folded), env)[0].Statement.Fault; f != nil {
		t.Errorf("on MariaDB: %+v", f)
	}
}

// MySQL tells WITH queries by case, MariaDB does not.
func TestNamesOfWithQueries(t *testing.T) {
	for name, want := range map[string]string{mytesting.MySQL: "table", mytesting.MariaDB: "query"} {
		t.Run(name, func(t *testing.T) {
			s := mytesting.StartOther(t, name)
			if err := s.Exec("", "CREATE DATABASE shop; CREATE TABLE shop.orders (secret text); INSERT INTO shop.orders VALUES ('table')"); err != nil {
				t.Fatal(err)
			}
			c, err := s.Connect("shop")
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			r, err := c.Execute("WITH ORDERS AS (SELECT 'query' AS secret) SELECT secret FROM orders")
			if err != nil {
				t.Fatal(err)
			}
			if got, _ := r.GetString(0, 0); got != want {
				t.Errorf("it reads the %s", got)
			}
		})
	}
}
