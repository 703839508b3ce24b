package postgres

import (
	"context"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/policy"
)

func spelled(t *testing.T, sql, database string) (*spelling, bool) {
	t.Helper()
	if f := Guard([]byte(sql)); f != nil {
		t.Fatalf("%s: %s", sql, f.Reason)
	}
	s, _, ok := spell([]byte(sql), tokenize([]byte(sql)), database)
	return s, ok
}

// TestSpelling: the copy that is parsed, letter for letter. A second text of ""
// means that the first is left as it is, "-" that it is refused.
func TestSpelling(t *testing.T) {
	for _, c := range []struct{ sql, want string }{
		{`SELECT 1`, ``},
		{`U&"a"x`, ` "a" x`},
		{`"x"U&"b"`, `"x" "b" `},
		{`U&U&'a'`, `U& 'a' `},
		{`'x'U&'a'`, `-`},
		{"'x'\nU&'a'", `-`},
		{`U&'a'U&'b'`, `-`},
		{`U&"\0061""\0022"`, ` "a"""""      `},
		{`U&'\0027'''`, ` ''''''   `},
		{"U&'\\00'\n'61'", ` 'a'         `},
		{`U&"!0061" UESCAPE '!'"x"`, ` "a"                 "x"`},
		{`U&"a\" UESCAPE '!'`, ` "a\"             `},
		{`U&"\\\+01F600"`, ` "\😀"     `},
		{`U&"\d83d\de00"`, ` "😀"       `},
		{`U&"\de00"`, `-`},
		{`U&"\d83dx"`, `-`},
		{`U&"\d83d"`, `-`},
		{`U&"\d83d\0061"`, `-`},
		{`U&"\d83d\\"`, `-`},
		{`U&"\0000"`, `-`},
		{`U&"\+110000"`, `-`},
		{`U&"\006"`, `-`},
		{`U&"\x061"`, `-`},
		{`U&"\"`, `-`},
		{`U&"a" UESCAPE`, `-`},
		{`U&"a" UESCAPE E'!'`, `-`},
		{`U&"a" UESCAPE $$!$$`, `-`},
		{`U&"a" UESCAPE '!!'`, `-`},
		{`U&"a" UESCAPE '+'`, `-`},
		{`U&"a" UESCAPE 'f'`, `-`},
		{`U&"a" UESCAPE '"'`, `-`},
		{`U&"a" UESCAPE ' '`, `-`},
		{`U&"a" "uescape" '!'`, ` "a"  "uescape" '!'`},

		{`FROM shop.public.orders`, `FROM shop$public.orders`},
		{`FROM SHOP /* a.b */ . Public.orders o`, `FROM SHOP$$$$$$$$$$$$$Public.orders o`},
		{`FROM "shop"."public".orders`, `FROM "shop$$$public".orders`},
		{`FROM shop."Pub""lic".orders`, `FROM "shop$Pub""lic".orders`},
		{`FROM Shop."a"."b"`, `FROM "shop$a"."b"`},
		{`FROM "shop".Public.orders`, `FROM "shop$public".orders`},
		{`U&U&"sho\0070".Public.orders`, `U& "shop$$$$$$public".orders`},
		{`U&shop."Public".orders`, ``},
		{`"x"shop."Public".orders`, ``},
		{`FROM shop.public.orders.id`, ``},
		{`FROM x.shop.public.orders`, ``},
		{`FROM (x).shop.public.orders`, ``},
		{`FROM shop.public`, ``},
		{`FROM "Shop".public.orders`, ``},
		{`FROM other.public.orders`, ``},
		{`shop.public.orders, shop$public.orders`, ``},
		{`shop.public.orders, "shop$public"`, ``},

		{`(SELECT 1) LIMIT 1`, ` SELECT 1  LIMIT 1`},
		{`(((SELECT 1))) FOR UPDATE`, `   SELECT 1    FOR UPDATE`},
		{`((SELECT 1) LIMIT 1) OFFSET 2`, `  SELECT 1  LIMIT 1  OFFSET 2`},
		{`1; (SELECT 1) FETCH NEXT 1 ROW ONLY`, `1;  SELECT 1  FETCH NEXT 1 ROW ONLY`},
		{`x IN (SELECT 1) LIMIT 1`, ``},
		{`SELECT (SELECT 1) LIMIT 1`, ``},
		{`(1) LIMIT 1`, ``},
		{`((SELECT 1) + 1) LIMIT 1`, ` (SELECT 1) + 1  LIMIT 1`}, // an error either way
		{`(SELECT 1) UNION (SELECT 2) LIMIT 1`, ``},
		{`FROM (SELECT 1) LIMIT 1`, ``},
		{`WINDOW w AS (values) LIMIT 1`, ``},
		{`(SELECT 1) FOR x`, ``},
		{`(SELECT 1) ORDER BY 1`, ``},
		{`[SELECT 1) LIMIT 1`, ``},
	} {
		s, ok := spelled(t, c.sql, "shop")
		want := c.want
		if want == "" {
			want = c.sql
		}
		switch {
		case ok != (want != "-"):
			t.Errorf("%s: understood: %v", c.sql, ok)
		case ok && strings.TrimRight(string(s.text), " ") != strings.TrimRight(want, " "):
			t.Errorf("%s:\n got %s\nwant %s", c.sql, s.text, want)
		case len(s.text) != len(c.sql):
			t.Errorf("%s: the copy has %d bytes", c.sql, len(s.text))
		}
	}
}

func TestSpellingsAsPostgreSQLWould(t *testing.T) {
	o := newOracle(t)
	for _, sql := range readLines(t, "testdata/spelling.sql") {
		o.check(t, sql)
	}
}

// TestJoinedNamesMeanWhatTheirPartsMean: a schema may be called as the database
// is, so that what is a database in FROM is a schema among the columns.
func TestJoinedNamesMeanWhatTheirPartsMean(t *testing.T) {
	o := newOracle(t)
	if err := o.exec(`CREATE SCHEMA postgres; CREATE SCHEMA "postgres$app"; GRANT USAGE ON SCHEMA postgres, "postgres$app" TO probe;
		CREATE TABLE postgres.things (id int, v text); CREATE TABLE "postgres$app".things (id int, v text, app text);
		CREATE TYPE trio AS (app pair); CREATE TABLE nested (postgres trio, app pair)`); err != nil {
		t.Fatal(err)
	}
	o.reload(t)
	for _, sql := range []string{
		"SELECT postgres.things.v FROM postgres.things",
		"SELECT (SELECT postgres.things.v FROM app.things) FROM postgres.things",
		"SELECT (SELECT postgres.postgres.things.v FROM app.things) FROM postgres.postgres.things",
		"SELECT postgres.postgres.things.v FROM postgres.postgres.things",
		`SELECT "postgres$app".things.app FROM "postgres$app".things`,
	} {
		o.check(t, sql)
	}
	for _, sql := range []string{
		// The joined name is that of a schema: only the text could tell them apart.
		`SELECT postgres.app.things FROM postgres.app.things, "postgres$app".things x`,
		"UPDATE nested SET postgres.app.a = 1",
		"INSERT INTO nested (postgres.app.a) VALUES (1)",
	} {
		if f := Analyze([]byte(sql), o.env)[0].Statement.Fault; f == nil {
			t.Errorf("%s: not refused", sql)
		}
	}
}

// TestCopiesMeanTheSame: whatever the server accepts, it plans the copy that is
// judged as it plans the client's text.
func TestCopiesMeanTheSame(t *testing.T) {
	o := newOracle(t)
	const seed, rounds = 5, 15000
	m := newMutator(t, seed, "testdata/spelling.sql")
	m.words = append(m.words, "U&\"\\0069d\"", "U&'\\0031'", "UESCAPE", "'!'", "U&\"!0069d\"", "LIMIT", "FOR", "OFFSET", "1", ")", "(", "(", ")")
	accepted, written := 0, 0
	for i := range rounds {
		sql := m.statement()
		if Guard([]byte(sql)) != nil {
			continue
		}
		s, ok := spelled(t, sql, "not a database")
		if ok && !s.own {
			continue
		}
		written++
		want, err := o.plan(sql)
		if err != nil {
			continue
		}
		accepted++
		if !ok {
			t.Logf("refused: %s", sql)
			continue
		}
		if got, err := o.plan(string(s.text)); err != nil || got != want {
			t.Errorf("seed %d, round %d: %s\n%s\nas %s\n%s %v", seed, i, sql, want, s.text, got, err)
		}
	}
	t.Logf("%d rounds, %d written otherwise, %d of them accepted by the server", rounds, written, accepted)
	if accepted < 200 {
		t.Error("too few")
	}
}

// plan is how the server plans a statement.
func (o *oracle) plan(sql string) (string, error) {
	results, err := o.conn.Exec(context.Background(), "EXPLAIN (VERBOSE, COSTS OFF) "+sql).ReadAll()
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, row := range results[0].Rows {
		b.Write(row[0])
		b.WriteByte('\n')
	}
	return b.String(), nil
}

// TestEscapesAsTheServerReadsThem holds the reading of escapes against the server's.
func TestEscapesAsTheServerReadsThem(t *testing.T) {
	o := newOracle(t)
	m := newMutator(t, 11, "testdata/spelling.sql")
	pieces := []string{`\`, `!`, `0061`, `+`, `d83d`, `de00`, `00`, `27`, `''`, `"`, `x`, `é`, `\0041`, `\+01F600`, `\d83d\de00`, "'\n'", `000`, `!0062`, `\\`}
	read, refused := 0, 0
	for range 4000 {
		body := ""
		for range 1 + m.IntN(6) {
			body += pieces[m.IntN(len(pieces))]
		}
		sql := "U&'" + body + "'" + []string{"", "", " UESCAPE '!'", "UESCAPE '0'", " uescape '*'"}[m.IntN(5)]
		want, err := o.value("SELECT " + sql)
		s, ok := spelled(t, sql, "")
		switch {
		case err == nil != ok:
			t.Errorf("%s: the server says %v, the copy %q", sql, err, s.text)
		case err == nil:
			if got, err := o.value("SELECT " + string(s.text)); err != nil || got != want {
				t.Errorf("%s: %q, want %q (%v)", sql, got, want, err)
			}
			read++
		default:
			refused++
		}
	}
	t.Logf("%d read, %d refused by both", read, refused)
	if read < 300 || refused < 300 {
		t.Error("too few")
	}
}

func (o *oracle) value(sql string) (string, error) {
	results, err := o.conn.Exec(context.Background(), sql).ReadAll()
	if err != nil {
		return "", err
	}
	return string(results[0].Rows[0][0]), nil
}

// A text that names one thing in two spellings asks for it once, and an escape
// hides nothing.
func TestEscapesHideNothing(t *testing.T) {
	env := fixtureEnv()
	for _, c := range []struct {
		sql  string
		rule policy.Rule
	}{
		{`SELECT U&"pg_read\005Ffile"('x')`, policy.RuleFunction},
		{`SELECT U&"pg!005Fread_file" UESCAPE '!' ('x')`, policy.RuleFunction},
		{`SELECT nextval(U&'custom\0065rs')`, policy.RuleUndefined},
		{`SELECT set_config(U&'rol\0065', 'x', false)`, policy.RuleSetting},
		{`SELECT * FROM U&"pg_auth\0069d"`, policy.RuleSystemCatalog},
		{`SET U&"rol\0065" = x`, policy.RuleSetting},
		{`SELECT 1 FROM other.public.orders`, policy.RuleUndefined},
	} {
		f := Analyze([]byte(c.sql), env)[0].Statement.Fault
		if f == nil || f.Rule != c.rule {
			t.Errorf("%s: %+v", c.sql, f)
		}
	}
}
