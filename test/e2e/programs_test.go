package e2e_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
)

// benchTables fills pgbench's tables, for the role too.
func benchTables(t *testing.T, db *pgtest.Server) {
	t.Helper()
	env := append(directEnv(db), "PGUSER=postgres", "PGPASSWORD=superuser")
	if out, err := command(t, env, "pgbench", "-i", "-q", "-s", "1").CombinedOutput(); err != nil {
		t.Fatalf("pgbench -i: %v\n%s", err, out)
	}
	if err := db.ExecIn(t.Context(), "shop", "GRANT ALL ON ALL TABLES IN SCHEMA public TO "+role); err != nil {
		t.Fatal(err)
	}
}

const benchScope = "shop/public.pgbench_accounts:select,update shop/public.pgbench_branches:select,update " +
	"shop/public.pgbench_tellers:select,update shop/public.pgbench_history:insert,select"

// pgbench's own TPC-B script, and the same money at the end in all three tables.
func TestPgbench(t *testing.T) {
	db, p := shop(t, nil)
	benchTables(t, db)
	env := p.Env("shop", "ana", issue(t, p, "ana", benchScope))
	trail := p.Trail()
	for _, mode := range []string{"simple", "extended", "prepared"} {
		t.Run(mode, func(t *testing.T) {
			out, err := command(t, env, "pgbench", "-n", "-M", mode, "-c", "4", "-t", "50").CombinedOutput()
			if err != nil || !strings.Contains(string(out), "transactions actually processed: 200/200") {
				t.Errorf("pgbench: %v\n%s", err, out)
			}
			for _, d := range denied(t, trail) {
				t.Errorf("denied: %s", d)
			}
		})
	}
	var accounts, branches, tellers, history, n int
	err := superuser(t, db).QueryRow(t.Context(), `SELECT (SELECT sum(abalance) FROM pgbench_accounts), (SELECT sum(bbalance) FROM pgbench_branches),
		(SELECT sum(tbalance) FROM pgbench_tellers), (SELECT sum(delta) FROM pgbench_history), (SELECT count(*) FROM pgbench_history)`).
		Scan(&accounts, &branches, &tellers, &history, &n)
	if err != nil {
		t.Fatal(err)
	}
	if n != 600 || accounts != history || branches != history || tellers != history {
		t.Errorf("%d transactions, and balances of %d, %d, %d, %d", n, accounts, branches, tellers, history)
	}
}

// Newer pg_dump versions put a random word around the dump.
var restrict = regexp.MustCompile(`(?m)^\\(un)?restrict .*$`)

// pg_dump asks for everything in the catalogue, whatever it dumps. With select
// on the tables that it reads, the dump is the one that it makes directly.
func TestPgDump(t *testing.T) {
	db, p := shop(t, nil)
	for _, sql := range []string{warehouse, "GRANT USAGE ON SCHEMA stock TO " + role,
		"GRANT ALL ON ALL TABLES IN SCHEMA stock TO " + role, "GRANT ALL ON ALL SEQUENCES IN SCHEMA stock TO " + role} {
		if err := db.ExecIn(t.Context(), "shop", sql); err != nil {
			t.Fatal(err)
		}
	}
	trail := p.Trail()
	dump := func(env []string, args ...string) string {
		t.Helper()
		out, err := command(t, env, "pg_dump", args...).CombinedOutput()
		if err != nil {
			t.Errorf("pg_dump %q: %v\n%s", args, err, out)
		}
		return restrict.ReplaceAllString(string(out), "")
	}
	for _, tt := range []struct{ scope, args, has string }{
		{narrow, "-t orders", "item 500"},
		{narrow, "-t public.orders --schema-only", "CREATE INDEX orders_item"},
		{narrow, "-t public.orders --data-only --inserts", "INSERT INTO public.orders"},
		{"shop/public.*:select", "-n public --create", "customer 20"},
		{"shop/*.*:select", "-n public -n stock --schema-only --no-owner", "CREATE MATERIALIZED VIEW"},
		{"shop/*.*:select", "-n stock --exclude-table-data=stock.moves --exclude-table=stock.totals", "item 30"},
		{"shop:unrestricted", "-t orders", "item 500"},
	} {
		args := strings.Fields(tt.args)
		want := dump(directEnv(db), args...)
		if !strings.Contains(want, tt.has) {
			t.Fatalf("the direct dump has no %s:\n%s", tt.has, want)
		}
		compare(t, dump(p.Env("shop", "op", issue(t, p, "op", tt.scope)), args...), want)
		for _, d := range denied(t, trail) {
			t.Errorf("%s with %s: denied: %s", tt.args, tt.scope, d)
		}
	}

	out, err := command(t, p.Env("shop", "ana", issue(t, p, "ana", scope)), "pg_dump", "-t", "salaries").CombinedOutput()
	if err == nil || strings.Contains(string(out), "7321337") {
		t.Errorf("pg_dump of a table outside the scope: %v\n%s", err, out)
	}
	// What keeps it out is the LOCK TABLE, the first thing that is not metadata.
	if d := denied(t, trail); len(d) != 1 || !strings.Contains(d[0], "LOCK TABLE public.salaries") {
		t.Errorf("denied: %s", d)
	}
}
