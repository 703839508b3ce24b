package mysql

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy"
)

// sessions lets one session of a user's stop another, or what it runs, by the
// number that clients know: the one of our greeting, or the server's own
// (CONNECTION_ID()).
type sessions struct {
	mu   sync.Mutex
	keys map[target][8]byte // for proxy.Door
}

// target names a session. Numbers are not secret enough to be left to
// themselves: the user must be the session's own.
type target struct {
	user, upstream string
	id             uint32
}

func (s *sessions) add(key [8]byte, names ...target) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range names {
		s.keys[n] = key
	}
}

func (s *sessions) remove(key [8]byte, names ...target) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, n := range names {
		if s.keys[n] == key {
			delete(s.keys, n)
		}
	}
}

func (s *sessions) find(n target) (key [8]byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, ok = s.keys[n]
	return key, ok
}

// killer is what KILL does for one session.
type killer struct {
	sessions       *sessions
	door           *proxy.Door
	user, upstream string
}

// does returns what a KILL comes to, or nil if no session of the user's has
// that number: whether it may then go to the server is the gate's to say.
func (k *killer) does(c kill) func() error {
	key, ok := k.sessions.find(target{k.user, k.upstream, c.id})
	switch {
	case !ok || !k.door.May(key):
		return nil
	case key == k.door.Key() && c.query:
		return func() error { return nil } // it is the statement that runs, and it is over
	case key == k.door.Key():
		return func() error { return proxy.Killed() }
	case c.query:
		return func() error { k.door.Cancel(key); return nil }
	}
	return func() error { k.door.Kill(key); return nil }
}

// kill is a KILL as clients write it.
type kill struct {
	id    uint32
	query bool // stop the statement, and leave the session
}

func readKill(text []byte) (c kill, ok bool) {
	const longest = 64
	text = bytes.TrimSpace(text)
	if len(text) > longest || len(text) < len("kill 1") || text[0]|0x20 != 'k' {
		return c, false
	}
	words := strings.Fields(strings.TrimSuffix(string(text), ";"))
	if len(words) < 2 || len(words) > 3 || !strings.EqualFold(words[0], "kill") {
		return c, false
	}
	if len(words) == 3 {
		c.query = strings.EqualFold(words[1], "query")
		if !c.query && !strings.EqualFold(words[1], "connection") {
			return c, false
		}
	}
	n, err := strconv.ParseUint(words[len(words)-1], 10, 32)
	c.id = uint32(n)
	return c, err == nil && n != 0
}

// stop stops what a session runs, or the session, on a connection of its own.
func (u *Upstream) stop(ctx context.Context, what string, id uint32) (err error) {
	defer legible(&err)
	c, err := u.Connect(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	_, err = c.Execute(fmt.Sprintf("KILL %s %d", what, id))
	var gone *mysql.MyError
	if errors.As(err, &gone) && gone.Code == mysql.ER_NO_SUCH_THREAD {
		return nil
	}
	return err
}
