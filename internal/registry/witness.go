package registry

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// A store with a damaged block serves what can still be read of it: it may be
// tokens without the revocations that came later. So a file beside it tells
// which revocations were acknowledged, and a store that lacks one is refused.
// The file need not be synced: what a power cut takes of it can only hide that
// the store is damaged as well.
const witnessFile = "revocations"

// witness is the file. Its zero value, that of a store elsewhere, tells
// nothing.
type witness struct {
	mu   sync.Mutex
	file *os.File
	told map[string]uint64 // the last revision of each key
}

// testimony is a line.
type testimony struct {
	Key  string    `json:"key"`
	Rev  uint64    `json:"rev"`
	Ends time.Time `json:"ends"`
}

// open reads the file and keeps of it what still counts by now.
func (w *witness) open(dir string, now time.Time) (list []testimony, err error) {
	path := filepath.Join(dir, witnessFile)
	if w.file, err = os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600); err != nil {
		return nil, err
	}
	for lines := bufio.NewScanner(w.file); lines.Scan(); {
		var t testimony
		if json.Unmarshal(lines.Bytes(), &t) == nil && t.Ends.After(now) { // the last line may be half written
			list = append(list, t)
		}
	}
	if err := w.file.Close(); err != nil {
		return nil, err
	}
	if w.file, err = os.OpenFile(path+".new", os.O_WRONLY|os.O_CREATE|os.O_TRUNC|os.O_APPEND, 0o600); err != nil {
		return nil, err
	}
	w.told = map[string]uint64{}
	for _, t := range list {
		if err := w.add(t); err != nil {
			return nil, err
		}
	}
	return list, os.Rename(path+".new", path)
}

func (w *witness) add(t testimony) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil || w.told[t.Key] >= t.Rev { // revoked again
		return nil
	}
	line, err := json.Marshal(t)
	if err != nil {
		return err
	}
	w.told[t.Key] = t.Rev
	_, err = w.file.Write(append(line, '\n'))
	return err
}

func (w *witness) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.file == nil {
		return nil
	}
	file := w.file
	w.file = nil
	return file.Close()
}

var errDamaged = errors.New("the store is damaged and has lost revocations: remove its folder, which ends every token, and issue new ones")

// expiring is how long before its end a revocation may be gone already: the
// store rounds its life.
const expiring = time.Minute

// whole holds what was loaded against the witness.
func (r *Registry) whole() error {
	if r.opt.Shared != nil {
		return nil
	}
	list, err := r.witness.open(r.opt.Dir, r.now().Add(expiring))
	if err != nil {
		return err
	}
	for _, t := range list {
		target, err := readTarget(t.Key)
		if err != nil {
			return err
		}
		if m, ok := r.view.mark(target); !ok || m.rev < t.Rev {
			return fmt.Errorf("%s: %w", r.opt.Dir, errDamaged)
		}
	}
	return nil
}
