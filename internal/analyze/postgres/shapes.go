package postgres

import "sync"

// shapesBytes bounds what one upstream's cache of readings may hold, counting
// keys and an estimate for what hangs on them.
const shapesBytes = 32 << 20

// shapes remembers readings by key. When it is full it forgets everything: a
// working set that fits is read again once, one that does not gains nothing
// from a better rule.
type shapes struct {
	limit int // bytes; 0: shapesBytes
	mu    sync.RWMutex
	known map[string]*reading
	bytes int
}

func (s *shapes) get(key []byte) *reading {
	s.mu.RLock()
	rd := s.known[string(key)]
	s.mu.RUnlock()
	return rd
}

func (s *shapes) put(key []byte, rd *reading) {
	weight := 4*len(key) + 512
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil || s.bytes+weight > s.room() {
		s.known, s.bytes = make(map[string]*reading), 0
	}
	s.known[string(key)] = rd
	s.bytes += weight
}

func (s *shapes) room() int {
	if s.limit == 0 {
		return shapesBytes
	}
	return s.limit
}
