package e2e_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/test/e2e"
)

// binary is what the tests run, built as `make build` does.
var binary string

func TestMain(m *testing.M) { os.Exit(e2e.Main(m, func(path string) { binary = path })) }

// The role that the proxy logs in with, and the same for comparing with a
// direct connection. It may read salaries: what keeps a token out is the proxy.
const (
	role     = "shop_svc"
	password = "open sesame: \"quoted\""
	schema   = `
		CREATE TABLE customers (id int PRIMARY KEY, name text NOT NULL, email text);
		CREATE TABLE orders (
			id int PRIMARY KEY, item text NOT NULL, quantity int NOT NULL DEFAULT 1 CHECK (quantity > 0),
			price numeric(10,2), paid bool NOT NULL DEFAULT false, note text, placed timestamptz DEFAULT now(),
			customer int REFERENCES customers);
		CREATE INDEX orders_item ON orders (item);
		COMMENT ON TABLE orders IS 'what was bought';
		CREATE VIEW dear AS SELECT id, item, price FROM orders WHERE price > 100;
		CREATE TABLE salaries (id int PRIMARY KEY, amount int NOT NULL);
		INSERT INTO customers SELECT i, 'customer ' || i, 'c' || i || '@shop.example' FROM generate_series(1, 20) i;
		INSERT INTO orders (id, item, quantity, price, paid, note, placed, customer)
			SELECT i, 'item ' || i, i, i * 1.5, i % 2 = 1, CASE WHEN i % 2 = 0 THEN 'note ' || i END, '2026-01-01 12:00+00', i % 20 + 1
			FROM generate_series(1, 500) i;
		INSERT INTO salaries VALUES (1, 7321337);`
	// What ordinary clients get.
	scope = "shop/public.orders:select,insert,update,delete shop/public.customers(id,name):select"
)

// shop starts a database and the proxy in front of it, for as long as the test.
func shop(t *testing.T, settings map[string]string) (*pgtest.Server, *e2e.Proxy) {
	t.Helper()
	return shopOn(t, pgtest.Options{Settings: settings})
}

func shopOn(t *testing.T, o pgtest.Options) (*pgtest.Server, *e2e.Proxy) {
	t.Helper()
	o.Password = "superuser"
	db := pgtesting.Start(t, o)
	pgtesting.Exec(t, db, "", fmt.Sprintf("CREATE ROLE %s LOGIN PASSWORD '%s'", role, password))
	pgtesting.Exec(t, db, "", "CREATE DATABASE shop")
	pgtesting.Exec(t, db, "shop", schema)
	pgtesting.Exec(t, db, "shop", "GRANT ALL ON ALL TABLES IN SCHEMA public TO "+role)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p, err := e2e.Start(ctx, binary, e2e.Upstream{
		Name: "shop", Password: password,
		URL: fmt.Sprintf("postgres://%s@%s:%d/shop?sslmode=disable", role, db.Host, db.Port),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if t.Failed() {
			if log, err := os.ReadFile(p.Log); err == nil {
				t.Logf("what the proxy printed, at the end:\n%s", log[max(0, len(log)-8000):])
			}
		}
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	return db, p
}

func issue(t *testing.T, p *e2e.Proxy, sub string, scopes ...string) string {
	t.Helper()
	token, err := p.Issue(t.Context(), sub, scopes...)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// directEnv is libpq's environment for the database itself, as the proxy's role.
func directEnv(db *pgtest.Server) []string {
	return []string{"PGHOST=" + db.Host, fmt.Sprintf("PGPORT=%d", db.Port), "PGDATABASE=shop", "PGUSER=" + role,
		"PGPASSWORD=" + password, "PGSSLMODE=disable"}
}

// superuser connects to the database itself.
func superuser(t *testing.T, db *pgtest.Server) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), db.URL("", "shop"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// program finds a client. A client that is not there fails the test under
// CI=true and skips it otherwise.
func program(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err == nil {
		return path
	}
	if dir, err := pgtest.FindPrograms(); err == nil {
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path
		}
	}
	missing(t, fmt.Sprintf("%s was not found: scripts/test-deps.sh installs it", name))
	return ""
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// command is a client's call with our environment but for what would steer the
// client: PG… variables, a personal .psqlrc.
func command(t *testing.T, env []string, name string, args ...string) *exec.Cmd {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program(t, name), args...)
	ours := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "PG") })
	cmd.Env = slices.Concat(ours, []string{"LC_ALL=C.UTF-8", "TERM=dumb", "PSQLRC=/dev/null", "PSQL_HISTORY=/dev/null",
		"PSQL_PAGER=cat", "TZ=UTC"}, env)
	return cmd
}
