package audit

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// file is what a segment needs of a file. Tests put a faulty one in its place.
// Write appends, and returns how many bytes the kernel took.
type file interface {
	Write(p []byte) (int, error)
	Truncate(size int64) error
	Sync() error
	Close() error
}

// openFile opens path for appending and makes it, mode 0600, where it is
// missing.
type openFile func(path string) (file, error)

func openAppend(path string) (file, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	return diskFile{f}, nil
}

// diskFile is a file of a real file system.
type diskFile struct{ *os.File }

// segment is the file being written. The leader's alone.
type segment struct {
	file    file
	size    int64
	patient int      // so many writes are expected to take their time
	start   frontier // of the tree, before the segment's first line

	hashes file  // nil until there are some
	hashed int64 // bytes in it
}

// syncDir makes the names in dir last: fsync(2) of a file does not.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// A write that takes longer than slowWrite makes the next patience ones tell
// the scheduler, so that a disk that has become slow holds up nobody else.
const (
	slowWrite = 2 * time.Millisecond
	patience  = 1000
)

const segmentSuffix = ".jsonl"

// segmentPath names a segment by the number of its first line, padded so that
// names sort as numbers do.
func segmentPath(dir string, first uint64) string {
	return filepath.Join(dir, fmt.Sprintf("%020d", first)+segmentSuffix)
}

// segments lists the first numbers of the segments in dir, ascending. Other
// files are none of its business.
func segments(dir string) ([]uint64, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var list []uint64
	for _, e := range entries {
		digits, ok := strings.CutSuffix(e.Name(), segmentSuffix)
		if !ok || len(digits) != 20 || !e.Type().IsRegular() {
			continue
		}
		if first, err := strconv.ParseUint(digits, 10, 64); err == nil {
			list = append(list, first)
		}
	}
	slices.Sort(list)
	return list, nil
}

// append writes p. n says how many bytes are in the file, also with an error.
func (s *segment) append(p []byte) (n int, err error) {
	began := time.Now()
	if quick, ok := s.file.(interface{ writeQuick(p []byte) (int, error) }); ok && s.patient == 0 {
		n, err = quick.writeQuick(p)
	} else {
		n, err = s.file.Write(p)
	}
	if s.patient = max(s.patient-1, 0); time.Since(began) > slowWrite {
		s.patient = patience
	}
	n = min(max(n, 0), len(p))
	if err == nil && n < len(p) {
		err = fmt.Errorf("short write: %d of %d bytes", n, len(p))
	}
	return n, err
}

// abandon ends a segment after a failed write, at size, the end of its last
// whole line. Where cutting fails too, the piece of a line that stays behind
// is skipped by readers and cut off by the next start.
func (s *segment) abandon(size int64) {
	_ = s.file.Truncate(size)
	_ = s.close()
}

// close closes what is open; nothing is buffered on this side.
func (s *segment) close() error {
	err := s.file.Close()
	if s.hashes != nil {
		err = errors.Join(err, s.hashes.Close())
	}
	return err
}

// probeBytes is how much room there must be before a log that failed is
// called healthy again. Making an empty file succeeds on a full disk.
const probeBytes = 64 << 10

// probe writes and takes away one long piece without a newline. A crash in
// between leaves a torn tail, which the next start cuts off.
func (s *segment) probe() error {
	if _, err := s.append(make([]byte, probeBytes)); err != nil {
		return err
	}
	return s.file.Truncate(0)
}
