package mysql

import (
	"context"
	"fmt"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
)

// How the catalogue is kept.
const (
	interval    = 5 * time.Second        // a snapshot serves that long
	readTimeout = 10 * time.Second       // of one reading, connecting included
	missPause   = 200 * time.Millisecond // between readings asked for by misses
)

// Catalog keeps the snapshot of one upstream. Its methods may be called from
// any goroutine.
type Catalog struct {
	connect func(context.Context) (*client.Conn, error)
	seed    maphash.Seed
	current atomic.Pointer[aged]

	mu   sync.Mutex // one reading at a time
	conn *client.Conn
	hash uint64
}

// aged is a snapshot and when it was read.
type aged struct {
	*Snapshot
	read time.Time
}

// Open returns the catalogue of the server that connect logs in to. It
// connects when it is first used.
func Open(connect func(context.Context) (*client.Conn, error)) *Catalog {
	return &Catalog{connect: connect, seed: maphash.MakeSeed()}
}

// Close ends the connection.
func (c *Catalog) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.hangUp()
}

// Current returns the snapshot to judge by. An error means that there is none
// to be trusted, so that nothing may pass.
func (c *Catalog) Current(ctx context.Context) (*Snapshot, error) {
	return c.since(ctx, time.Now().Add(-interval))
}

// Refresh returns what was there after the call.
func (c *Catalog) Refresh(ctx context.Context) (*Snapshot, error) { return c.since(ctx, time.Now()) }

// Miss is Refresh for a name that did not resolve: it may be served by a
// reading that is hardly older.
func (c *Catalog) Miss(ctx context.Context) (*Snapshot, error) {
	return c.since(ctx, time.Now().Add(-missPause))
}

// since returns a snapshot whose reading began at that time or later.
func (c *Catalog) since(ctx context.Context, t time.Time) (*Snapshot, error) {
	if s := c.current.Load(); s != nil && !s.read.Before(t) {
		return s.Snapshot, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if s := c.current.Load(); s != nil && !s.read.Before(t) {
		return s.Snapshot, nil
	}
	ctx, stop := context.WithTimeout(ctx, readTimeout)
	defer stop()
	began, kept := time.Now(), c.conn != nil
	rows, err := c.read(ctx)
	if err != nil && kept {
		rows, err = c.read(ctx) // the connection may have died unnoticed
	}
	if err != nil {
		return nil, fmt.Errorf("reading the upstream's catalogue: %w", err)
	}
	return c.publish(rows, began), nil
}

func (c *Catalog) publish(rows Rows, began time.Time) *Snapshot {
	hash, old := rows.Hash(c.seed), c.current.Load()
	if old != nil && hash == c.hash {
		c.current.Store(&aged{old.Snapshot, began})
		return old.Snapshot
	}
	s := Build(rows)
	if s.Version = 1; old != nil {
		s.Version = old.Version + 1
	}
	c.hash = hash
	c.current.Store(&aged{s, began})
	return s
}

func (c *Catalog) read(ctx context.Context) (Rows, error) {
	if c.conn == nil {
		conn, err := c.connect(ctx)
		if err != nil {
			return nil, err
		}
		c.conn = conn
	}
	rows, err := Read(ctx, c.conn)
	if err != nil {
		c.hangUp()
	}
	return rows, err
}

func (c *Catalog) hangUp() {
	if c.conn != nil {
		_ = c.conn.Close() // that it was broken already is no news
		c.conn = nil
	}
}
