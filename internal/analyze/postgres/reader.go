package postgres

import (
	"bytes"
	"context"
	"strings"
	"sync/atomic"
	"time"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/internal/analyze/shape"
	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// Reader reads statements for the sessions of one upstream. It is safe for
// use from any goroutine.
type Reader struct {
	catalog *catalog.Catalog
	encode  func([]policy.Access) []byte
	shapes  shape.Cache[reading]
	fresh   analyze.Freshness
	sleep   atomic.Int64
}

// DefaultMaxSleep is how long one call of pg_sleep may wait if nothing else is said.
const DefaultMaxSleep = time.Minute

// NewReader makes a reader over an upstream's catalogue. encode writes a list
// of accesses as the audit log wants it; it is called once for each reading.
func NewReader(c *catalog.Catalog, encode func([]policy.Access) []byte) *Reader {
	r := &Reader{catalog: c, encode: encode}
	r.MaxSleep(DefaultMaxSleep)
	return r
}

// MaxSleep sets how long one call of pg_sleep may wait, in statements that are
// read from now on.
func (r *Reader) MaxSleep(d time.Duration) { r.sleep.Store(int64(d)) }

// refreshWithin bounds how long a statement waits for the catalogue.
const refreshWithin = 5 * time.Second

// snapshot is the catalogue as it is now. Everybody waits for a reading that
// has begun after the last DDL that was seen, whoever has run it.
func (r *Reader) snapshot() (*catalog.Snapshot, error) {
	seen, stale := r.fresh.Stale()
	if !stale && !r.catalog.Strict() {
		return r.catalog.Current(context.Background())
	}
	ctx, cancel := context.WithTimeout(context.Background(), refreshWithin)
	defer cancel()
	if stale {
		if err := r.catalog.Refresh(ctx); err != nil {
			return nil, err
		}
		r.fresh.ReadAfter(seen)
		return r.catalog.Current(ctx)
	}
	return r.catalog.Judged(ctx)
}

// changed notes that DDL was seen.
func (r *Reader) changed() { r.fresh.Changed() }

// miss reads the catalogue again because a name did not resolve, and reports
// whether it has changed.
func (r *Reader) miss(old *catalog.Snapshot) bool {
	ctx, cancel := context.WithTimeout(context.Background(), refreshWithin)
	defer cancel()
	if r.catalog.RefreshMiss(ctx) != nil {
		return false
	}
	fresh, err := r.catalog.Current(ctx)
	return err == nil && fresh.Version != old.Version
}

// reading is one text as it was judged in one environment. It never changes.
type reading struct {
	parts  []Part
	pieces []*analyze.Piece

	// consulted says that the session's own names were looked up, so that it
	// holds only while they mean the same.
	consulted bool

	named bool // names were read, under the search_path
	stirs bool // running it may change what names mean

	// late says that the server finds out what the names mean when it runs the
	// statement, and not when it is bound: utility statements have no plan.
	late bool
}

// planned says that all of the parts are planned when they are bound.
func planned(parts []Part) bool {
	for i := range parts {
		switch parts[i].Statement.Tag {
		case "SELECT", "INSERT", "UPDATE", "DELETE", "MERGE":
		default:
			return false
		}
	}
	return true
}

func (r *Reader) reading(parts []Part, fingerprint uint64) *reading {
	rd := &reading{parts: parts, pieces: make([]*analyze.Piece, len(parts))}
	for i := range parts {
		p := &parts[i]
		rd.named, rd.stirs = rd.named || p.Named, rd.stirs || p.stirs()
		rd.pieces[i] = &analyze.Piece{
			Start: p.Start, End: p.End,
			Statement: p.Statement, Record: r.encode(p.Statement.Accesses),
			Fingerprint: fingerprint, Secret: p.Secret, CopyIn: p.CopyIn,
		}
	}
	return rd
}

func changesCatalog(tag string) bool {
	verb, _, _ := strings.Cut(tag, " ")
	switch verb {
	case "CREATE", "ALTER", "DROP", "IMPORT", "REFRESH", "DO", "CALL", "REASSIGN", "GRANT", "REVOKE":
		return true
	}
	return tag == "SELECT INTO"
}

// read judges text, or finds how it was judged before. known is the cache to
// use, and k the session's key.
func (r *Reader) read(text []byte, env *Env, path string, k *shape.Key, known *shape.Cache[reading]) *reading {
	// The limits hold for what stands inside a literal too.
	if Guard(text) != nil {
		return r.reading(Analyze(text, env), shape.Fingerprint(text))
	}
	k.Of(text, &dialect)
	surround(k, env, path)
	if rd := known.Get(k); rd != nil {
		return rd
	}
	consulted, sum := false, k.Fingerprint() // reading what the session has prepared makes the key anew
	parts := Analyze(text, env.watched(&consulted))
	rd := r.reading(parts, sum)
	rd.consulted, rd.late = consulted, consulted || !planned(parts)
	if !consulted && !faulty(parts) {
		known.Put(k, rd, len(parts) != 1 || parts[0].Literal || parts[0].Effect.Kind != EffectNone)
	}
	return rd
}

// dialect is what the shapes of texts go by. What U&"…" means may depend on a
// literal behind UESCAPE.
var dialect = shape.Dialect{Name: '"', Opaque: func(text []byte, i int) bool {
	switch c := text[i]; {
	case c == '"':
		return i > 0 && text[i-1] == '&'
	case i+1 == len(text):
		return false
	default:
		return c == '-' && text[i+1] == '-' || c == '/' && text[i+1] == '*'
	}
}}

// surround adds to a key whatever the reading depends on beside the text.
func surround(k *shape.Key, env *Env, path string) {
	k.String(path)
	k.Bool(env.PathSettled)
	k.Uint(uint64(env.MaxSleep)) //nolint:gosec // any number will do
	k.Uint(env.Catalog.Version)
	for _, oid := range env.Params {
		k.Uint(uint64(oid))
	}
}

// watched is env, noting whether the session's own names were looked up: such
// a reading holds for this session alone.
func (e *Env) watched(consulted *bool) *Env {
	w := *e
	w.Prepared = func(name string) *Part { *consulted = true; return e.Prepared(name) }
	w.Cursor = func(name string) *Part { *consulted = true; return e.Cursor(name) }
	return &w
}

// faulty readings are not kept: their positions are those of one text.
func faulty(parts []Part) bool {
	for i := range parts {
		if parts[i].Statement.Fault != nil {
			return true
		}
	}
	return false
}

func undefined(parts []Part) bool {
	for i := range parts {
		if f := parts[i].Statement.Fault; f != nil && f.Rule == policy.RuleUndefined {
			return true
		}
	}
	return false
}

// pathKey is a search_path as a part of a key.
func pathKey(path []string) string {
	var b bytes.Buffer
	for _, p := range path {
		b.WriteString(p)
		b.WriteByte(1)
	}
	return b.String()
}

// DefaultPath is the search_path that a session of the upstream's role starts
// with, as SHOW prints it.
func (r *Reader) DefaultPath(ctx context.Context) (string, error) {
	snap, err := r.catalog.Current(ctx)
	if err != nil {
		return "", err
	}
	return snap.SearchPath, nil
}

// Encoding is the database's own, empty if the catalogue cannot be read.
func (r *Reader) Encoding(ctx context.Context) string {
	snap, err := r.catalog.Current(ctx)
	if err != nil {
		return ""
	}
	return snap.Encoding
}
