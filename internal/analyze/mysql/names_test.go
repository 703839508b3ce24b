package mysql

import (
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/analyze"
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

// In latin1 the bytes of é are Ã and ©: a name outside ASCII is another one to
// the server than in the catalogue.
func TestNamesInOtherCharacterSets(t *testing.T) {
	o := newOracle(t)
	o.must(t, "SET NAMES utf8mb4")
	o.must(t, "CREATE TABLE `\u00e9` (id int)")
	o.must(t, "CREATE TABLE `\u00c3\u00a9` (secret int)")
	l := newLive(t, o, newReader(t, o))
	const text = "SELECT * FROM `\u00e9`"
	refused := func(when string, want bool) {
		t.Helper()
		if said := l.judge(text); strings.HasPrefix(said, "refused: a name outside ASCII") != want {
			t.Errorf("%s: %s", when, said)
		}
	}
	l.run("SET NAMES utf8mb4")
	refused("in utf8mb4", false)
	prepare := &analyze.Request{Verb: analyze.VerbPrepare, Text: []byte(text), Seq: l.seq, Segment: l.seq}
	l.read(prepare)
	l.mind.Note(prepare)
	l.mind.Confirm(l.seq, 0, []byte{7, 0, 0, 0})
	l.mind.Ready(l.seq, 0)
	l.seq++
	l.run("SET NAMES latin1")
	refused("in latin1", true)
	execute := &analyze.Request{Verb: analyze.VerbExecute, Statement: []byte{7, 0, 0, 0}, Seq: l.seq, Segment: l.seq}
	if said := verdict(l.read(execute)); !strings.HasPrefix(said, "refused") {
		t.Errorf("prepared in utf8mb4, run in latin1: %s", said)
	}
	if said := verdict(l.read(&analyze.Request{Verb: analyze.VerbUse, Text: []byte("\u00e9"), Seq: l.seq, Segment: l.seq})); !strings.HasPrefix(said, "refused") {
		t.Errorf("a database: %s", said)
	}
	if said := l.judge("SELECT id FROM orders WHERE note = '\u00e9'"); strings.HasPrefix(said, "refused") {
		t.Errorf("a string is none: %s", said)
	}
	l.run("SET sql_mode = ''")
	refused("in latin1 and another mode", true)
	l.run("SET character_set_client = utf8mb4")
	refused("in utf8mb4 again", false)
	if said := l.judge("SET NAMES latin1; " + text); !strings.Contains(said, "refused") {
		t.Errorf("in one text: %s", said)
	}
}
