package catalog

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// How the catalogue is kept. A reading takes some 10 ms on a small database.
const (
	defaultInterval = 5 * time.Second
	defaultMaxAge   = time.Minute
	idleAfter       = 12                     // intervals without use, until nothing is read any more
	readTimeout     = 10 * time.Second       // of one reading, connecting included
	missPause       = 200 * time.Millisecond // between readings asked for by misses
	connectionLife  = time.Minute            // a login may be given another search_path by then
	readingShare    = 20                     // at most one part in twenty of the time is spent reading
)

var errClosed = errors.New("the catalogue is closed")

// Options says how fresh a catalogue is kept. The zero Options is the default.
type Options struct {
	Interval time.Duration   // between readings while in use; 0: 5 s
	MaxAge   time.Duration   // how long the last good reading serves when reading fails; 0: 60 s
	Strict   bool            // Judged looks at the server each time
	Failed   func(err error) // told of every reading that failed, from one goroutine; may be nil
}

// Catalog keeps the snapshot of one upstream. Its methods may be called from
// any goroutine.
//
// While it is used it is read anew every few seconds, so that what another
// session changed is seen soon. When it has not been used for a minute, no more
// is read and the connection is closed: the next use reads first, and waits.
type Catalog struct {
	options Options
	reader  reader
	life    context.Context // ends with Close
	end     context.CancelFunc
	keeper  chan struct{} // closed when keep has ended

	current atomic.Pointer[Snapshot] // nil: not read, or too old to trust
	used    atomic.Bool              // since the keeper last looked

	mu    sync.Mutex
	next  *reading      // not begun: whoever asks now is served by it
	busy  bool          // a goroutine is at work
	begun time.Time     // when the last reading began
	took  time.Duration // how long it took
	valid time.Time     // when the last good reading began
}

// reading is one look at the upstream's catalogue that somebody waits for.
type reading struct {
	whole bool // whatever holds, all is read
	done  chan struct{}
	err   error // read after done is closed
}

// Open returns the catalogue of the database that config (made by
// pgconn.ParseConfig) leads to. It connects when it is first used, and asks
// for config each time: a password may have changed.
func Open(config func() (*pgconn.Config, error), o Options) *Catalog {
	if o.Interval == 0 {
		o.Interval = defaultInterval
	}
	if o.MaxAge == 0 {
		o.MaxAge = defaultMaxAge
	}
	c := &Catalog{options: o, keeper: make(chan struct{}), reader: reader{config: config, seed: maphash.MakeSeed()}}
	c.SetStrict(o.Strict)
	c.life, c.end = context.WithCancel(context.Background())
	go c.keep()
	return c
}

// Close ends the connection. Readings that are waited for fail.
func (c *Catalog) Close() {
	c.end()
	<-c.keeper
}

// Touch says that the catalogue is in use.
func (c *Catalog) Touch() {
	if !c.used.Load() { // mostly no write: all processors share the line
		c.used.Store(true)
	}
}

// Current returns the snapshot to judge by, and counts as use. As a rule it is
// at hand, and this costs a load; else it is read, and waited for. An error
// means that there is none to be trusted, so that nothing may pass.
func (c *Catalog) Current(ctx context.Context) (*Snapshot, error) {
	c.Touch()
	if s := c.current.Load(); s != nil {
		return s, nil
	}
	if err := c.RefreshMiss(ctx); err != nil {
		return nil, err
	}
	if s := c.current.Load(); s != nil {
		return s, nil
	}
	return nil, errClosed
}

// Refresh reads the catalogue, and returns when Current gives what was there
// after the call. Calls share a reading, but never one that had begun before.
// The error says that reading failed; Current may still serve the snapshot
// before it, until that is MaxAge old.
func (c *Catalog) Refresh(ctx context.Context) error { return c.ask(ctx, true) }

// Judged is Current for a statement that is about to be judged. A strict
// catalogue makes sure that the snapshot holds, after the call: sessions that
// ask at one time share the answer, but never one that was begun before.
func (c *Catalog) Judged(ctx context.Context) (*Snapshot, error) {
	if !c.Strict() {
		return c.Current(ctx)
	}
	c.Touch()
	if err := c.ask(ctx, false); err != nil {
		return nil, err
	}
	if s := c.current.Load(); s != nil {
		return s, nil
	}
	return nil, errClosed
}

// Strict says that the catalogue is a strict one.
func (c *Catalog) Strict() bool { return c.reader.strict.Load() }

// SetStrict makes the catalogue a strict one, or a plain one again.
func (c *Catalog) SetStrict(on bool) { c.reader.strict.Store(on) }

func (c *Catalog) ask(ctx context.Context, whole bool) error {
	c.mu.Lock()
	r := c.next
	if r == nil {
		r = &reading{done: make(chan struct{})}
		c.next = r
	}
	r.whole = r.whole || whole
	if !c.busy {
		c.busy = true
		go c.work()
	}
	c.mu.Unlock()
	select {
	case <-r.done:
		return r.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// RefreshMiss is Refresh for a name that was not found. A client can ask for
// such names at will: readings on this account keep a distance of 200 ms from
// the one before, which the caller waits out.
func (c *Catalog) RefreshMiss(ctx context.Context) error {
	c.mu.Lock()
	wait := missPause - time.Since(c.begun)
	c.mu.Unlock()
	if wait > 0 {
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return c.Refresh(ctx)
}

// work serves the readings that are asked for until there is none left.
func (c *Catalog) work() {
	for {
		c.mu.Lock()
		r := c.next
		c.next, c.busy = nil, r != nil
		began := time.Now()
		if r == nil {
			c.mu.Unlock()
			return
		}
		look := c.reader.verify
		if r.whole {
			c.begun, look = began, c.reader.read
		}
		c.mu.Unlock()

		s, err := look(c.life)
		c.publish(s, err, began, r.whole)
		r.err = err
		if c.life.Err() != nil {
			r.err = errClosed
		} else if err != nil {
			r.err = fmt.Errorf("reading the upstream's catalogue: %w", err)
			if c.options.Failed != nil {
				c.options.Failed(r.err)
			}
		}
		close(r.done)
	}
}

// publish makes a snapshot the current one, or takes the current one away if
// it has been too long since it was last seen to be right.
func (c *Catalog) publish(s *Snapshot, err error, began time.Time, whole bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if whole {
		c.took = time.Since(began)
	}
	switch {
	case err == nil:
		c.valid = began
		c.current.Store(s)
	case time.Since(c.valid) > c.options.MaxAge:
		c.current.Store(nil)
	}
}

// keep reads anew while the catalogue is in use, and rests while it is not.
func (c *Catalog) keep() {
	defer close(c.keeper)
	var lastUse time.Time // nobody has asked yet
	for {
		c.mu.Lock()
		pause := max(c.options.Interval, readingShare*c.took)
		c.mu.Unlock()
		select {
		case <-c.life.Done():
			c.rest()
			return
		case <-time.After(pause):
		}
		if c.used.Swap(false) {
			lastUse = time.Now()
		}
		if time.Since(lastUse) < idleAfter*c.options.Interval {
			_ = c.Refresh(c.life) // a failure is told to options.Failed
		} else {
			c.rest()
		}
	}
}

// rest forgets the current snapshot and hangs up, unless somebody has asked in
// between: whoever asks says so first and looks for a snapshot then.
func (c *Catalog) rest() {
	c.reader.mu.Lock()
	defer c.reader.mu.Unlock()
	if c.used.Load() && c.life.Err() == nil {
		return
	}
	c.current.Store(nil)
	c.reader.hangUp()
}
