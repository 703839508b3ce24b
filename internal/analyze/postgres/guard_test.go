package postgres

import (
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/policy"
)

func TestGuard(t *testing.T) {
	r := strings.Repeat
	for _, c := range []struct {
		name, sql string
		rule      policy.Rule // "" passes
	}{
		{"empty", "", ""},
		{"longest", "SELECT '" + r("x", maxText-9) + "'", ""},
		{"too long", "SELECT '" + r("x", maxText-8) + "'", policy.RuleLimit},
		{"NUL", "SELECT 1\x00", policy.RuleNotUnderstood},
		{"not UTF-8", "SELECT '\xff'", policy.RuleNotUnderstood},
		{"a surrogate", "SELECT '\xed\xa0\x80'", policy.RuleNotUnderstood},
		{"an overlong slash", "SELECT '\xc0\xaf'", policy.RuleNotUnderstood},
		{"deepest", r("(", maxDepth) + r(")", maxDepth), ""},
		{"too deep", r("(", maxDepth+1), policy.RuleLimit},
		{"brackets count with parentheses", r("([", maxDepth/2+1), policy.RuleLimit},
		{"brackets within a literal", "SELECT '" + r("(", 1000) + "'", ""},
		{"most links", "1" + r("+1", maxLinks), ""},
		{"too many links", "1" + r("+1", maxLinks+1), policy.RuleLimit},
		{"a comma ends an expression", r("1"+r("+1", maxLinks-1)+",", 3), ""},
		{"levels count apart", "1" + r("+1", maxLinks-4) + "+(1" + r("+1", maxLinks) + ")", ""},
		{"casts", "1" + r("::int", maxLinks+1), policy.RuleLimit},
		{"joins", "a" + r(" JOIN b", maxLinks+1), policy.RuleLimit},
		{"unions behind commas", "SELECT 1" + r(" UNION SELECT 1,1", maxLinks+1), policy.RuleLimit},
		{"operators in a row", "1 " + r("- ", maxOperators) + "1", ""},
		{"too many operators in a row", "1 " + r("- ", maxOperators+1) + "1", policy.RuleLimit},
		{"one long operator", "1 " + r("@", maxOperators+1) + " 1", policy.RuleLimit},
		{"nested comments", r("/*", maxComments) + r("*/", maxComments), ""},
		{"comments too deep", r("/*", maxComments+1) + r("*/", maxComments+1), policy.RuleLimit},
		{"an open comment", "/* /* */", policy.RuleNotUnderstood},
		{"most statements", r("SELECT 1;", maxStatements), ""},
		{"too many statements", r("SELECT 1;", maxStatements) + "SELECT 1", policy.RuleLimit},
		{"empty statements do not count", r(";", 1000), ""},
		{"an open quote", "SELECT 'a''", policy.RuleNotUnderstood},
		{"an escaped identifier", `SELECT U&"\0061"`, ""},
		{"an empty escaped identifier", `SELECT U&""`, policy.RuleNotUnderstood},
		{"an open escaped identifier", `SELECT U&"a`, policy.RuleNotUnderstood},
	} {
		f := Guard([]byte(c.sql))
		switch {
		case f == nil && c.rule != "":
			t.Errorf("%s passes", c.name)
		case f != nil && f.Rule != c.rule:
			t.Errorf("%s: %s: %s", c.name, f.Rule, f.Reason)
		}
	}
}

func TestGuardDoesNotAllocate(t *testing.T) {
	text := []byte("SELECT id, note FROM orders WHERE id = $1 AND note = 'x' -- a comment")
	if n := testing.AllocsPerRun(100, func() { Guard(text) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestScanner: tokens as the server's scanner cuts them, one a word, with S for
// a literal, I for a quoted name, N for a number, P for a parameter.
func TestScanner(t *testing.T) {
	for _, c := range []struct{ sql, want string }{
		{"SELECT a.b", "SELECT a . b"},
		{"a--b\nc", "a c"},
		{"a/*b/*c*/d*/e", "a e"},
		{"1--1\n+2", "N + N"},
		{"1-/**/-1", "N - - N"},
		{"1*/*x*/2", "N * N"},
		{"a->>'b'", "a ->> S"},
		{"1+-2", "N + - N"},
		{"a@-b", "a @- b"},
		{"a<-b", "a < - b"},
		{"'it''s'", "S"},
		{`E'\'' 'x'`, "S S"},
		{`'\'`, "S"},
		{"'a'\n'b'", "S"},
		{"'a' 'b'", "S S"},
		{"'a' -- c\n 'b' x", "S x"},
		{"E'a'\n'\\'b'", "S"},
		{"e'x' b'1' X'F' n'y' U&'z'", "S S S S U"},
		{`U&"a""b" u&'it''s'x U&'a'
'b' U & 'c' u&u`, "U U x U U & S u & u"},
		{"ex'a'", "ex S"},
		{`"a""b"`, "I"},
		{"$$a$$ $b$ $$ $b$", "S S"},
		{"$1 $12", "P P"},
		{"a$b$c", "a$b$c"},
		{"x::int[1:2]", "x :: int [ N : N ]"},
		{"1.5e-3 .5 1. 0xFF 1_000", "N N N N N"},
		{"f(a=>1, b:=2)", "f ( a => N , b := N )"},
		{"é.ñ", "é . ñ"},
		{"a;b", "a ; b"},
	} {
		var got []string
		for _, k := range tokenize([]byte(c.sql)) {
			word := c.sql[k.start:k.end]
			switch k.kind {
			case tokenString:
				word = "S"
			case tokenQuoted:
				word = "I"
			case tokenUnicode:
				word = "U"
			case tokenNumber:
				word = "N"
			case tokenParam:
				word = "P"
			}
			got = append(got, word)
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%q: %s, want %s", c.sql, g, c.want)
		}
	}
}

func TestPartsKnowTheirPlace(t *testing.T) {
	text := []byte("  SELECT 1 ; -- x;\n/*;*/ DELETE FROM orders WHERE note = ';';")
	parts := Analyze(text, fixtureEnv())
	want := []string{"SELECT 1", "DELETE FROM orders WHERE note = ';'"}
	if len(parts) != len(want) {
		t.Fatalf("%d parts", len(parts))
	}
	for i, w := range want {
		if got := string(text[parts[i].Start:parts[i].End]); got != w {
			t.Errorf("part %d is %q", i, got)
		}
	}
	for _, a := range parts[1].Statement.Accesses {
		if got := string(text[a.Pos : a.Pos+len(a.Object)]); got != a.Object {
			t.Errorf("%s is not at %d", a.Object, a.Pos)
		}
	}
}

func TestSecretsAndLiterals(t *testing.T) {
	for _, c := range []struct {
		sql             string
		secret, literal bool
	}{
		{"SELECT id FROM orders WHERE note = 'x'", false, false},
		{"INSERT INTO orders (note) VALUES ('x')", false, false},
		{"SELECT nextval('orders_id_seq')", false, true},
		{"SELECT set_config('statement_timeout', '1', false)", false, true},
		{"SELECT current_setting('search_path')", false, true},
		{"SET statement_timeout = 1", false, true},
		{"CREATE ROLE x PASSWORD 'y'", true, false},
		{"ALTER USER x WITH ENCRYPTED PASSWORD 'y'", true, false},
		{"CREATE USER MAPPING FOR x SERVER y OPTIONS (password 'z')", true, false},
		{"ALTER USER MAPPING FOR x SERVER y OPTIONS (SET password 'z')", true, false},
		{"CREATE SUBSCRIPTION x CONNECTION 'password=y' PUBLICATION z", true, false},
		{"CREATE SERVER x FOREIGN DATA WRAPPER y OPTIONS (a 'b')", true, false},
		{"ALTER ROLE x SET y = 'z'", true, false},
		{"ALTER ROLE x PASSWORD 'y' BOGUS", true, true},
		{"CREATE TABLE x (id int)", false, false},
	} {
		for _, p := range Analyze([]byte(c.sql), fixtureEnv()) {
			if p.Secret != c.secret || p.Literal != c.literal {
				t.Errorf("%s: secret %v, literal %v", c.sql, p.Secret, p.Literal)
			}
		}
	}
}

// What a text means must not depend on its literals unless Literal says so.
func TestLiteralsMatterOnlyWhereSaid(t *testing.T) {
	for _, sql := range readLines(t, "testdata/accesses.txt") {
		parts := Analyze([]byte(sql), fixtureEnv())
		masked := maskStrings(sql)
		others := Analyze([]byte(masked), fixtureEnv())
		for i := range parts {
			if parts[i].Literal || parts[i].Statement.Fault != nil {
				continue
			}
			if i >= len(others) || render(&parts[i].Statement) != render(&others[i].Statement) || others[i].Statement.Fault != nil {
				t.Errorf("%s reads otherwise as %s", sql, masked)
			}
		}
	}
}

func maskStrings(sql string) string {
	var b strings.Builder
	last := 0
	for _, k := range tokenize([]byte(sql)) {
		if k.kind == tokenString && sql[k.start] == '\'' {
			b.WriteString(sql[last:k.start] + "'other'")
			last = k.end
		}
	}
	return b.String() + sql[last:]
}

func FuzzGuard(f *testing.F) {
	for name, c := range hostileTexts() {
		if len(c.sql) < 4096 && name != "" {
			f.Add([]byte(c.sql))
		}
	}
	f.Add([]byte(`SELECT E'\'' || $a$;$a$ /* -- */ FROM "a""b" -- x`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if Guard(text) != nil {
			return
		}
		end := 0
		for _, k := range tokenize(text) {
			if k.start < end || k.end <= k.start || k.end > len(text) {
				t.Fatalf("token %d-%d behind %d", k.start, k.end, end)
			}
			end = k.end
		}
		for _, sp := range split(tokenize(text)) {
			if len(sp.tokens) == 0 || sp.start >= sp.end {
				t.Fatalf("an empty statement at %d", sp.start)
			}
		}
	})
}

func FuzzAnalyze(f *testing.F) {
	for _, name := range []string{"testdata/differential.sql", "testdata/accesses.txt", "testdata/refused.txt", "testdata/session.txt"} {
		for _, sql := range readLines(f, name) {
			f.Add(sql)
		}
	}
	env := fixtureEnv()
	f.Fuzz(func(t *testing.T, sql string) {
		for _, p := range Analyze([]byte(sql), env) {
			if p.Start < 0 || p.End > len(sql) || p.Start > p.End {
				t.Fatalf("part %d-%d", p.Start, p.End)
			}
			if p.Statement.Tag == "" && p.Statement.Fault == nil {
				t.Fatal("neither understood nor refused")
			}
			for _, a := range p.Statement.Accesses {
				if a.Object == "" && a.Kind != policy.KindSchema || a.Op == 0 || a.Kind == policy.KindNone {
					t.Fatalf("an access without its object: %+v", a)
				}
			}
		}
	})
}
