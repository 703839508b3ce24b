package mysql

import (
	"strconv"
	"strings"
	"sync"
)

// statements lets one session of a user's stop what another runs, by the
// number that clients know: the one of our greeting, or the server's own
// (CONNECTION_ID()).
type statements struct {
	mu   sync.Mutex
	keys map[target][8]byte // for proxy.Door.Cancel
}

// target names a session. Numbers are not secret enough to be left to
// themselves: the user must be the session's own.
type target struct {
	user, upstream string
	id             uint32
}

func (s *statements) add(key [8]byte, names ...target) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range names {
		s.keys[n] = key
	}
}

func (s *statements) remove(key [8]byte, names ...target) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range names {
		if s.keys[n] == key {
			delete(s.keys, n)
		}
	}
}

func (s *statements) find(n target) (key [8]byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, ok = s.keys[n]
	return key, ok
}

// killQuery reads KILL QUERY n, as clients write it to cancel a statement.
func killQuery(text []byte) (id uint32, ok bool) {
	const longest = 64
	if len(text) > longest {
		return 0, false
	}
	words := strings.Fields(strings.TrimSuffix(strings.TrimSpace(string(text)), ";"))
	if len(words) != 3 || !strings.EqualFold(words[0], "kill") || !strings.EqualFold(words[1], "query") {
		return 0, false
	}
	n, err := strconv.ParseUint(words[2], 10, 32)
	if err != nil {
		return 0, false
	}
	return uint32(n), true
}
