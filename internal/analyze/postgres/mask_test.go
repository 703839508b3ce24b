package postgres

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/analyze/shape"
	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// hostile texts look alike when quotes and digits are taken for plain ones.
var hostile = []string{
	`SELECT id FROM orders WHERE note = 'a' -- '`, `SELECT id FROM orders WHERE note = 'a' -- ' OR secret = 'b'`,
	`SELECT id FROM orders WHERE note = 'a' /* ' */ OR note = 'b'`, `SELECT id FROM orders WHERE note = 'a' /* ' OR secret = 'b`,
	`SELECT id FROM orders WHERE note = 'a\'`, `SELECT id FROM orders WHERE note = E'a\' OR secret = '`,
	`SELECT id FROM orders WHERE note = E'a' OR note = 'x'`, `SELECT id FROM orders WHERE note = E'\' OR note = ''x'`,
	`SELECT 'a''b' FROM orders`, `SELECT 'a' 'b' FROM orders`, "SELECT 'a'\n'b' FROM orders", `SELECT 'a', secret, 'b' FROM orders`,
	`SELECT "a'b" FROM orders`, `SELECT "note", 'b' FROM orders`, `SELECT id AS "a'b", secret AS "c'd" FROM orders`, `SELECT id AS "a'b" FROM orders`,
	`SELECT U&'a\0027' FROM orders`, `SELECT U&'a', secret, 'b' FROM orders`, `SELECT U & 'a', secret FROM orders`,
	`SELECT U&"note" FROM orders`, `SELECT U&"\0073ecret" FROM orders`, `SELECT U&"!0073ecret" UESCAPE '!' FROM orders`, `SELECT U&"!0073ecret" UESCAPE '?' FROM orders`,
	`SELECT $$a'$$, id FROM orders WHERE note = 'x'`, `SELECT $$a$$, id FROM orders`, `SELECT $a$'$a$, secret FROM orders WHERE note = $a$'$a$`,
	`SELECT $1$2`, `SELECT a$1 FROM orders`, `SELECT $1 FROM orders`, `SELECT $2 FROM orders`, `SELECT x'1f'`, `SELECT b'01'`, `SELECT N'a'`,
	`SELECT 1.5`, `SELECT 1e5`, `SELECT 1 .5`, `SELECT 1a FROM orders`, `SELECT 1 a FROM orders`, `SELECT 0x1f`, `SELECT 1_000`,
	`SELECT 1--1`, `SELECT 1- -1`, "SELECT 1--\n1", `SELECT 1/*1*/`, `SELECT 1 / *`, `SELECT 12345678901`, `SELECT 1`,
	`SELECT id1 FROM orders`, `SELECT id2 FROM orders`, `SELECT 'a'::text`, `SELECT 'a'::regclass`, `SELECT regclass 'orders'`,
	`SELECT nextval('orders_id_seq')`, `SELECT nextval('app.orders')`, `SELECT setval('orders_id_seq', 1)`,
	`SET search_path = 'app'`, `SET search_path = 'public'`, `SELECT set_config('search_path', 'app', false)`, `SELECT set_config('search_path', 'public', false)`,
	`SET statement_timeout = 1`, `SET ROLE 'x'`, `COPY orders TO STDOUT WITH (FORMAT 'csv')`, `COPY orders TO 'f'`, `COPY orders TO PROGRAM 'f'`,
	`PREPARE q AS SELECT 'a' FROM orders`, `DECLARE c CURSOR FOR SELECT 'a' FROM orders`, `SELECT current_setting('search_path')`, `SELECT current_setting('data_directory')`,
	`SELECT id FROM orders WHERE note = '`, `SELECT id FROM orders WHERE note = ''`, `SELECT id FROM orders WHERE note = '''`, `SELECT id FROM orders WHERE note = ''''`,
	"SELECT id FROM orders WHERE note = '\x01'", "SELECT id FROM orders WHERE note = \x02", "SELECT id FROM orders WHERE id = \x01", `SELECT id FROM orders WHERE id = 7`,
	`SELECT id FROM orders WHERE note = 'é'`, `SELECT é'x' FROM orders`, `SELECT id FROM orders LIMIT 1`, `SELECT id, note FROM orders ORDER BY 1`, `SELECT id, note FROM orders ORDER BY 2`,
	`SELECT ROW(1,2)`, `SELECT '{1}'::int[]`, `SELECT xmlexists('//a' PASSING 'b')`, `SELECT json '{"a":1}' -> 'a'`, `SELECT query_to_xml('SELECT 1', true, true, '')`,
	`SELECT ts_stat('SELECT secret FROM orders')`, `SELECT ts_stat('SELECT 1')`, `SELECT dblink('a', 'b')`, `SELECT timezone('UTC', now())`,
}

// judged is everything about a reading that the gate and the session go by.
func judged(parts []Part) string {
	out := renderAll(parts)
	for i := range parts {
		p := &parts[i]
		out += fmt.Sprintf(" [%s %v %v %v %s]", p.Statement.Tag, p.Secret, p.CopyIn, p.CopyOut, describeEffect(&p.Effect))
	}
	return out
}

// sharable says that a reading is kept under its masked text.
func sharable(parts []Part) bool {
	return len(parts) == 1 && !parts[0].Literal && parts[0].Effect.Kind == EffectNone && parts[0].Statement.Fault == nil
}

// TestOneShapeOneReading: texts with the same masked form, where that form is
// kept, mean the same.
func TestOneShapeOneReading(t *testing.T) {
	texts := slices.Concat(hostile, corpus(t))
	random := rand.New(rand.NewPCG(5, 5))
	for range 3 {
		for _, s := range texts {
			texts = append(texts, vary(random, s))
		}
		texts = texts[:min(len(texts), 6000)]
	}
	byShape := map[string]string{}
	shared := 0
	for _, s := range texts {
		masked, ok := shape.Mask(nil, []byte(s), &dialect)
		if !ok {
			continue
		}
		parts := Analyze([]byte(s), fixtureEnv())
		if !sharable(parts) {
			continue
		}
		if first, known := byShape[string(masked)]; known && first != s {
			shared++
			if a, b := judged(Analyze([]byte(first), fixtureEnv())), judged(parts); a != b {
				t.Errorf("one shape:\n\t%s: %s\n\t%s: %s", first, a, s, b)
			}
		} else {
			byShape[string(masked)] = s
		}
	}
	if shared < 300 {
		t.Errorf("only %d texts shared a shape", shared)
	}
}

// corpus is every text of the tables and of the comparison with the server.
func corpus(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, name := range []string{"accesses.txt", "refused.txt", "session.txt", "differential.sql"} {
		for _, line := range readLines(t, "testdata/"+name) {
			if line[0] != '\t' && line[0] != '#' {
				out = append(out, strings.ReplaceAll(line, `\n`, "\n"))
			}
		}
	}
	if len(out) < 300 {
		t.Fatalf("only %d texts", len(out))
	}
	return out
}

var literal = regexp.MustCompile(`'[^']*'|\b[0-9]+\b`)

// vary writes other literals in the place of some.
func vary(random *rand.Rand, s string) string {
	strs := []string{"''", "'x'", "'orders'", "'app.secret'", "'a,b'", "'it''s'", "'1'", "'select secret from orders'", "'\"'", "'--'", "'/*'", "'$$'"}
	numbers := []string{"0", "1", "2", "42", "123456789", "12345678901", "1.5"}
	return literal.ReplaceAllStringFunc(s, func(old string) string {
		switch {
		case random.IntN(3) == 0:
			return old
		case old[0] == '\'':
			return strs[random.IntN(len(strs))]
		}
		return numbers[random.IntN(len(numbers))]
	})
}

// TestCacheChangesNoVerdict reads the corpus, with its literals varied, through
// the cache in random order: each text as if it were read for the first time.
func TestCacheChangesNoVerdict(t *testing.T) {
	const seed = 3
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	reader := NewReader(&catalog.Catalog{}, func(list []policy.Access) []byte { return []byte(fmt.Sprint(len(list))) })
	texts := slices.Concat(hostile, corpus(t))
	env := fixtureEnv()
	env.Prepared, env.Cursor = func(string) *Part { return nil }, func(string) *Part { return nil }
	var key shape.Key
	hits := 0
	for range 4 * len(texts) {
		s := vary(random, texts[random.IntN(len(texts))])
		before := reader.shapes.Len()
		rd := reader.read([]byte(s), env, "public", &key, &reader.shapes)
		if reader.shapes.Len() == before && !faulty(rd.parts) {
			hits++
		}
		if got, want := judged(rd.parts), judged(Analyze([]byte(s), env)); got != want {
			t.Errorf("%s:\n\tfrom the cache %s\n\tanew           %s", s, got, want)
		}
	}
	if hits < 200 {
		t.Errorf("the cache answered only %d times", hits)
	}
}

// FuzzMask: a masked text has no literal of its own left to vary, and what is
// masked in front of another text is not changed.
func FuzzMask(f *testing.F) {
	for _, s := range hostile {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		front := []byte("front")
		masked, ok := shape.Mask(front, text, &dialect)
		if !bytes.HasPrefix(masked, []byte("front")) {
			t.Fatalf("%q: the front is gone: %q", text, masked)
		}
		if !ok {
			return
		}
		if bytes.Contains(masked, []byte("'")) && !bytes.Contains(masked, []byte(`"`)) {
			t.Errorf("%q: a quote is left in %q", text, masked)
		}
		if again, _ := shape.Mask([]byte("front"), text, &dialect); !bytes.Equal(again, masked) {
			t.Errorf("%q: masked as %q and as %q", text, masked, again)
		}
	})
}
