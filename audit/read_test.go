package audit

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// sampleLog writes every sample event, a minute apart, over several segments.
func sampleLog(t testing.TB) (dir string, events []*Event) {
	dir = newDir(t)
	l := open(t, dir, Options{SegmentBytes: 1000})
	for i, e := range samples() {
		e.Time = testTime.Add(time.Duration(i) * time.Minute)
		if err := l.Write(e); err != nil {
			t.Fatal(err)
		}
		events = append(events, e)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, events
}

func TestFilters(t *testing.T) {
	dir, events := sampleLog(t)
	at := func(i int) time.Time { return testTime.Add(time.Duration(i) * time.Minute) }
	for _, c := range []struct {
		name   string
		filter Filter
		want   string
	}{
		{"all", Filter{}, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24"},
		{"event", Filter{Event: "statement.denied"}, "16"},
		{"event prefix", Filter{Event: "statement."}, "14 15 16 17 18"},
		{"event is no substring", Filter{Event: "statement"}, ""},
		{"sub", Filter{Sub: "ana", Event: "token."}, "4 5 6 7 8 9"},
		{"sub as user", Filter{Sub: "bob"}, "11"},
		{"sub is not any value", Filter{Sub: "shop"}, ""},
		{"token", Filter{Token: "t-1", Event: "token."}, "4 7 8 9"},
		{"session", Filter{Session: "s-2"}, "5"},
		{"upstream", Filter{Upstream: "shop", Event: "statement.denied"}, "16"},
		{"other upstream", Filter{Upstream: "nowhere"}, ""},
		{"object", Filter{Object: "public.orders"}, "14"},
		{"object is no prefix", Filter{Object: "public.order"}, ""},
		{"function", Filter{Object: "public.f()"}, "14"},
		{"schema", Filter{Object: "public.*"}, "14"},
		{"schema is no prefix", Filter{Object: "pub.*"}, ""},
		{"since", Filter{Since: at(13)}, "14 15 16 17 18 19 20 21 22 23 24"},
		{"until", Filter{Until: at(2)}, "1 2"},
		{"window", Filter{Since: at(2), Until: at(4)}, "3 4"},
	} {
		var got []string
		collect := func(r *Record) error {
			got = append(got, fmt.Sprint(r.Seq))
			if r.Event != events[r.Seq-1].Event {
				t.Errorf("%s: record %d is %s", c.name, r.Seq, r.Event)
			}
			return nil
		}
		if err := Search(dir, c.filter, collect); err != nil {
			t.Fatal(err)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: found %v, want %s", c.name, got, c.want)
		}
		got = nil
		last, err := Tail(dir, 2, c.filter, collect)
		if err != nil || last != uint64(len(events)) {
			t.Errorf("%s: tail ends at %d, %v", c.name, last, err)
		}
		want := strings.Fields(c.want)
		if want = want[max(0, len(want)-2):]; !slices.Equal(got, want) {
			t.Errorf("%s: tail found %v, want %v", c.name, got, want)
		}
	}
}

func TestSearchStopsAndFails(t *testing.T) {
	dir, events := sampleLog(t)
	n := 0
	if err := Search(dir, Filter{}, func(*Record) error { n++; return ErrStop }); err != nil || n != 1 {
		t.Errorf("stopped after %d: %v", n, err)
	}
	wrong := errors.New("wrong")
	if err := Search(dir, Filter{}, func(*Record) error { return wrong }); err != wrong {
		t.Errorf("%v", err)
	}
	if err := Search(dir+"/missing", Filter{}, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if last, err := Tail(dir, 0, Filter{}, nil); err != nil || last != uint64(len(events)) {
		t.Errorf("the last line is %d, %v", last, err)
	}
}

func TestBadLineIsReportedAndDoesNotHideOthers(t *testing.T) {
	dir, events := sampleLog(t)
	path := segmentPath(dir, 1)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.IndexByte(text, '\n')
	text[end-1] = '!'
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	n := 0
	err = Search(dir, Filter{}, func(*Record) error { n++; return nil })
	if n != len(events)-1 || err == nil || !strings.Contains(err.Error(), path+" at byte 0") {
		t.Errorf("%d records, %v", n, err)
	}
}

// A follower sees every line once and in order: over segments, from the
// middle, before the log exists, and past pieces of lines.
func TestFollow(t *testing.T) {
	const n, after = 300, 17
	dir := newDir(t)
	seen := make(chan uint64, n)
	result := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() {
		result <- Follow(ctx, dir, after, Filter{}, func(r *Record) error {
			seen <- r.Seq
			return nil
		})
	}()
	d := &disk{room: plenty}
	l := open(t, dir, Options{SegmentBytes: 4000, open: d.open, retry: quick})
	for i := range uint64(n) {
		if i%50 == 49 { // leave a piece of a line at the end of a segment
			d.set(func() { d.room, d.noTruncate = 100, true })
			if err := l.Write(allowed("s", i+1)); err == nil {
				t.Fatal("written on a full disk")
			}
			d.set(func() { d.room, d.noTruncate = plenty, false })
			eventually(t, "healthy again", l.Healthy)
		}
		if err := l.Write(allowed("s", i+1)); err != nil {
			t.Fatal(err)
		}
		if i > after && i%10 == 0 {
			for want := i - 9; want <= i; want++ {
				if want > after {
					expect(t, seen, result, want)
				}
			}
		}
	}
	for want := uint64(n - 9); want <= n; want++ {
		expect(t, seen, result, want)
	}
	cancel()
	if err := <-result; err != nil {
		t.Error(err)
	}
	if len(seen) > 0 {
		t.Errorf("seen again: %d", <-seen)
	}
}

func expect(t *testing.T, seen chan uint64, result chan error, want uint64) {
	t.Helper()
	select {
	case got := <-seen:
		if got != want {
			t.Fatalf("saw %d where %d was due", got, want)
		}
	case err := <-result:
		t.Fatalf("following ended before %d: %v", want, err)
	}
}

func TestBackwardReadsWhatForwardReads(t *testing.T) {
	for _, size := range []int{1, 100, backwardBlock - 1, backwardBlock, backwardBlock + 1, 3 * backwardBlock} {
		for _, tail := range []string{"", "torn"} {
			var text []byte
			var want []string
			for i := range 5 {
				line := strings.Repeat(fmt.Sprint(i), size*i)
				want = append(want, line)
				text = append(append(text, line...), '\n')
			}
			text = append(text, tail...)
			var got []string
			err := backward(bytes.NewReader(text), int64(len(text)), func(line []byte) bool {
				got = append(got, string(line))
				return true
			})
			slices.Reverse(got)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("size %d, tail %q: %d lines, %v", size, tail, len(got), err)
			}
		}
	}
}

func FuzzReadLine(f *testing.F) {
	for _, e := range samples() {
		f.Add(encodeLine(e))
	}
	f.Add([]byte(`{"seq":1,"dropped":2,"time":"2026-02-03T03:05:06.000007Z","event":"x"}`))
	f.Add([]byte("{\"seq\":\n\n{"))
	m := Filter{Sub: "ana", Object: "public.*", Event: "statement."}.compile()
	f.Fuzz(func(t *testing.T, text []byte) {
		var lines []string
		if err := backward(bytes.NewReader(text), int64(len(text)), func(line []byte) bool {
			lines = append(lines, string(line))
			h, ok := parseHeader(line)
			statementKey(line)
			r, err := ParseLine(bytes.Clone(line))
			if err != nil {
				return true
			}
			if !ok {
				t.Fatalf("decoded without a header: %q", line)
			}
			m.maybe(h, line)
			m.match(r)
			for _, c := range Format(r, false) {
				if hazardous(c) {
					t.Fatalf("%U shown for %q", c, line)
				}
			}
			return true
		}); err != nil {
			t.Fatal(err)
		}
		slices.Reverse(lines)
		whole := strings.Split(string(text), "\n")
		if whole = whole[:len(whole)-1]; !slices.Equal(lines, whole) {
			t.Fatalf("%q read backward as %q", text, lines)
		}
	})
}

func BenchmarkSearch(b *testing.B) {
	dir := newDir(b)
	l := open(b, dir, Options{})
	for i := range 20_000 {
		l.Append(allowed(fmt.Sprintf("s%d", i%100), uint64(i+1)))
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(segmentPath(dir, 1))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	for b.Loop() {
		n := 0
		if err := Search(dir, Filter{Session: "s7"}, func(*Record) error { n++; return nil }); err != nil || n != 200 {
			b.Fatalf("%d found, %v", n, err)
		}
	}
}
