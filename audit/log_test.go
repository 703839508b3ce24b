package audit

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

func open(t testing.TB, dir string, opt Options) *Log {
	t.Helper()
	opt.Cluster, opt.Node = "c", "n"
	l, err := Open(dir, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func newDir(t testing.TB) string { return filepath.Join(t.TempDir(), "audit") }

// all reads the log and checks that it has no gap and every line is sound.
func all(t testing.TB, dir string) []*Record {
	t.Helper()
	var list []*Record
	s := schema(t)
	err := Search(dir, Filter{}, func(r *Record) error {
		validate(t, s, append(r.Line, '\n'))
		if want := uint64(len(list) + 1); r.Seq != want {
			t.Fatalf("seq %d where %d was due", r.Seq, want)
		}
		list = append(list, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func allowed(session string, id uint64) *Event {
	o := testOrigin
	o.Session = session
	return &Event{Event: StatementAllowed, Subject: NewSubject(o), ID: id, Statement: []byte("SELECT 1"), Rule: "grant"}
}

func finished(session string, id uint64) *Event {
	e := allowed(session, id)
	return &Event{Event: StatementFinished, Subject: e.Subject, ID: id, Rows: 1}
}

func TestConcurrentWritersKeepOrderAndNumbers(t *testing.T) {
	dir := newDir(t)
	var mu sync.Mutex
	events, writes := 0, 0
	l := open(t, dir, Options{SegmentBytes: 64 << 10, OnWrite: func(_ time.Duration, bytes, n int, err error) {
		mu.Lock()
		defer mu.Unlock()
		if err != nil || bytes <= 0 {
			t.Errorf("write of %d bytes: %v", bytes, err)
		}
		events, writes = events+n, writes+1
	}})
	const sessions, each = 32, 100
	var wg sync.WaitGroup
	for s := range sessions {
		wg.Go(func() {
			name := fmt.Sprintf("s%d", s)
			for i := range uint64(each) {
				if err := l.Write(allowed(name, i+1)); err != nil {
					t.Error(err)
				}
				l.Append(finished(name, i+1))
			}
		})
	}
	wg.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	type progress struct{ allowed, finished uint64 }
	at := map[string]*progress{}
	for _, r := range all(t, dir) {
		p := at[r.Session]
		if p == nil {
			p = &progress{}
			at[r.Session] = p
		}
		switch r.Event {
		case StatementAllowed:
			p.allowed++
			if r.ID != p.allowed || p.finished != p.allowed-1 {
				t.Fatalf("session %s: statement %d allowed after %+v", r.Session, r.ID, *p)
			}
		case StatementFinished:
			p.finished++
			if r.ID != p.finished {
				t.Fatalf("session %s: statement %d finished after %+v", r.Session, r.ID, *p)
			}
		}
	}
	for s, p := range at {
		if p.allowed != each || p.finished != each {
			t.Errorf("session %s: %+v", s, *p)
		}
	}
	if len(at) != sessions || events != 2*sessions*each || writes > events {
		t.Errorf("%d sessions, %d events in %d writes", len(at), events, writes)
	}
	if list, _ := segments(dir); len(list) < 3 {
		t.Errorf("%d segments: rotation was not exercised", len(list))
	}
}

func TestOutcomeIsWrittenWithoutAWrite(t *testing.T) {
	dir := newDir(t)
	l := open(t, dir, Options{})
	ctx := t.Context()
	l.Append(finished("s", 1))
	err := Follow(ctx, dir, 0, Filter{}, func(r *Record) error {
		if r.Event != StatementFinished {
			t.Errorf("%s", r.Line)
		}
		return ErrStop
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestPermissionsAndLock(t *testing.T) {
	dir := newDir(t)
	l := open(t, dir, Options{})
	for path, want := range map[string]os.FileMode{dir: 0o700, segmentPath(dir, 1): 0o600, filepath.Join(dir, "lock"): 0o600} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %04o, want %04o", path, got, want)
		}
	}
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "in use") {
		t.Errorf("a second opening: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if err := l.Write(allowed("s", 1)); !errors.Is(err, ErrClosed) {
		t.Errorf("Write after Close: %v", err)
	}
	l.Append(finished("s", 1))
	if err := os.Chmod(dir, 0o750); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "chmod 700") {
		t.Errorf("opening a readable directory: %v", err)
	}
}

// A crash may leave any prefix of what was written. Each is repaired, and the
// numbers go on from its last whole line.
func TestTornTailIsRepaired(t *testing.T) {
	dir := newDir(t)
	l := open(t, dir, Options{})
	for i := range uint64(3) {
		if err := l.Write(allowed("s", i+1)); err != nil {
			t.Fatal(err)
		}
	}
	l.Append(finished("s", 2))
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(segmentPath(dir, 1))
	if err != nil {
		t.Fatal(err)
	}
	for n := range len(whole) + 1 {
		if n%5 != 0 && n < len(whole)-5 {
			continue // each start syncs the disk: enough is enough
		}
		dir := newDir(t)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(segmentPath(dir, 1), whole[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		lines := bytes.Count(whole[:n], []byte{'\n'})
		torn := n - bytes.LastIndexByte(whole[:n], '\n') - 1
		l, err := Open(dir, Options{})
		if err != nil {
			t.Fatalf("cut at %d: %v", n, err)
		}
		unknown := min(lines, 3)
		if lines == 4 {
			unknown = 2
		}
		if got := l.Recovered(); got != (Recovery{Last: uint64(lines), Torn: int64(torn), Unknown: unknown}) {
			t.Fatalf("cut at %d: %+v, want %d lines, %d torn, %d unknown", n, got, lines, torn, unknown)
		}
		if err := l.Write(&Event{Event: ServerStarted}); err != nil {
			t.Fatal(err)
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		if n%65 == 0 || n == len(whole) {
			if got := len(all(t, dir)); got != lines+unknown+1 {
				t.Fatalf("cut at %d: %d lines", n, got)
			}
		}
	}
}

func TestUnknownOutcomes(t *testing.T) {
	dir := newDir(t)
	run := func(events ...*Event) Recovery {
		l, err := Open(dir, Options{SegmentBytes: 1500})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if err := l.Write(e); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		return l.Recovered()
	}
	started, stopped := &Event{Event: ServerStarted}, &Event{Event: ServerStopped}
	run(started, allowed("a", 1), allowed("b", 1), finished("a", 1), allowed("a", 2), finished("b", 1), allowed("c", 11))
	if got := run(); got.Unknown != 2 { // dies before it could say that it started
		t.Errorf("%+v", got)
	}
	if got := run(started, allowed("d", 1), stopped); got.Unknown != 0 {
		t.Errorf("the records just written are counted again: %+v", got)
	}
	if got := run(); got.Unknown != 0 {
		t.Errorf("behind a clean stop: %+v", got)
	}
	var found []string
	for _, r := range all(t, dir) {
		if r.Outcome == OutcomeUnknown {
			found = append(found, fmt.Sprintf("%s/%d %s@%s", r.Session, r.ID, r.Token.Sub, r.Upstream))
		}
	}
	if got := strings.Join(found, ", "); got != "a/2 ana@shop, c/11 ana@shop" {
		t.Errorf("closed as unknown: %s", got)
	}
}

func TestForeignLastLineIsNotBuiltUpon(t *testing.T) {
	for _, content := range []string{"hello\n", `{"seq":3,"time":"x","event":"y"}` + "\n", "\n"} {
		dir := newDir(t)
		if err := os.MkdirAll(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(segmentPath(dir, 7), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(dir, Options{}); err == nil || !strings.Contains(err.Error(), "evidence") {
			t.Errorf("%q: %v", content, err)
		}
	}
}

func TestWriteDoesNotAllocate(t *testing.T) {
	l := open(t, newDir(t), Options{})
	e := allowed("s", 1)
	if n := testing.AllocsPerRun(200, func() {
		if err := l.Write(e); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations a Write", n)
	}
}

func BenchmarkWrite(b *testing.B) {
	for _, n := range []int{1, 8, 64} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			l := open(b, newDir(b), Options{SegmentBytes: 64 << 20})
			b.ReportAllocs()
			var wg sync.WaitGroup
			for s := range n {
				intent, outcome := allowed(fmt.Sprint(s), 1), finished(fmt.Sprint(s), 1)
				count := b.N / n
				if s == 0 {
					count += b.N % n
				}
				wg.Go(func() {
					for range count {
						if err := l.Write(intent); err != nil {
							b.Error(err)
						}
						l.Append(outcome)
					}
				})
			}
			wg.Wait()
		})
	}
}

// While the registry is lost every record says so.
func TestLostRegistryIsMarked(t *testing.T) {
	dir := newDir(t)
	lost := false
	l, err := Open(dir, Options{Lost: func(time.Time) bool { return lost }})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range []Event{{Event: ServerStarted}, {Event: NodeFenced, Reason: "lost"}, {Event: NodeCaughtUp}} {
		lost = e.Event == NodeFenced
		if err := l.Write(&e); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	var marks []string
	for _, r := range all(t, dir) {
		marks = append(marks, r.Registry)
		validate(t, schema(t), append(r.Line, '\n'))
	}
	if got := strings.Join(marks, ","); got != ",lost," {
		t.Errorf("marked %q", got)
	}
}
