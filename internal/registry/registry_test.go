package registry

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func clock(t *time.Time) func() time.Time { return func() time.Time { return *t } }

func record(id string) Record {
	return Record{
		ID: id, Subject: "ana", Family: id, Scope: "shop/public.orders:select", Source: []string{"10.0.0.0/8"},
		IssuedAt: start, ExpiresAt: start.Add(15 * time.Minute), IssuedBy: "root",
	}
}

func mustOpen(t testing.TB, dir string, now time.Time) *Registry {
	t.Helper()
	r, err := open(dir, clock(&now))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestRecordsAndRevocationsSurvive(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	r := mustOpen(t, dir, start)
	for _, id := range []string{"b", "a", "c"} {
		check(t, r.Add(record(id)))
	}
	if r.Revoked("a") || !r.Revoked("unknown") || r.Epoch() != 0 {
		t.Error("before any revocation")
	}
	check(t, r.Revoke("a", "root", start.Add(time.Second)))
	check(t, r.Revoke("a", "other", start.Add(time.Minute)))
	if !r.Revoked("a") || r.Revoked("b") || r.Epoch() != 1 {
		t.Error("after one revocation, repeated")
	}
	want := r.List()
	check(t, r.Close())

	again := mustOpen(t, dir, start)
	if got := again.List(); !reflect.DeepEqual(got, want) || len(got) != 3 || got[0].ID != "a" {
		t.Fatalf("got %+v\nwant %+v", got, want)
	}
	rec, err := again.Get("a")
	if err != nil || !rec.RevokedAt.Equal(start.Add(time.Second)) || rec.RevokedBy != "root" || !again.Revoked("a") {
		t.Errorf("got %+v, %v", rec, err)
	}
}

func TestFilesArePrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	r := mustOpen(t, dir, start)
	check(t, r.Add(record("a")))
	entries, err := os.ReadDir(dir)
	check(t, err)
	if len(entries) != 2 {
		t.Errorf("files %v", entries)
	}
	for _, e := range entries {
		if info, err := e.Info(); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v, %v", e.Name(), info.Mode(), err)
		}
	}
}

func TestErrors(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	r := mustOpen(t, dir, start)
	check(t, r.Add(record("a")))
	if err := r.Add(record("a")); !errors.Is(err, ErrDuplicate) {
		t.Errorf("added twice: %v", err)
	}
	if err := r.Revoke("x", "root", start); !errors.Is(err, ErrUnknown) || r.Epoch() != 0 {
		t.Errorf("revoked unknown: %v", err)
	}
	if _, err := r.Get("x"); !errors.Is(err, ErrUnknown) {
		t.Errorf("got unknown: %v", err)
	}
	for _, rec := range []Record{{}, {ID: "b"}, {ID: "b", ExpiresAt: start, RevokedAt: start}} {
		if err := r.Add(rec); err == nil {
			t.Errorf("added %+v", rec)
		}
	}
	if _, err := Open(dir); !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), dir) {
		t.Errorf("opened twice: %v", err)
	}
	check(t, r.Close())
	check(t, r.Close())
	if err := r.Add(record("b")); !errors.Is(err, ErrClosed) {
		t.Errorf("added after Close: %v", err)
	}
	if err := r.Revoke("a", "root", start); !errors.Is(err, ErrClosed) || !r.Revoked("a") {
		t.Errorf("revoked after Close: %v, revoked %v", err, r.Revoked("a"))
	}
	second, err := Open(dir)
	check(t, err)
	check(t, second.Close())
}

// Every cut of the journal opens, and holds exactly the changes whose line is
// whole.
func TestTornTail(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	r := mustOpen(t, dir, start)
	check(t, r.Add(record("a")))
	check(t, r.Add(record("b")))
	check(t, r.Revoke("a", "root", start))
	check(t, r.Close())
	path := filepath.Join(dir, journalName)
	data, err := os.ReadFile(path)
	check(t, err)
	for cut := range len(data) + 1 {
		check(t, os.WriteFile(path, data[:cut], 0o600))
		r, err := open(dir, func() time.Time { return start })
		if err != nil {
			t.Fatalf("cut at %d: %v", cut, err)
		}
		lines := bytes.Count(data[:cut], []byte("\n"))
		if len(r.List()) != min(lines, 2) || r.Revoked("a") != (lines == 0 || lines == 3) {
			t.Fatalf("cut at %d: %+v", cut, r.List())
		}
		check(t, r.Add(record("after")))
		check(t, r.Close())
		r = mustOpen(t, dir, start)
		if _, err := r.Get("after"); err != nil {
			t.Fatalf("cut at %d, then added: %v", cut, err)
		}
		check(t, r.Close())
	}
}

func TestDamageIsRefused(t *testing.T) {
	for _, line := range []string{
		"", "{}", "garbage", `{"add":{"id":"a"}}`, `{"revoke":{"id":"a","at":"2026-01-02T03:04:05Z","by":"x"}}`,
		`{"unknown":1}`, `{"add":null} {}`, `{"add":{"id":"a","exp":"2026-01-02T03:04:05Z"},"revoke":{"id":"a","at":"2026-01-02T03:04:05Z"}}`,
	} {
		dir := t.TempDir()
		check(t, os.WriteFile(filepath.Join(dir, journalName), []byte(line+"\n"), 0o600))
		for range 2 { // the refusal does not keep the lock
			if _, err := Open(dir); err == nil || !strings.Contains(err.Error(), "tokens.jsonl, line 1") {
				t.Errorf("%q: %v", line, err)
			}
		}
	}
}

func TestExpiredIsForgottenLate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	now := start
	r, err := open(dir, clock(&now))
	check(t, err)
	check(t, r.Add(record("old")))
	check(t, r.Revoke("old", "root", start))
	check(t, r.Close())

	end := record("old").ExpiresAt
	for _, c := range []struct {
		at   time.Time
		kept bool
	}{{end.Add(retention), true}, {end.Add(retention + 1), false}} {
		r := mustOpen(t, dir, c.at)
		if _, err := r.Get("old"); (err == nil) != c.kept || !r.Revoked("old") {
			t.Errorf("at %v: %v", c.at, err)
		}
		check(t, r.Close())
	}
}

func TestCompactsWhileRunning(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	now := start
	r, err := open(dir, clock(&now))
	check(t, err)
	defer r.Close()
	check(t, r.Add(record("old")))
	r.journal.appended = compactAfter - 1
	now = start.Add(48 * time.Hour)
	rec := record("new")
	rec.ExpiresAt = now.Add(time.Minute)
	check(t, r.Add(rec))
	check(t, r.Revoke("new", "root", now))
	data, err := os.ReadFile(filepath.Join(dir, journalName))
	check(t, err)
	if bytes.Contains(data, []byte(`"old"`)) || bytes.Count(data, []byte("\n")) != 2 {
		t.Errorf("journal:\n%s", data)
	}
	check(t, r.Close())
	again := mustOpen(t, dir, now)
	if rec, err := again.Get("new"); err != nil || !rec.Revoked() {
		t.Errorf("%+v, %v", rec, err)
	}
}

// A revocation that cannot be written counts all the same, says so, and is
// written when it is asked for again.
func TestRevocationOnAFullDisk(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	r := mustOpen(t, dir, start)
	check(t, r.Add(record("a")))
	good := r.journal.file
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	check(t, err)
	r.journal.file = full
	if err := r.Revoke("a", "root", start); err == nil || !r.Revoked("a") || r.Epoch() != 1 {
		t.Errorf("full disk: %v, revoked %v", err, r.Revoked("a"))
	}
	if err := r.Add(record("b")); err == nil || !r.Revoked("b") {
		t.Errorf("full disk: added, %v", err)
	}
	check(t, full.Close())
	r.journal.file, r.journal.broken = good, nil // /dev/full cannot be truncated, a file can
	check(t, r.Revoke("a", "root", start))
	check(t, r.Close())
	if again := mustOpen(t, dir, start); !again.Revoked("a") {
		t.Error("the revocation is not on disk")
	}
}

func TestConcurrentUse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	r := mustOpen(t, dir, start)
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 20 {
				id := fmt.Sprintf("%d-%d", g, i)
				if err := r.Add(record(id)); err != nil {
					t.Error(err)
				}
				before := r.Epoch()
				if err := r.Revoke(id, "root", start); err != nil || !r.Revoked(id) || r.Epoch() == before {
					t.Errorf("%s: %v", id, err)
				}
				r.List()
			}
		})
	}
	wg.Wait()
	if r.Epoch() != 80 || len(r.List()) != 80 {
		t.Errorf("epoch %d, %d records", r.Epoch(), len(r.List()))
	}
}

func FuzzReplay(f *testing.F) {
	f.Add([]byte(`{"add":{"id":"a","exp":"2026-01-02T03:04:05Z"}}` + "\n" + `{"revoke":{"id":"a","at":"2026-01-02T03:04:05Z","by":"x"}}` + "\n"))
	f.Add([]byte("{}\n"))
	f.Add([]byte(`{"add":`))
	f.Fuzz(func(t *testing.T, data []byte) {
		records := map[string]Record{}
		if replay(data, records) != nil {
			return
		}
		for id, rec := range records {
			if id == "" || id != rec.ID || rec.ExpiresAt.IsZero() {
				t.Fatalf("record %q: %+v", id, rec)
			}
		}
	})
}

func BenchmarkRevoked(b *testing.B) {
	r := mustOpen(b, filepath.Join(b.TempDir(), "state"), start)
	check(b, r.Add(record("a")))
	b.ReportAllocs()
	for b.Loop() {
		if r.Revoked("a") {
			b.Fatal("revoked")
		}
	}
}
