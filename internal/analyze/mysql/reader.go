package mysql

import (
	"context"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/internal/analyze/shape"
	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/policy"
)

// Reader reads statements for the sessions of one upstream. It is safe for use
// from any goroutine.
type Reader struct {
	catalog *catalog.Catalog
	encode  func([]policy.Access) []byte
	shapes  shape.Cache[reading]
	fresh   analyze.Freshness
}

// NewReader makes a reader over an upstream's catalogue. encode writes a list
// of accesses as the audit log wants it; it is called once for each reading.
func NewReader(c *catalog.Catalog, encode func([]policy.Access) []byte) *Reader {
	return &Reader{catalog: c, encode: encode}
}

// snapshot is the catalogue as it is now.
func (r *Reader) snapshot() (*catalog.Snapshot, error) {
	seen, stale := r.fresh.Stale()
	if !stale {
		return r.catalog.Current(context.Background())
	}
	s, err := r.catalog.Refresh(context.Background())
	if err == nil {
		r.fresh.ReadAfter(seen)
	}
	return s, err
}

// reading is one text as it was judged. It never changes.
type reading struct {
	parts   []Part
	pieces  []*analyze.Piece
	version uint64 // of the catalogue
}

// read judges a text in which comments have been resolved, or finds how it was
// judged before. k is the session's key.
func (r *Reader) read(text []byte, env *Env, k *shape.Key) *reading {
	rd := r.judged(text, env, k)
	if undefined(rd.parts) {
		if fresh, err := r.catalog.Miss(context.Background()); err == nil && fresh.Version != env.Catalog.Version {
			env.Catalog = fresh
			rd = r.judged(text, env, k)
		}
	}
	return rd
}

func (r *Reader) judged(text []byte, env *Env, k *shape.Key) *reading {
	if len(text) > maxText { // the limit holds for what stands inside a literal, too
		return r.reading(Analyze(text, env), env, shape.Fingerprint(text))
	}
	if env.Temporaries != nil { // what its names mean holds for the session alone
		return r.reading(Analyze(text, env), env, shape.Fingerprint(text))
	}
	k.Of(text, &dialect)
	surround(k, env)
	if rd := r.shapes.Get(k); rd != nil {
		return rd
	}
	sum := k.Fingerprint()
	rd := r.reading(Analyze(text, env), env, sum)
	if lasts(rd.parts) {
		r.shapes.Put(k, rd, len(rd.parts) != 1 || rd.parts[0].Literal || rd.parts[0].Effect.Kind != EffectNone)
	}
	return rd
}

func (r *Reader) reading(parts []Part, env *Env, fingerprint uint64) *reading {
	rd := &reading{parts: parts, version: env.Catalog.Version, pieces: make([]*analyze.Piece, len(parts))}
	for i := range parts {
		p := &parts[i]
		rd.pieces[i] = &analyze.Piece{
			Start: p.Start, End: p.End, Statement: p.Statement, Record: r.encode(p.Statement.Accesses),
			Fingerprint: fingerprint, Secret: p.Secret,
		}
	}
	return rd
}

// surround adds to a key whatever the reading depends on beside the text: all
// of Env, but for what marks a part as Consulted.
func surround(k *shape.Key, env *Env) {
	k.String(env.Schema)
	k.Bool(env.Mode.ANSIQuotes)
	k.Bool(env.Mode.NoBackslash)
	k.Bool(env.Mode.OtherBytes)
	k.Uint(env.Catalog.Version)
}

// lasts says that a reading may be kept. One of the session's own names holds
// for the session alone, the positions in a fault for one text.
func lasts(parts []Part) bool {
	for i := range parts {
		if p := &parts[i]; p.Consulted || p.Statement.Fault != nil || p.Effect.Text != nil {
			return false
		}
	}
	return true
}

func undefined(parts []Part) bool {
	for i := range parts {
		if f := parts[i].Statement.Fault; f != nil && f.Rule == policy.RuleUndefined {
			return true
		}
	}
	return false
}
