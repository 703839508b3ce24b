package postgres

import (
	"os"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/policy"
)

func newDeepOracle(t *testing.T, role string) *oracle {
	t.Helper()
	schema, err := os.ReadFile("testdata/below_schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	server := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, server, "", string(schema)+`
		REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA b FROM PUBLIC; ANALYZE;`)
	return newOracleAs(t, server, role)
}

// What PostgreSQL checks as the invoker below the names of a text, no more and
// no less.
func TestBelowAsPostgreSQLWould(t *testing.T) {
	o := newDeepOracle(t, "")
	statements := readLines(t, "testdata/below.sql")
	if len(statements) < 90 {
		t.Fatalf("only %d statements", len(statements))
	}
	for _, sql := range statements {
		o.check(t, sql)
	}
}

// Where the proxy's role bypasses row security, the relations that have it are
// refused; below a view it is the owner's that counts, for everybody.
func TestRowSecurityThatIsBypassed(t *testing.T) {
	o := newDeepOracle(t, "")
	for sql, refused := range map[string]bool{
		"SELECT id FROM b.guarded":                                                 true,
		"SELECT 1 FROM b.base, b.guarded":                                          true,
		"INSERT INTO b.guarded (id) VALUES (1)":                                    true,
		"UPDATE b.guarded SET id = 1":                                              true,
		"DELETE FROM b.guarded":                                                    true,
		"COPY b.guarded TO STDOUT":                                                 true,
		"COPY b.guarded FROM STDIN":                                                true,
		"SELECT id FROM b.guarded_invoker":                                         true,
		"DELETE FROM b.guarded_invoker":                                            true,
		"INSERT INTO b.guarded_invoker (id) VALUES (1)":                            true,
		"SELECT id FROM b.guarded_above":                                           true,
		"WITH d AS (DELETE FROM b.guarded) SELECT 1":                               true,
		"SELECT id FROM b.guarded_keeper":                                          false,
		"SELECT id FROM b.guarded_owner":                                           false,
		"SELECT id FROM b.guarded_child":                                           false,
		"TRUNCATE b.guarded":                                                       false,
		"LOCK TABLE b.guarded IN ACCESS SHARE MODE":                                false,
		"SELECT id FROM b.base":                                                    false,
		"EXPLAIN SELECT id FROM b.guarded":                                         true,
		"PREPARE p AS SELECT id FROM b.guarded":                                    true,
		"MERGE INTO b.base USING b.guarded g ON true WHEN MATCHED THEN DO NOTHING": true,
	} {
		for _, p := range Analyze([]byte(sql), o.env) {
			f := p.Statement.Fault
			if got := f != nil && f.Rule == policy.RuleRowSecurity; got != refused {
				t.Errorf("%s: fault %+v", sql, f)
			}
		}
	}
}

// Where it is not bypassed the database applies the policies, and checks what
// is in them as the invoker.
func TestRowSecurityAsPostgreSQLWould(t *testing.T) {
	o := newDeepOracle(t, "plain")
	for _, sql := range readLines(t, "testdata/row_security.sql") {
		o.check(t, sql)
	}
}
