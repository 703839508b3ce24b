// Package keyring keeps the keys that sign tokens: one signs, and those before
// it verify until the last token that they have signed has expired. They lie
// in files of a node that is alone, and sealed in the registry of several.
package keyring

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/sallyport-db/sallyport/token"
)

// Options are what a Ring is made of. Logged may be nil, and so may Now; all
// else must be set.
type Options struct {
	Keys *token.Keys // what verifies and signs by the ring
	// Signed says when the last token expires that a key has signed.
	Signed func(kid string) time.Time
	Now    func() time.Time
	Logged func(error) // what failed beside a command

	linger time.Duration // 0: lingers
}

// Ring may be used by any number of goroutines.
type Ring struct {
	opt    Options
	store  store
	mu     sync.Mutex
	keys   []token.Key // the oldest first
	signer string
	end    context.CancelFunc
	done   sync.WaitGroup
}

// store is where keys lie.
type store interface {
	load() (keys []token.Key, signer string, err error)
	// add makes a key, and returns when every node verifies by it.
	add(ctx context.Context) (token.Key, error)
	// sign has every node sign with a key.
	sign(ctx context.Context, kid string) error
	remove(ctx context.Context, key token.Key) error
}

// lingers is how long a key verifies on after it was superseded even if it has
// signed nothing that lives: a token may be on its way into the registry.
const lingers = time.Minute

func open(s store, o Options) (*Ring, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Logged == nil {
		o.Logged = func(error) {}
	}
	if o.linger == 0 {
		o.linger = lingers
	}
	r := &Ring{opt: o, store: s}
	if err := r.Reload(); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	r.end = cancel
	r.done.Go(func() { r.retire(ctx) })
	return r, nil
}

// Close ends what the ring does by itself. Its keys stay in use.
func (r *Ring) Close() error {
	r.end()
	r.done.Wait()
	return nil
}

// Reload takes over what lies in the store.
func (r *Ring) Reload() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.reload()
}

func (r *Ring) reload() error {
	keys, signer, err := r.store.load()
	if err != nil {
		return fmt.Errorf("signing keys: %w", err)
	}
	r.keys, r.signer = keys, signer
	r.use()
	return nil
}

// use has the tokens verified by all keys that are not retired.
func (r *Ring) use() (retired []token.Key) {
	var good []token.Key
	for i, k := range r.keys {
		if until := r.until(i); until.IsZero() || r.opt.Now().Before(until) {
			good = append(good, k)
		} else {
			retired = append(retired, k)
		}
	}
	r.opt.Keys.Use(r.signer, good)
	return retired
}

// until is when the key at i retires; zero: not yet known.
func (r *Ring) until(i int) time.Time {
	k := r.keys[i]
	signs := slices.IndexFunc(r.keys, func(k token.Key) bool { return k.ID() == r.signer })
	if signs < 0 || i >= signs {
		return time.Time{}
	}
	until := r.keys[i+1].Made().Add(r.opt.linger)
	if last := r.opt.Signed(k.ID()); last.After(until) {
		until = last
	}
	return until
}

// retire removes the keys that nothing living was signed with.
func (r *Ring) retire(ctx context.Context) {
	for {
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return
		}
		r.mu.Lock()
		retired := r.use()
		r.mu.Unlock()
		for _, k := range retired {
			if err := r.store.remove(ctx, k); err != nil {
				r.opt.Logged(fmt.Errorf("a retired signing key cannot be removed: %w", err))
			}
		}
		if len(retired) > 0 {
			if err := r.Reload(); err != nil {
				r.opt.Logged(err)
			}
		}
	}
}

// Info describes a key.
type Info struct {
	ID    string    `json:"kid"`
	Made  time.Time `json:"made"`
	Signs bool      `json:"signs"`
	Until time.Time `json:"until,omitzero"` // it verifies until then; zero: it signs, or will
}

// List describes the keys that verify, the oldest first.
func (r *Ring) List() []Info {
	r.mu.Lock()
	defer r.mu.Unlock()
	list := []Info{}
	for i, k := range r.keys {
		list = append(list, Info{ID: k.ID(), Made: k.Made(), Signs: k.ID() == r.signer, Until: r.until(i)})
	}
	return list
}

// Rotate makes a new key that signs from now on. It is known everywhere before
// the first token is signed with it; the old ones verify on.
func (r *Ring) Rotate(ctx context.Context) (Info, error) {
	key, err := r.store.add(ctx)
	if err != nil {
		return Info{}, fmt.Errorf("the old key signs on, since there is no new one: %w", err)
	}
	if err := r.store.sign(ctx, key.ID()); err != nil {
		return Info{}, fmt.Errorf("the new key %s is there, but the old one may sign on: %w", key.ID(), err)
	}
	if err := r.Reload(); err != nil {
		return Info{}, err
	}
	return Info{ID: key.ID(), Made: key.Made(), Signs: true}, nil
}
