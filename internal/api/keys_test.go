package api

import (
	"path/filepath"
	"testing"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/keyring"
	"github.com/sallyport-db/sallyport/token"
)

func TestKeysAreListedAndRotated(t *testing.T) {
	f := newFixture(t)
	keys := &token.Keys{}
	ring, err := keyring.OpenFiles(filepath.Join(t.TempDir(), "keys"), keyring.Options{Keys: keys, Signed: f.admin.Registry.Signed})
	must(t, err)
	t.Cleanup(func() { _ = ring.Close() })
	f.admin.Keys = ring
	made, err := f.client.RotateKey(t.Context())
	must(t, err)
	list, err := f.client.Keys(t.Context())
	must(t, err)
	if len(list) != 2 || list[1].ID != made.ID || !list[1].Signs || list[0].Signs || keys.Active() != made.ID {
		t.Errorf("made %+v, listed %+v, %s signs", made, list, keys.Active())
	}
	for _, e := range f.events(t) {
		if e.Event == audit.KeyRotated {
			return
		}
	}
	t.Error("not recorded")
}
