package postgres

import (
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/policy"
)

// hostile texts try to exhaust the parser or the walker. Each must be answered
// or refused; that it comes back at all is the test. legal ones must not be
// refused by a limit.
func hostileTexts() map[string]struct {
	sql   string
	legal bool
} {
	type c = struct {
		sql   string
		legal bool
	}
	r := strings.Repeat
	return map[string]c{
		"parentheses":      {"SELECT " + r("(", 100000) + "1" + r(")", 100000), false},
		"open parentheses": {r("(", 100000), false},
		"brackets":         {"SELECT " + r("[", 100000), false},
		"arrays":           {"SELECT ARRAY" + r("[", 10000) + "1" + r("]", 10000), false},
		"plus signs":       {"SELECT 1" + r("+1", 100000), false},
		"bare plus signs":  {"SELECT " + r("+", 100000) + "1", false},
		"unary minus":      {"SELECT " + r("- ", 50000) + "1", false},
		"minus and space":  {"SELECT " + r("-(", 10000) + "1", false},
		"unions":           {"SELECT 1" + r(" UNION SELECT 1", 50000), false},
		"unions of two":    {"SELECT 1,2" + r(" UNION SELECT 1,2", 12000), false},
		"joins":            {"SELECT 1 FROM orders" + r(" CROSS JOIN orders", 13000), false},
		"literal of 10 MB": {"SELECT '" + r("x", 10<<20) + "'", false},
		"list of 50,000":   {"SELECT id FROM orders WHERE id IN (1" + r(",1", 49999) + ")", true},
		"1,000 rows":       {"INSERT INTO orders (id, total) VALUES (1, 2+3)" + r(", (1, 2+3)", 999), true},
		"3,000 ands":       {"SELECT id FROM orders WHERE id = 1" + r(" AND id = 1", 900), true},
		"case":             {"SELECT " + r("CASE WHEN ", 20000) + "1", false},
		"case in case":     {"SELECT " + r("CASE WHEN true THEN 1 ELSE ", 5000) + "1" + r(" END", 5000), false},
		"not":              {"SELECT " + r("NOT ", 60000) + "true", false},
		"comments":         {r("/*", 50000), false},
		"nested comments":  {"SELECT 1 " + r("/*", 10000) + r("*/", 10000), false},
		"casts":            {"SELECT 1" + r("::int", 40000), false},
		"dots":             {"SELECT a" + r(".a", 60000), false},
		"subscripts":       {"SELECT tags" + r("[1]", 60000) + " FROM orders", false},
		"collate":          {"SELECT 'a'" + r(` COLLATE "C"`, 15000), false},
		"is null":          {"SELECT 1" + r(" IS NULL", 30000), false},
		"in in in":         {"SELECT 1" + r(" IN (1", 10000), false},
		"subselects":       {"SELECT " + r("(SELECT ", 10000) + "1" + r(")", 10000), false},
		"with in with":     {r("WITH a AS (", 10000) + "SELECT 1", false},
		"operators":        {"SELECT 1 " + r("@", 60000) + " 1", false},
		"statements":       {r("SELECT 1;", 20000), false},
		"semicolons":       {r(";", 200000), true},
		"stars of stars":   {"SELECT * FROM " + r("(SELECT *, * FROM ", 100) + "orders" + r(") x", 100), false},
		"joins of stars": {"SELECT * FROM orders a" + func() (s string) {
			for range 1500 {
				s += " JOIN orders o USING (id)"
			}
			return s
		}(), false},
		"many words":        {"SELECT 1 AS " + manyNames(20000), false},
		"many columns":      {"SELECT id" + r(",id", 60000) + " FROM orders", true},
		"many tables":       {"SELECT id FROM orders a" + r(", orders a", 20000), false},
		"tables by columns": {"SELECT 1 FROM (SELECT 1 x) a" + r(",(SELECT 1)a", 9000) + " WHERE x" + r("=x OR x", 900), false},
		"quotes":            {r("'", 99999), false},
		"dollar quotes":     {r("$a$ $b$ ", 20000), false},
		"dollars":           {r("$a", 100000), false},
		"backslashes":       {"SELECT E'" + r(`\`, 100000), false},
		"prepare explain":   {r("EXPLAIN ", 50000) + "SELECT 1", false},
		"windows":           {"SELECT id FROM orders WINDOW w AS ()" + r(", w AS (w)", 20000), true},
		"likes":             {"SELECT 'a'" + r(" LIKE 'a'", 20000), false},
		"at time zone":      {"SELECT now()" + r(" AT TIME ZONE 'a'", 14000), false},
		"between":           {"SELECT 1" + r(" BETWEEN 1 AND 1", 15000), false},
	}
}

func manyNames(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(", 1 AS n")
		b.WriteString(strings.Repeat("x", i%7))
		b.WriteByte(byte('a' + i%26))
		b.WriteByte(byte('a' + i/26%26))
		b.WriteByte(byte('a' + i/676%26))
	}
	return "x" + b.String()
}

func TestHostileTexts(t *testing.T) {
	env := fixtureEnv()
	for name, c := range hostileTexts() {
		parts := Analyze([]byte(c.sql), env)
		for _, p := range parts {
			if f := p.Statement.Fault; f != nil && f.Rule == policy.RuleLimit && c.legal {
				t.Errorf("%s: refused: %s", name, f.Reason)
			}
		}
	}
}

// Bytes cut anywhere, or changed anywhere, never panic and never make a
// narrow statement wider without a fault. Here only: it comes back.
func TestEveryCutComesBack(t *testing.T) {
	env := fixtureEnv()
	for _, sql := range readLines(t, "testdata/differential.sql") {
		for i := range sql {
			Analyze([]byte(sql[:i]), env)
			Analyze([]byte(sql[i:]), env)
		}
	}
}
