package registry

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// Options say where the registry is and who wants to know of its changes.
type Options struct {
	Dir    string  // the store of one node: a folder that the caller holds alone
	Shared *Shared // instead of Dir: the store of several nodes
	Name   string  // of this node, for people

	// Grace is how long this node goes on when it has lost the others. Zero:
	// it refuses everything as soon as it cannot vouch that no revocation has
	// passed it by.
	Grace time.Duration

	// OnKeys is called when the signing keys have changed, before that counts
	// as applied here.
	OnKeys func()

	// OnFence is called when this node has lost its lease and refuses
	// everything, and when it has caught up.
	OnFence func(lost bool)

	// OnRevoke is called on every node when something was revoked. It returns
	// when nothing more of the tokens that are revoked now can be forwarded:
	// until then the revocation does not count as applied here.
	OnRevoke func()

	// OnReplace is called on every node with the record of a token that a
	// rotation puts in the place of another, before any later change.
	OnReplace func(Record)

	Now func() time.Time // nil: time.Now
}

// Registry may be used by any number of goroutines.
type Registry struct {
	opt     Options
	now     func() time.Time
	node    string         // this process
	server  *server.Server // nil: the store is elsewhere
	bucket  *bucket
	stop    func() // ends the watch
	view    *view
	keys    keys
	leases  *leases
	witness witness
	kick    chan struct{} // asks for a lease now

	applying sync.Mutex
	applied  progress
	loaded   atomic.Bool // memory holds all that was there at the start
	open     atomic.Bool
	broken   atomic.Pointer[error] // a change that was not understood
	closed   atomic.Bool
	revoking sync.Mutex
	running  sync.WaitGroup
	end      context.CancelFunc
	life     context.Context
}

// within bounds every wait for the store.
const within = 5 * time.Second

// Open opens the registry and returns when all of it is in memory.
func Open(opt Options) (*Registry, error) {
	r := &Registry{opt: opt, now: opt.Now, node: strings.ToLower(rand.Text()), view: newView(), leases: newLeases(), kick: make(chan struct{}, 1)}
	r.leases.grace = opt.Grace
	if r.now == nil {
		r.now = time.Now
	}
	if opt.OnRevoke == nil {
		r.opt.OnRevoke = func() {}
	}
	if opt.OnKeys == nil {
		r.opt.OnKeys = func() {}
	}
	if opt.OnFence == nil {
		r.opt.OnFence = func(bool) {}
	}
	if opt.OnReplace == nil {
		r.opt.OnReplace = func(Record) {}
	}
	r.applied.changed = make(chan struct{})
	r.life, r.end = context.WithCancel(context.Background())
	if err := r.start(); err != nil {
		return nil, errors.Join(fmt.Errorf("token registry: %w", err), r.Close())
	}
	return r, nil
}

func (r *Registry) start() error {
	ctx, cancel := context.WithTimeout(r.life, readyWithin)
	defer cancel()
	var err error
	if r.bucket, err = r.connect(ctx); err != nil {
		return err
	}
	if r.stop, err = r.bucket.follow(ctx, 0, r.change); err != nil {
		return err
	}
	// What was there before is in memory once our own sign comes by.
	first, err := r.bucket.put(ctx, nodeKeys+r.node, []byte(`{"n":0}`), nodeLife, whatever)
	if err != nil {
		return err
	}
	if err := r.applied.wait(ctx, first); err != nil {
		return err
	}
	if err := r.broken.Load(); err != nil {
		return *err
	}
	if err := r.whole(); err != nil {
		return err
	}
	r.view.forget(r.now())
	r.loaded.Store(true)
	r.running.Go(r.tidy)
	if r.opt.Shared == nil {
		r.leases.alone()
		return nil
	}
	r.running.Go(r.keepLease)
	r.running.Go(r.keepWatch)
	_, err = r.settled(ctx, 0) // once the first lease has come by
	r.open.Store(err == nil)
	return err
}

// connect reaches the store, and runs it where it is this node's own.
func (r *Registry) connect(ctx context.Context) (*bucket, error) {
	if shared := r.opt.Shared; shared != nil {
		conn, err := shared.connect(r.opt.Name)
		if err != nil {
			return nil, err
		}
		return setup(ctx, conn, shared.Bucket, shared.Replicas)
	}
	s, conn, err := runServer(r.opt.Dir)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", r.opt.Dir, err)
	}
	r.server = s
	return setup(ctx, conn, "sallyport", 1)
}

// settled waits until every live node has applied a revision, or its lease has
// lapsed.
func (r *Registry) settled(ctx context.Context, rev uint64) (Outcome, error) {
	if err := r.applied.wait(ctx, rev); err != nil || r.opt.Shared == nil {
		return Outcome{Nodes: 1}, err
	}
	n, err := r.renew()
	if err != nil {
		return Outcome{Nodes: 1}, err
	}
	for {
		o, done, changed := r.leases.everywhere(rev, n)
		if done {
			return o, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return o, fmt.Errorf("not every node is known to have applied it: %w", ctx.Err())
		}
	}
}

// change is told of every change by the watch, one after the other.
func (r *Registry) change(c *change) {
	r.applying.Lock() // an older watch may not have ended yet
	defer r.applying.Unlock()
	if c.rev <= r.applied.at() {
		return
	}
	if err := r.apply(c); err != nil {
		err = fmt.Errorf("%w: a newer version may have written it", err)
		r.broken.CompareAndSwap(nil, &err)
		r.leases.lost()
	}
	r.applied.reach(c.rev)
}

// enforce ends what is revoked, now and at the moment from which a revocation
// holds.
func (r *Registry) enforce(from time.Time) {
	wait := from.Sub(r.now())
	if from.IsZero() || wait <= 0 {
		r.opt.OnRevoke()
		return
	}
	r.running.Go(func() {
		select {
		case <-time.After(wait):
			r.opt.OnRevoke()
		case <-r.life.Done():
		}
	})
}

// tidy keeps memory from growing with what has expired.
func (r *Registry) tidy() {
	for {
		select {
		case <-time.After(time.Minute):
			r.view.forget(r.now())
		case <-r.life.Done():
			return
		}
	}
}

// Add records a token that is about to be handed out. Once it has returned
// without an error the record is stored, and this node knows it.
func (r *Registry) Add(rec Record) error {
	if err := rec.check(); err != nil {
		return err
	}
	if err := r.checkParent(&rec); err != nil {
		return err
	}
	value, err := json.Marshal(&rec)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(r.life, within)
	defer cancel()
	rev, err := r.bucket.put(ctx, tokenKeys+rec.ID, value, rec.ExpiresAt.Add(retention).Sub(r.now()), 0)
	if moved(err) {
		return fmt.Errorf("token %s: %w", rec.ID, ErrDuplicate)
	}
	if err != nil {
		return r.failed(err)
	}
	if err := r.applied.wait(ctx, rev); err != nil {
		return r.failed(err)
	}
	// The others shall know it, too, before somebody uses it there. Those that
	// do not answer will learn of it later.
	soon, cancel := context.WithTimeout(ctx, leaseLife)
	defer cancel()
	_, _ = r.settled(soon, rev)
	return nil
}

// checkParent holds a derived token to what it is derived from.
func (r *Registry) checkParent(rec *Record) error {
	if rec.Parent == "" {
		return nil
	}
	parent, err := r.Get(rec.Parent)
	switch {
	case err != nil:
		return err
	case parent.Revoked():
		return fmt.Errorf("token registry: the token %s that it would be derived from is revoked", parent.ID)
	case rec.ExpiresAt.After(parent.ExpiresAt):
		return errors.New("token registry: a derived token does not outlive its parent")
	}
	return nil
}

// failed says what a change failed in.
func (r *Registry) failed(err error) error {
	switch {
	case err == nil:
		return nil
	case r.closed.Load():
		return fmt.Errorf("token registry: %w", ErrClosed)
	}
	if r.bucket != nil && !r.bucket.conn.IsConnected() {
		return errors.New("token registry: it cannot be reached, so the change is not stored")
	}
	return fmt.Errorf("token registry: the change is not known to be stored: %w", err)
}

// Get returns the record of a token, or an ErrUnknown. The caller does not
// change its Source.
func (r *Registry) Get(id string) (Record, error) { return r.view.get(id, r.now()) }

// ByHandle returns the record of the token whose handle has this hash.
func (r *Registry) ByHandle(hash string) (Record, error) {
	if !r.Vouches(time.Now()) {
		return Record{}, ErrFenced
	}
	return r.view.byHandle(hash, r.now())
}

// List returns all records, the oldest first, those included that expired in
// the last 24 hours. The caller owns the slice, but not each record's Source.
func (r *Registry) List() []Record { return r.view.list(r.now()) }

// Revoked says whether a token must be refused because it was revoked, or what
// it is derived from was, or because it is not known here.
func (r *Registry) Revoked(id string) bool {
	_, revoked := r.view.revoked(id, r.now())
	return revoked
}

// Successor returns the last of those that rotations have put in a token's
// place, and false if none of them can be used.
func (r *Registry) Successor(id string) (Record, bool) { return r.view.successor(id, r.now()) }

// Held says whether statements may pass: this node can vouch that no
// revocation has passed it by, or is in its grace. It is asked before each
// statement, and costs one atomic read.
func (r *Registry) Held(now time.Time) bool { return r.leases.left(now)+r.opt.Grace > 0 }

// Vouches is Held without grace.
func (r *Registry) Vouches(now time.Time) bool { return r.leases.left(now) > 0 }

// Revoke revokes what v names. When it returns without an error that is
// stored, and nothing more of these tokens is forwarded on any node. If it
// cannot be stored it holds for this process all the same, and an error says
// so; only an ErrUnknown changes nothing. What is revoked already is not
// revoked anew.
func (r *Registry) Revoke(ctx context.Context, v Revocation) (Outcome, error) {
	t, err := v.target()
	if err != nil {
		return Outcome{}, err
	}
	life := revocationLife
	if t.kind == byID {
		rec, err := r.Get(t.name)
		if err != nil {
			return Outcome{}, err
		}
		life = max(rec.ExpiresAt.Sub(r.now()), 0) + retention + time.Hour // beyond the record's
	}
	r.revoking.Lock()
	defer r.revoking.Unlock()
	value := revocation{At: r.now().UTC(), By: v.By, Ends: r.now().UTC().Add(life)}
	if v.At.After(value.At) {
		value.From = v.At.UTC()
	}
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	rev, err := r.store(ctx, t, value, life)
	if err != nil {
		if old, ok := r.view.mark(t); !ok || t.kind != byID || value.before(old) {
			// None of this process's tokens came later than what it has applied.
			r.view.setMark(t, mark{at: value.At, by: v.By, from: value.From, ends: value.Ends, rev: r.applied.at() + 1})
		}
		r.enforce(value.From)
		return Outcome{}, r.failed(err)
	}
	told := r.witness.add(testimony{Key: t.key()[len(revokedKeys):], Rev: rev, Ends: value.Ends})
	o, err := r.settled(ctx, rev)
	return o, r.failed(errors.Join(err, told))
}

// store writes a revocation, unless one that holds at least as early is there,
// and returns the revision at which it is.
func (r *Registry) store(ctx context.Context, t target, value revocation, life time.Duration) (uint64, error) {
	data, err := json.Marshal(value)
	if err != nil {
		return 0, err
	}
	if t.kind != byID { // the later one reaches more, and holds at once
		return r.bucket.put(ctx, t.key(), data, life, whatever)
	}
	for {
		old, ok := r.view.mark(t)
		if ok && old.stored && !value.before(old) {
			return old.rev, nil
		}
		last := uint64(0)
		if old.stored {
			last = old.rev
		}
		rev, err := r.bucket.put(ctx, t.key(), data, life, last)
		if !moved(err) {
			return rev, err
		}
		// Another node was faster: what it wrote is on its way.
		if err := r.applied.wait(ctx, r.applied.at()+1); err != nil {
			return 0, err
		}
	}
}

// before says whether a revocation holds earlier than m.
func (v revocation) before(m mark) bool {
	return !m.from.IsZero() && (v.From.IsZero() || v.From.Before(m.from))
}

// target is what a revocation names, if it is one thing.
func (v *Revocation) target() (target, error) {
	var named []target
	if v.ID != "" {
		named = append(named, target{byID, v.ID})
	}
	if v.Subject != "" {
		named = append(named, target{bySubject, v.Subject})
	}
	if v.Family != "" {
		named = append(named, target{byFamily, v.Family})
	}
	if v.All {
		named = append(named, target{kind: byAll})
	}
	switch {
	case len(named) != 1:
		return target{}, errors.New("token registry: a revocation names one id, one subject, one family, or all")
	case !v.At.IsZero() && v.ID == "" && v.At.After(time.Now()):
		return target{}, errors.New("token registry: only a single token can be revoked later than now")
	case slices.Contains([]kind{byID, byFamily}, named[0].kind) && !validID(named[0].name):
		return target{}, fmt.Errorf("token %q: %w", named[0].name, ErrUnknown)
	}
	return named[0], nil
}

// Close gives the store free. The registry still answers, and takes no more
// changes.
func (r *Registry) Close() error {
	if r.closed.Swap(true) {
		return nil
	}
	if r.opt.Shared != nil && r.bucket != nil {
		_, _ = r.renew() // says that it leaves
		_ = r.bucket.conn.FlushTimeout(leaseLife)
	}
	r.end()
	r.running.Wait()
	if r.stop != nil {
		r.stop()
	}
	if r.bucket != nil {
		r.bucket.conn.Close()
	}
	if r.server != nil {
		r.server.Shutdown()
		r.server.WaitForShutdown()
	}
	return r.witness.close()
}
