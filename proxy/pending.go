package proxy

import (
	"sync"
	"sync/atomic"
)

// Owed is one request that the server has not answered in full.
type Owed struct {
	Kind    byte // the protocol's own name for what is owed
	Seq     uint64
	Segment uint64
	Ticket  Ticket
	Refusal *Refusal // set: the server was sent a stand-in, and its error is exchanged for this
	Piece   int      // statements of the request completed so far
	CopyIn  CopyState
	Aside   *Aside // set: this is no request of the client's
}

// CopyState is where a request that takes data from the client stands.
type CopyState uint8

// The states of COPY … FROM STDIN.
const (
	CopyNone    CopyState = iota
	CopyAwaited           // the server may ask for data
	CopyOpen              // it has
)

// Pending is the queue between the two directions of a session: the request
// side pushes, the reply side pops. It is safe for those two goroutines.
type Pending struct {
	mu       sync.Mutex
	moved    sync.Cond
	ring     []Owed
	head     int
	count    int
	seq      uint64 // of the last entry pushed
	segment  uint64
	skipping uint64 // segment+1 of the one whose rest the server ignores, or 0
	closed   bool

	looking atomic.Bool // an aside is owed; there is one at a time
}

func newPending() *Pending {
	p := &Pending{ring: make([]Owed, 8)}
	p.moved.L = &p.mu
	return p
}

// Next gives the numbers that the next entry will have.
func (p *Pending) Next() (seq, segment uint64) {
	// Only the request side changes these, and only it asks.
	return p.seq + 1, p.segment
}

// Push appends an entry; ends says that it ends its segment. It returns false,
// and appends nothing, if the server is known to ignore the request.
func (p *Pending) Push(o Owed, ends bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.seq++
	o.Seq, o.Segment = p.seq, p.segment
	if ends {
		p.segment++
	} else if p.skipping == o.Segment+1 {
		return false
	}
	if p.count == len(p.ring) {
		p.grow()
	}
	p.ring[(p.head+p.count)%len(p.ring)] = o
	p.count++
	if o.Aside != nil {
		p.looking.Store(true)
	}
	return true
}

func (p *Pending) grow() {
	bigger := make([]Owed, 2*len(p.ring))
	for i := range p.count {
		bigger[i] = p.ring[(p.head+i)%len(p.ring)]
	}
	p.ring, p.head = bigger, 0
}

// Head returns a copy of the oldest entry.
func (p *Pending) Head() (Owed, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.count == 0 {
		return Owed{}, false
	}
	return p.ring[p.head], true
}

// Aside returns the aside that is answered now, or nil. It costs next to
// nothing while none is owed.
func (p *Pending) Aside() *Aside {
	if !p.looking.Load() {
		return nil
	}
	head, _ := p.Head()
	return head.Aside
}

// Update changes the oldest entry and tells whoever waits.
func (p *Pending) Update(change func(*Owed)) {
	p.mu.Lock()
	if p.count > 0 {
		change(&p.ring[p.head])
		p.moved.Broadcast()
	}
	p.mu.Unlock()
}

// Pop removes the oldest entry.
func (p *Pending) Pop() {
	p.mu.Lock()
	if p.count > 0 {
		if p.ring[p.head].Aside != nil {
			p.looking.Store(false)
		}
		p.ring[p.head] = Owed{}
		p.head = (p.head + 1) % len(p.ring)
		p.count--
		p.moved.Broadcast()
	}
	p.mu.Unlock()
}

// Skip says that something in this segment has failed: the server ignores
// what it is sent up to its end.
func (p *Pending) Skip(segment uint64) {
	p.mu.Lock()
	p.skipping = segment + 1
	p.moved.Broadcast()
	p.mu.Unlock()
}

// Skipping reports whether the segment that is being sent has failed.
func (p *Pending) Skipping() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.skipping == p.segment+1
}

// Idle reports whether nothing is owed.
func (p *Pending) Idle() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count == 0
}

// Len is how many requests are owed.
func (p *Pending) Len() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.count
}

// Settled waits until every entry up to seq is answered, or until until (if
// not nil) holds for the entry seq while it is the oldest. It returns that
// entry's state (zero if it is answered), and false if the session ended.
func (p *Pending) Settled(seq uint64, until func(*Owed) bool) (Owed, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		if p.closed {
			return Owed{}, false
		}
		if p.count == 0 || p.ring[p.head].Seq > seq {
			return Owed{}, true
		}
		if head := &p.ring[p.head]; until != nil && head.Seq == seq && until(head) {
			return *head, true
		}
		p.moved.Wait()
	}
}

// Ended waits until every segment before this one is answered. It returns
// false if the session ended.
func (p *Pending) Ended(segment uint64) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.closed && p.count > 0 && p.ring[p.head].Segment < segment {
		p.moved.Wait()
	}
	return !p.closed
}

// Close wakes whoever waits and makes every later wait fail.
func (p *Pending) Close() {
	p.mu.Lock()
	p.closed = true
	p.moved.Broadcast()
	p.mu.Unlock()
}

// Drain removes every entry and returns them, oldest first.
func (p *Pending) Drain() []Owed {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := make([]Owed, 0, p.count)
	for ; p.count > 0; p.count-- {
		left = append(left, p.ring[p.head])
		p.head = (p.head + 1) % len(p.ring)
	}
	return left
}
