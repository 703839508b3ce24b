package audit

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
)

// Recovery is what Open found and repaired.
type Recovery struct {
	Last    uint64 // the number of the last line that was there; 0 in a new log
	Torn    int64  // bytes of incomplete last lines that were cut off
	Unknown int    // statements closed with outcome "unknown"
	Lost    uint64 // lines whose hashes are there and which themselves are not
}

// A statement that was allowed and never finished is searched for back to the
// server's last start or clean stop, but no further than these, so that a
// start after a crash takes a second or two and not minutes, and its memory is
// bounded. A statement that had been running for longer than that keeps only
// its statement.allowed; nothing is lost but the word "unknown".
const (
	lookBackBytes      = 1 << 30 // whole segments, so up to one segment more
	lookBackStatements = 1 << 16
)

// recover brings the directory into order, and the writer to its end.
func (l *Log) recover() error {
	list, err := segments(l.dir)
	if err != nil {
		return err
	}
	for _, first := range list {
		cut, err := cutTail(segmentPath(l.dir, first))
		if err != nil {
			return err
		}
		l.recovered.Torn += cut
	}
	if l.recovered.Last, err = lastSeq(l.dir, list); err != nil {
		return err
	}
	l.next = l.recovered.Last + 1
	if l.opt.Signer != nil {
		if l.recovered.Lost, err = l.grow(list); err != nil {
			return err
		}
	}
	open, err := unfinished(l.dir, list)
	if err != nil {
		return err
	}
	if l.seg, err = l.resume(list); err != nil {
		return err
	}
	l.healthy.Store(true)
	return l.closeUnknown(open)
}

// resume goes on with the last segment.
func (l *Log) resume(list []uint64) (*segment, error) {
	if len(list) == 0 || list[len(list)-1] == l.next {
		return l.begin()
	}
	path := segmentPath(l.dir, list[len(list)-1])
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	f, err := l.opt.open(path)
	if err != nil {
		return nil, err
	}
	seg := &segment{file: f, size: info.Size(), start: l.tree.start}
	if l.opt.Signer == nil {
		return seg, nil
	}
	if info, err = os.Stat(hashesPath(path)); err == nil {
		seg.hashed = info.Size()
		seg.hashes, err = l.opt.open(hashesPath(path))
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return seg, nil
}

// closeUnknown writes the missing ends. No session lives yet, so that nobody
// else writes.
func (l *Log) closeUnknown(open []Record) error {
	var batch []*line
	for _, r := range open {
		batch = append(batch, l.encode(&Event{
			Event: StatementFinished, Subject: NewSubject(r.origin()), ID: r.ID, Outcome: OutcomeUnknown,
		}, true))
	}
	if len(batch) == 0 {
		return nil
	}
	l.commit(batch)
	l.recovered.Unknown = len(batch)
	return l.fault
}

// cutTail cuts an incomplete last line off, and returns its length.
func cutTail(path string) (int64, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	keep := info.Size()
	block := make([]byte, 1) // nearly always the newline
	for keep > 0 {
		n := min(keep, int64(len(block)))
		if _, err := f.ReadAt(block[:n], keep-n); err != nil {
			return 0, err
		}
		if i := bytes.LastIndexByte(block[:n], '\n'); i >= 0 {
			keep += int64(i) + 1 - n
			break
		}
		keep -= n
		block = make([]byte, 64<<10)
	}
	if keep == info.Size() {
		return 0, nil
	}
	return info.Size() - keep, f.Truncate(keep)
}

// lastSeq returns the number of the last line in the log, which is one less
// than the name of a last segment that has none.
func lastSeq(dir string, list []uint64) (uint64, error) {
	if len(list) == 0 {
		return 0, nil
	}
	first := list[len(list)-1]
	last := first - 1
	bad := false
	_, err := backwardFile(segmentPath(dir, first), func(line []byte) bool {
		h, ok := parseHeader(line)
		last, bad = h.seq, !ok || h.seq < first
		return false
	})
	if err == nil && (bad || first == 0) {
		err = fmt.Errorf("%s: the last line is not one of this log; keep the directory as evidence and move it away to begin a new log", segmentPath(dir, first))
	}
	return last, err
}

// unfinished lists the statements that were allowed and did not finish in the
// last life of the server, oldest first. Lines are read from the end, so that
// the set holds only those finished ones whose beginning is still to come.
func unfinished(dir string, list []uint64) ([]Record, error) {
	finished := make(map[string]struct{})
	var open []Record
	more := true
	visit := func(line []byte) bool {
		h, ok := parseHeader(line)
		if !ok {
			return true // for verify to judge; here only statements count
		}
		switch Name(h.event) {
		case ServerStarted, ServerStopped:
			more = false
		case StatementFinished:
			finished[statementKey(line)] = struct{}{}
		case StatementAllowed:
			key := statementKey(line)
			if _, ok := finished[key]; ok {
				delete(finished, key)
				break
			}
			if r, err := ParseLine(line); err == nil {
				r.Line, r.Statement, r.Access = nil, "", nil
				open = append(open, *r)
			}
		}
		more = more && len(open) < lookBackStatements && len(finished) < lookBackStatements
		return more
	}
	for i, seen := len(list)-1, int64(0); i >= 0 && more && seen < lookBackBytes; i-- {
		size, err := backwardFile(segmentPath(dir, list[i]), visit)
		if err != nil {
			return nil, err
		}
		seen += size
	}
	slices.Reverse(open)
	return open, nil
}

// statementKey returns what joins allowed and finished. In a line of ours a
// comma before a quoted key is never part of a string, where quotes are
// escaped; and the token's id has a brace before it.
func statementKey(line []byte) string {
	return string(member(line, `,"session":"`, '"')) + "/" + string(member(line, `,"id":`, ',', '}'))
}

// member returns what stands between key and the next of ends.
func member(line []byte, key string, ends ...byte) []byte {
	i := bytes.Index(line, []byte(key))
	if i < 0 {
		return nil
	}
	rest := line[i+len(key):]
	if n := bytes.IndexAny(rest, string(ends)); n >= 0 {
		return rest[:n]
	}
	return nil
}

// backwardFile is backward over a file, whose size it returns.
func backwardFile(path string, fn func(line []byte) bool) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), backward(f, info.Size(), fn)
}
