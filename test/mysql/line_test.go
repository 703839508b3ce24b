package mysql

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The command-line client as people use it: what it asks by itself, status,
// source, -B, an error and a denial on the way.
func TestCommandLineCommands(t *testing.T) {
	g := newShop(t)
	source := filepath.Join(t.TempDir(), "source.sql")
	if err := os.WriteFile(source, []byte("SELECT amount FROM salaries;\nSELECT COUNT(*) AS sourced FROM orders;\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := g.commandLine(t, "mariadb", `\u shop
status
SELECT item FROM orders WHERE id = 3\G
SELECT amount FROM salaries;
INSERT INTO orders (id, item) VALUES (1, 'again');
source `+source+`
SELECT 40 + 2 AS answer;
SHOW TABLES;
DESCRIBE orders;
SHOW KEYS FROM orders;
`, "--auto-rehash", "-f", "-vv", "-t", "shop")
	for _, want := range []string{"Connection id:", "Cipher in use is TLS", "Current database:\tshop", "item: item 3", "ERROR 1142 (42000)",
		"ERROR 1062 (23000)", "sourced", "answer", "salaries", "varchar(100)", "PRIMARY"} {
		if !strings.Contains(out, want) {
			t.Errorf("nothing of %q in\n%s", want, out)
		}
	}
	if strings.Contains(out, "7321337") || strings.Contains(out, "Lost connection") {
		t.Errorf("%s", out)
	}
	for _, quick := range []string{"--quick", "--no-auto-rehash"} {
		out := g.commandLine(t, "mariadb", "", "-BN", quick, "-e", "SELECT id, pad FROM wide", "shop")
		if n := strings.Count(out, "\n"); n != 20000 || len(out) != 20128894 {
			t.Errorf("%s: %d lines, %d bytes", quick, n, len(out))
		}
	}
}

// A dump of one table asks for what information_schema and SHOW say of it.
// LOCK TABLES is refused, and so is a table outside the scope.
func TestDump(t *testing.T) {
	g := newShop(t)
	out := g.commandLine(t, "mariadb-dump", "", "--single-transaction", "--no-tablespaces", "shop", "orders")
	for _, want := range []string{"CREATE TABLE `orders`", "(500,'item 500',750.00,0,'note 500')", "-- Dump completed"} {
		if !strings.Contains(out, want) {
			t.Errorf("nothing of %q in\n%.3000s", want, out)
		}
	}
	for _, args := range [][]string{{"shop", "orders"}, {"--single-transaction", "shop", "salaries"}} {
		if out := g.commandLine(t, "mariadb-dump", "", args...); !strings.Contains(out, "(session ") || strings.Contains(out, "7321337") {
			t.Errorf("%v: %.3000s", args, out)
		}
	}
}
