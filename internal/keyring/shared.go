package keyring

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"golang.org/x/crypto/nacl/secretbox"

	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/token"
)

// shared are keys in the registry of several nodes, where they lie sealed: who
// reads the registry cannot sign.
type shared struct {
	registry *registry.Registry
	seal     [32]byte
}

// OpenShared opens the keys that several nodes share, and makes the first one
// if there is none. seal must be the same on every node.
func OpenShared(ctx context.Context, r *registry.Registry, seal [32]byte, o Options) (*Ring, error) {
	s := &shared{registry: r, seal: seal}
	if err := s.first(ctx); err != nil {
		return nil, fmt.Errorf("signing keys: %w", err)
	}
	return open(s, o)
}

// first makes the first key. Of several nodes that try, one sets the signer.
func (s *shared) first(ctx context.Context) error {
	if _, signer := s.registry.Keys(); signer != "" {
		return nil
	}
	key, err := s.add(ctx)
	if err != nil {
		return err
	}
	return s.registry.FirstSigner(ctx, key.ID())
}

func (s *shared) load() ([]token.Key, string, error) {
	sealed, signer := s.registry.Keys()
	keys := make([]token.Key, len(sealed))
	for i, k := range sealed {
		text, err := s.open(k.Sealed)
		if err != nil {
			return nil, "", fmt.Errorf("%s: %w", k.ID, err)
		}
		if keys[i], err = token.DecodeKey(text, k.Made); err != nil {
			return nil, "", fmt.Errorf("%s: %w", k.ID, err)
		}
		if keys[i].ID() != k.ID {
			return nil, "", fmt.Errorf("%s: another key lies in its place", k.ID)
		}
	}
	if signer == "" {
		return nil, "", errors.New("none signs")
	}
	return keys, signer, nil
}

func (s *shared) add(ctx context.Context) (token.Key, error) {
	key, err := token.NewKey(time.Now())
	if err != nil {
		return token.Key{}, err
	}
	text, err := key.Encode()
	if err != nil {
		return token.Key{}, err
	}
	return key, s.registry.AddKey(ctx, registry.Key{ID: key.ID(), Made: key.Made(), Sealed: s.close(text)})
}

func (s *shared) sign(ctx context.Context, kid string) error { return s.registry.SetSigner(ctx, kid) }

func (s *shared) remove(ctx context.Context, key token.Key) error {
	return s.registry.DropKey(ctx, key.ID())
}

const nonceBytes = 24

// close seals a text: a nonce, and the box of secretbox behind it.
func (s *shared) close(text []byte) []byte {
	var nonce [nonceBytes]byte
	_, _ = rand.Read(nonce[:]) // never fails (crypto/rand)
	return secretbox.Seal(nonce[:], text, &nonce, &s.seal)
}

func (s *shared) open(box []byte) ([]byte, error) {
	if len(box) < nonceBytes {
		return nil, errSeal
	}
	text, ok := secretbox.Open(nil, box[nonceBytes:], (*[nonceBytes]byte)(box[:nonceBytes]), &s.seal)
	if !ok {
		return nil, errSeal
	}
	return text, nil
}

var errSeal = errors.New("it does not open with state.key_file, which must be the same on every node")
