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

func TestPgDump(t *testing.T) {
	db, p := shop(t, nil)
	dump := func(env []string) string {
		out, err := command(t, env, "pg_dump", "-t", "orders").CombinedOutput()
		if err != nil {
			t.Errorf("pg_dump: %v\n%s", err, out)
		}
		return restrict.ReplaceAllString(string(out), "")
	}
	want := dump(directEnv(db))
	if !strings.Contains(want, "item 500") {
		t.Fatalf("the direct dump has not all of the data:\n%s", want)
	}
	compare(t, dump(p.Env("shop", "op", issue(t, p, "op", "shop:unrestricted"))), want)

	out, err := command(t, p.Env("shop", "ana", issue(t, p, "ana", scope)), "pg_dump", "-t", "salaries").CombinedOutput()
	if err == nil || strings.Contains(string(out), "7321337") {
		t.Errorf("pg_dump of a table outside the scope: %v\n%s", err, out)
	}
}
