package registry

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// damage copies a store and has its one file of messages altered.
func damage(t *testing.T, dir string, alter func([]byte) []byte) (copied string) {
	t.Helper()
	copied = filepath.Join(t.TempDir(), "state")
	check(t, os.CopyFS(copied, os.DirFS(dir)))
	blocks := 0
	check(t, filepath.WalkDir(copied, func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".blk" {
			return err
		}
		blocks++
		raw, err := os.ReadFile(path)
		check(t, err)
		return os.WriteFile(path, alter(raw), 0o600)
	}))
	if blocks != 1 {
		t.Fatalf("%d files of messages", blocks)
	}
	return copied
}

// A store that has lost a revocation does not bring its token back to life.
func TestDamagedStoreIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	r := mustOpen(t, Options{Dir: dir})
	check(t, r.Add(record("a")))
	revoke(t, r, Revocation{ID: "a"})
	revoke(t, r, Revocation{ID: "a"}) // as good as the first
	check(t, r.Close())
	whole := func(b []byte) []byte { return b }
	for name, alter := range map[string]func([]byte) []byte{
		"a bit": func(b []byte) []byte { b[bytes.LastIndex(b, []byte("revoked"))+60] ^= 1; return b },
		"end":   func(b []byte) []byte { return b[:bytes.LastIndex(b, []byte("revoked"))-20] },
		"all":   func([]byte) []byte { return nil },
	} {
		again, err := Open(Options{Dir: damage(t, dir, alter)})
		if err == nil {
			t.Errorf("%s: opened; is the token revoked: %v", name, again.Revoked("a"))
			check(t, again.Close())
		} else if !errors.Is(err, errDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	again := mustOpen(t, Options{Dir: damage(t, dir, whole)})
	if !again.Revoked("a") {
		t.Error("a whole store has lost the revocation")
	}
	raw, err := os.ReadFile(filepath.Join(dir, witnessFile))
	check(t, err)
	if n := bytes.Count(raw, []byte("\n")); n != 1 {
		t.Errorf("%d lines of one revocation", n)
	}
}

// What has ended is not missed.
func TestWitnessForgets(t *testing.T) {
	dir := t.TempDir()
	now := time.Now()
	var w witness
	_, err := w.open(dir, now)
	check(t, err)
	for rev, ends := range []time.Time{now.Add(-time.Hour), now.Add(time.Hour)} {
		check(t, w.add(testimony{Key: "id.a", Rev: uint64(rev) + 1, Ends: ends}))
	}
	_, err = w.file.WriteString(`{"key":"id.b","re`) // torn by a power cut
	check(t, err)
	check(t, w.close())
	for range 2 {
		list, err := w.open(dir, now)
		check(t, err)
		if len(list) != 1 || list[0].Rev != 2 {
			t.Errorf("%+v", list)
		}
		check(t, w.close())
	}
}
