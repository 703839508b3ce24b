package audit

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"os"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// Beside each segment lies a file of hashes: the frontier of the tree where
// the segment begins, and the leaf of each of its lines. Checkpoints make both
// trustworthy, and then a line that was altered can be named, not only the
// second in which it was written. Nothing is lost with the file: all but the
// frontier is made again from the lines.
//
//	"sphash1\n" · size (8 bytes, big endian) · frontier, the largest subtree
//	first (32 bytes each) · leaves (32 bytes each)
const (
	hashesSuffix = ".hashes"
	hashesMagic  = "sphash1\n"
)

func hashesPath(segment string) string {
	return strings.TrimSuffix(segment, segmentSuffix) + hashesSuffix
}

// hashesHeader begins the file of a segment that starts behind f.
func hashesHeader(f *frontier) []byte {
	return appendHashes(binary.BigEndian.AppendUint64([]byte(hashesMagic), f.size), f.edge())
}

func appendHashes(b []byte, list []tlog.Hash) []byte {
	for i := range list {
		b = append(b, list[i][:]...)
	}
	return b
}

// hashes is a file of hashes as read.
type hashes struct {
	start  frontier
	leaves []tlog.Hash
	header int64 // bytes before the leaves
}

var errHashes = errors.New("not a file of hashes")

// readHashes reads the file beside a segment whose first line is first. An
// incomplete last leaf is passed over. Without the file the error is an
// fs.ErrNotExist, and without a sound header an errHashes.
func readHashes(segment string, first uint64) (*hashes, error) {
	raw, err := os.ReadFile(hashesPath(segment))
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(raw, []byte(hashesMagic))
	if !ok || len(rest) < 8 {
		return nil, fmt.Errorf("%s: %w", hashesPath(segment), errHashes)
	}
	size := binary.BigEndian.Uint64(rest)
	rest = rest[8:]
	edge := takeHashes(rest, bits.OnesCount64(size))
	start, ok := frontierOf(size, edge)
	if !ok || size != first-1 {
		return nil, fmt.Errorf("%s: %w", hashesPath(segment), errHashes)
	}
	rest = rest[len(edge)*tlog.HashSize:]
	return &hashes{
		start: start, leaves: takeHashes(rest, len(rest)/tlog.HashSize), header: int64(len(raw) - len(rest)),
	}, nil
}

// takeHashes returns the first n hashes of p, or as many as there are.
func takeHashes(p []byte, n int) []tlog.Hash {
	list := make([]tlog.Hash, min(n, len(p)/tlog.HashSize))
	for i := range list {
		list[i] = tlog.Hash(p[i*tlog.HashSize:])
	}
	return list
}

// saveHashes appends the fresh leaves to the segment's file, which it makes if
// there is none. A failure costs nothing but the certainty of which line was
// altered, and is made good by the next attempt or the next start: no
// statement waits for it.
func (l *Log) saveHashes() {
	if len(l.tree.fresh) == 0 || l.seg.hashes == nil && !l.openHashes(l.seg) {
		return
	}
	out := appendHashes(make([]byte, 0, len(l.tree.fresh)*tlog.HashSize), l.tree.fresh)
	if _, err := l.seg.hashes.Write(out); err != nil { // not half a leaf, or all behind it are misread
		_ = l.seg.hashes.Truncate(l.seg.hashed)
		return
	}
	l.seg.hashed += int64(len(out))
	l.tree.fresh = l.tree.fresh[:0]
}

// leave saves what it can of the hashes before their segment ends.
func (l *Log) leave() {
	l.saveHashes()
	l.tree.fresh = l.tree.fresh[:0]
}

// openHashes makes the file of hashes of a segment.
func (l *Log) openHashes(seg *segment) bool {
	f, err := l.opt.open(hashesPath(segmentPath(l.dir, seg.start.size+1)))
	if err != nil {
		return false
	}
	header := hashesHeader(&seg.start)
	if err = f.Truncate(0); err == nil {
		_, err = f.Write(header)
	}
	if err != nil {
		_ = f.Close()
		return false
	}
	seg.hashes, seg.hashed = f, int64(len(header))
	return true
}
