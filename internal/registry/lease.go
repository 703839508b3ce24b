package registry

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// A node renews its lease by writing it into the bucket, and holds it from the
// moment of sending once it has seen it come by in the watch: then it has also
// applied everything that was written before. Whoever has revoked something
// waits for each node until that has written that it has applied it, or until
// its own lease has come by that was sent more than a lease after the last one
// of that node: then that node holds none any more, and will only hold one
// again when it has seen the revocation.
const (
	leaseLife   = time.Second
	renewEvery  = 250 * time.Millisecond
	leaseMargin = 100 * time.Millisecond // between two machines' ideas of how long a second is
	followAnew  = 600 * time.Millisecond // without one's own lease in the watch
	nodeLife    = time.Minute            // of the key of a node that is gone
	forever     = 100 * 365 * 24 * time.Hour
)

// node is the value of a node's key.
type node struct {
	N       uint64        `json:"n"`       // counts its leases
	Applied uint64        `json:"applied"` // revision up to which it has applied everything
	Name    string        `json:"name"`
	Grace   time.Duration `json:"grace,omitempty"` // how long it goes on without a lease
	Left    bool          `json:"left,omitempty"`

	seen time.Time // when it came by here
}

// leases are those of all nodes, as one of them sees them.
type leases struct {
	until atomic.Pointer[time.Time] // end of the own lease, by both clocks
	grace time.Duration
	lapse atomic.Bool // it was without for a while, grace included

	mu        sync.Mutex
	n         uint64               // the last own lease that was sent
	sent      map[uint64]time.Time // of those that have not come by yet
	confirmed time.Time            // when the last one that came by was sent
	seen      uint64               // its number
	others    map[string]node
	changed   chan struct{} // closed, and made anew, at every lease that comes by
}

func newLeases() *leases {
	l := &leases{sent: map[uint64]time.Time{}, others: map[string]node{}, changed: make(chan struct{})}
	l.until.Store(&time.Time{})
	return l
}

// alone is the lease of a node that shares nothing.
func (l *leases) alone() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seen != math.MaxUint64 { // lost for good
		until := time.Now().Add(forever)
		l.until.Store(&until)
	}
}

// left is how long the own lease holds on from a moment; less than nothing if
// it has lapsed. One atomic read. The shorter of two clocks counts: the
// monotonic one cannot be set back, but on Linux it stands still while the
// machine sleeps (clock_gettime(2), CLOCK_MONOTONIC), as the wall clock does not.
func (l *leases) left(now time.Time) time.Duration {
	until := l.until.Load()
	return min(until.Sub(now), until.Round(0).Sub(now.Round(0)))
}

// lost ends the own lease for good: no other comes by any more.
func (l *leases) lost() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.until.Store(&time.Time{})
	l.seen = math.MaxUint64
}

// next begins a lease: what is to be written, counted from now.
func (l *leases) next() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	for n, at := range l.sent {
		if now.Sub(at) > leaseLife {
			delete(l.sent, n)
		}
	}
	l.n++
	l.sent[l.n] = now
	return l.n
}

// own is told that an own lease came by.
func (l *leases) own(n uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, ok := l.sent[n]
	if !ok || n <= l.seen {
		return // late, or of before
	}
	if l.seen > 0 && l.left(time.Now())+l.grace <= 0 {
		l.lapse.Store(true)
	}
	delete(l.sent, n)
	l.confirmed, l.seen = at, n
	until := at.Add(leaseLife)
	l.until.Store(&until)
	l.wake()
}

func (l *leases) other(id string, n node) {
	l.mu.Lock()
	defer l.mu.Unlock()
	n.seen = time.Now()
	l.others[id] = n
	if n.Left {
		delete(l.others, id)
	}
	l.wake()
}

func (l *leases) gone(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.others, id)
	l.wake()
}

// wake wakes whoever waits; the caller holds mu.
func (l *leases) wake() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// silent is how long no own lease has come by.
func (l *leases) silent() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return time.Since(l.confirmed)
}

// everywhere says where a revision has been applied; done is false while a
// node that may hold a lease has not. Own leases up to the n-th must have come
// by first: nodes that came after it have seen the revision before they hold one.
func (l *leases) everywhere(rev, n uint64) (o Outcome, done bool, changed chan struct{}) {
	l.mu.Lock()
	defer l.mu.Unlock()
	o.Nodes, done = 1, l.seen >= n
	for id, other := range l.others {
		switch {
		case other.Applied >= rev:
			o.Nodes++
		case l.confirmed.Sub(other.seen) > leaseLife+leaseMargin:
			o.Lapsed = append(o.Lapsed, fmt.Sprintf("%s (%.8s)", other.Name, id))
			o.Grace = max(o.Grace, other.Grace)
		default:
			done = false
		}
	}
	return o, done, l.changed
}

// applyNode takes a node's lease.
func (r *Registry) applyNode(id string, c *change) error {
	if c.gone {
		r.leases.gone(id)
		return nil
	}
	var n node
	if err := json.Unmarshal(c.value, &n); err != nil {
		return fmt.Errorf("the lease of a node cannot be read: %w", err)
	}
	if id == r.node {
		r.leases.own(n.N)
	} else {
		r.leases.other(id, n)
	}
	return nil
}

// renew sends a lease, without waiting for anything, and returns its number.
func (r *Registry) renew() (uint64, error) {
	lease := node{N: r.leases.next(), Applied: r.applied.at(), Name: r.opt.Name, Grace: r.opt.Grace, Left: r.closed.Load()}
	value, err := json.Marshal(lease)
	if err != nil {
		return 0, err
	}
	m := nats.NewMsg(r.bucket.prefix + nodeKeys + r.node)
	m.Header.Set(jetstream.MsgTTLHeader, nodeLife.String())
	m.Data = value
	return lease.N, r.bucket.conn.PublishMsg(m)
}

// apart keeps renewals that changes ask for from becoming a load of their own.
const apart = 2 * time.Millisecond

// keepLease renews until the end, and says when the lease is lost and held
// again.
func (r *Registry) keepLease() {
	held := true // Open waits for the first one
	for tick := time.NewTicker(renewEvery); ; {
		_, _ = r.renew() // a lost connection shows in the lease
		select {
		case <-tick.C:
		case <-r.kick:
			time.Sleep(apart)
		case <-r.life.Done():
			tick.Stop()
			return
		}
		if !r.open.Load() {
			continue
		}
		now := r.Held(time.Now())
		if lapsed := r.leases.lapse.Swap(false); held && (lapsed || !now) {
			held = false
			r.opt.OnFence(true)
		}
		if !held && now {
			held = true
			r.opt.OnFence(false)
		}
	}
}

// keepWatch makes the watch anew, from where it came to, when nothing comes by
// in it any more: a server may have gone with it.
func (r *Registry) keepWatch() {
	for followed := time.Now(); ; {
		select {
		case <-time.After(renewEvery):
		case <-r.life.Done():
			return
		}
		if min(r.leases.silent(), time.Since(followed)) <= followAnew || !r.bucket.conn.IsConnected() {
			continue
		}
		ctx, cancel := context.WithTimeout(r.life, leaseLife)
		stop, err := r.bucket.follow(ctx, r.applied.at()+1, r.change)
		cancel()
		if err == nil {
			go r.stop() // may wait for a server that is gone
			r.stop = stop
		}
		followed = time.Now()
	}
}

// soon has a lease renewed now, with what has been applied.
func (r *Registry) soon() {
	select {
	case r.kick <- struct{}{}:
	default:
	}
}
