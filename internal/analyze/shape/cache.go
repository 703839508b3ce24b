// Package shape remembers how texts were read. Texts that differ in plain
// literals alone have one shape, and where no literal was consulted they share
// a reading; all others are known by their exact bytes.
package shape

import "sync"

// capacity bounds what one cache may hold, in bytes, counting keys and an
// estimate for what hangs on them.
const capacity = 32 << 20

// Cache remembers readings by key. When it is full it forgets everything: a
// working set that fits is read again once, one that does not gains nothing
// from a better rule. It is safe for use from any goroutine; what is in it
// must never change.
type Cache[R any] struct {
	Limit int // bytes; 0: 32 MiB

	mu    sync.RWMutex
	known map[string]*R
	bytes int
}

// Get returns the reading of the key's text in the key's surroundings, or nil.
func (c *Cache[R]) Get(k *Key) *R {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if k.plain {
		if r := c.known[string(k.masked)]; r != nil {
			return r
		}
	}
	return c.known[string(k.exactly())]
}

// Put keeps a reading. consulted says that it depends on the value of a
// literal, or on where something stands in the text.
func (c *Cache[R]) Put(k *Key, r *R, consulted bool) {
	key := k.masked
	if consulted || !k.plain {
		key = k.exactly()
	}
	weight := 4*len(key) + 512
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.known == nil || c.bytes+weight > c.room() {
		c.known, c.bytes = make(map[string]*R), 0
	}
	c.known[string(key)] = r
	c.bytes += weight
}

// Len is how many readings are kept.
func (c *Cache[R]) Len() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.known)
}

func (c *Cache[R]) room() int {
	if c.Limit == 0 {
		return capacity
	}
	return c.Limit
}
