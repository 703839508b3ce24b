package audit

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// disk is a file system with faults. Its room is shared by all files.
type disk struct {
	mu         sync.Mutex
	room       int  // bytes that writes may still take
	noTruncate bool // Truncate fails
	noOpen     bool // opening fails
}

type faultyFile struct {
	*disk
	f file
}

func (d *disk) open(path string) (file, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.noOpen {
		return nil, syscall.EMFILE
	}
	f, err := openAppend(path)
	return &faultyFile{d, f}, err
}

func (d *disk) set(change func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	change()
}

func (f *faultyFile) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := min(f.room, len(p))
	f.room -= n
	if _, err := f.f.Write(p[:n]); err != nil {
		return 0, err
	}
	if n < len(p) {
		return n, syscall.ENOSPC
	}
	return n, nil
}

func (f *faultyFile) Truncate(size int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.noTruncate {
		return syscall.EIO
	}
	return f.f.Truncate(size)
}

func (f *faultyFile) Sync() error  { return f.f.Sync() }
func (f *faultyFile) Close() error { return f.f.Close() }

const (
	plenty = 1 << 40
	quick  = time.Millisecond
)

// eventually waits for what must come; the test's own deadline is the limit.
func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for !ok() {
		if t.Context().Err() != nil {
			t.Fatalf("never: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}

// The disk fills up here and there in a line. A write that failed
// leaves nothing behind, one that succeeded is there, and the log comes back
// by itself.
func TestDiskFull(t *testing.T) {
	size := len(encodeLine(allowed("s", 1)))
	for room := 0; room <= 2*size; room += 53 {
		for _, noTruncate := range []bool{false, true} {
			d := &disk{room: plenty}
			dir := newDir(t)
			l := open(t, dir, Options{open: d.open, retry: quick})
			want := 0
			d.set(func() { d.room, d.noTruncate = room, noTruncate })
			for i := range uint64(3) {
				if err := l.Write(allowed("s", i+1)); err == nil {
					want++
				} else if !errors.Is(err, syscall.ENOSPC) && !(noTruncate && errors.Is(err, syscall.EIO)) {
					t.Fatal(err) // EIO is what an attempt to recover in between may end with
				}
			}
			if l.Healthy() {
				t.Fatal("healthy on a full disk")
			}
			d.set(func() { d.room, d.noTruncate = plenty, false })
			eventually(t, "healthy again", l.Healthy)
			if err := l.Write(allowed("s", 9)); err != nil {
				t.Fatal(err)
			}
			if err := l.Close(); err != nil {
				t.Fatal(err)
			}
			if got := len(all(t, dir)); got != want+1 {
				t.Fatalf("room %d: %d lines, %d writes succeeded", room, got, want+1)
			}
			if l, err := Open(dir, Options{}); err != nil || l.Recovered().Last != uint64(want+1) {
				t.Fatalf("room %d: opened again: %v", room, err)
			} else {
				l.Close()
			}
			if got := len(all(t, dir)); got != 2*(want+1) { // each got its unknown end
				t.Fatalf("room %d: %d lines after a restart", room, got)
			}
		}
	}
}

// Many sessions on a disk that fills and empties: every acknowledged line is
// there, none that was refused is, and outcomes survive.
func TestNothingAcknowledgedIsLost(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	d := &disk{room: plenty}
	dir := newDir(t)
	l := open(t, dir, Options{open: d.open, retry: quick, SegmentBytes: 32 << 10})
	var acknowledged sync.Map
	var refused atomic.Int64
	var wg sync.WaitGroup
	done := make(chan struct{})
	for s := range 16 {
		wg.Go(func() {
			name := fmt.Sprintf("s%d", s)
			for id := uint64(1); ; id++ {
				select {
				case <-done:
					return
				default:
				}
				if err := l.Write(allowed(name, id)); err != nil {
					refused.Add(1)
					time.Sleep(time.Millisecond)
					continue
				}
				acknowledged.Store(fmt.Sprintf("%s/%d", name, id), true)
				l.Append(finished(name, id))
			}
		})
	}
	for range 5 {
		d.set(func() { d.room = rnd.IntN(100_000); d.noTruncate = rnd.IntN(2) == 0 })
		eventually(t, "failed", func() bool { return !l.Healthy() })
		d.set(func() { d.room, d.noTruncate = plenty, false })
		eventually(t, "healthy again", l.Healthy)
	}
	close(done)
	wg.Wait()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, r := range all(t, dir) {
		if r.Dropped != 0 {
			t.Fatalf("dropped %d", r.Dropped)
		}
		key := fmt.Sprintf("%s/%d", r.Session, r.ID)
		if _, ok := acknowledged.LoadAndDelete(key); ok {
			count[key] = 0
		} else if r.Event == StatementAllowed {
			t.Fatalf("%s was refused and is in the log", key)
		}
		count[key]++
	}
	acknowledged.Range(func(key, _ any) bool {
		t.Errorf("%s was acknowledged and is not in the log", key)
		return true
	})
	for key, n := range count {
		if n != 2 {
			t.Fatalf("%s has %d records", key, n)
		}
	}
	if refused.Load() == 0 {
		t.Error("no write failed: nothing was tested")
	}
}

func TestOutcomesBeyondTheBacklogAreCounted(t *testing.T) {
	d := &disk{room: plenty}
	dir := newDir(t)
	l := open(t, dir, Options{open: d.open, retry: quick})
	if err := l.Write(allowed("s", 1)); err != nil {
		t.Fatal(err)
	}
	d.set(func() { d.room, d.noOpen = 0, true })
	if err := l.Write(allowed("s", 2)); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	e := finished("s", 1)
	e.Reason = strings.Repeat("x", 100_000)
	const n = 60 // 6 MB
	for range n {
		l.Append(e)
	}
	if err := l.Write(allowed("s", 3)); err == nil {
		t.Fatal("written without a segment")
	}
	d.set(func() { d.room, d.noOpen = plenty, false })
	eventually(t, "healthy again", l.Healthy)
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	list := all(t, dir)
	dropped := 0
	for _, r := range list {
		dropped += int(r.Dropped)
	}
	if kept := len(list) - 1; dropped == 0 || dropped+kept != n || list[1].Dropped == 0 || kept < maxBacklog/101_000 {
		t.Errorf("%d dropped, %d kept of %d", dropped, kept, n)
	}
}

func TestRotationThatFailsGoesOnWithTheOldSegment(t *testing.T) {
	d := &disk{room: plenty}
	dir := newDir(t)
	l := open(t, dir, Options{open: d.open, SegmentBytes: 1})
	for i := range uint64(6) {
		d.set(func() { d.noOpen = i == 2 })
		if err := l.Write(allowed("s", i+1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got := len(all(t, dir)); got != 6 {
		t.Errorf("%d lines", got)
	}
	list, err := segments(dir)
	if err != nil || len(list) < 2 || len(list) > 5 {
		t.Errorf("segments %v, %v", list, err)
	}
}

func TestCloseSaysWhatIsMissing(t *testing.T) {
	d := &disk{room: plenty}
	l := open(t, newDir(t), Options{open: d.open, retry: quick})
	d.set(func() { d.room = 10 })
	l.Append(finished("s", 1))
	if err := l.Close(); err == nil || !strings.Contains(err.Error(), "1 outcomes") || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("%v", err)
	}
}

func TestOpenFailsWhereNothingCanBeWritten(t *testing.T) {
	d := &disk{noOpen: true}
	dir := newDir(t)
	if _, err := Open(dir, Options{open: d.open, retry: quick}); !errors.Is(err, syscall.EMFILE) {
		t.Errorf("%v", err)
	}
	if l, err := Open(dir, Options{}); err != nil { // the lock is free again
		t.Error(err)
	} else {
		l.Close()
	}
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}
