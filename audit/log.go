package audit

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// Options says how a log is kept. The zero value is fit for use.
type Options struct {
	Cluster, Node string
	Now           func() time.Time // nil is time.Now
	SegmentBytes  int64            // a segment ends after this many; 0 is 256 MiB
	Signer        note.Signer      // of checkpoints; nil: there are none
	Disk          bool             // Write returns once its event is on disk, not only in the kernel

	// Lost, if set, says whether the node has lost the registry that it shares
	// with others. It is asked for every event: all that are written meanwhile
	// are marked.
	Lost func(time.Time) bool

	// OnWrite, if set, is told of each write: how long it took, what of it is
	// in the log, and why it failed. Others are waiting: it must be quick and
	// must not call the log.
	OnWrite func(took time.Duration, bytes, events int, err error)

	open    openFile           // the seams for faults in tests
	syncDir func(string) error // makes the names in a directory last
	retry   time.Duration      // between attempts to recover; 0 is 100 ms
}

// Log is an audit log being written. Its methods may be called from any
// goroutine.
//
// Whoever finds nobody writing leads: it writes all lines that have gathered
// with one write(2), and then lets one of those who came meanwhile lead.
type Log struct {
	dir       string
	opt       Options
	prefix    []byte // the encoded cluster and node
	lost      []byte // the same of a node that has lost the registry
	recovered Recovery
	lock      *os.File // holds the flock
	lines     sync.Pool
	healthy   atomic.Bool

	mu      sync.Mutex
	pending []*line    // for the next write, in order
	writing bool       // somebody leads
	armed   bool       // the flusher is awake
	closed  bool       // nobody joins any more
	idle    *sync.Cond // on mu: writing became false
	kick    chan struct{}
	flushed chan struct{} // closed when the flusher has ended
	timer   *time.Timer   // to the next checkpoint

	writer // the leader's
}

// line is an encoded event on its way.
type line struct {
	body     []byte    // from the comma behind seq to the newline
	outcome  bool      // appended; nobody waits
	fleeting bool      // dropped if it cannot be written now
	err      error     // the answer, set before done
	done     chan bool // true: you lead now; false: err is your answer
}

// ErrClosed is returned by Write after Close.
var ErrClosed = errors.New("audit: the log is closed")

const (
	defaultSegment = 256 << 20
	flushDelay     = 10 * time.Millisecond
	keepBuffer     = 64 << 10 // larger buffers are not kept for the next event
)

// Open opens the log in dir, or begins one, and repairs what a crash left
// behind: see Recovery. Only one process can have a log open. dir must be
// closed to others (mode 0700), since statements are nobody else's business.
func Open(dir string, opt Options) (*Log, error) {
	if opt.Now == nil {
		opt.Now = time.Now
	}
	if opt.SegmentBytes <= 0 {
		opt.SegmentBytes = defaultSegment
	}
	if opt.open == nil {
		opt.open = openAppend
	}
	if opt.syncDir == nil {
		opt.syncDir = syncDir
	}
	if opt.retry == 0 {
		opt.retry = 100 * time.Millisecond
	}
	lock, err := lockDir(dir)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	l := &Log{dir: dir, opt: opt, lock: lock, kick: make(chan struct{}, 1), flushed: make(chan struct{})}
	l.idle = sync.NewCond(&l.mu)
	l.prefix = appendField(appendField(nil, "cluster", opt.Cluster), "node", opt.Node)
	l.lost = appendField(slices.Clone(l.prefix), "registry", "lost")
	l.lines.New = func() any { return &line{body: make([]byte, 0, 1<<10), done: make(chan bool, 1)} }
	l.timer = time.AfterFunc(checkpointEvery, l.dueCheckpoint)
	l.timer.Stop()
	if err := l.recover(); err != nil {
		l.timer.Stop()
		if l.seg != nil {
			_ = l.seg.close()
		}
		_ = lock.Close()
		return nil, fmt.Errorf("audit: %w", err)
	}
	if l.opt.Signer != nil && l.uncovered() {
		l.timer.Reset(checkpointEvery)
	}
	go l.flusher()
	return l, nil
}

// Recovered says what Open found and repaired.
func (l *Log) Recovered() Recovery { return l.recovered }

// Healthy reports whether the last write succeeded. While it is false, Write
// fails, and the log tries by itself to begin a new segment.
func (l *Log) Healthy() bool { return l.healthy.Load() }

// Write returns once e is in the kernel (on disk, if the options say so), or
// says why it is not: then what it announces must not happen.
func (l *Log) Write(e *Event) error {
	ln := l.encode(e, false)
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		l.free(ln)
		return ErrClosed
	}
	l.pending = append(l.pending, ln)
	lead := !l.writing
	if !lead {
		l.mu.Unlock()
		if lead = <-ln.done; lead {
			l.mu.Lock() // writing has been left set for us
		}
	}
	if lead {
		l.writing = true
		l.lead(ln)
	}
	err := ln.err
	l.free(ln)
	return err
}

// Append adds e, an outcome, without waiting: it goes out with the next Write
// or within about 10 ms, behind everything that was added before it. While
// the log fails, outcomes are kept, up to 4 MiB; beyond that the oldest are
// dropped and the next line that is written says how many (`dropped`). After
// Close, e is ignored.
func (l *Log) Append(e *Event) {
	ln := l.encode(e, true)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		l.free(ln)
		return
	}
	l.pending = append(l.pending, ln)
	l.arm()
}

// Close writes what is pending and ends the log. The error says what could
// not be written.
func (l *Log) Close() error {
	l.mu.Lock()
	if l.closed {
		l.mu.Unlock()
		return ErrClosed
	}
	l.closed = true
	close(l.kick)
	for l.writing {
		l.idle.Wait()
	}
	l.writing = true
	l.lead(nil)
	<-l.flushed
	l.timer.Stop()
	l.checkpoint()
	err := l.end()
	return errors.Join(err, l.lock.Close())
}

func (l *Log) encode(e *Event, outcome bool) *line {
	ln := l.lines.Get().(*line)
	t := e.Time
	if t.IsZero() {
		t = l.opt.Now()
	}
	prefix := l.prefix
	if l.opt.Lost != nil && l.opt.Lost(time.Now()) {
		prefix = l.lost
	}
	ln.body = appendBody(ln.body[:0], e, t, prefix)
	ln.outcome, ln.fleeting, ln.err = outcome, false, nil
	return ln
}

func (l *Log) free(ln *line) {
	if cap(ln.body) <= keepBuffer {
		l.lines.Put(ln)
	}
}

// lead writes what is pending and passes the lead on. It is called with mu
// held and writing set, and returns without mu. own is the caller's line, nil
// if it has none; its answer is in own.err.
func (l *Log) lead(own *line) {
	batch := l.pending
	l.pending = l.spare
	l.mu.Unlock()

	l.own = own
	l.commit(batch)
	clear(batch)
	if l.full() {
		l.checkpoint() // the segment's last line
	}

	l.mu.Lock()
	l.spare = batch[:0]
	if !l.Healthy() {
		l.arm()
	}
	l.passOn()
	l.mu.Unlock()
}

// passOn lets the first who waits lead. Outcomes alone are the flusher's.
func (l *Log) passOn() {
	for _, ln := range l.pending {
		if !ln.outcome {
			ln.done <- true
			return
		}
	}
	l.writing = false
	l.idle.Broadcast()
}

// arm wakes the flusher, once for however many lines gather. mu is held.
func (l *Log) arm() {
	if !l.armed && !l.closed {
		l.armed = true
		l.kick <- struct{}{}
	}
}

// flusher writes outcomes that no Write has taken along, and brings a failed
// log back. It ticks only while there is something to do.
func (l *Log) flusher() {
	defer close(l.flushed)
	for range l.kick {
		for awake := true; awake; {
			time.Sleep(flushDelay)
			awake = l.flush()
		}
	}
}

// flush reports whether there may be more to do.
func (l *Log) flush() bool {
	l.mu.Lock()
	switch {
	case l.closed || len(l.pending) == 0 && l.Healthy():
		l.armed = false
		l.mu.Unlock()
		return false
	case l.writing:
		l.mu.Unlock()
	default:
		l.writing = true
		l.lead(nil)
	}
	return true
}
