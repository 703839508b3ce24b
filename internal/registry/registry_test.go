package registry

import (
	"context"
	"encoding/json"
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

var start = time.Now().UTC().Truncate(time.Second)

func record(id string) Record {
	return Record{
		ID: id, Subject: "ana", Family: id, Scope: "shop/public.orders:select", Source: []string{"10.0.0.0/8"},
		IssuedAt: start, ExpiresAt: start.Add(15 * time.Minute), IssuedBy: "root",
	}
}

func mustOpen(t testing.TB, o Options) *Registry {
	t.Helper()
	if o.Dir == "" {
		o.Dir = filepath.Join(t.TempDir(), "state")
	}
	r, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, r.Close()) })
	return r
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func revoke(t testing.TB, r *Registry, v Revocation) {
	t.Helper()
	v.By = "root"
	if o, err := r.Revoke(t.Context(), v); err != nil || o.Nodes != 1 {
		t.Fatalf("%+v: %+v, %v", v, o, err)
	}
}

func TestRecordsAndRevocationsSurvive(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	r := mustOpen(t, Options{Dir: dir})
	for _, id := range []string{"b", "a", "c"} {
		check(t, r.Add(record(id)))
	}
	if r.Revoked("a") || !r.Revoked("unknown") {
		t.Error("before any revocation")
	}
	revoke(t, r, Revocation{ID: "a"})
	first, err := r.Get("a")
	check(t, err)
	revoke(t, r, Revocation{ID: "a"})
	if again, _ := r.Get("a"); !r.Revoked("a") || r.Revoked("b") || !again.RevokedAt.Equal(first.RevokedAt) || first.RevokedBy != "root" {
		t.Errorf("after one revocation, repeated: %+v, first %+v", again, first)
	}
	want := r.List()
	check(t, r.Close())

	again := mustOpen(t, Options{Dir: dir})
	if got := again.List(); !reflect.DeepEqual(got, want) || len(got) != 3 || got[0].ID != "a" || !got[0].Revoked() {
		t.Fatalf("got %+v\nwant %+v", got, want)
	}
}

// What was acknowledged is there after the process was killed: the folder is
// opened again as it was, with nothing shut down.
func TestNothingIsLostWithoutAShutdown(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	r := mustOpen(t, Options{Dir: dir})
	check(t, r.Add(record("a")))
	check(t, r.Add(record("b")))
	revoke(t, r, Revocation{ID: "a"})
	copied := filepath.Join(t.TempDir(), "state")
	check(t, os.CopyFS(copied, os.DirFS(dir)))
	again := mustOpen(t, Options{Dir: copied})
	if !again.Revoked("a") || again.Revoked("b") {
		t.Errorf("%+v", again.List())
	}
}

func TestWhatARevocationReaches(t *testing.T) {
	family := func(id, fam, sub string) Record {
		r := record(id)
		r.Family, r.Subject = fam, sub
		return r
	}
	for _, c := range []struct {
		name    string
		v       Revocation
		revoked string // of a b c d
	}{
		{"id", Revocation{ID: "a"}, "a"},
		{"subject", Revocation{Subject: "ana"}, "ab"},
		{"subject that no key could hold", Revocation{Subject: "Zoë.*>"}, "d"},
		{"family", Revocation{Family: "f"}, "bc"},
		{"all", Revocation{All: true}, "abcd"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := mustOpen(t, Options{})
			for _, rec := range []Record{family("a", "a", "ana"), family("b", "f", "ana"), family("c", "f", "bob"), family("d", "d", "Zoë.*>")} {
				check(t, r.Add(rec))
			}
			revoke(t, r, c.v)
			for _, id := range []string{"a", "b", "c", "d"} {
				if want := strings.Contains(c.revoked, id); r.Revoked(id) != want {
					t.Errorf("%s: revoked %v", id, !want)
				}
			}
			// What comes afterwards is not meant, whatever the clocks say.
			later := family("e", "f", "ana")
			later.IssuedAt = start.Add(-time.Hour)
			check(t, r.Add(later))
			if r.Revoked("e") {
				t.Error("a token that was issued afterwards is revoked")
			}
		})
	}
}

func TestDescendantsDieWithTheirAncestors(t *testing.T) {
	r := mustOpen(t, Options{})
	check(t, r.Add(record("a")))
	for _, pair := range []string{"ab", "bc", "cd"} {
		child := record(pair[1:])
		child.Parent, child.Subject = pair[:1], "script"
		check(t, r.Add(child))
	}
	revoke(t, r, Revocation{ID: "b"})
	for id, want := range map[string]bool{"a": false, "b": true, "c": true, "d": true} {
		if r.Revoked(id) != want {
			t.Errorf("%s: revoked %v", id, !want)
		}
	}
	if rec, err := r.Get("d"); err != nil || rec.RevokedBy != "root" {
		t.Errorf("%+v, %v", rec, err)
	}
	orphan := record("e")
	orphan.Parent = "d"
	if err := r.Add(orphan); err == nil {
		t.Error("derived from a revoked token")
	}
	orphan.Parent = "unknown"
	if err := r.Add(orphan); !errors.Is(err, ErrUnknown) {
		t.Errorf("derived from an unknown token: %v", err)
	}
	orphan.Parent, orphan.ExpiresAt = "a", record("a").ExpiresAt.Add(1)
	if err := r.Add(orphan); err == nil {
		t.Error("outlives its parent")
	}
}

func TestRevokedLater(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state")
	ended := make(chan struct{}, 8)
	r := mustOpen(t, Options{Dir: dir, OnRevoke: func() { ended <- struct{}{} }})
	check(t, r.Add(record("a")))
	revoke(t, r, Revocation{ID: "a", At: time.Now().Add(time.Hour)})
	revoke(t, r, Revocation{ID: "a", At: time.Now().Add(2 * time.Hour)}) // not to be put off
	if r.Revoked("a") || len(ended) != 0 {
		t.Fatal("revoked at once")
	}
	revoke(t, r, Revocation{ID: "a", At: time.Now().Add(50 * time.Millisecond)})
	if _, err := r.Revoke(t.Context(), Revocation{Subject: "ana", At: time.Now().Add(time.Hour)}); err == nil {
		t.Error("a subject, later than now")
	}
	<-ended
	if !r.Revoked("a") {
		t.Error("not revoked in time")
	}
	check(t, r.Close())
	if again := mustOpen(t, Options{Dir: dir}); !again.Revoked("a") {
		t.Error("not revoked after a restart")
	}
}

func TestHandles(t *testing.T) {
	r := mustOpen(t, Options{})
	rec := record("a")
	rec.Handle = "00ff"
	check(t, r.Add(rec))
	if got, err := r.ByHandle("00ff"); err != nil || got.ID != "a" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := r.ByHandle("ff"); !errors.Is(err, ErrUnknown) {
		t.Errorf("unknown: %v", err)
	}
}

func TestErrors(t *testing.T) {
	r := mustOpen(t, Options{})
	check(t, r.Add(record("a")))
	if err := r.Add(record("a")); !errors.Is(err, ErrDuplicate) {
		t.Errorf("added twice: %v", err)
	}
	for _, v := range []Revocation{{}, {ID: "a", All: true}, {ID: "x"}, {ID: "a.b"}, {ID: ">"}, {Family: "*"}} {
		if _, err := r.Revoke(t.Context(), v); err == nil {
			t.Errorf("revoked %+v", v)
		}
	}
	if _, err := r.Get("x"); !errors.Is(err, ErrUnknown) {
		t.Errorf("got unknown: %v", err)
	}
	long := record("b")
	long.ExpiresAt = long.IssuedAt.Add(longest + 1)
	for _, rec := range []Record{{}, {ID: "b"}, {ID: "b.>", Family: "b", ExpiresAt: start}, {ID: "b", Family: "b", ExpiresAt: start, RevokedAt: start}, long} {
		if err := r.Add(rec); err == nil {
			t.Errorf("added %+v", rec)
		}
	}
	check(t, r.Close())
	check(t, r.Close())
	if err := r.Add(record("b")); !errors.Is(err, ErrClosed) {
		t.Errorf("added after Close: %v", err)
	}
	if _, err := r.Revoke(t.Context(), Revocation{ID: "a"}); !errors.Is(err, ErrClosed) || !r.Revoked("a") {
		t.Errorf("revoked after Close: %v, revoked %v", err, r.Revoked("a"))
	}
}

func TestAnEarlierVersionsJournalIsRefused(t *testing.T) {
	dir := t.TempDir()
	check(t, os.WriteFile(filepath.Join(dir, oldJournal), nil, 0o600))
	if _, err := Open(Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), oldJournal) || !strings.Contains(err.Error(), "remove it") {
		t.Error(err)
	}
}

// A revocation of a kind that this version does not know may be of any token.
func TestWhatIsNotUnderstoodFences(t *testing.T) {
	for key, value := range map[string]string{
		"revoked.moon.x": `{"at":"2026-01-02T03:04:05Z","by":"x","ends":"2026-01-02T03:04:05Z"}`, "revoked.id.x": `{}`, "revoked.all.x": `{"at":"2026-01-02T03:04:05Z","by":"x","ends":"2026-01-02T03:04:05Z"}`,
		"revoked.id.y": `{"at":"2026-01-02T03:04:05Z","by":"x","ends":"2026-01-02T03:04:05Z","unless":"z"}`, "law.x": "{}",
	} {
		dir := filepath.Join(t.TempDir(), "state")
		r := mustOpen(t, Options{Dir: dir})
		if !r.Held(time.Now()) {
			t.Error("not held from the start")
		}
		rev, err := r.bucket.put(t.Context(), key, []byte(value), 0, whatever)
		check(t, err)
		check(t, r.applied.wait(t.Context(), rev))
		if r.Held(time.Now()) {
			t.Errorf("%s %s: held", key, value)
		}
		if _, err := r.ByHandle("00"); !errors.Is(err, ErrFenced) {
			t.Errorf("%s %s: a handle: %v", key, value, err)
		}
		check(t, r.Close())
		if again, err := Open(Options{Dir: dir}); err == nil {
			t.Errorf("%s %s: opened", key, value)
			check(t, again.Close())
		}
	}
}

// A record with a member that this version does not know may be of a token that
// is bound to something: it is as if it were not there.
func TestARecordThatIsNotUnderstoodIsNone(t *testing.T) {
	r := mustOpen(t, Options{})
	plain, err := json.Marshal(record("a"))
	check(t, err)
	bound := strings.Replace(string(plain), "{", `{"only_on_mondays":true,`, 1)
	for id, value := range map[string]string{"a": bound, "b": string(plain), "c": "{}", "d": ""} {
		rev, err := r.bucket.put(t.Context(), tokenKeys+id, []byte(value), time.Hour, 0)
		check(t, err)
		check(t, r.applied.wait(t.Context(), rev))
		if !r.Revoked(id) || !r.Held(time.Now()) {
			t.Errorf("%s: revoked %v, held %v", value, r.Revoked(id), r.Held(time.Now()))
		}
	}
}

func TestExpiredIsForgottenLate(t *testing.T) {
	v := newView()
	v.add(record("old"), 1)
	v.setMark(target{byID, "old"}, mark{at: start, ends: start.Add(revocationLife), rev: 2})
	end := record("old").ExpiresAt
	v.forget(end.Add(retention))
	if _, err := v.get("old", end); err != nil {
		t.Error("forgotten early")
	}
	v.forget(end.Add(retention + 1))
	if _, err := v.get("old", end); err == nil {
		t.Error("not forgotten")
	}
	if _, ok := v.mark(target{byID, "old"}); !ok {
		t.Error("the revocation went with its token, or before it")
	}
	v.forget(start.Add(revocationLife + 1))
	if _, ok := v.mark(target{byID, "old"}); ok {
		t.Error("the revocation is not forgotten")
	}
}

// A revocation that cannot be stored counts all the same, says so, and is
// stored when it is asked for again.
func TestRevocationWithoutAStore(t *testing.T) {
	ended := 0
	r := mustOpen(t, Options{OnRevoke: func() { ended++ }})
	check(t, r.Add(record("a")))
	check(t, r.Add(record("b")))
	working := r.bucket
	r.bucket = &bucket{conn: working.conn, js: working.js, stream: working.stream, prefix: "nowhere."}
	if _, err := r.Revoke(t.Context(), Revocation{ID: "a"}); err == nil || !r.Revoked("a") || ended != 1 {
		t.Errorf("no store: %v, revoked %v, ended %d", err, r.Revoked("a"), ended)
	}
	if _, err := r.Revoke(t.Context(), Revocation{All: true}); err == nil || !r.Revoked("b") {
		t.Errorf("no store: %v", err)
	}
	if err := r.Add(record("c")); err == nil || !r.Revoked("c") {
		t.Errorf("no store: added, %v", err)
	}
	r.bucket = working
	check(t, r.Add(record("c")))
	if r.Revoked("c") {
		t.Error("a later token is revoked with those before")
	}
	revoke(t, r, Revocation{ID: "a"})
	dir := r.opt.Dir
	check(t, r.Close())
	if again := mustOpen(t, Options{Dir: dir}); !again.Revoked("a") {
		t.Error("the revocation is not stored")
	}
}

func TestConcurrentUse(t *testing.T) {
	r := mustOpen(t, Options{})
	var wg sync.WaitGroup
	for g := range 4 {
		wg.Go(func() {
			for i := range 10 {
				id := fmt.Sprintf("g%dn%d", g, i)
				if err := r.Add(record(id)); err != nil {
					t.Error(err)
				}
				if _, err := r.Revoke(context.Background(), Revocation{ID: id}); err != nil || !r.Revoked(id) {
					t.Errorf("%s: %v", id, err)
				}
				r.List()
			}
		})
	}
	wg.Wait()
	if len(r.List()) != 40 {
		t.Errorf("%d records", len(r.List()))
	}
}

// Nobody outside the process can reach the store.
func TestNothingListens(t *testing.T) {
	r := mustOpen(t, Options{})
	if a := r.server.Addr(); a != nil {
		t.Errorf("listens on %v", a)
	}
	if a := r.server.ClusterAddr(); a != nil {
		t.Errorf("listens for routes on %v", a)
	}
}

func FuzzApply(f *testing.F) {
	f.Add("token.a", []byte(`{"id":"a","fam":"a","exp":"2026-01-02T03:04:05Z"}`))
	f.Add("revoked.id.a", []byte(`{"at":"2026-01-02T03:04:05Z","by":"x"}`))
	f.Add("revoked.sub.00", []byte(`{`))
	f.Fuzz(func(t *testing.T, key string, value []byte) {
		r := &Registry{view: newView(), now: time.Now, leases: newLeases(), opt: Options{OnRevoke: func() {}, OnReplace: func(Record) {}, OnKeys: func() {}}}
		r.life, r.end = context.WithCancel(t.Context())
		defer r.end()
		_ = r.apply(&change{key: key, value: value, rev: 1})
		for id, e := range r.view.records {
			if id != e.ID || e.check() != nil {
				t.Fatalf("record %q: %+v", id, e)
			}
		}
	})
}

func BenchmarkRevoked(b *testing.B) {
	r := mustOpen(b, Options{})
	check(b, r.Add(record("a")))
	b.ReportAllocs()
	for b.Loop() {
		if r.Revoked("a") {
			b.Fatal("revoked")
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	r := mustOpen(b, Options{})
	n := 0
	for b.Loop() {
		n++
		check(b, r.Add(record(fmt.Sprintf("n%d", n))))
	}
}

func BenchmarkOpen(b *testing.B) {
	for b.Loop() {
		r, err := Open(Options{Dir: filepath.Join(b.TempDir(), "state")})
		check(b, err)
		check(b, r.Close())
	}
}
