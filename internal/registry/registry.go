package registry

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// compactAfter is how many lines are appended before the journal is written
// anew without what has expired.
const compactAfter = 4096

// Registry holds the records in memory and every change in the journal. It may
// be used by any number of goroutines.
type Registry struct {
	now func() time.Time

	// change is held by whoever writes, across the fsync; mu only around the
	// map, so that a login never waits for a disk.
	change  sync.Mutex
	journal *journal // nil once closed; guarded by change

	mu      sync.RWMutex
	records map[string]Record

	epoch atomic.Uint64
}

// Open reads the registry in a directory and makes the directory (mode 0700)
// if there is none. While it is open no other process can open it: the error is
// then an ErrInUse.
func Open(dir string) (*Registry, error) { return open(dir, time.Now) }

func open(dir string, now func() time.Time) (*Registry, error) {
	j, records, err := openJournal(dir)
	if err != nil {
		return nil, fmt.Errorf("token registry %s: %w", dir, err)
	}
	r := &Registry{now: now, journal: j, records: records}
	if err := r.compact(); err != nil {
		return nil, errors.Join(fmt.Errorf("token registry %s: %w", dir, err), j.close())
	}
	return r, nil
}

// Add records a token that is about to be handed out. Once it has returned
// without an error the record is on disk.
func (r *Registry) Add(rec Record) error {
	if rec.ID == "" || rec.ExpiresAt.IsZero() || rec.Revoked() {
		return errors.New("token registry: a new record has an id and an end, and is not revoked")
	}
	rec.Source = slices.Clone(rec.Source)
	r.change.Lock()
	defer r.change.Unlock()
	if _, err := r.Get(rec.ID); err == nil {
		return fmt.Errorf("token %s: %w", rec.ID, ErrDuplicate)
	}
	if err := r.append(entry{Add: &rec}); err != nil {
		return err
	}
	r.set(rec)
	r.compactIfLong()
	return nil
}

// Get returns the record of a token, or an ErrUnknown. The caller does not
// change its Source.
func (r *Registry) Get(id string) (Record, error) {
	r.mu.RLock()
	rec, ok := r.records[id]
	r.mu.RUnlock()
	if !ok {
		return Record{}, fmt.Errorf("token %q: %w", id, ErrUnknown)
	}
	return rec, nil
}

// List returns all records, the oldest first, those included that expired in
// the last 24 hours. The caller owns the slice, but not each record's Source.
func (r *Registry) List() []Record {
	r.mu.RLock()
	list := make([]Record, 0, len(r.records))
	for _, rec := range r.records {
		list = append(list, rec)
	}
	r.mu.RUnlock()
	slices.SortFunc(list, func(a, b Record) int {
		return cmp.Or(a.IssuedAt.Compare(b.IssuedAt), cmp.Compare(a.ID, b.ID))
	})
	return list
}

// Revoke revokes a token. It is revoked for this process even if an error
// says that this could not be made durable; only an ErrUnknown changes nothing.
// Revoking once more keeps the first time, and writes it again if it is not on
// disk yet.
func (r *Registry) Revoke(id, by string, at time.Time) error {
	r.change.Lock()
	defer r.change.Unlock()
	rec, err := r.Get(id)
	if err != nil {
		return err
	}
	if rec.Revoked() && !r.unwritten(id) {
		return nil
	}
	if !rec.Revoked() {
		if at.IsZero() { // which would stand for not revoked
			at = r.now()
		}
		rec.RevokedAt, rec.RevokedBy = at.UTC(), by
		r.set(rec)
		r.epoch.Add(1)
	}
	if err := r.append(entry{Revoke: &revocation{ID: id, At: rec.RevokedAt, By: rec.RevokedBy}}); err != nil {
		return err
	}
	r.compactIfLong()
	return nil
}

// Revoked says whether a token must be refused because it was revoked or is
// not known here. It never waits for a disk.
func (r *Registry) Revoked(id string) bool {
	r.mu.RLock()
	rec, ok := r.records[id]
	r.mu.RUnlock()
	return !ok || rec.Revoked()
}

// Epoch changes with every revocation, after Revoked answers to it. Whoever
// saw a token unrevoked at an epoch need not ask again while it stays.
func (r *Registry) Epoch() uint64 { return r.epoch.Load() }

// Close gives the directory free. What was recorded is on disk already. The
// registry still answers, and takes no more changes.
func (r *Registry) Close() error {
	r.change.Lock()
	defer r.change.Unlock()
	if r.journal == nil {
		return nil
	}
	err := r.journal.close()
	r.journal = nil
	return err
}

func (r *Registry) set(rec Record) {
	r.mu.Lock()
	r.records[rec.ID] = rec
	r.mu.Unlock()
}

// unwritten says whether a revocation is in memory alone, its write having
// failed. The caller holds change.
func (r *Registry) unwritten(id string) bool {
	return r.journal != nil && r.journal.pending[id]
}

// append writes a change; the caller holds change.
func (r *Registry) append(e entry) error {
	if r.journal == nil {
		return fmt.Errorf("token registry: %w", ErrClosed)
	}
	if err := r.journal.append(e); err != nil {
		return fmt.Errorf("token registry: %w", err)
	}
	return nil
}

// compactIfLong compacts a journal that has grown long. It comes after the
// change is in memory too, since memory is what is written. A failure is not
// the change's: that is on disk, in the old file or the new. It is reported by
// the next change if the journal cannot be written at all. The caller holds
// change.
func (r *Registry) compactIfLong() {
	if r.journal.appended < compactAfter {
		return
	}
	r.journal.appended = 0 // another try, if this one fails, is as far away again
	_ = r.compact()
}

// compact forgets what has expired for long and writes the journal anew; the
// caller holds change, or is alone.
func (r *Registry) compact() error {
	limit := r.now().Add(-retention)
	r.mu.Lock()
	for id, rec := range r.records {
		if rec.ExpiresAt.Before(limit) {
			delete(r.records, id)
		}
	}
	r.mu.Unlock()
	return r.journal.rewrite(r.List())
}
