package registry

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"time"
)

// view is the registry in memory. The watch alone changes it, but for
// revocations that could not be written.
type view struct {
	mu      sync.RWMutex
	records map[string]entry
	handles map[string]string // of a handle's hash: the token's id

	replaced map[string]string    // of a token: the id of its successor
	signed   map[string]time.Time // of a key: when its last token expires
	marks    map[target]mark
}

// entry is a record with the revision at which it came.
type entry struct {
	Record
	rev uint64
}

// target is what a revocation names.
type target struct {
	kind kind
	name string
}

type kind string

// The kinds, as they stand in keys.
const (
	byID      kind = "id"
	bySubject kind = "sub"
	byFamily  kind = "fam"
	byAll     kind = "all"
)

// mark is a revocation: of everything of its target that came before rev.
type mark struct {
	at   time.Time // for people: no node's clock decides whether it holds
	by   string
	from time.Time // set: it holds from then on only
	rev  uint64
	ends time.Time // all that it speaks of has been forgotten by then

	stored bool // false: only in this process
}

// holds says whether the revocation counts by now.
func (m mark) holds(now time.Time) bool { return m.from.IsZero() || !now.Before(m.from) }

// maxDepth bounds a row of derivations. What is deeper is taken for revoked.
const maxDepth = 32

func newView() *view {
	return &view{records: map[string]entry{}, handles: map[string]string{},
		replaced: map[string]string{}, signed: map[string]time.Time{}, marks: map[target]mark{}}
}

// revoked says by what a token is revoked at a moment; ok is false if it is
// not. A token that is not known is revoked by nobody.
func (v *view) revoked(id string, now time.Time) (mark, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	return v.find(id, now)
}

func (v *view) find(id string, now time.Time) (mark, bool) {
	for range maxDepth {
		e, ok := v.records[id]
		if !ok {
			return mark{}, true
		}
		for _, t := range [...]target{{byID, id}, {byFamily, e.Family}, {bySubject, e.Subject}, {byAll, ""}} {
			if m, ok := v.marks[t]; ok && m.rev > e.rev && m.holds(now) {
				return m, true
			}
		}
		if e.Parent == "" {
			return mark{}, false
		}
		id = e.Parent
	}
	return mark{}, true
}

func (v *view) get(id string, now time.Time) (Record, error) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	e, ok := v.records[id]
	if !ok {
		return Record{}, fmt.Errorf("token %q: %w", id, ErrUnknown)
	}
	return v.shown(e, now), nil
}

// shown is a record with its revocation, if there is one.
func (v *view) shown(e entry, now time.Time) Record {
	r := e.Record
	if m, ok := v.find(r.ID, now); ok {
		r.RevokedAt, r.RevokedBy = m.at, m.by
		if m.at.IsZero() { // its parent is not known any more
			r.RevokedAt = r.IssuedAt
		}
	}
	return r
}

func (v *view) list(now time.Time) []Record {
	v.mu.RLock()
	list := make([]Record, 0, len(v.records))
	for _, e := range v.records {
		list = append(list, v.shown(e, now))
	}
	v.mu.RUnlock()
	slices.SortFunc(list, func(a, b Record) int {
		return cmp.Or(a.IssuedAt.Compare(b.IssuedAt), cmp.Compare(a.ID, b.ID))
	})
	return list
}

func (v *view) byHandle(hash string, now time.Time) (Record, error) {
	v.mu.RLock()
	id, ok := v.handles[hash]
	v.mu.RUnlock()
	if !ok {
		return Record{}, ErrUnknown
	}
	return v.get(id, now)
}

func (v *view) mark(t target) (mark, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	m, ok := v.marks[t]
	return m, ok
}

// successor is the last of those that were put in a token's place, if that
// can still be used.
func (v *view) successor(id string, now time.Time) (Record, bool) {
	v.mu.RLock()
	defer v.mu.RUnlock()
	last := entry{}
	for range maxDepth {
		next, ok := v.records[v.replaced[id]]
		if !ok {
			break
		}
		if _, revoked := v.find(next.ID, now); !revoked && now.Before(next.ExpiresAt) {
			last = next
		}
		id = next.ID
	}
	return last.Record, last.ID != ""
}

func (v *view) add(r Record, rev uint64) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.records[r.ID] = entry{r, rev}
	if r.Handle != "" {
		v.handles[r.Handle] = r.ID
	}
	if r.Replaces != "" {
		v.replaced[r.Replaces] = r.ID
	}
	if r.Key != "" && r.ExpiresAt.After(v.signed[r.Key]) {
		v.signed[r.Key] = r.ExpiresAt
	}
}

func (v *view) setMark(t target, m mark) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.marks[t] = m
}

// forget drops what has expired for long. A revocation goes only after all
// that it may speak of.
func (v *view) forget(now time.Time) {
	v.mu.Lock()
	defer v.mu.Unlock()
	for id, e := range v.records {
		if e.ExpiresAt.Add(retention).Before(now) {
			delete(v.records, id)
			delete(v.handles, e.Handle)
			delete(v.replaced, e.Replaces)
		}
	}
	for t, m := range v.marks {
		if m.ends.Before(now) {
			delete(v.marks, t)
		}
	}
}
