package postgres

import (
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/policy"
)

// What PostgreSQL 17 reads as syntax: every column in it counts.
func TestSQLJSONOfVersion17(t *testing.T) {
	env := fixtureEnv()
	env.Catalog.ServerVersion = 170000
	for _, c := range []struct{ sql, want string }{
		{"SELECT JSON_OBJECT('a': secret, 'b' VALUE note) FROM orders", "select public.orders(note,secret)"},
		{"SELECT JSON_ARRAY(secret, note NULL ON NULL) FROM orders", "select public.orders(note,secret)"},
		{"SELECT JSON_ARRAY(SELECT secret FROM orders)", "select public.orders(secret)"},
		{"SELECT JSON_OBJECTAGG(note: secret) FILTER (WHERE id > 1) FROM orders", "select public.orders(id,note,secret)"},
		{"SELECT JSON_ARRAYAGG(note ORDER BY secret) OVER (PARTITION BY id) FROM orders", "select public.orders(id,note,secret)"},
		{"SELECT JSON_SCALAR(secret), JSON(note), JSON_SERIALIZE(state RETURNING text) FROM (SELECT secret, note, id AS state FROM orders) o", "select public.orders(id,note,secret)"},
		{"SELECT secret IS JSON OBJECT WITH UNIQUE KEYS FROM orders", "select public.orders(secret)"},
		{"SELECT JSON_VALUE(body, '$.a' PASSING id AS x RETURNING int DEFAULT data ON EMPTY ERROR ON ERROR) FROM docs", "select public.docs(body,data,id)"},
		{"SELECT JSON_QUERY(body, '$' WITH WRAPPER), JSON_EXISTS(data, '$') FROM docs", "select public.docs(body,data)"},
		{"SELECT j.a FROM docs, JSON_TABLE(body, '$' PASSING id AS i COLUMNS (n FOR ORDINALITY, a int PATH '$.a' DEFAULT 1 ON EMPTY, NESTED PATH '$.b' COLUMNS (c text))) j WHERE j.c = 'x'", "select public.docs(body,id)"},
		{"SELECT system_user", ""},
		{"MERGE INTO orders o USING customers c ON o.id = c.id WHEN NOT MATCHED BY SOURCE AND secret = 'x' THEN DELETE RETURNING merge_action(), o.note",
			"delete public.orders(*) select public.customers(id) select public.orders(id,note,secret)"},
	} {
		p := Analyze([]byte(c.sql), env)[0]
		f := p.Statement.Fault
		if f != nil {
			t.Errorf("%s: %s: %s", c.sql, f.Rule, f.Reason)
		} else if got := render(&p.Statement); got != c.want {
			t.Errorf("%s: %s, want %s", c.sql, got, c.want)
		}
	}
}

// The limits of the guard multiply; the walker has one of its own.
func TestDeepestTree(t *testing.T) {
	link := strings.Repeat("+1", 500)
	sql := "SELECT " + strings.Repeat("(", 240) + "1" + strings.Repeat(link+")", 240)
	parts := Analyze([]byte(sql), fixtureEnv())
	if f := parts[0].Statement.Fault; f == nil || f.Rule != policy.RuleLimit {
		t.Errorf("a tree of 120,000 levels: %+v", f)
	}
}

// The statements of the differential test mean the same on every version that
// has their syntax.
func TestEachVersionAsPostgreSQLWould(t *testing.T) {
	statements := readLines(t, "testdata/differential.sql")
	pgtesting.EachVersion(t, func(t *testing.T, version int, options pgtest.Options) {
		o := newOracleOn(t, pgtesting.Start(t, options))
		unknown := 0
		for _, sql := range statements {
			if o.try(t, sql, nil) == "42601" {
				unknown++
				continue
			}
			o.check(t, sql)
		}
		if version >= 15 && unknown > 0 || unknown > len(statements)/10 {
			t.Errorf("%d of %d statements are syntax errors", unknown, len(statements))
		}
	})
}

// TestSyntaxOfEachVersion: whatever syntax a version has is judged there as the
// server judges it, or refused and said to be.
func TestSyntaxOfEachVersion(t *testing.T) {
	statements := readLines(t, "testdata/syntax.sql")
	pgtesting.EachVersion(t, func(t *testing.T, version int, options pgtest.Options) {
		o := newOracleOn(t, pgtesting.Start(t, options))
		known := 0
		for _, sql := range statements {
			sql, refused := strings.CutPrefix(sql, "!")
			err := o.exec("BEGIN; SAVEPOINT s;" + sql)
			if e := o.exec("ROLLBACK"); e != nil {
				t.Fatal(e)
			}
			switch {
			case err != nil && version == pgtesting.NewestVersion && !strings.Contains(sql, "XML"):
				t.Errorf("%s: %v", sql, err)
			case err != nil:
			case refused:
				if Analyze([]byte(sql), o.env)[0].Statement.Fault == nil {
					t.Errorf("%s: not refused", sql)
				}
			default:
				known++
				o.check(t, sql)
			}
		}
		t.Logf("%d of %d statements", known, len(statements))
	})
}
