package postgres

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/policy"
)

// newCallsOracle is newOracle with functions, operators and extensions that
// calls could mean. Of the extensions' functions, those of listed ones keep
// PUBLIC's EXECUTE.
func newCallsOracle(t *testing.T, options pgtest.Options) *oracle {
	t.Helper()
	s := pgtesting.Start(t, options)
	o := newOracleOn(t, s)
	schema, err := os.ReadFile("testdata/calls_schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Exec(t.Context(), string(schema)+`
		REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA public, app, hr FROM PUBLIC;
		REVOKE EXECUTE ON FUNCTION ext.ssl_is_used() FROM PUBLIC;`); err != nil {
		t.Fatal(err)
	}
	o.reload(t)
	return o
}

func TestCallsAsPostgreSQLWould(t *testing.T) {
	as := func(t *testing.T, _ int, options pgtest.Options) {
		o := newCallsOracle(t, options)
		for _, sql := range readLines(t, "testdata/calls.sql") {
			o.check(t, sql)
		}
	}
	t.Run("the machine's own", func(t *testing.T) { as(t, 0, pgtest.Options{}) })
	pgtesting.EachVersion(t, as)
}

// What extensions bring that reaches beyond a scope is refused, whatever the
// grants say.
func TestDangerousExtensionsAreRefused(t *testing.T) {
	o := newCallsOracle(t, pgtest.Options{})
	path := &Env{Catalog: o.env.Catalog, SearchPath: []string{"ext", "public"}}
	for _, sql := range []string{
		"SELECT * FROM ext.dblink('dbname=postgres', 'SELECT 1') t(a int)",
		"SELECT ext.dblink_exec('dbname=postgres', 'DELETE FROM orders')",
		"SELECT * FROM ext.crosstab('SELECT 1, 2, 3') t(a int, b int)",
		"SELECT * FROM ext.connectby('orders', 'id', 'id', '1', 0) t(a int, b int, c int)",
		"SELECT ('dbname=postgres'::text).dblink_connect",
	} {
		for _, sql := range []string{sql, strings.ReplaceAll(sql, "ext.", "")} {
			f := Analyze([]byte(sql), path)[0].Statement.Fault
			if f == nil || !strings.Contains(f.Reason, "needs an unrestricted token: it") {
				t.Errorf("%s: %+v", sql, f)
			}
		}
	}
}

// What becomes a type of the user's unasked does not rule its functions out:
// each statement calls the function or operator that stands behind it.
func TestWhatTheServerConvertsIsNotRuledOut(t *testing.T) {
	o := newCallsOracle(t, pgtest.Options{})
	err := o.exec(`
		CREATE TYPE cents AS (n int); CREATE FUNCTION to_cents(int) RETURNS cents LANGUAGE sql AS 'SELECT ROW($1)::cents';
		CREATE CAST (int AS cents) WITH FUNCTION to_cents(int) AS IMPLICIT; CREATE DOMAIN small AS int;
		CREATE FUNCTION pay(cents) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION pay_all(cents[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
		CREATE FUNCTION less(cents, cents) RETURNS bool LANGUAGE sql AS 'SELECT true';
		CREATE OPERATOR @@@@ (LEFTARG = cents, RIGHTARG = cents, FUNCTION = less);
		CREATE FUNCTION tiny(small) RETURNS int LANGUAGE sql AS 'SELECT 1';
		CREATE FUNCTION abs(cents) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE FUNCTION upper(mood) RETURNS int LANGUAGE sql AS 'SELECT 1';
		REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA public FROM PUBLIC`)
	if err != nil {
		t.Fatal(err)
	}
	o.reload(t)
	for sql, function := range map[string]string{
		"SELECT pay(5)": "pay", "SELECT pay(id) FROM orders": "pay", "SELECT pay_all(ARRAY[1, 2])": "pay_all",
		"SELECT 1 @@@@ 2": "less", "SELECT id @@@@ customer_id FROM orders": "less", "SELECT tiny(5)": "tiny", "SELECT pay(NULL)": "pay", "SELECT upper('ok'::mood)": "upper",
		"SELECT upper(CASE WHEN true THEN 'ok'::mood END)": "upper", "SELECT upper(m) FROM (SELECT 'ok'::mood AS m) q": "upper",
		"SELECT upper(coalesce(feel, 'ok')) FROM words": "upper", "SELECT upper((ARRAY['ok'::mood])[1])": "upper",
		"SELECT upper(max(feel)) FROM words": "upper", "SELECT upper(nullif(feel, 'sad')) FROM words": "upper",
		"WITH c AS (SELECT feel AS note FROM words) SELECT upper(note) FROM c":            "upper",
		"SELECT upper(note) FROM (SELECT feel FROM words) q(note)":                        "upper",
		"SELECT upper(orders.note) FROM words AS orders(id, word, attrs, plain, note)":    "upper",
		"SELECT (SELECT upper(note) FROM (SELECT feel AS note FROM words) c) FROM orders": "upper",
		"SELECT upper(f) FROM unnest(ARRAY['ok'::mood]) f":                                "upper",
		"SELECT upper(feel) FROM words a JOIN words b USING (feel)":                       "upper",
		"SELECT a.id FROM words a WHERE upper((SELECT feel FROM words LIMIT 1)) = 1":      "upper",
		"SELECT upper(enum_last(feel)) FROM words":                                        "upper", "SELECT upper(lag(feel) OVER ()) FROM words": "upper",
		"SELECT upper((SELECT max(x) FROM unnest(ARRAY['ok'::mood]) x)), 'a' FROM orders GROUP BY orders.id": "upper",
	} {
		s := Analyze([]byte(sql), o.env)[0].Statement
		if s.Fault != nil || !strings.Contains(render(&s), "execute public."+function+"()") {
			t.Errorf("%s: %s %+v: not %s, which the server calls", sql, render(&s), s.Fault, function)
			continue
		}
		needs := o.exact(s.Accesses)
		if code := o.try(t, sql, needs); code != "" {
			t.Errorf("%s: SQLSTATE %s with %s granted", sql, code, render(&s))
		}
		needs = slices.DeleteFunc(needs, func(a policy.Access) bool { return a.Object == function })
		if code := o.try(t, sql, needs); code != "42501" {
			t.Errorf("%s: SQLSTATE %q without %s: the case is none", sql, code, function)
		}
	}
}
