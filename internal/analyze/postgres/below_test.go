package postgres

import (
	"os"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/policy"
)

func newDeepOracle(t *testing.T, role string, version int, options pgtest.Options) *oracle {
	t.Helper()
	schema := readFile(t, "testdata/below_schema.sql")
	if version >= 15 {
		schema += readFile(t, "testdata/below15_schema.sql")
	}
	server := pgtesting.Start(t, options)
	pgtesting.Exec(t, server, "", schema+`
		REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA b FROM PUBLIC; ANALYZE;`)
	return newOracleAs(t, server, role)
}

func readFile(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// checkFiles checks the statements of a file, and of its sequel for what
// PostgreSQL has since 15.
func (o *oracle) checkFiles(t *testing.T, name string, version int) {
	t.Helper()
	statements := readLines(t, "testdata/"+name+".sql")
	if version >= 15 {
		statements = append(statements, readLines(t, "testdata/"+name+"15.sql")...)
	}
	if len(statements) < 18 {
		t.Fatalf("only %d statements", len(statements))
	}
	for _, sql := range statements {
		o.check(t, sql)
	}
}

// What PostgreSQL checks as the invoker below the names of a text, no more and
// no less.
func TestBelowAsPostgreSQLWould(t *testing.T) {
	pgtesting.EachVersion(t, func(t *testing.T, version int, options pgtest.Options) {
		newDeepOracle(t, "", version, options).checkFiles(t, "below", version)
	})
}

// Where the proxy's role bypasses row security, the relations that have it are
// refused; below a view it is the owner's that counts, for everybody.
func TestRowSecurityThatIsBypassed(t *testing.T) {
	o := newDeepOracle(t, "", 15, pgtest.Options{})
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
	pgtesting.EachVersion(t, func(t *testing.T, version int, options pgtest.Options) {
		newDeepOracle(t, "plain", version, options).checkFiles(t, "row_security", version)
	})
}

// Below the names, too, a function of the server's own must be one that anybody
// may call: PostgreSQL checks EXECUTE and whatever the function itself asks for
// as the invoker, who would be the proxy's role.
func TestServersFunctionsBelow(t *testing.T) {
	o := newDeepOracle(t, "", 15, pgtest.Options{})
	for sql, rule := range map[string]policy.Rule{
		"SELECT x FROM b.reads_file":                  policy.RuleFunction,
		"SELECT 1 FROM b.reads_file":                  policy.RuleFunction,
		"SELECT x FROM b.reads_file_above":            policy.RuleFunction,
		"SELECT x FROM b.runs_text":                   policy.RuleFunction,
		"SELECT query FROM b.activity":                policy.RuleSystemCatalog,
		"SELECT 1 FROM b.statistics":                  policy.RuleSystemCatalog,
		"SELECT rolname FROM b.authid":                "",
		"SELECT x FROM b.shows":                       policy.RuleFunction,
		"SELECT x FROM b.custom":                      "",
		"SELECT x FROM b.sets_path":                   policy.RuleFunction,
		"SELECT x FROM b.advances_any":                policy.RuleFunction,
		"SELECT x FROM b.advances_text":               policy.RuleFunction,
		"SELECT OPERATOR(b.==>) 'PG_VERSION'":         policy.RuleFunction,
		"INSERT INTO b.reads_default (id) VALUES (1)": policy.RuleFunction,
		"INSERT INTO b.reads_default VALUES (1, 'x')": "",
		"INSERT INTO b.asks_default (id) VALUES (1)":  "",
		"UPDATE b.reads_default SET x = DEFAULT":      policy.RuleFunction,
		"COPY b.reads_default (id) FROM STDIN":        policy.RuleFunction,
		"SELECT * FROM b.syntax":                      "",
	} {
		p := Analyze([]byte(sql), o.env)[0]
		got := policy.Rule("")
		if f := p.Statement.Fault; f != nil {
			got = f.Rule
		}
		if got != rule {
			t.Errorf("%s: %q, want %q (%+v)", sql, got, rule, p.Statement.Fault)
		}
	}
}
