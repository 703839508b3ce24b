package postgres

import (
	"maps"
	"os"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/policy"
)

// DDL as a role with the ownership and the rights that the analysis asks for.
func TestDDLAsPostgreSQLWould(t *testing.T) {
	statements := readLines(t, "testdata/ddl.sql")
	if len(statements) < 150 {
		t.Fatalf("only %d statements", len(statements))
	}
	maps.Copy(stricter, stricterDDL)
	pgtesting.EachVersion(t, func(t *testing.T, _ int, options pgtest.Options) {
		o := newDDLOracleOn(t, pgtesting.Start(t, options))
		for _, sql := range statements {
			o.check(t, sql)
			granted(t, sql, o.env)
		}
	})
}

// granted holds that every access can be granted at all.
func granted(t *testing.T, sql string, env *Env) {
	t.Helper()
	scope, err := policy.ParseScope("shop/*.*:all")
	if err != nil {
		t.Fatal(err)
	}
	p := &policy.Policy{Upstream: "shop", Scope: scope}
	if v := p.Decide(&Analyze([]byte(sql), env)[0].Statement); !v.Allow {
		t.Errorf("%s: denied to all on *.*: %s", sql, v.Reason)
	}
}

// stricterDDL is what is asked for although PostgreSQL would not ask.
var stricterDDL = map[string]string{
	// Without data the server does not run the query, and looks at no right.
	"CREATE TABLE IF NOT EXISTS fresh (a, b) AS SELECT id, note FROM orders WHERE total > 1 WITH NO DATA": "orders",
	"CREATE MATERIALIZED VIEW IF NOT EXISTS app.fresh (a) AS SELECT count(*) FROM orders WITH NO DATA":    "orders",
	"EXPLAIN CREATE TABLE fresh AS SELECT id FROM orders":                                                 "fresh", // nothing is made
	"ANALYZE plain": "plain", // only a warning
	"ALTER SEQUENCE free_seq OWNED BY plain.id": "plain", // both must belong to one role, or else 55000
}

func newDDLOracle(t *testing.T) *oracle {
	t.Helper()
	return newDDLOracleOn(t, pgtesting.Start(t, pgtest.Options{}))
}

func newDDLOracleOn(t *testing.T, server *pgtest.Server) *oracle {
	t.Helper()
	o := newOracleOn(t, server)
	schema, err := os.ReadFile("testdata/ddl_schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	if err := o.exec(string(schema) + "REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA public FROM PUBLIC;"); err != nil {
		t.Fatal(err)
	}
	o.reload(t)
	return o
}

// The server's own command tags.
func TestTagsOfDDL(t *testing.T) {
	o := newDDLOracle(t)
	for _, sql := range readLines(t, "testdata/ddl.sql") {
		if err := o.exec("BEGIN"); err != nil {
			t.Fatal(err)
		}
		results, err := o.conn.Exec(t.Context(), sql).ReadAll()
		if err != nil {
			t.Errorf("%s: %v", sql, err)
		} else {
			want, got := results[0].CommandTag.String(), Analyze([]byte(sql), o.env)[0].Statement.Tag
			// The server counts the rows of CREATE TABLE AS as those of a SELECT.
			if got != want && !strings.HasPrefix(want, "SELECT ") {
				t.Errorf("%s: tag %q, the server's is %q", sql, got, want)
			}
		}
		if err := o.exec("ROLLBACK"); err != nil {
			t.Fatal(err)
		}
	}
}

// What is let through may set off no more than was asked for: the functions in
// defaults, constraints and indexes, and what a view reads.
func TestDDLAsksForWhatRunsLater(t *testing.T) {
	o := newDDLOracle(t)
	for sql, want := range map[string]string{
		"CREATE TABLE fresh (a int DEFAULT refund(1))":                                                            "execute public.refund()",
		"CREATE TABLE fresh (a int CHECK (refund(a) > 0))":                                                        "execute public.refund()",
		"CREATE TABLE fresh (a int, b int GENERATED ALWAYS AS (refund_i(a)) STORED)":                              "execute public.refund_i()",
		"CREATE TABLE fresh (a int) PARTITION BY RANGE (refund_i(a))":                                             "execute public.refund_i()",
		"CREATE TABLE fresh (a int, EXCLUDE USING btree (refund_i(a) WITH =))":                                    "execute public.refund_i()",
		"CREATE INDEX ON plain (refund_i(id))":                                                                    "execute public.refund_i()",
		"CREATE INDEX ON plain (id) WHERE refund_i(id) > 0":                                                       "execute public.refund_i()",
		"CREATE STATISTICS s ON id, (refund_i(id)) FROM plain":                                                    "execute public.refund_i()",
		"ALTER TABLE plain ADD COLUMN a int DEFAULT refund(1)":                                                    "execute public.refund()",
		"ALTER TABLE plain ALTER COLUMN id SET DEFAULT refund(1)":                                                 "execute public.refund()",
		"ALTER TABLE plain ALTER COLUMN id TYPE int USING refund(id)":                                             "execute public.refund()",
		"ALTER TABLE plain ADD CHECK (refund(id) > 0)":                                                            "execute public.refund()",
		"ALTER TABLE calls ALTER COLUMN a TYPE int USING 5":                                                       "execute public.refund_i()",
		"CREATE DOMAIN fresh AS int CHECK (refund(VALUE) > 0)":                                                    "execute public.refund()",
		"CREATE DOMAIN fresh AS int DEFAULT refund(1)":                                                            "execute public.refund()",
		"ALTER DOMAIN small ADD CHECK (refund(VALUE) > 0)":                                                        "execute public.refund()",
		"CREATE VIEW fresh AS SELECT refund(1)":                                                                   "execute public.refund()",
		"CREATE VIEW fresh AS SELECT secret FROM orders":                                                          "select public.orders(secret)",
		"CREATE VIEW fresh AS SELECT id FROM orders WHERE secret = 'x'":                                           "select public.orders(id,secret)",
		"CREATE OR REPLACE VIEW plain_view AS SELECT id FROM plain":                                               "ddl public.plain_view",
		"CREATE VIEW fresh AS SELECT id FROM plain WITH CHECK OPTION":                                             "update public.plain(*)",
		"CREATE TEMP VIEW fresh AS SELECT secret FROM orders":                                                     "select public.orders(secret)",
		"CREATE VIEW fresh WITH (security_barrier) AS SELECT id FROM report":                                      "delete public.report(*)",
		"CREATE TRIGGER t BEFORE INSERT ON plain EXECUTE FUNCTION stamp()":                                        "execute public.stamp()",
		"CREATE TRIGGER t BEFORE INSERT ON plain FOR EACH ROW WHEN (refund(NEW.id) > 0) EXECUTE FUNCTION stamp()": "execute public.refund()",
		"REFRESH MATERIALIZED VIEW digest":                                                                        "execute public.refund()",
		"CREATE TYPE fresh AS RANGE (SUBTYPE = int4, SUBTYPE_DIFF = refund)":                                      "",
		"DROP TABLE plain CASCADE":                                                                                "~ddl public.plain_view",
		"DROP TABLE owner CASCADE":                                                                                "~ddl public.pet",
		"DROP TABLE parent":                                                                                       "~ddl public.child",
	} {
		p := Analyze([]byte(sql), o.env)[0]
		if f := p.Statement.Fault; f != nil {
			if want != "" {
				t.Errorf("%s: %s", sql, f.Reason)
			}
		} else if got := render(&p.Statement); want == "" || !strings.Contains(got, want) {
			t.Errorf("%s: %s, want %q", sql, got, want)
		}
	}
}

// What needs unrestricted of the kinds that can be granted.
func TestDDLThatGrantsCannotExpress(t *testing.T) {
	o := newDDLOracle(t)
	for _, sql := range readLines(t, "testdata/ddl_refused.sql") {
		f := Analyze([]byte(sql), o.env)[0].Statement.Fault
		if f == nil || f.Rule != policy.RuleNeedsUnrestricted && f.Rule != policy.RuleSystemCatalog && f.Rule != policy.RuleFunction {
			t.Errorf("%s: %+v", sql, f)
		}
	}
}
