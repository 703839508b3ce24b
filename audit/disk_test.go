package audit

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"
)

// volatile is a disk that forgets at a power cut what was not synced: the
// bytes of files, and the names of new ones.
type volatile struct {
	mu     sync.Mutex
	synced map[string]int64 // bytes of a file that would be there; by path
	named  map[string]bool  // files whose names would be there
	off    bool             // the power is gone
	fails  bool             // Sync fails
}

type volatileFile struct {
	*volatile
	path string
	f    file
	size int64
}

func (v *volatile) open(path string) (file, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.off {
		return nil, syscall.EIO
	}
	f, err := openAppend(path)
	if err != nil {
		return nil, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	return &volatileFile{v, path, f, info.Size()}, nil
}

func (v *volatile) syncDir(dir string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.off {
		return syscall.EIO
	}
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		v.named[filepath.Join(dir, e.Name())] = true
	}
	return err
}

func (f *volatileFile) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.off {
		return 0, syscall.EIO
	}
	n, err := f.f.Write(p)
	f.size += int64(n)
	return n, err
}

func (f *volatileFile) Truncate(size int64) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.off {
		return syscall.EIO
	}
	f.size = size
	f.synced[f.path] = min(f.synced[f.path], size)
	return f.f.Truncate(size)
}

func (f *volatileFile) Sync() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.off || f.fails {
		return syscall.EIO
	}
	f.synced[f.path] = f.size
	return nil
}

func (f *volatileFile) Close() error { return f.f.Close() }

// cut is the power cut: nothing is written from now on, and what a machine
// would find afterwards is left in dir. Of what was not synced a random part
// is there.
func (v *volatile) cut(t *testing.T, dir string, rnd *rand.Rand) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.off = true
	files, err := filepath.Glob(filepath.Join(dir, "*"+segmentSuffix))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if !v.named[path] {
			err = os.Remove(path)
		} else if info, err2 := os.Stat(path); err2 == nil {
			err = os.Truncate(path, v.synced[path]+rnd.Int64N(info.Size()-v.synced[path]+1))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// What Write returned for is there after a power cut (P1 with durability
// disk), whatever the disk kept of the rest.
func TestPowerCut(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	for range 20 {
		powerCut(t, rnd)
	}
}

func powerCut(t *testing.T, rnd *rand.Rand) {
	s, _ := keys(t)
	v := &volatile{synced: map[string]int64{}, named: map[string]bool{}}
	dir := newDir(t)
	l := open(t, dir, Options{
		Disk: true, Signer: s, SegmentBytes: 16 << 10, open: v.open, syncDir: v.syncDir, retry: time.Hour,
	})
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			name := fmt.Sprintf("s%d", n)
			for id := uint64(1); l.Write(allowed(name, id)) == nil; id++ {
				mu.Lock()
				acknowledged[fmt.Sprintf("%s/%d", name, id)] = true
				mu.Unlock()
				l.Append(finished(name, id))
			}
		})
	}
	time.Sleep(time.Duration(rnd.IntN(30)) * time.Millisecond)
	v.cut(t, dir, rnd)
	wg.Wait()
	_ = l.Close()
	again := open(t, dir, Options{Signer: s})
	if err := again.Close(); err != nil {
		t.Fatal(err)
	}
	for _, r := range all(t, dir) {
		delete(acknowledged, fmt.Sprintf("%s/%d", r.Session, r.ID))
	}
	for key := range acknowledged {
		t.Errorf("%s was acknowledged, and the power cut took it", key)
	}
}

// A disk that fails to sync gets nothing forwarded, and the log comes back
// when it does.
func TestSyncThatFails(t *testing.T) {
	v := &volatile{synced: map[string]int64{}, named: map[string]bool{}}
	dir := newDir(t)
	l := open(t, dir, Options{Disk: true, open: v.open, syncDir: v.syncDir, retry: quick})
	if err := l.Write(allowed("s", 1)); err != nil {
		t.Fatal(err)
	}
	v.mu.Lock()
	v.fails = true
	v.mu.Unlock()
	if err := l.Write(allowed("s", 2)); err == nil {
		t.Fatal("acknowledged what may not be on disk")
	}
	v.mu.Lock()
	v.fails = false
	v.mu.Unlock()
	eventually(t, "healthy again", l.Healthy)
	if err := l.Write(allowed("s", 3)); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	var ids []uint64
	for _, r := range all(t, dir) {
		ids = append(ids, r.ID)
	}
	if fmt.Sprint(ids) != "[1 3]" {
		t.Errorf("the log has %v", ids)
	}
}
