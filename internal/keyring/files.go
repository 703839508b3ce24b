package keyring

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/sallyport-db/sallyport/token"
)

// files are the keys in a folder that nobody else writes to: the newest signs.
type files struct {
	dir  string
	mu   sync.Mutex
	keys []token.Key // as in the folder
}

// OpenFiles opens the keys of a node that is alone, and makes the first one if
// there is none.
func OpenFiles(dir string, o Options) (*Ring, error) {
	keys, err := token.ReadKeys(dir)
	if err != nil {
		return nil, err
	}
	return open(&files{dir: dir, keys: keys}, o)
}

func (f *files) load() ([]token.Key, string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.keys), f.keys[len(f.keys)-1].ID(), nil
}

func (f *files) add(context.Context) (token.Key, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	// After a restart the newest signs by its date: that must be the one which is made now.
	if last := f.keys[len(f.keys)-1]; time.Now().Before(last.Made()) {
		return token.Key{}, fmt.Errorf("the clock stands before %s, when the newest key was made: set it right first", last.Made().Format(time.RFC3339))
	}
	key, err := token.CreateKey(f.dir)
	if err == nil {
		f.keys = append(f.keys, key)
	}
	return key, err
}

func (f *files) sign(context.Context, string) error { return nil } // being the newest

func (f *files) remove(_ context.Context, key token.Key) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if err := token.RemoveKey(f.dir, key); err != nil {
		return err
	}
	f.keys = slices.DeleteFunc(f.keys, func(k token.Key) bool { return k.ID() == key.ID() })
	return nil
}
