package catalog

import (
	"context"
	"encoding/binary"
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// reader holds the proxy's own connection to the upstream and the snapshot
// that it read last. One caller at a time is inside.
type reader struct {
	config func() (*pgconn.Config, error)

	mu     sync.Mutex
	conn   *connection // nil: none
	born   time.Time   // when conn was made
	last   *Snapshot   // nil: none yet
	hash   uint64      // of the rows that last was made of
	mark   mark        // of what is known to give last; zero: none, or none is asked for
	strict atomic.Bool
	seed   maphash.Seed
}

// read returns a snapshot of what is there now: the last one if nothing has
// changed. A connection that was kept may have died unnoticed; then a new one
// is tried.
func (r *reader) read(ctx context.Context) (*Snapshot, error) {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn != nil && time.Since(r.born) > connectionLife {
		r.hangUp()
	}
	kept := r.conn != nil
	s, err := r.attempt(ctx)
	if err != nil && kept {
		s, err = r.attempt(ctx)
	}
	return s, err
}

func (r *reader) attempt(ctx context.Context) (s *Snapshot, err error) {
	defer func() {
		if err != nil {
			r.hangUp()
		}
	}()
	if r.conn == nil {
		if r.conn, err = connect(ctx, r.config); err != nil {
			return nil, err
		}
		r.born = time.Now()
	}
	results, seen, err := r.conn.read(ctx, r.strict.Load())
	if err != nil {
		return nil, err
	}
	r.mark = mark{} // until what was read is known to be good
	hash := hashOf(r.seed, results, r.conn.searchPath)
	if r.last != nil && hash == r.hash {
		r.mark = seen
		return r.last, nil
	}
	if s, err = Build(results, r.conn.searchPath); err != nil {
		return nil, err
	}
	if s.Version = 1; r.last != nil {
		s.Version = r.last.Version + 1
	}
	r.last, r.hash, r.mark = s, hash, seen
	return s, nil
}

// hangUp ends the connection if there is one.
func (r *reader) hangUp() {
	if r.conn == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	r.conn.conn.Close(ctx) // that it was broken already is no news
	r.conn, r.mark = nil, mark{}
}

func hashOf(seed maphash.Seed, results [][][][]byte, searchPath string) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	var length [4]byte
	write := func(n int, field []byte) {
		binary.LittleEndian.PutUint32(length[:], uint32(n))
		h.Write(length[:])
		h.Write(field)
	}
	write(len(searchPath), []byte(searchPath))
	for _, result := range results {
		write(len(result), nil)
		for _, row := range result {
			for _, field := range row {
				if field == nil { // NULL is not the empty string
					write(-1, nil)
				} else {
					write(len(field), field)
				}
			}
		}
	}
	return h.Sum64()
}
