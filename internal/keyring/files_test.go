package keyring

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/token"
)

// A clock that was set back makes no key that would be the older one after a
// restart, with the one that it should replace signing again.
func TestRotateWithTheClockSetBack(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	made, err := token.CreateKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(dir, "*-*"))
	if err != nil || len(names) != 1 {
		t.Fatal(names, err)
	}
	_, rest, _ := strings.Cut(filepath.Base(names[0]), "-")
	later := time.Now().Add(time.Hour).UTC().Format("20060102T150405.000000Z") + "-" + rest
	if err := os.Rename(names[0], filepath.Join(dir, later)); err != nil {
		t.Fatal(err)
	}
	keys := &token.Keys{}
	r, err := OpenFiles(dir, Options{Keys: keys, Signed: func(string) time.Time { return time.Time{} }})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if _, err := r.Rotate(t.Context()); err == nil || !strings.Contains(err.Error(), "the clock stands before") {
		t.Errorf("rotated: %v", err)
	}
	if keys.Active() != made.ID() || len(keys.IDs()) != 1 {
		t.Errorf("%s signs, of %v", keys.Active(), keys.IDs())
	}
}
