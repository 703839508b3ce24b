package wire

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// locking takes away, for as long as a test says, what an aside must read.
func locking(t *testing.T, s *pgtest.Server) (lock, unlock func()) {
	t.Helper()
	r := direct(t, s, "postgres")
	do := func(sql string) func() {
		return func() {
			t.Helper()
			r.send(query(sql))
			if got := r.until("Z"); got[0][0] != 'C' {
				t.Fatalf("%s: %q", sql, got)
			}
		}
	}
	return do("BEGIN; LOCK TABLE pg_catalog.pg_policy IN ACCESS EXCLUSIVE MODE"), do("ROLLBACK")
}

// TestAsideThatFails: the statement that it was for is not run, and the client
// is told that it was canceled. What the session is goes on as the server has it.
func TestAsideThatFails(t *testing.T) {
	server, scope := moving(t)
	g := newGate(t, server)
	lock, unlock := locking(t, server)
	calm := "SELECT public.calm()"
	const canceled = "E SERROR VERROR C57014"
	for _, c := range []struct {
		name         string
		before, when []byte
		want         []string // without what calm gives
		after        string   // the status behind it
	}{
		{"alone", query(calm), query(place), []string{canceled, `Z "I"`}, "I"},
		{"in a transaction", join(query("BEGIN"), query(calm)), query(place), []string{canceled, `Z "E"`}, "E"},
		{"in a segment of its own", query(calm), join(run("", place), synced()), []string{canceled, `Z "I"`}, "I"},
		{"in an open segment", nil, join(run("", calm), run("", place), run("", place), synced()),
			[]string{`1 ""`, `2 ""`, `D "\x00\x01\x00\x00\x00\x011"`, `C "SELECT 1\x00"`, canceled, `Z "I"`}, "I"},
		{"in an open segment of a transaction", query("BEGIN"), join(run("", calm), run("", place), synced()),
			[]string{`1 ""`, `2 ""`, `D "\x00\x01\x00\x00\x00\x011"`, `C "SELECT 1\x00"`, canceled, `Z "E"`}, "E"},
		{"Query in an open segment", nil, join(run("", calm), query(place), synced()),
			[]string{`1 ""`, `2 ""`, `D "\x00\x01\x00\x00\x00\x011"`, `C "SELECT 1\x00"`, canceled, `Z "I"`}, "I"},
		{"before BEGIN", query(calm), query("BEGIN"), []string{canceled, `Z "I"`}, "I"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := g.connect(t, scope)
			// What comes before is answered, so that nothing of it waits for a lock.
			before := join(query("SELECT public.keep()"), query("SET statement_timeout = '200ms'"), c.before)
			r.send(before)
			r.until(strings.Repeat("Z", bytes.Count(before, []byte{'Q', 0})))
			lock()
			r.send(c.when)
			got := r.until("Z")
			unlock()
			if !slices.Equal(got, c.want) {
				t.Errorf("%q, want %q", got, c.want)
			}
			if c.after == "E" {
				r.send(query("ROLLBACK"))
				r.until("Z")
			}
			r.send(join(query(place), run("", place), synced()))
			if got := strings.Join(r.until("ZZ"), "\n"); strings.Count(got, "\x06public\"") != 0 || strings.Count(got, `\x06public"`) != 2 {
				t.Errorf("afterwards: %s", got)
			}
			if got := r.rest(); len(got) != 0 {
				t.Errorf("more came: %q", got)
			}
		})
	}
}

// TestAsideOfLongRows: a view's tree may be longer than what is held of a
// direction.
func TestAsideOfLongRows(t *testing.T) {
	server, scope := hiding(t)
	g := newGate(t, server)
	columns := make([]string, 1200)
	for i := range columns {
		columns[i] = "coalesce(a.name, '" + strings.Repeat("x", 100) + "') AS " + strings.Repeat("n", 40) + string(rune('a'+i%26)) + strings.Repeat("m", i/26)
	}
	r := g.connect(t, scope)
	r.send(join(do("CREATE TEMP VIEW long AS SELECT "+strings.Join(columns, ", ")+" FROM public.wares a"), do("CREATE TEMP TABLE mine (a int)"), query("SELECT a FROM mine")))
	if got := strings.Join(r.until("ZZZ"), "\n"); !strings.HasSuffix(got, "C \"SELECT 0\\x00\"\nZ \"I\"") {
		t.Errorf("%s", got)
	}
	pgtesting.Exec(t, server, "", "SELECT 1")
}

// TestAsidesAtEveryCut cuts a conversation with asides in two at many bytes:
// the answers are always the same.
func TestAsidesAtEveryCut(t *testing.T) {
	server, scope := moving(t)
	g := newGate(t, server)
	all := join(
		query("SELECT public.to_hidden()"), query(place), query("SELECT public.to_public()"), query(place),
		run("", "SELECT public.calm()"), run("", place), run("", "SELECT 1/0"), run("", place), synced(),
		query("BEGIN"), run("", "SELECT public.to_hidden()"), parse("p", place), synced(), query("ROLLBACK"),
		run("", "SELECT public.calm()"), query(place), synced(), query("COPY place TO STDOUT"), message('X'))
	want := play(t, g.connect(t, scope), [][]byte{all})
	if len(want) < 30 || want[len(want)-1] != `Z "I"` {
		t.Fatalf("%q", want)
	}
	for at := 1; at < len(all); at += 11 {
		r := g.connect(t, scope)
		if got := play(t, r, [][]byte{all[:at], all[at:]}); !slices.Equal(got, want) {
			t.Fatalf("cut at %d:\n\t%s\nin one piece\n\t%s", at, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
		r.conn.Close()
	}
	r := g.connect(t, scope)
	if got := play(t, r, chunks(all, 1)); !slices.Equal(got, want) {
		t.Fatalf("byte by byte:\n\t%s\nin one piece\n\t%s", strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
	}
}
