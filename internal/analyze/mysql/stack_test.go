package mysql

import (
	"runtime/debug"
	"strings"
	"testing"
)

// nested builds the deepest text that fits: links on each level of brackets,
// and as many levels as the guard lets through.
func nested(front, link, open, inside, shut string, levels int) string {
	room := maxText - len(front) - levels*(len(open)+len(shut)) - len(inside) - 1
	perLevel := 0
	if link != "" {
		perLevel = min(room/levels/len(link), maxLinks-2)
	}
	level := strings.Repeat(link, perLevel) + open
	return front + strings.Repeat(level, levels) + inside + strings.Repeat(shut, levels)
}

// What the guard lets through is read on a bounded stack, whatever its shape:
// an overflow cannot be recovered from, and would end every session.
func TestStackIsBounded(t *testing.T) {
	const most = 16 << 20
	defer debug.SetMaxStack(debug.SetMaxStack(most)) // beyond it this process dies
	env := &Env{Catalog: clientsCatalog(), Schema: "shop"}
	for name, text := range map[string]string{
		"!":           nested("SELECT ", "!", "(", "1", ")", maxBrackets),
		"~":           nested("SELECT ", "~", "(", "1", ")", maxBrackets),
		"-":           nested("SELECT ", "- ", "(", "1", ")", maxBrackets),
		"NOT":         nested("SELECT ", "NOT ", "(", "1", ")", maxBrackets),
		"BINARY":      nested("SELECT ", "BINARY ", "(", "1", ")", maxBrackets),
		"+":           nested("SELECT ", "1+", "(", "1", ")", maxBrackets),
		"AND":         nested("SELECT ", "1 AND ", "(", "1", ")", maxBrackets),
		"OR":          nested("SELECT id FROM orders WHERE ", "id=1 OR ", "(", "1", ")", maxBrackets),
		"=":           nested("SELECT ", "1=", "(", "1", ")", maxBrackets),
		"LIKE":        nested("SELECT ", "1 LIKE ", "(", "1", ")", maxBrackets),
		"BETWEEN":     nested("SELECT ", "1 BETWEEN 1 AND ", "(", "1", ")", maxBrackets),
		"CASE":        nested("SELECT ", "CASE 1 WHEN ", "(", "1", ")", maxBrackets),
		"CASE, shut":  "SELECT " + strings.Repeat("CASE WHEN ", 600) + "1" + strings.Repeat(" THEN 1 END", 600),
		"functions":   nested("SELECT ", "!", "ABS(", "1", ")", maxBrackets),
		"subqueries":  nested("SELECT ", "!", "(SELECT ", "1", ")", maxBrackets),
		"EXISTS":      nested("SELECT ", "!", "EXISTS(SELECT ", "1", ")", maxBrackets),
		"IN":          nested("SELECT ", "!", "1 IN (", "1", ")", maxBrackets),
		"derived":     nested("SELECT 1", "", " FROM (SELECT 1", "", ") x", maxBrackets),
		"joins":       "SELECT 1 FROM orders" + strings.Repeat(" JOIN orders", maxLinks/2-10),
		"brackets":    "SELECT 1 FROM " + strings.Repeat("(", maxBrackets) + "orders" + strings.Repeat(")", maxBrackets),
		"joins below": nested("SELECT 1 FROM ", "orders JOIN ", "(", "orders", ")", maxBrackets),
		"unions":      "SELECT 1" + strings.Repeat(" UNION SELECT 1", maxLinks/3-10),
		"WITH":        strings.Repeat("WITH x AS (", maxBrackets) + "SELECT 1" + strings.Repeat(") SELECT 1", maxBrackets),
		"COLLATE":     "SELECT 'a'" + strings.Repeat(" COLLATE utf8mb4_bin", maxLinks/2-10),
		"->":          "SELECT id" + strings.Repeat("->'$'", maxLinks/2-10) + " FROM orders",
		"INTERVAL":    nested("SELECT ", "INTERVAL 1 DAY + ", "(", "1", ")", maxBrackets),
		"ON":          "SELECT 1 FROM orders" + strings.Repeat(" JOIN orders", 900) + strings.Repeat(" ON 1", 900),
		"IF":          nested("SELECT ", "!", "IF(1,1,", "1", ")", maxBrackets),
		"comments":    "SELECT " + strings.Repeat("/**/!", maxLinks-10) + "1",
		"dots":        "SELECT " + strings.Repeat("a.", maxLinks/2-10) + "a",
		"strings":     "SELECT " + strings.Repeat("'a' ", maxLinks*10),
		"EXPLAIN":     strings.Repeat("EXPLAIN ", maxLinks-10) + "SELECT 1",
		"PREPARE":     nested("PREPARE p FROM 'SELECT ", "!", "(", "1", ")", maxBrackets) + "'",
		"semicolons":  strings.Repeat(";", maxText-10) + "SELECT 1",
	} {
		if len(text) > maxText {
			t.Errorf("%s: %d bytes are refused for their length alone", name, len(text))
		}
		for _, p := range Analyze([]byte(text), env) {
			if f := p.Statement.Fault; f != nil && testing.Verbose() {
				t.Logf("%s, %d bytes: %.90s", name, len(text), f.Reason)
			}
		}
	}
}
