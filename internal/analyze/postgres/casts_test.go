package postgres

import (
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/policy"
)

const castsSchema = `
CREATE SCHEMA c; GRANT USAGE ON SCHEMA c TO PUBLIC;
CREATE TYPE c.mood AS ENUM ('sad', 'ok');
CREATE TYPE c.pair AS (a int, m c.mood);
CREATE FUNCTION c.mood_int(c.mood) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
CREATE FUNCTION c.int_mood(int) RETURNS c.mood LANGUAGE plpgsql AS $$BEGIN RETURN 'ok'; END$$;
CREATE CAST (c.mood AS int) WITH FUNCTION c.mood_int(c.mood) AS IMPLICIT;
CREATE CAST (int AS c.mood) WITH FUNCTION c.int_mood(int) AS ASSIGNMENT;
CREATE FUNCTION c.pair_text(c.pair) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
CREATE CAST (c.pair AS text) WITH FUNCTION c.pair_text(c.pair) AS ASSIGNMENT;
CREATE FUNCTION c.plus(int) RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN $1 + 1; END';
CREATE FUNCTION c.feel() RETURNS c.mood LANGUAGE plpgsql AS $$BEGIN RETURN 'ok'; END$$;
CREATE TABLE c.days (id int, m c.mood, p c.pair, ms c.mood[]);
INSERT INTO c.days VALUES (1, 'ok', ROW(1, 'ok'), ARRAY['ok'::c.mood]);
CREATE VIEW c.moody AS SELECT id, m FROM c.days;
CREATE VIEW c.numbers AS SELECT id, m::int AS n FROM c.days;
REVOKE EXECUTE ON ALL ROUTINES IN SCHEMA c FROM PUBLIC;`

// The functions of casts are asked for where a value of their types may occur,
// which is wherever the server calls them and sometimes where it does not.
func TestCastsOfUsers(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, server, "", castsSchema)
	o := newOracleOn(t, server)
	for sql, want := range map[string]string{
		"SELECT q.p || 'x' FROM c.days q":              "pair_text",
		"SELECT quote_literal(q.p) FROM c.days q":      "pair_text",
		"SELECT m::int FROM c.days":                    "mood_int",
		"SELECT m + 1 FROM c.days":                     "mood_int",
		"SELECT c.plus(m) FROM c.days":                 "mood_int",
		"SELECT c.plus(c.feel())":                      "mood_int",
		"SELECT c.plus('ok'::c.mood)":                  "mood_int",
		"SELECT (p).m + 1 FROM c.days":                 "mood_int",
		"SELECT ms[1] + 1 FROM c.days":                 "mood_int",
		"SELECT ms::int[] FROM c.days":                 "mood_int",
		"SELECT m + 1 FROM c.moody":                    "mood_int",
		"SELECT n FROM c.numbers":                      "mood_int",
		"SELECT sum(m) FROM c.days":                    "mood_int",
		"SELECT q.m + 1 FROM (SELECT m FROM c.days) q": "mood_int",
		"SELECT (d).m + 1 FROM c.days d":               "mood_int",
		"INSERT INTO c.days (m) VALUES (3)":            "int_mood",
		"UPDATE c.days SET m = 3":                      "int_mood",
		"SELECT 5::c.mood":                             "int_mood",
		"SELECT CAST(id AS c.mood) FROM c.days":        "int_mood",
	} {
		p := Analyze([]byte(sql), o.env)[0]
		if p.Statement.Fault != nil {
			t.Errorf("%s: %+v", sql, p.Statement.Fault)
			continue
		}
		needs := o.exact(p.Statement.Accesses)
		if code := o.try(t, sql, needs); code != "" {
			t.Errorf("%s: SQLSTATE %s with %s granted", sql, code, render(&p.Statement))
		}
		less(needs, func(dropped string, rest []policy.Access) {
			if strings.HasSuffix(dropped, want) && o.try(t, sql, rest) != "42501" {
				t.Errorf("%s: the server takes it without %s", sql, dropped)
			}
		})
		if !strings.Contains(render(&p.Statement), want) {
			t.Errorf("%s: %s is not asked for: %s", sql, want, render(&p.Statement))
		}
	}
	for _, sql := range []string{"SELECT id FROM c.days", "SELECT id FROM c.moody", "SELECT 1 + 1"} {
		if got := render(&Analyze([]byte(sql), o.env)[0].Statement); strings.Contains(got, "execute") {
			t.Errorf("%s asks for %s", sql, got)
		}
	}
}

// A cast between two of the server's own types may be meant anywhere.
func TestCastsBetweenServersTypes(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, server, "", `
		CREATE FUNCTION public.bool_numeric(bool) RETURNS numeric LANGUAGE plpgsql AS 'BEGIN RETURN 1; END';
		CREATE CAST (bool AS numeric) WITH FUNCTION public.bool_numeric(bool) AS IMPLICIT;`)
	o := newOracleOn(t, server)
	for _, sql := range []string{"SELECT abs(true)", "SELECT (1 = 1)::numeric", "SELECT sum(true)"} {
		o.check(t, sql)
	}
}
