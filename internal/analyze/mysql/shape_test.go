package mysql

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-mysql-org/go-mysql/client"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/internal/analyze/shape"
	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/policy"
)

// alike are texts that look alike when quotes and digits are taken for plain
// ones, or whose literals say more than a value does.
var alike = []string{
	`SELECT id FROM orders WHERE note = 'a'`, `SELECT id FROM orders WHERE note = 'a' AND id = 7`, `SELECT id FROM orders WHERE id = 7`,
	`SELECT id FROM orders WHERE note = 'a' -- '`, `SELECT id FROM orders WHERE note = 'a' -- ' OR secret = 'b'`, `SELECT id FROM orders WHERE note = 'a' # ' OR secret = 'b'`,
	`SELECT id FROM orders WHERE note = 'a' --' OR secret = 'b'`, `SELECT id FROM orders WHERE note = 'a'--1`, `SELECT 1--1`, `SELECT 1- -1`,
	`SELECT id FROM orders WHERE note = 'a' /* ' */ OR note = 'b'`, `SELECT id FROM orders WHERE note = 'a' /* ' OR secret = 'b' */`,
	`SELECT id FROM orders WHERE note = 'a\'`, `SELECT id FROM orders WHERE note = 'a\' OR secret = '`, `SELECT id FROM orders WHERE note = '\\' OR note = 'x'`,
	`SELECT id FROM orders WHERE note = 'a''b'`, `SELECT id FROM orders WHERE note = 'a' 'b'`, "SELECT id FROM orders WHERE note = 'a'\n'b'", `SELECT id FROM orders WHERE note = 'a' OR 'b'`,
	`SELECT id FROM orders WHERE note = "a"`, `SELECT id FROM orders WHERE note = "a'b" OR note = 'c'`, `SELECT id FROM orders WHERE note = "a" OR secret = "b'c'd"`,
	`SELECT id 'total' FROM orders ORDER BY total`, `SELECT id 'note' FROM orders ORDER BY total`, `SELECT id AS 'secret' FROM orders ORDER BY secret`, `SELECT id AS 'note' FROM orders ORDER BY secret`,
	`SELECT id as'secret' FROM orders ORDER BY secret`, `SELECT id as'note' FROM orders ORDER BY secret`, `SELECT 1 'secret' FROM orders ORDER BY secret`, `SELECT 1 'x' FROM orders ORDER BY secret`,
	`SELECT x.a FROM (SELECT id 'a', note FROM orders) x`, `SELECT x.a FROM (SELECT id 'b', note FROM orders) x`, `SELECT x.secret FROM (SELECT 'secret', id FROM orders) x`,
	`SELECT x.secret FROM (SELECT 'note', id FROM orders) x`, "SELECT x.`7` FROM (SELECT 7) x", "SELECT x.`7` FROM (SELECT 8) x",
	"SELECT `select` FROM `odd name`", "SELECT `id`, 'b' FROM orders", "SELECT id AS `a'b`, secret AS `c'd` FROM orders", "SELECT id AS `a'b` FROM orders", "SELECT id AS `a``b` FROM orders", "SELECT id AS `1` FROM orders ORDER BY `1`",
	`SELECT _utf8'a' FROM orders`, `SELECT _utf8mb4 'a' FROM orders`, `SELECT n'a' FROM orders`, `SELECT N 'a' FROM orders`, `SELECT x'61'`, `SELECT b'01'`, `SELECT b'11', id FROM orders`, `SELECT x 'id' FROM orders`,
	`SELECT date '2020-01-01'`, `SELECT date'2020-01-01', id FROM orders`, `SELECT id date FROM orders`, `SELECT timestamp'2020-01-01 00:00:00'`,
	`SELECT @'a', @'b'`, `SELECT @a, 'b'`, `SELECT @1, 1`, `SELECT @a := 'x'`, `SELECT @a := 5`, `SELECT @@version, 1`, `SELECT @@sql_mode`,
	`SELECT 1.5`, `SELECT 1e5`, `SELECT 1e+5`, `SELECT 1 .5`, `SELECT .5`, `SELECT 0x1f`, `SELECT 0b1`, `SELECT 12345678901`, `SELECT 1`, `SELECT 1 a FROM orders`, `SELECT -1`, `SELECT - 1 FROM orders`,
	`SELECT o.1 FROM orders o`, `SELECT id, note FROM orders ORDER BY 1`, `SELECT id, note FROM orders ORDER BY 2`, `SELECT id FROM orders GROUP BY 1 HAVING 1`, `SELECT id FROM orders LIMIT 1`, `SELECT id FROM orders LIMIT 1, 2`, `SELECT id FROM orders LIMIT 1 OFFSET 2`,
	`SELECT SLEEP(1)`, `SELECT SLEEP(100000)`, `SELECT GET_LOCK('a', 1)`, `SELECT GET_LOCK('b', 100)`, `SELECT BENCHMARK(1, 1)`, `SELECT LOAD_FILE('/etc/passwd')`, `SELECT EXTRACTVALUE('<a/>', '/a')`,
	`SELECT NEXTVAL(orders)`, `SELECT SETVAL(s, 1)`, `SELECT twice(1)`, `SELECT twice(2)`, `CALL tidy(1)`, `CALL tidy(2)`, `DO SLEEP(1)`, `DO 1`,
	`SELECT id + INTERVAL 1 DAY FROM orders`, `SELECT id FROM orders WHERE note > NOW() - INTERVAL '1' DAY`, `SELECT DATE_ADD(note, INTERVAL 1 DAY) FROM orders`, `SELECT INTERVAL(1, 2, 3)`,
	`SELECT CAST(id AS CHAR(10)) FROM orders`, `SELECT CAST(id AS CHAR(20)) FROM orders`, `SELECT CAST(id AS DECIMAL(5, 2)) FROM orders`, `SELECT CONVERT('a' USING utf8mb4)`, `SELECT CHAR(65, 66)`,
	`SELECT note COLLATE 'utf8mb4_bin' FROM orders`, `SELECT id FROM orders WHERE note LIKE 'a%'`, `SELECT id FROM orders WHERE note LIKE 'a' ESCAPE '!'`, `SELECT id FROM orders WHERE note LIKE 'a' ESCAPE '?'`,
	`SELECT GROUP_CONCAT(note SEPARATOR ',') FROM orders`, `SELECT JSON_EXTRACT(note, '$.a') FROM orders`, `SELECT note->'$.a' FROM orders`, `SELECT note->>'$.a' FROM orders`, `SELECT JSON_VALUE(note, '$.a') FROM orders`,
	`SET NAMES 'utf8mb4'`, `SET NAMES 'gbk'`, `SET sql_mode = 'ANSI_QUOTES'`, `SET sql_mode = 'TRADITIONAL'`, `SET sql_mode = ''`, `SET sql_mode = 4`, `SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')`, `SET sql_mode = CONCAT(@@sql_mode, ',NO_ZERO_DATE')`,
	`SET character_set_results = 'binary'`, `SET autocommit = 1`, `SET autocommit = 0`, `SET @a = 'x'`, `SET @a = 7`, `SET wait_timeout = 100`, `SET max_statement_time = 5`,
	`PREPARE q FROM 'SELECT id FROM orders'`, `PREPARE q FROM 'SELECT secret FROM orders'`, `EXECUTE IMMEDIATE 'SELECT 1'`, `EXECUTE IMMEDIATE 'SELECT secret FROM orders'`, `EXECUTE q USING 1`,
	`SHOW TABLES LIKE 'a%'`, `SHOW VARIABLES LIKE 'version'`, `SHOW COLUMNS FROM orders LIKE 'a'`, `SHOW TABLES WHERE Tables_in_shop = 'x'`, `DESCRIBE orders 'id'`, `DESCRIBE orders 'secret'`,
	`SHOW WARNINGS LIMIT 1`, `KILL 5`, `KILL QUERY 5`, `SELECT 1 INTO OUTFILE '/tmp/a'`, `SELECT id INTO @a FROM orders`, `LOAD DATA INFILE 'a' INTO TABLE orders`, `EXPLAIN SELECT id FROM orders WHERE id = 5`,
	`INSERT INTO orders (id, note) VALUES (1, 'a')`, `INSERT INTO orders (id, note) VALUES (1, 'a'), (2, 'b')`, `INSERT INTO orders (id, note) VALUES (1, 'a') ON DUPLICATE KEY UPDATE note = 'b'`, `UPDATE orders SET note = 'a' WHERE id = 1`,
	`UPDATE orders SET note = 'a', id = 2 ORDER BY 1 LIMIT 1`, `DELETE FROM orders WHERE id IN (1, 2, 3)`, `DELETE FROM orders WHERE id IN (1, 2) LIMIT 5`, `REPLACE INTO orders (id) VALUES (1)`,
	`SELECT ROW_NUMBER() OVER (ORDER BY id ROWS 5 PRECEDING) FROM orders`, `SELECT NTH_VALUE(id, 2) OVER () FROM orders`, `SELECT LAG(id, 1, 0) OVER () FROM orders`, `SELECT id FROM orders WHERE MATCH (note) AGAINST ('a' IN BOOLEAN MODE)`,
	"SELECT id FROM orders WHERE note = '\x01'", "SELECT id FROM orders WHERE note = \x02", "SELECT id FROM orders WHERE id = \x01", "SELECT id FROM orders WHERE note = 'a\x00b'", "SELECT id 'a\x02b' FROM orders",
	`SELECT id FROM orders WHERE note = 'é'`, `SELECT é'x' FROM orders`, `SELECT id FROM orders WHERE note = '`, `SELECT id FROM orders WHERE note = ''`, `SELECT id FROM orders WHERE note = '''`, `SELECT id FROM orders WHERE note = ''''`,
	`SELECT 1; SELECT 2`, `SELECT id FROM orders WHERE id = 1; SELECT secret FROM orders WHERE id = 2`, ``, `;`, `BEGIN`, `SAVEPOINT a`, `USE hr`, `USE shop`, `CREATE TABLE x (a INT DEFAULT 5)`, `ALTER TABLE orders ADD c CHAR(5) DEFAULT 'a'`, `DROP TABLE orders`,
}

// judgedAs is everything about a reading that the gate and the session go by.
func judgedAs(parts []Part) string {
	var out strings.Builder
	for i := range parts {
		p := &parts[i]
		fmt.Fprintf(&out, "%s %s %+v %v %v %v %v", p.Statement.Tag, render(p.Statement.Accesses), p.Effect, p.Secret, p.Consulted, p.Moves, p.Statement.Fault != nil)
		if f := p.Statement.Fault; f != nil {
			fmt.Fprintf(&out, " %s", f.Rule)
		}
		for _, a := range p.Statement.Accesses {
			fmt.Fprintf(&out, " %v%v%v", a.Kind, a.WholeObject, a.Free)
		}
		out.WriteString("; ")
	}
	return out.String()
}

// corpus is every text of the tables beside the code.
func corpus(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	out := slices.Clone(alike)
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for lines := bufio.NewScanner(bytes.NewReader(content)); lines.Scan(); {
			if sql := lines.Text(); sql != "" && !strings.HasPrefix(sql, "--") {
				out = append(out, sql)
			}
		}
	}
	if len(out) < 250 {
		t.Fatalf("only %d texts", len(out))
	}
	return out
}

var literalText = regexp.MustCompile(`'[^']*'|\b[0-9]+\b`)

// vary writes other literals in the place of some.
func vary(random *rand.Rand, s string) string {
	strs := []string{"''", "'x'", "'orders'", "'secret'", "'total'", "'note'", "'a'", "'gbk'", "',ANSI_QUOTES'", "'it''s'", `'a\'b'`, "'1'", "'SELECT secret FROM orders'", "'`'", "'--'", "'/*'", `'"'`}
	numbers := []string{"0", "1", "2", "42", "123456789", "12345678901", "1.5", "4"}
	return literalText.ReplaceAllStringFunc(s, func(old string) string {
		switch {
		case random.IntN(3) == 0:
			return old
		case old[0] == '\'':
			return strs[random.IntN(len(strs))]
		}
		return numbers[random.IntN(len(numbers))]
	})
}

// TestCacheChangesNoVerdict reads the corpus, with its literals varied, through
// the cache in random order and in several surroundings: each text as if it
// were read for the first time. What is kept must not hang on the text's bytes.
func TestCacheChangesNoVerdict(t *testing.T) {
	const seed = 4
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	texts, real := corpus(t), newOracle(t).env.Catalog
	envs := []Env{
		{Catalog: real, Schema: "shop"}, {Catalog: real, Schema: "hr"}, {Catalog: real},
		{Catalog: real, Schema: "shop", Mode: Mode{ANSIQuotes: true}}, {Catalog: real, Schema: "shop", Mode: Mode{NoBackslash: true}},
		{Catalog: emptySnapshot(), Schema: "shop"},
	}
	envs[len(envs)-1].Catalog.Version = real.Version + 1
	reader := NewReader(nil, func(list []policy.Access) []byte { return fmt.Append(nil, len(list)) })
	var key shape.Key
	hits := 0
	for range 60 * len(texts) {
		text := []byte(vary(random, texts[random.IntN(len(texts))]))
		env := envs[max(0, random.IntN(2*len(envs))-len(envs))]
		want := judgedAs(Analyze(text, &env))
		before := reader.shapes.Len()
		sql := string(text)
		rd := reader.judged(text, &env, &key)
		if reader.shapes.Len() == before && lasts(rd.parts) {
			hits++
		}
		clear(text)
		if got := judgedAs(rd.parts); got != want {
			t.Errorf("%s:\n\tfrom the cache %s\n\tanew           %s", sql, got, want)
		}
	}
	t.Logf("%d of %d from the cache, which holds %d", hits, 60*len(texts), reader.shapes.Len())
	if hits < 20*len(texts) {
		t.Errorf("the cache answered only %d times", hits)
	}
}

// TestLiteralsThatAreConsulted: what is shared between literals, and what is not.
func TestLiteralsThatAreConsulted(t *testing.T) {
	env := Env{Catalog: newOracle(t).env.Catalog, Schema: "shop"}
	for _, c := range []struct {
		sql    string
		shared bool
	}{
		{"SELECT id FROM orders WHERE id = 7 AND note = 'a'", true}, {"SELECT id FROM orders LIMIT 5", true}, {"INSERT INTO orders (id, note) VALUES (1, 'a')", true},
		{"UPDATE orders SET note = 'a' WHERE id = -1", true}, {"SELECT id FROM orders WHERE id BETWEEN 1 AND 9 ORDER BY 1", true},
		{"SELECT id 'total' FROM orders", false}, {"SELECT CAST(id AS CHAR(10)) FROM orders", false}, {"SET autocommit = 1", false}, {"SET sql_mode = ''", false},
		{"SET NAMES 'utf8mb4'", false}, {"SHOW TABLES LIKE 'a'", false}, {"DESCRIBE orders 'id'", false},
	} {
		if p := Analyze([]byte(c.sql), &env)[0]; p.Literal == c.shared || p.Statement.Fault != nil {
			t.Errorf("%s: consulted %v, %v", c.sql, p.Literal, p.Statement.Fault)
		}
	}
}

// TestOnlyValueReadsLiterals: a literal's text is looked at in one place, which
// says so to the cache.
func TestOnlyValueReadsLiterals(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 10 {
		t.Fatal(files, err)
	}
	looks := regexp.MustCompile(`\.Val\b|\.Bytes\(\)|sqlparser\.(String|CanonicalString|NewTrackedBuffer)\(`)
	for _, name := range files {
		if name == "literals.go" || strings.HasSuffix(name, "_test.go") {
			continue
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for n, line := range strings.Split(string(content), "\n") {
			if looks.MatchString(line) {
				t.Errorf("%s:%d may look at a literal: use literals.value", name, n+1)
			}
		}
	}
}

// TestKeyHoldsTheSurroundings: what readings depend on is in their key. Whoever
// adds a field says here, and in surround, how it gets there.
func TestKeyHoldsTheSurroundings(t *testing.T) {
	known := map[string]string{"Catalog": "its version", "Schema": "itself", "Mode": "its fields", "Prepared": "its use makes a part Consulted",
		"Temporaries": "nothing is kept where there are some"}
	for i := range reflect.TypeFor[Env]().NumField() {
		if name := reflect.TypeFor[Env]().Field(i).Name; known[name] == "" {
			t.Errorf("the cache does not know about Env.%s", name)
		}
	}
	if n := reflect.TypeFor[Mode]().NumField(); n != 3 {
		t.Errorf("Mode has %d fields, of which surround knows 3", n)
	}
}

// TestKnownStatementsAllocateNothing: what was read before costs a look-up, as
// text and as a prepared statement.
func TestKnownStatementsAllocateNothing(t *testing.T) {
	o := newOracle(t)
	c := catalog.Open(func(context.Context) (*client.Conn, error) { return client.Connect(o.addr, "root", "", "") })
	t.Cleanup(c.Close)
	s := NewReader(c, func([]policy.Access) []byte { return nil }).Session("shop", "", "utf8mb4")
	ask := func(r *analyze.Request) {
		r.Seq++
		if out := s.Read(r); out.Look || out.Wait || len(out.Pieces) != 1 || out.Pieces[0].Statement.Fault != nil {
			t.Fatalf("%+v", out)
		}
		s.Note(r)
		s.Confirm(r.Seq, 0, []byte{1, 0, 0, 0})
		s.Ready(r.Segment, 'I')
		r.Segment++
	}
	ask(&analyze.Request{Verb: analyze.VerbPrepare, Text: []byte("SELECT note FROM orders WHERE id = ?")})
	for _, r := range []*analyze.Request{
		{Verb: analyze.VerbQuery, Text: []byte("SELECT note FROM orders WHERE id = 7 AND note LIKE 'a%'"), Segment: 1},
		{Verb: analyze.VerbExecute, Statement: []byte{1, 0, 0, 0}, Segment: 1},
	} {
		ask(r)
		if n := testing.AllocsPerRun(200, func() { ask(r) }); n != 0 {
			t.Errorf("%v allocations for a statement that is known", n)
		}
	}
}
