package audit

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestQuickWritesAppend(t *testing.T) {
	path := filepath.Join(t.TempDir(), "segment")
	f, err := openAppend(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"one\n", "two\n"} {
		if n, err := f.(diskFile).writeQuick([]byte(p)); n != len(p) || err != nil {
			t.Fatal(n, err)
		}
	}
	if content, err := os.ReadFile(path); string(content) != "one\ntwo\n" || err != nil {
		t.Errorf("%q, %v", content, err)
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer full.Close()
	if n, err := (diskFile{full}).writeQuick([]byte("x")); n != 0 || !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("a full disk: %d, %v", n, err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := f.(diskFile).writeQuick([]byte("x")); err == nil {
		t.Error("a closed file was written to")
	}
}

// slowFile counts how it is written to.
type slowFile struct {
	file
	quick, patient int
}

func (f *slowFile) Write(p []byte) (int, error) { f.patient++; return len(p), nil }

func (f *slowFile) writeQuick(p []byte) (int, error) {
	f.quick++
	time.Sleep(2 * slowWrite)
	return len(p), nil
}

// A slow disk is waited for by those alone whose lines it takes.
func TestSlowDiskIsWaitedForPatiently(t *testing.T) {
	f := &slowFile{}
	s := &segment{file: f}
	for range patience + 2 {
		if n, err := s.append([]byte("line")); n != 4 || err != nil {
			t.Fatal(n, err)
		}
	}
	if f.quick != 2 || f.patient != patience {
		t.Errorf("%d quick writes and %d patient ones", f.quick, f.patient)
	}
}
