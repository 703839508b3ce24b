package audit

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"time"
)

// ErrStop, returned by the function that is given records, ends the reading
// without an error.
var ErrStop = errors.New("stop reading")

// pollDelay is how often Follow looks for more.
const pollDelay = 50 * time.Millisecond

// Search calls fn with every record in dir that matches, in order. The log
// may be in use. A record and its memory are fn's to keep. A line that is not
// one of the log's is passed over and reported at the end, so that one bad
// line does not hide the others; an error of fn ends the search at once.
func Search(dir string, f Filter, fn func(*Record) error) error {
	r := newReader(dir, f, fn)
	list, err := segments(dir)
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	for _, first := range list {
		if err := r.enter(first); err != nil {
			return r.result(err)
		}
		if err := r.drain(); err != nil {
			return r.result(err)
		}
	}
	return r.result(nil)
}

// Follow calls fn with every matching record behind number after, those that
// are there and, within about 100 ms, those that come, until ctx is done
// (which is no error) or fn fails. The directory may not exist yet. Lines
// that are not the log's are passed over.
func Follow(ctx context.Context, dir string, after uint64, f Filter, fn func(*Record) error) error {
	r := newReader(dir, f, func(rec *Record) error {
		if ctx.Err() != nil {
			return ErrStop // also in the middle of a long way to the end
		}
		return fn(rec)
	})
	r.after = after
	tick := time.NewTicker(pollDelay)
	defer tick.Stop()
	for {
		if err := r.advance(); err != nil {
			return r.result(err)
		}
		r.bad = nil
		select {
		case <-ctx.Done():
			return r.result(nil)
		case <-tick.C:
		}
	}
}

// Tail calls fn with the last n matching records, in order, and returns the
// number of the last line in the log: where Follow goes on without a gap.
func Tail(dir string, n int, f Filter, fn func(*Record) error) (last uint64, err error) {
	list, err := segments(dir)
	if err != nil {
		return 0, fmt.Errorf("audit: %w", err)
	}
	m := f.compile()
	var found []*Record
	visit := func(line []byte) bool {
		h, ok := parseHeader(line)
		if last == 0 {
			last = h.seq
		}
		if ok && len(found) < n && m.maybe(h, line) {
			if r, err := ParseLine(slices.Clone(line)); err == nil && m.match(r) {
				found = append(found, r)
			}
		}
		return len(found) < n || last == 0
	}
	for _, first := range slices.Backward(list) {
		if _, err := backwardFile(segmentPath(dir, first), visit); err != nil {
			return last, fmt.Errorf("audit: %w", err)
		}
		if len(found) >= n && last > 0 {
			break
		}
	}
	for _, r := range slices.Backward(found) {
		if err := fn(r); err != nil {
			return last, stopped(err)
		}
	}
	return last, nil
}

// reader is a place in the log. Only whole lines move it on, so that a line
// that is half there, or cut off again, is read when it is whole.
type reader struct {
	dir   string
	match *matcher
	fn    func(*Record) error
	after uint64 // lines up to here are passed over
	bad   error  // the first line that was not one
	count int    // of those

	first uint64 // the segment, by name; 0 before the first
	file  *os.File
	off   int64  // end of the last whole line read
	lines uint64 // whole lines read in this segment
	buf   *bufio.Reader
}

func newReader(dir string, f Filter, fn func(*Record) error) *reader {
	return &reader{dir: dir, match: f.compile(), fn: fn, buf: bufio.NewReaderSize(nil, 256<<10)}
}

// enter goes to the beginning of a segment.
func (r *reader) enter(first uint64) error {
	f, err := os.Open(segmentPath(r.dir, first))
	if err != nil {
		return fmt.Errorf("audit: %w", err)
	}
	r.close()
	r.file, r.first, r.off, r.lines = f, first, 0, 0
	return nil
}

func (r *reader) close() {
	if r.file != nil {
		r.file.Close()
	}
}

// result ends the reading.
func (r *reader) result(err error) error {
	r.close()
	if err = stopped(err); err == nil && r.bad != nil {
		err = fmt.Errorf("audit: %d lines could not be read, first %w", r.count, r.bad)
	}
	return err
}

func stopped(err error) error {
	if errors.Is(err, ErrStop) {
		return nil
	}
	return err
}

// advance reads on to the end of the log as it is now.
func (r *reader) advance() error {
	if r.first == 0 {
		list, err := segments(r.dir)
		if errors.Is(err, fs.ErrNotExist) || err == nil && len(list) == 0 {
			return nil
		}
		if err != nil {
			return fmt.Errorf("audit: %w", err)
		}
		i, found := slices.BinarySearch(list, r.after+1)
		if !found {
			i = max(i-1, 0)
		}
		if err := r.enter(list[i]); err != nil {
			return err
		}
	}
	for {
		if err := r.drain(); err != nil {
			return err
		}
		more, err := r.follow()
		if err != nil || !more {
			return err
		}
	}
}

// follow goes to the next segment if there is one. Lines are numbered without
// gaps, so its name is known; and once it exists this one grows no more.
func (r *reader) follow() (bool, error) {
	next := r.first + r.lines
	if r.lines == 0 {
		return false, nil
	}
	if _, err := os.Lstat(segmentPath(r.dir, next)); errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return true, r.enter(next)
}

// drain reads the whole lines from off on.
func (r *reader) drain() error {
	r.buf.Reset(io.NewSectionReader(r.file, r.off, 1<<62))
	for {
		line, err := readLine(r.buf)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return fmt.Errorf("audit: %w", err)
		}
		at := r.off
		r.off += int64(len(line))
		r.lines++
		if err := r.visit(line[:len(line)-1], at); err != nil {
			return err
		}
	}
}

// readLine returns the next line with its newline, valid until the next call,
// or io.EOF where there is no whole one.
func readLine(b *bufio.Reader) ([]byte, error) {
	line, err := b.ReadSlice('\n')
	if err != bufio.ErrBufferFull {
		return line, err
	}
	long := slices.Clone(line)
	for err == bufio.ErrBufferFull {
		line, err = b.ReadSlice('\n')
		long = append(long, line...)
	}
	return long, err
}

func (r *reader) visit(line []byte, at int64) error {
	h, ok := parseHeader(line)
	if ok && (h.seq <= r.after || !r.match.maybe(h, line)) {
		return nil
	}
	rec, err := ParseLine(slices.Clone(line))
	if err != nil {
		if r.count++; r.bad == nil {
			r.bad = fmt.Errorf("%s at byte %d: %w", segmentPath(r.dir, r.first), at, err)
		}
		return nil
	}
	if !r.match.match(rec) {
		return nil
	}
	return r.fn(rec)
}
