package registry

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Key is a signing key that several nodes share, sealed: the registry cannot
// read it.
type Key struct {
	ID     string    `json:"kid"`
	Made   time.Time `json:"made"`
	Sealed []byte    `json:"sealed"`
}

// keys are those of the bucket, in the order of their coming.
type keys struct {
	mu     sync.Mutex
	list   []Key
	signer string
}

// Keys returns the keys that several nodes share, the oldest first, and the id
// of the one that signs.
func (r *Registry) Keys() ([]Key, string) {
	r.keys.mu.Lock()
	defer r.keys.mu.Unlock()
	return slices.Clone(r.keys.list), r.keys.signer
}

// Signed says when the last token expires that a key has signed.
func (r *Registry) Signed(kid string) time.Time {
	r.view.mu.RLock()
	defer r.view.mu.RUnlock()
	return r.view.signed[kid]
}

// AddKey returns when every live node has the key.
func (r *Registry) AddKey(ctx context.Context, k Key) error {
	if !validKeyID(k.ID) {
		return errors.New("token registry: not the id of a key")
	}
	value, err := json.Marshal(k)
	if err != nil {
		return err
	}
	return r.settle(ctx, func(ctx context.Context) (uint64, error) { return r.bucket.put(ctx, keyKeys+k.ID, value, 0, 0) })
}

// SetSigner returns when every live node signs with that key.
func (r *Registry) SetSigner(ctx context.Context, kid string) error {
	return r.settle(ctx, func(ctx context.Context) (uint64, error) {
		return r.bucket.put(ctx, signerKey, []byte(kid), 0, whatever)
	})
}

// FirstSigner is SetSigner where no key signs yet. If one does meanwhile, that
// is as good.
func (r *Registry) FirstSigner(ctx context.Context, kid string) error {
	err := r.settle(ctx, func(ctx context.Context) (uint64, error) {
		rev, err := r.bucket.put(ctx, signerKey, []byte(kid), 0, 0)
		if moved(err) { // what was faster comes before the next own lease
			return r.applied.at(), nil
		}
		return rev, err
	})
	if _, signer := r.Keys(); err == nil && signer == "" {
		return errors.New("token registry: no key signs")
	}
	return err
}

// DropKey takes a key away.
func (r *Registry) DropKey(ctx context.Context, kid string) error {
	return r.settle(ctx, func(ctx context.Context) (uint64, error) { return r.bucket.remove(ctx, keyKeys+kid) })
}

// settle makes a change and waits until every live node has applied it.
func (r *Registry) settle(ctx context.Context, change func(context.Context) (uint64, error)) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	rev, err := change(ctx)
	if err == nil {
		_, err = r.settled(ctx, rev)
	}
	return r.failed(err)
}

// applyKey takes a signing key.
func (r *Registry) applyKey(id string, c *change) error {
	defer r.opt.OnKeys()
	r.keys.mu.Lock()
	defer r.keys.mu.Unlock()
	r.keys.list = slices.DeleteFunc(r.keys.list, func(k Key) bool { return k.ID == id })
	if c.gone {
		return nil
	}
	var k Key
	if err := strictly(c.value, &k); err != nil || k.ID != id {
		return fmt.Errorf("the signing key %q cannot be read", c.key)
	}
	r.keys.list = append(r.keys.list, k)
	return nil
}

func (r *Registry) applySigner(c *change) error {
	defer r.opt.OnKeys()
	r.keys.mu.Lock()
	defer r.keys.mu.Unlock()
	if r.keys.signer = string(c.value); c.gone || !validKeyID(r.keys.signer) {
		return errors.New("the key that signs cannot be read")
	}
	return nil
}

// validKeyID says whether a text is a base64url of a hash.
func validKeyID(id string) bool {
	for _, c := range []byte(id) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && c != '-' && c != '_' {
			return false
		}
	}
	return id != "" && len(id) <= 64
}
