package audit

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	mrand "math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// keys makes the key of a log.
func keys(t testing.TB) (note.Signer, note.Verifiers) {
	t.Helper()
	secret, public, err := note.GenerateKey(rand.Reader, "sallyport/c/n")
	if err != nil {
		t.Fatal(err)
	}
	s, err := note.NewSigner(secret)
	if err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(public)
	if err != nil {
		t.Fatal(err)
	}
	return s, note.VerifierList(v)
}

// signedLog writes a log of several segments with a few checkpoints in each.
func signedLog(t testing.TB, lines int) (dir string, v note.Verifiers) {
	t.Helper()
	s, v := keys(t)
	dir = newDir(t)
	l := open(t, dir, Options{Signer: s, SegmentBytes: 8 << 10})
	for i := range uint64(lines) {
		if err := l.Write(allowed("s", i+1)); err != nil {
			t.Fatal(err)
		}
		if i%7 == 6 {
			l.dueCheckpoint() // as the timer would
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return dir, v
}

func TestTreeIsTlogs(t *testing.T) {
	var f frontier
	var leaves leafHasher
	var stored []tlog.Hash
	reader := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, x := range indexes {
			out[i] = stored[x]
		}
		return out, nil
	})
	for i := range int64(300) {
		want, err := tlog.TreeHash(i, reader)
		if err != nil {
			t.Fatal(err)
		}
		if f.root() != want {
			t.Fatalf("root of %d lines: %v, want %v", i, f.root(), want)
		}
		back, ok := frontierOf(f.size, f.edge())
		if !ok || back.root() != want {
			t.Fatalf("the edge of %d lines does not lead back", i)
		}
		line := fmt.Appendf(nil, "line %d", i)
		more, err := tlog.StoredHashes(i, line, reader)
		if err != nil {
			t.Fatal(err)
		}
		stored = append(stored, more...)
		f.push(leaves.hash(line))
	}
}

func TestVerifySoundLog(t *testing.T) {
	dir, v := signedLog(t, 100)
	got, err := Verify(dir, v, nil)
	if err != nil {
		t.Fatal(err)
	}
	records := all(t, dir)
	last := records[len(records)-1]
	if got.Lines != uint64(len(records)) || got.Covered != last.Seq-1 || last.Event != Checkpoint || got.Checkpoints < 14 {
		t.Errorf("%+v of %d lines, last %s", got, len(records), last.Event)
	}
	if list, err := segments(dir); err != nil || len(list) < 3 {
		t.Errorf("%d segments, %v: the test wants several", len(list), err)
	}
}

// A log goes on growing the same tree after it was closed, after its hashes
// were lost, and after it was killed.
func TestTreeAcrossRestarts(t *testing.T) {
	s, v := keys(t)
	dir := newDir(t)
	for round := range 6 {
		l := open(t, dir, Options{Signer: s, SegmentBytes: 2 << 10})
		for i := range uint64(5) {
			if err := l.Write(allowed("s", i+1)); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		files, err := filepath.Glob(filepath.Join(dir, "*"+hashesSuffix))
		if err != nil || len(files) == 0 {
			t.Fatal("no hashes", err)
		}
		switch newest := files[len(files)-1]; round {
		case 1:
			err = os.Remove(newest)
		case 2:
			err = os.Truncate(newest, 70)
		case 3:
			for _, f := range files {
				err = errors.Join(err, os.Remove(f))
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := Verify(dir, v, nil); err != nil {
			t.Fatalf("round %d: %v", round, err)
		}
	}
}

// Lines that are gone from the end, and whose hashes are there, are noticed
// by the next start.
func TestLostLinesAreNoticed(t *testing.T) {
	s, _ := keys(t)
	dir := newDir(t)
	l := open(t, dir, Options{Signer: s})
	for i := range uint64(5) {
		if err := l.Write(allowed("s", i+1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	cutLines(t, segmentPath(dir, 1), 3)
	l = open(t, dir, Options{Signer: s})
	if got := l.Recovered().Lost; got != 3 {
		t.Errorf("%d lines lost, want 3", got)
	}
}

// cutLines takes n lines off the end of a file.
func cutLines(t *testing.T, path string, n int) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := bytes.SplitAfter(raw, []byte("\n"))
	lines = lines[:len(lines)-1-n]
	if err := os.WriteFile(path, bytes.Join(lines, nil), 0o600); err != nil {
		t.Fatal(err)
	}
}

// mutation changes the lines of one segment, and says which is the first bad
// one: its index.
type mutation func(r *mrand.Rand, lines [][]byte) ([][]byte, int)

var mutations = []mutation{
	func(r *mrand.Rand, l [][]byte) ([][]byte, int) { // a bit flipped
		i := r.IntN(len(l))
		at := r.IntN(len(l[i]) - 1) // but for the newline: that is joining
		l[i] = bytes.Clone(l[i])
		l[i][at] ^= 1 << r.IntN(8)
		return l, i
	},
	func(r *mrand.Rand, l [][]byte) ([][]byte, int) { // taken out
		i := r.IntN(len(l))
		return append(append([][]byte{}, l[:i]...), l[i+1:]...), i
	},
	func(r *mrand.Rand, l [][]byte) ([][]byte, int) { // written twice
		i := r.IntN(len(l))
		out := append(append([][]byte{}, l[:i+1]...), l[i])
		return append(out, l[i+1:]...), i + 1
	},
	func(r *mrand.Rand, l [][]byte) ([][]byte, int) { // two exchanged
		i := r.IntN(len(l) - 1)
		j := i + 1 + r.IntN(len(l)-i-1)
		out := append([][]byte{}, l...)
		out[i], out[j] = out[j], out[i]
		return out, i
	},
	func(r *mrand.Rand, l [][]byte) ([][]byte, int) { // two joined
		i := r.IntN(len(l) - 1)
		out := append([][]byte{}, l...)
		out[i] = append(bytes.Clone(out[i][:len(out[i])-1]), out[i+1]...)
		return append(out[:i+1], out[i+2:]...), i
	},
	func(r *mrand.Rand, l [][]byte) ([][]byte, int) { // the end cut off
		i := r.IntN(len(l))
		return l[:i], i
	},
	func(r *mrand.Rand, l [][]byte) ([][]byte, int) { // a forged line put in
		i := r.IntN(len(l))
		out := append(append([][]byte{}, l[:i]...), []byte(`{"seq":1,"time":"2026-01-02T03:04:05.000000Z","event":"statement.denied"}`+"\n"))
		return append(out, l[i:]...), i
	},
}

// Every change is found, and the first bad line is the one that is named.
// SALLYPORT_TORTURE makes a million of them.
func TestMutations(t *testing.T) { mutate(t, 500, 20) }

func TestTortureMutations(t *testing.T) {
	if os.Getenv("SALLYPORT_TORTURE") == "" {
		t.Skip("make torture")
	}
	mutate(t, 1_000_000, mrand.Uint64())
}

func mutate(t *testing.T, n int, seed uint64) {
	t.Logf("seed %d", seed)
	r := mrand.New(mrand.NewPCG(seed, 0))
	dir, v := signedLog(t, 60)
	list, err := segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	for range n {
		first := list[r.IntN(len(list))]
		path := segmentPath(dir, first)
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		lines := bytes.SplitAfter(raw, []byte("\n"))
		kind := r.IntN(len(mutations))
		changed, bad := mutations[kind](r, lines[:len(lines)-1])
		if err := os.WriteFile(path, bytes.Join(changed, nil), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err = Verify(dir, v, nil)
		var d *Damage
		if !errors.As(err, &d) || d.To != 0 || d.Line != first+uint64(bad) {
			t.Fatalf("mutation %d of line %d: %v", kind, first+uint64(bad), err)
		}
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// Whoever alters the hashes of single lines as well is found by the next
// checkpoint, which narrows it down to the second before.
func TestAlteredWithItsHash(t *testing.T) {
	dir, v := signedLog(t, 60)
	path := segmentPath(dir, 1)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, bytes.Replace(raw, []byte("SELECT 1"), []byte("SELECT 2"), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(hashesPath(path)); err != nil {
		t.Fatal(err)
	}
	_, err = Verify(dir, v, nil)
	var d *Damage
	if !errors.As(err, &d) || d.Line != 1 || d.To != 8 {
		t.Errorf("got %v, want one of the lines 1 to 8", err)
	}
}

// A checkpoint by another key, a log that was rolled back or begun anew, and
// one that was forked are found.
func TestKeysAndRollback(t *testing.T) {
	dir, v := signedLog(t, 60)
	_, others := keys(t)
	if _, err := Verify(dir, others, nil); err == nil || !strings.Contains(err.Error(), "is not signed by a key of this log") {
		t.Errorf("another key: %v", err)
	}
	whole, err := Verify(dir, v, nil)
	if err != nil {
		t.Fatal(err)
	}
	since, err := OpenCheckpoint(whole.Checkpoint, v)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(dir, v, since); err != nil {
		t.Errorf("the same log: %v", err)
	}
	forked := *since
	forked.Root[0] ^= 1
	if _, err := Verify(dir, v, &forked); err == nil {
		t.Error("a fork was not found")
	}
	list, err := segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	newest := segmentPath(dir, list[len(list)-1])
	if err := errors.Join(os.Remove(newest), os.Remove(hashesPath(newest))); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(dir, v, nil); err != nil {
		t.Errorf("a log without its newest segment is sound in itself: %v", err)
	}
	if _, err := Verify(dir, v, since); err == nil || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("rolled back: %v", err)
	}
}

// A log whose older segments are gone must still begin where the checkpoint
// ends that was kept elsewhere: its frontier is not taken on trust.
func TestBeginsWhereAnotherLogEnded(t *testing.T) {
	dir, v := signedLog(t, 60)
	list, err := segments(dir)
	if err != nil {
		t.Fatal(err)
	}
	known, err := readHashes(segmentPath(dir, list[1]), list[1])
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(segmentPath(dir, list[0])), os.Remove(hashesPath(segmentPath(dir, list[0])))); err != nil {
		t.Fatal(err)
	}
	since := &SignedRoot{Size: list[1] - 1, Root: known.start.root()}
	if _, err := Verify(dir, v, since); err != nil {
		t.Errorf("its own beginning: %v", err)
	}
	since.Root[0] ^= 1
	if _, err := Verify(dir, v, since); err == nil {
		t.Error("another log that begins at the same line passed for its continuation")
	}
}

// Whoever alters a line and takes out every checkpoint behind it leaves lines
// that no checkpoint covers, and more than a second of them.
func TestCheckpointsTakenOut(t *testing.T) {
	dir := newDir(t)
	s, v := keys(t)
	l := open(t, dir, Options{Signer: s})
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	for i := range uint64(20) {
		e := allowed("s", i+1)
		e.Time = at.Add(time.Duration(i) * 10 * time.Second)
		if err := l.Write(e); err != nil {
			t.Fatal(err)
		}
		l.dueCheckpoint()
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Verify(dir, v, nil); err != nil {
		t.Fatal(err)
	}
	path := segmentPath(dir, 1)
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	forged := bytes.ReplaceAll(raw, []byte(`"event":"audit.checkpoint"`), []byte(`"event":"audit.something"`))
	if err := errors.Join(os.WriteFile(path, forged, 0o600), os.Remove(hashesPath(path))); err != nil {
		t.Fatal(err)
	}
	var d *Damage
	if got, err := Verify(dir, v, nil); !errors.As(err, &d) || d.Line != 1 || d.To != 40 || got.Covered != 0 {
		t.Errorf("%+v, %v", got, err)
	}
}

// What stands behind the last line of a file that is not the newest is found.
func TestBytesBetweenSegments(t *testing.T) {
	dir, v := signedLog(t, 60)
	f, err := os.OpenFile(segmentPath(dir, 1), os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteString(`{"seq":1}`); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	var d *Damage
	if _, err := Verify(dir, v, nil); !errors.As(err, &d) || d.File != "00000000000000000001.jsonl" {
		t.Errorf("got %v", err)
	}
}

// A key that somebody has put among those that lie with the log is not the
// server's.
func TestOwnVerifiers(t *testing.T) {
	keyDir, dir := t.TempDir(), t.TempDir()
	if _, err := LoadSigner(keyDir, dir, "a+b", "n"); err != nil {
		t.Fatal(err)
	}
	if _, err := OwnVerifiers(keyDir, dir); err != nil {
		t.Fatal(err)
	}
	if _, err := LoadSigner(t.TempDir(), dir, "a+b", "n"); err != nil { // puts a second key there
		t.Fatal(err)
	}
	if _, err := OwnVerifiers(keyDir, dir); err == nil || !strings.Contains(err.Error(), "key 2 is not that of") {
		t.Errorf("another key: %v", err)
	}
	if _, err := OwnVerifiers(t.TempDir(), dir); err != nil {
		t.Errorf("where the server's key is not: %v", err)
	}
}

func TestProofs(t *testing.T) {
	dir, v := signedLog(t, 60)
	records := all(t, dir)
	for _, r := range records[:len(records)-1] { // but for the last checkpoint, which nothing covers
		proof, err := Prove(dir, r.Seq)
		if err != nil {
			t.Fatalf("line %d: %v", r.Seq, err)
		}
		line, err := CheckProof(proof, v)
		if err != nil || !bytes.Equal(line, r.Line) {
			t.Fatalf("line %d: %v", r.Seq, err)
		}
		if r.Seq > 3 {
			continue
		}
		for i := range proof { // every byte counts
			bad := bytes.Clone(proof)
			bad[i] ^= 8 // not 1, which may hit the padding bits of base64
			if line, err := CheckProof(bad, v); err == nil && bytes.Equal(line, r.Line) {
				t.Errorf("line %d, byte %d of the proof: %q passes as %q", r.Seq, i, proof[i], bad[i])
			}
		}
	}
	if _, err := Prove(dir, uint64(len(records))+1); err == nil {
		t.Error("a proof of a line that is not there")
	}
}

func BenchmarkVerify(b *testing.B) {
	s, v := keys(b)
	dir := newDir(b)
	l := open(b, dir, Options{Signer: s})
	for i := range uint64(100_000) {
		l.Append(allowed("s", i+1))
		if i%1000 == 0 {
			_ = l.Write(finished("s", i))
		}
	}
	if err := l.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		got, err := Verify(dir, v, nil)
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(got.Bytes)
	}
}
