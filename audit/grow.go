package audit

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// grow brings the tree to the end of the log as it is on disk, and the last
// segment's file of hashes with it. It returns how many lines there had been
// at the end, by their hashes, that are gone.
func (l *Log) grow(list []uint64) (lost uint64, err error) {
	from := max(len(list)-1, 0)
	for ; from > 0; from-- {
		if _, err := readHashes(segmentPath(l.dir, list[from]), list[from]); err == nil {
			break
		}
	}
	for i := from; i < len(list); i++ {
		if lost, err = l.growBy(list[i], i == len(list)-1); err != nil {
			return 0, err
		}
	}
	l.tree.fresh = l.tree.fresh[:0]
	return lost, nil
}

// growBy takes in one segment: by its file of hashes as far as that goes, by
// its lines behind it.
func (l *Log) growBy(first uint64, last bool) (lost uint64, err error) {
	path := segmentPath(l.dir, first)
	known, err := readHashes(path, first)
	if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, errHashes) {
		return 0, err
	}
	switch {
	case known == nil:
		known = &hashes{}
	case l.tree.size == 0:
		l.tree.frontier = known.start
	}
	if l.tree.size != first-1 {
		return 0, fmt.Errorf("%s: the hashes of what comes before it are missing, or do not fit; keep the directory as evidence and move it away to begin a new log", path)
	}
	l.tree.start = l.tree.frontier
	n, err := l.growByLines(path, known)
	if err != nil || !last {
		return 0, err
	}
	if l.opt.Signer == nil {
		return 0, nil
	}
	header := hashesHeader(&l.tree.start)
	return uint64(max(len(known.leaves)-n, 0)), replaceFile(hashesPath(path), appendHashes(header, l.tree.fresh))
}

// growByLines counts the lines of a segment into the tree, by the leaf that is
// known of each or else by its own. fresh are then the segment's leaves.
func (l *Log) growByLines(path string, known *hashes) (n int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	l.tree.fresh = l.tree.fresh[:0]
	for lines := bufio.NewReaderSize(f, 256<<10); ; n++ {
		line, err := readLine(lines)
		if err == io.EOF {
			return n, nil
		}
		if err != nil {
			return n, err
		}
		if n < len(known.leaves) {
			l.tree.take(known.leaves[n])
		} else {
			l.tree.take(l.tree.leaves.hash(line[:len(line)-1]))
		}
	}
}

// replaceFile writes a file anew, wholly or not at all.
func replaceFile(path string, content []byte) error {
	if err := os.WriteFile(path+".new", content, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}
