package postgres

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// prober calls functions as a superuser and looks at what they return.
type prober struct {
	conn *pgconn.PgConn
	pool map[string][]string // values of a type, written as expressions
	seed uint64
	rnd  *rand.Rand
}

// values are tried for every type; those that the type's input function takes
// are its pool.
var values = []string{"hoard", "SELECT word FROM hoard", "SELECT doc FROM hoard", "hoard.txt", "4242", "public.hoard", "keeper", "1", "0", "public",
	"hoard_view", "hoard_seq", "-1", "t", "{hoard}", "{1,2}", `{"a":1}`, "$.a", "a & b", "2020-01-01", "1 day", "(1,1)",
	"((0,0),(1,1))", "<(0,0),1>", "{1,-1,0}", "127.0.0.1", "08:00:2b:01:02:03", "08:00:2b:01:02:03:04:05", "[1,3)", "{[1,3)}", "[2020-01-01,2020-01-03)",
	"<a/>", "0/1", "10:20:30", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "(0,1)", "simple", "10:20:10,14", "pg_authid", "UTF8", "(hoard,)", "1101", "a=>1"}

var pseudo = map[string][]string{
	"any": {"'hoard'::text", "1"}, "anyelement": {"'hoard'::text", "1", "NULL::hoard"}, "anynonarray": {"'hoard'::text", "1"},
	"anycompatible": {"'hoard'::text", "NULL::hoard"}, "anycompatiblenonarray": {"1"}, "anyarray": {"ARRAY['hoard']", "ARRAY[1,2]"},
	"anycompatiblearray": {"ARRAY['hoard']", "ARRAY[1]"}, "anyenum": {"'a'::mood"}, "anyrange": {"'[1,3)'::int4range"},
	"anycompatiblerange": {"'[1,3)'::int4range"}, "anymultirange": {"'{[1,3)}'::int4multirange"},
	"anycompatiblemultirange": {"'{[1,3)}'::int4multirange"}, "record": {"ROW(1, 'hoard')", "NULL::hoard"},
	"cstring": {"'hoard'::cstring", "'1'::cstring"},
	"oid":     {"'hoard'::regclass::oid", "4242::oid", "'hoard_seq'::regclass::oid", "'keeper'::regrole::oid", "'pg_authid'::regclass::oid", "'hoard_view'::regclass::oid"},
}

func newProber(t *testing.T, conn *pgconn.PgConn, seed uint64) *prober {
	t.Helper()
	p := &prober{conn: conn, pool: map[string][]string{}, seed: seed, rnd: rand.New(rand.NewPCG(seed, 0))}
	p.run(t, "SET statement_timeout = '2min'")
	p.run(t, `CREATE FUNCTION pg_temp.attempt(call text) RETURNS text LANGUAGE plpgsql AS $$
		DECLARE seen text; hint text; BEGIN
			EXECUTE 'SELECT string_agg(left(x::text, 100000), '' '') FROM (SELECT ' || call || ' AS x LIMIT 20) y' INTO seen;
			RETURN seen;
		EXCEPTION WHEN OTHERS THEN
			GET STACKED DIAGNOSTICS seen = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
			RETURN concat('! ', SQLERRM, seen, hint);
		END $$`)
	types := p.run(t, `SELECT DISTINCT t::regtype FROM pg_proc, unnest(proargtypes) t JOIN pg_type y ON y.oid = t WHERE y.typtype <> 'p'`)
	for _, row := range types {
		name := row[0]
		var calls []string
		for _, v := range values {
			calls = append(calls, quoteText(v)+"::"+name)
		}
		for i, seen := range p.attempt(t, calls) {
			if !strings.HasPrefix(seen, "! ") && len(p.pool[name]) < 10 {
				p.pool[name] = append(p.pool[name], calls[i])
			}
		}
	}
	for name, exprs := range pseudo {
		p.pool[name] = exprs
	}
	return p
}

func quoteText(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

func (p *prober) run(t *testing.T, sql string) [][]string {
	t.Helper()
	rows, err := rowsOf(p.conn, sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return rows
}

// attempt makes the calls and returns what each said, an error's text included.
func (p *prober) attempt(t *testing.T, calls []string) []string {
	t.Helper()
	var out []string
	for batch := range slices.Chunk(calls, 2000) {
		quoted := make([]string, len(batch))
		for i, c := range batch {
			quoted[i] = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(c) + `"`
		}
		array := []byte("{" + strings.Join(quoted, ",") + "}")
		r := p.conn.ExecParams(t.Context(), "SELECT pg_temp.attempt(c) FROM unnest($1::text[]) WITH ORDINALITY u(c, n) ORDER BY n",
			[][]byte{array}, nil, nil, nil).Read()
		if r.Err != nil {
			t.Fatalf("in the %d calls from %s: %v", len(batch), batch[0], r.Err)
		}
		for _, row := range r.Rows {
			out = append(out, string(row[0]))
		}
	}
	return out
}

// shown says what a function gave away, or "".
func shown(seen string) string {
	for _, word := range []string{canary, fmt.Sprintf("%x", canary), "SCRAM-SHA-256$", "732651807"} {
		if strings.Contains(seen, word) {
			return word
		}
	}
	return ""
}

// overload is a function as it can be called.
type overload struct {
	schema, name, extension string
	args                    []string
	window                  bool
}

func (p *prober) overloads(t *testing.T) []overload {
	t.Helper()
	var out []overload
	for _, r := range p.run(t, `SELECT n.nspname, p.proname, coalesce(e.extname, ''), p.prokind = 'w',
			(SELECT string_agg(t::regtype::text, ';' ORDER BY i) FROM unnest(p.proargtypes) WITH ORDINALITY u(t, i))
		FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
		LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
		LEFT JOIN pg_extension e ON e.oid = d.refobjid
		WHERE NOT 'internal'::regtype = ANY (p.proargtypes) AND NOT p.prorettype = ANY ('{internal,trigger,event_trigger}'::regtype[])
		ORDER BY 1, 2, p.oid`) {
		o := overload{schema: r[0], name: r[1], extension: r[2], window: r[3] == "t"}
		if r[4] != "" {
			o.args = strings.Split(strings.ReplaceAll(r[4], `"`, ""), ";")
		}
		out = append(out, o)
	}
	return out
}

// free reports whether the lists give the function away.
func (o *overload) free() bool {
	c, _ := functionClass(o.schema, o.name)
	if o.extension != "" {
		c, _, _ = extensionClass(o.extension, o.name)
	}
	return c == classFree
}

// writes returns up to most different calls of a function.
func (p *prober) writes(o *overload, most int) []string {
	product := 1
	for _, a := range o.args {
		product = min(product*len(p.pool[a]), 1<<20)
	}
	seen := map[string]bool{}
	var out []string
	for try := 0; try < 2*most && len(out) < min(most, product); try++ {
		args := make([]string, len(o.args))
		for i, a := range o.args {
			if try < len(p.pool[a]) && product > most {
				args[i] = p.pool[a][try] // the same kind of value for all
			} else {
				args[i] = p.pool[a][p.rnd.IntN(len(p.pool[a]))]
			}
		}
		call := quoteName(o.schema) + "." + quoteName(o.name) + "(" + strings.Join(args, ", ") + ")"
		if o.window {
			call += " OVER ()"
		}
		if !seen[call] {
			seen[call] = true
			out = append(out, call)
		}
	}
	return out
}
