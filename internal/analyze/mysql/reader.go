package mysql

import (
	"context"
	"hash/fnv"
	"sync/atomic"

	"github.com/sallyport-db/sallyport/internal/analyze"
	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/policy"
)

// Reader reads statements for the sessions of one upstream. It is safe for use
// from any goroutine.
type Reader struct {
	catalog *catalog.Catalog
	encode  func([]policy.Access) []byte
	stale   atomic.Bool // DDL was seen: read the catalogue before judging again
}

// NewReader makes a reader over an upstream's catalogue. encode writes a list
// of accesses as the audit log wants it.
func NewReader(c *catalog.Catalog, encode func([]policy.Access) []byte) *Reader {
	return &Reader{catalog: c, encode: encode}
}

// snapshot is the catalogue as it is now.
func (r *Reader) snapshot() (*catalog.Snapshot, error) {
	if r.stale.Load() && r.stale.Swap(false) {
		s, err := r.catalog.Refresh(context.Background())
		if err != nil {
			r.stale.Store(true)
		}
		return s, err
	}
	return r.catalog.Current(context.Background())
}

// reading is one text as it was judged.
type reading struct {
	parts   []Part
	pieces  []*analyze.Piece
	version uint64 // of the catalogue
}

// read judges a text in which comments have been resolved.
func (r *Reader) read(text []byte, env *Env) *reading {
	rd := r.judged(text, env)
	if undefined(rd.parts) {
		if fresh, err := r.catalog.Miss(context.Background()); err == nil && fresh.Version != env.Catalog.Version {
			env.Catalog = fresh
			rd = r.judged(text, env)
		}
	}
	return rd
}

func (r *Reader) judged(text []byte, env *Env) *reading {
	rd := &reading{parts: Analyze(text, env), version: env.Catalog.Version}
	h := fnv.New64a()
	_, _ = h.Write(text)
	sum := h.Sum64()
	for i := range rd.parts {
		p := &rd.parts[i]
		rd.pieces = append(rd.pieces, &analyze.Piece{
			Start: p.Start, End: p.End, Statement: p.Statement, Record: r.encode(p.Statement.Accesses),
			Fingerprint: sum, Secret: p.Secret,
		})
	}
	return rd
}

func undefined(parts []Part) bool {
	for i := range parts {
		if f := parts[i].Statement.Fault; f != nil && f.Rule == policy.RuleUndefined {
			return true
		}
	}
	return false
}
