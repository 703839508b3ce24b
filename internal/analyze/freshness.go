package analyze

import "sync/atomic"

// Freshness says whether a catalogue has been read since the last DDL that was
// seen, whoever has run it: everybody waits for such a reading.
type Freshness struct {
	changes atomic.Uint64 // how often DDL was seen
	readOf  atomic.Uint64 // how many of these the catalogue has been read after
}

// Changed notes that DDL was seen.
func (f *Freshness) Changed() { f.changes.Add(1) }

// Stale says that the catalogue must be read. The number goes to ReadAfter when
// it has been.
func (f *Freshness) Stale() (seen uint64, stale bool) {
	seen = f.changes.Load()
	return seen, seen != f.readOf.Load()
}

// ReadAfter says that a reading begun after Stale has succeeded.
func (f *Freshness) ReadAfter(seen uint64) { f.readOf.Store(seen) }
