package token

import (
	"crypto/sha256"
	"sync"
	"time"
)

const defaultCacheSize = 4096

// cache remembers tokens whose signature was verified and that were valid when
// they came, by the hash of their text: the text itself is not kept. Only good
// tokens get in, so nobody without one can push others out.
type cache struct {
	mu      sync.Mutex
	entries map[[sha256.Size]byte]cached
}

type cached struct {
	claims *Claims
	kid    string
}

// get returns the claims of a remembered token, unless its key has gone since.
func (c *cache) get(hash [sha256.Size]byte, keys KeySet) *Claims {
	c.mu.Lock()
	e, ok := c.entries[hash]
	c.mu.Unlock()
	if !ok {
		return nil
	}
	if _, ok := keys.PublicKey(e.kid); !ok {
		return nil
	}
	return e.claims
}

func (c *cache) put(hash [sha256.Size]byte, claims *Claims, kid string, now time.Time, size int) {
	if size == 0 {
		size = defaultCacheSize
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.entries == nil {
		c.entries = make(map[[sha256.Size]byte]cached)
	}
	if len(c.entries) >= size {
		c.evict(now, size)
	}
	c.entries[hash] = cached{claims, kid}
}

// evict drops what has expired and, if that is not enough, any half of the
// rest: so a full cache is gone through once in size/2 puts, not at each.
func (c *cache) evict(now time.Time, size int) {
	for hash, e := range c.entries {
		if !now.Before(e.claims.Expires) {
			delete(c.entries, hash)
		}
	}
	if len(c.entries) < size {
		return
	}
	for hash := range c.entries {
		if len(c.entries) <= size/2 {
			return
		}
		delete(c.entries, hash)
	}
}
