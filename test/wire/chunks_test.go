package wire

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"
)

// recorded has every kind of message, allowed and denied, in an order that the
// answers do not change: nothing of it depends on when a byte arrives.
func recorded() []byte {
	return join(
		query("BEGIN"), query(allowed), query("SAVEPOINT s"), query(denied), query("ROLLBACK TO s"), query("ROLLBACK"),
		parse("p", allowed), describe("S", "p"), bind("c", "p"), describe("P", "c"), execute("c"), closing("P", "c"), synced(),
		run("", allowed), run("", locked), run("", allowed), synced(),
		query("COPY wares TO STDOUT"), query("COPY secrets FROM STDIN"), data("1\tone\n"), copyDone(),
		query("BEGIN;COPY wares FROM STDIN"), data("2\ttwo\n"), data(strings.Repeat("3\tthree\n", 20)), copyDone(), query("ROLLBACK"),
		parse("q", locked), flushed(), bind("", "q"), execute(""), synced(),
		query(allowed+";"+denied+";"+allowed), query(""), closing("S", "p"), synced(),
		query("SELECT '"+strings.Repeat("x", 300)+"'"), message('X'),
	)
}

// play writes the pieces one after the other and returns all that comes back.
func play(t *testing.T, r *raw, pieces [][]byte) []string {
	t.Helper()
	written := make(chan error, 1)
	go func() {
		for _, p := range pieces {
			if _, err := r.conn.Write(p); err != nil {
				written <- err
				return
			}
			if len(pieces) == 2 {
				time.Sleep(200 * time.Microsecond) // so that the two arrive apart
			}
		}
		written <- nil
	}()
	var got []string
	for {
		m, err := r.read()
		if err != nil {
			break
		}
		got = append(got, r.show(m))
	}
	if err := <-written; err != nil {
		t.Errorf("write: %v, after\n\t%s", err, strings.Join(got, "\n\t"))
	}
	return got
}

// TestEveryCutIsAnsweredAlike cuts a conversation in two at every byte, and
// into single bytes: the answers are always the same.
func TestEveryCutIsAnsweredAlike(t *testing.T) {
	server, scope := shop(t)
	g := newGate(t, server)
	all := recorded()
	want := play(t, g.connect(t, scope), [][]byte{all})
	refusals := 0
	for _, m := range want {
		if strings.HasSuffix(m, "C42501") {
			refusals++
		}
	}
	if refusals != 5 || want[len(want)-1] != `Z "I"` {
		t.Fatalf("%d refusals:\n\t%s", refusals, strings.Join(want, "\n\t"))
	}
	same := func(name string, at int, pieces [][]byte) {
		t.Helper()
		r := g.connect(t, scope)
		defer r.conn.Close()
		if got := play(t, r, pieces); !slices.Equal(got, want) {
			t.Fatalf("%s %d:\n\t%s\nin one piece\n\t%s", name, at, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
		}
	}
	same("one byte at a time", 1, chunks(all, 1))
	same("pieces of", 7, chunks(all, 7))
	step := 1
	if testing.Short() {
		step = 13
	}
	for at := 1; at < len(all); at += step {
		same("cut at", at, [][]byte{all[:at], all[at:]})
	}
}

func chunks(b []byte, n int) [][]byte {
	return slices.Collect(slices.Chunk(bytes.Clone(b), n))
}
