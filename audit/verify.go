package audit

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Verified is what [Verify] found in order.
type Verified struct {
	First       uint64 `json:"first"`       // number of the oldest line that is kept
	Lines       uint64 `json:"lines"`       // how many there are
	Bytes       int64  `json:"bytes"`       // of them
	Checkpoints uint64 `json:"checkpoints"` // that fit
	Covered     uint64 `json:"covered"`     // number of the last line that a checkpoint covers

	Checkpoint []byte `json:"-"` // the newest one
}

// Damage says what is wrong with a log, and where. It is an error.
type Damage struct {
	Line   uint64 // number of the first bad line
	To     uint64 // if not zero: it is one of Line to To, since the hashes of single lines were altered too
	File   string
	Offset int64 // in the file, where Line begins or should begin
	What   string
}

func (d *Damage) Error() string {
	where := fmt.Sprintf("line %d", d.Line)
	if d.To > d.Line {
		where = fmt.Sprintf("one of the lines %d to %d", d.Line, d.To)
	}
	return fmt.Sprintf("%s %s (%s, byte %d)", where, d.What, d.File, d.Offset)
}

// Verify reads the whole log in dir and holds it against its checkpoints. An
// error that is a [Damage] names the first line that was altered, inserted,
// taken out or moved; Verified says in each case how far all was well. since,
// if not nil, is a checkpoint that was kept elsewhere: the log must be a
// continuation of what it says.
func Verify(dir string, keys note.Verifiers, since *SignedRoot) (Verified, error) {
	list, err := segments(dir)
	if err != nil {
		return Verified{}, fmt.Errorf("audit: %w", err)
	}
	v := &verifier{dir: dir, keys: keys, since: since}
	for i, first := range list {
		if err := v.segment(first, i == 0, i == len(list)-1); err != nil {
			return v.Verified, err
		}
	}
	return v.Verified, v.end()
}

// verifier is a place in the log, and two trees up to it: that of the lines,
// from the line on where it parts from the first, that of the hashes which were
// kept of them. The next checkpoint says which of the two is right.
type verifier struct {
	Verified
	dir   string
	keys  note.Verifiers
	since *SignedRoot

	leaves      leafHasher
	lines, kept frontier
	parted      *Damage // the first line that is not what its hash says
	bare        *Damage // the first line, but for checkpoints, that none covers
	from, to    string  // when it and the last one were written
	file        string
	off         int64
	known       *hashes
}

// segment reads one segment. Its neighbours' names say which lines it holds.
func (v *verifier) segment(first uint64, oldest, newest bool) error {
	path := segmentPath(v.dir, first)
	v.file, v.off = filepath.Base(path), 0
	if err := v.begin(path, first, oldest); err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	defer f.Close()
	buf := bufio.NewReaderSize(f, 1<<20)
	for i := 0; ; i++ {
		line, err := readLine(buf)
		if err == io.EOF && len(line) > 0 && !newest { // in the newest one it may be on its way
			return earliest(v.parted, v.damage(v.lines.size+1, "has something before it that is no line"))
		}
		if err == io.EOF {
			return v.finish(i)
		}
		if err != nil {
			return fmt.Errorf("audit: %w", err)
		}
		if err := v.line(line[:len(line)-1], i); err != nil {
			return err
		}
		v.off += int64(len(line))
		v.Bytes += int64(len(line))
	}
}

// begin takes up the segment's hashes. Without them the lines alone must fit
// the checkpoints.
func (v *verifier) begin(path string, first uint64, oldest bool) (err error) {
	v.known, err = readHashes(path, first)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errHashes) {
		return fmt.Errorf("audit: %w", err)
	}
	if v.known == nil {
		v.known = &hashes{start: v.lines}
	}
	if oldest {
		v.First, v.lines = first, v.known.start
	}
	if oldest && v.lines.size == first-1 {
		return v.continues() // the checkpoint kept elsewhere may end right here
	}
	if v.lines.size != first-1 {
		return earliest(v.parted, v.damage(v.lines.size+1, "is missing: the next segment begins elsewhere"))
	}
	return nil
}

// line takes in one line, the i-th of its segment.
func (v *verifier) line(line []byte, i int) error {
	seq := v.lines.size + 1
	h, ok := parseHeader(line)
	leaf := v.leaves.hash(line)
	kept := leaf
	if i < len(v.known.leaves) {
		kept = v.known.leaves[i]
	}
	if leaf != kept && v.parted == nil {
		v.parted, v.kept = v.damage(seq, "is not as it was written"), v.lines
	}
	switch {
	case v.parted == nil && !ok:
		return v.damage(seq, "is not a line of the log")
	case v.parted == nil && h.seq != seq:
		return v.damage(seq, fmt.Sprintf("is missing: number %d is in its place", h.seq))
	case ok && string(h.event) == string(Checkpoint):
		if err := v.checkpoint(line, seq); err != nil {
			return err
		}
		v.bare = nil
	case ok:
		v.uncovered(h, seq)
	}
	v.lines.push(leaf)
	if v.parted != nil {
		v.kept.push(kept)
	}
	v.Lines++
	return v.continues()
}

// checkpoint holds both trees against a checkpoint. One that is itself not as
// it was written proves nothing.
func (v *verifier) checkpoint(line []byte, seq uint64) error {
	text, err := checkpointOf(line)
	if err != nil {
		return earliest(v.parted, v.damage(seq, "is not a checkpoint"))
	}
	signed, err := OpenCheckpoint(text, v.keys)
	if err != nil {
		return earliest(v.parted, v.damage(seq, "is not signed by a key of this log: "+err.Error()))
	}
	switch {
	case signed.Size == v.lines.size && signed.Root == v.lines.root():
		if v.parted != nil {
			// The lines are right, so that their hashes are not.
			return &Damage{Line: v.parted.Line, File: v.hashesFile(), Offset: 0, What: "is as it was written, but its hash was altered"}
		}
		v.Checkpoints, v.Covered, v.Checkpoint = v.Checkpoints+1, signed.Size, bytes.Clone(text)
		return nil
	case v.parted != nil && signed.Size == v.kept.size && signed.Root == v.kept.root():
		return v.parted
	}
	d := v.damage(v.Covered+1, "was altered, inserted, taken out or moved")
	d.To = seq
	return earliest(v.parted, d)
}

// coveredWithin is more than a line waits for the checkpoint that covers it,
// which is a second.
const coveredWithin = time.Minute

// uncovered is told of a line that no checkpoint covers yet.
func (v *verifier) uncovered(h header, seq uint64) {
	if v.bare == nil {
		v.bare, v.from = v.damage(seq, "is where the checkpoints end that should cover them: they were taken out"), string(h.time)
	}
	v.bare.To, v.to = seq, string(h.time)
}

// late says that lines wait for their checkpoint that have had it: whoever
// takes out all that are behind a line can alter it. By their own times, that
// is: see docs/audit.md for what remains.
func (v *verifier) late() bool {
	if v.bare == nil {
		return false
	}
	from, err := time.Parse(time.RFC3339, v.from)
	to, err2 := time.Parse(time.RFC3339, v.to)
	return err != nil || err2 != nil || to.Sub(from).Abs() > coveredWithin
}

// earliest is what parted the trees, if anything did.
func earliest(parted, d *Damage) error {
	if parted != nil {
		return parted
	}
	return d
}

// finish ends a segment of n lines: more hashes than lines mean that lines are
// gone.
func (v *verifier) finish(n int) error {
	if v.parted == nil && n < len(v.known.leaves) {
		return v.damage(v.lines.size+1, fmt.Sprintf("and what followed it, %d lines in all, is gone", len(v.known.leaves)-n))
	}
	return nil
}

// continues compares with the checkpoint that was kept elsewhere.
func (v *verifier) continues() error {
	if v.since == nil || v.since.Size != v.lines.size || v.since.Root == v.lines.root() {
		return nil
	}
	d := v.damage(1, "was altered since the checkpoint that was kept elsewhere, or this is another log")
	d.To = v.since.Size
	return earliest(v.parted, d)
}

// end judges the whole.
func (v *verifier) end() error {
	switch {
	case v.parted != nil:
		return v.parted
	case v.late():
		return v.bare
	case v.since != nil && v.since.Size > v.lines.size:
		return v.damage(v.lines.size+1, fmt.Sprintf("and what followed it is gone: the checkpoint that was kept elsewhere covers %d lines", v.since.Size))
	case v.since != nil && v.First > 0 && v.since.Size < v.First-1:
		return fmt.Errorf("audit: the checkpoint that was kept elsewhere ends with line %d, and the oldest line that is kept is %d: use a newer one", v.since.Size, v.First)
	}
	return nil
}

func (v *verifier) damage(line uint64, what string) *Damage {
	return &Damage{Line: line, File: v.file, Offset: v.off, What: what}
}

func (v *verifier) hashesFile() string { return hashesPath(v.file) }
