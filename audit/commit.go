package audit

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// writer is the state of whoever leads; nobody else touches it.
type writer struct {
	seg     *segment  // nil after a failure
	next    uint64    // the number of the next line
	out     []byte    // one batch as bytes
	queue   []*line   // one batch as lines, the backlog first
	spare   []*line   // the slice that pending will be next
	backlog []*line   // outcomes that could not be written yet
	held    int       // bytes in backlog
	dropped uint64    // outcomes lost because the backlog was full
	own     *line     // the leader's line, which needs no waking
	fault   error     // why the last attempt failed; nil while all is well
	retry   time.Time // not before then
	tree    tree
	unsure  bool // what was written is in the log, and may not be on disk
	sealing bool // a checkpoint is being written: the last line of its segment, however full that is
}

// maxBacklog is how many bytes of outcomes are kept while the log fails.
const maxBacklog = 4 << 20

// commit writes batch, and answers each of its lines. A line whose
// bytes the kernel took to the end is in the log, whatever became of those
// behind it; the numbers of the others are given to the lines that come next.
func (l *Log) commit(batch []*line) {
	start := time.Now()
	l.queue = append(append(l.queue[:0], l.backlog...), batch...)
	n, err := 0, l.ready(start)
	if err == nil && len(l.queue) > 0 {
		l.render()
		n, err = l.seg.append(l.out)
	}
	whole := len(l.queue)
	if err != nil {
		whole = bytes.Count(l.out[:n], []byte{'\n'})
		n = bytes.LastIndexByte(l.out[:n], '\n') + 1
	}
	l.unsure = false
	if l.opt.Disk && n > 0 && l.awaited() {
		if failed := l.sync(); failed != nil {
			err = errors.Join(err, failed)
			if !l.unsure {
				whole, n = 0, 0
			}
		}
	}
	l.settle(whole, n, err)
	if l.opt.OnWrite != nil && len(l.queue) > 0 {
		l.opt.OnWrite(time.Since(start), n, whole, err)
	}
	clear(l.queue)
}

// awaited says whether somebody waits for the queue: outcomes may reach the
// disk later.
func (l *Log) awaited() bool {
	return slices.ContainsFunc(l.queue, func(ln *line) bool { return !ln.outcome })
}

// sync brings what was written to the disk. After a failure nobody knows what
// is there (the kernel may call the pages clean): the lines are taken back, or
// where that fails too they stay, and count, and are not relied upon.
func (l *Log) sync() error {
	err := l.seg.file.Sync()
	if err != nil {
		l.unsure = l.seg.file.Truncate(l.seg.size) != nil
	}
	return err
}

// render makes the queue's bytes: only here do lines get their numbers.
func (l *Log) render() {
	if cap(l.out) > 16*keepBuffer {
		l.out = nil
	}
	l.out = l.out[:0]
	for i, ln := range l.queue {
		l.out = append(l.out, `{"seq":`...)
		l.out = strconv.AppendUint(l.out, l.next+uint64(i), 10)
		if i == 0 {
			l.out = appendUint(l.out, "dropped", l.dropped)
		}
		l.out = append(l.out, ln.body...)
	}
}

// settle takes over the result of one write: whole lines, n bytes, are in.
func (l *Log) settle(whole, n int, err error) {
	l.next += uint64(whole)
	if whole > 0 {
		l.dropped = 0
	}
	if l.seg != nil {
		l.seg.size += int64(n)
	}
	if l.opt.Signer != nil {
		l.cover(n)
	}
	if err != nil {
		l.fail(err)
	} else {
		l.fault = nil
		l.healthy.Store(true)
	}
	l.backlog, l.held = l.backlog[:0], 0
	for i, ln := range l.queue {
		switch {
		case !ln.outcome:
			if i >= whole || l.unsure {
				ln.err = l.fault
			}
			if ln != l.own {
				ln.done <- false // it is the waiter's again
			}
		case i < whole, ln.fleeting:
			l.free(ln)
		default:
			l.hold(ln)
		}
	}
}

// cover takes the n bytes of whole lines that were written into the tree. The
// timer runs from the first that no checkpoint covers.
func (l *Log) cover(n int) {
	first := !l.uncovered()
	l.tree.add(l.out[:n])
	if first && l.uncovered() {
		l.timer.Reset(checkpointEvery)
	}
}

// full says that the segment ends here.
func (l *Log) full() bool { return l.seg != nil && l.seg.size >= l.opt.SegmentBytes }

// fail ends the segment. The next comes with a later attempt.
func (l *Log) fail(err error) {
	if err == l.fault {
		return // no attempt was due
	}
	l.fault = fmt.Errorf("audit: the log cannot be written: %w", err)
	l.retry = time.Now().Add(l.opt.retry)
	l.healthy.Store(false)
	if l.seg != nil {
		l.leave()
		l.seg.abandon(l.seg.size)
		l.seg = nil
	}
}

// hold keeps an outcome for the next attempt and makes room for it. What is
// dropped here is not silent: `dropped` says how many, and a statement whose
// outcome is missing is closed as unknown at the next start.
func (l *Log) hold(ln *line) {
	l.backlog = append(l.backlog, ln)
	l.held += len(ln.body)
	drop := 0
	for l.held > maxBacklog {
		l.held -= len(l.backlog[drop].body)
		l.free(l.backlog[drop])
		drop++
	}
	if drop > 0 {
		l.dropped += uint64(drop)
		l.backlog = append(l.backlog[:0], l.backlog[drop:]...)
	}
}

// ready sees to it that there is a segment to write to. A full one is written
// on as long as the next cannot be opened.
func (l *Log) ready(now time.Time) error {
	full := l.full() && !l.sealing
	if l.seg != nil && (!full || now.Before(l.retry)) {
		return nil
	}
	if now.Before(l.retry) {
		return l.fault
	}
	if full && l.opt.Disk { // or a power cut might take its end, and leave the next segment
		if err := l.seg.file.Sync(); err != nil {
			return err
		}
	}
	next, err := l.begin()
	if err != nil && full {
		l.retry = now.Add(l.opt.retry)
		return nil
	}
	if err != nil {
		return err
	}
	if full {
		l.leave()
		_ = l.seg.close()
	}
	l.seg = next
	return nil
}

// begin opens the segment that starts with the next line. A file of that name
// is what a failed attempt left, and holds no line that counts.
func (l *Log) begin() (*segment, error) {
	f, err := l.opt.open(segmentPath(l.dir, l.next))
	if err != nil {
		return nil, err
	}
	seg := &segment{file: f, start: l.tree.frontier}
	err = f.Truncate(0)
	if err == nil && l.fault != nil {
		err = seg.probe()
	}
	if err == nil && l.opt.Disk {
		err = l.opt.syncDir(l.dir)
	}
	if err != nil {
		seg.abandon(0)
		return nil, err
	}
	return seg, nil
}

// end closes the segment at the end of the log's life.
func (l *Log) end() error {
	if l.seg == nil {
		return fmt.Errorf("%d outcomes were not written: %w", len(l.backlog), l.fault)
	}
	err := errors.Join(l.seg.file.Sync(), l.seg.close())
	l.seg = nil
	return err
}
