package audit

import (
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// OwnVerifiers reads the public keys that lie with the log in dir. Whoever can
// write there could have put a key of his own among them and signed the log
// anew: where the server's own key can be read in keyDir, no other is taken.
func OwnVerifiers(keyDir, dir string) (note.Verifiers, error) {
	path := filepath.Join(dir, publicFile)
	keys, err := LoadVerifiers(path, dir)
	if err != nil {
		return nil, err
	}
	own, err := ownKey(filepath.Join(keyDir, signerFile))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		return keys, nil
	}
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	for i, text := range strings.Fields(string(raw)) {
		if text != own {
			return nil, fmt.Errorf("audit: %s: key %d is not that of %s: if you have replaced the server's key, "+
				"keep the public keys elsewhere and name them with --key", path, i+1, filepath.Join(keyDir, signerFile))
		}
	}
	return keys, nil
}

// ownKey is the public half of a key as newSigner writes it: PRIVATE+KEY, its
// name, a short hash, and the base64 of its kind (one byte) and seed.
func ownKey(path string) (string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	parts := strings.SplitN(strings.TrimSpace(string(raw)), "+", 5)
	if len(parts) != 5 {
		return "", fmt.Errorf("%s is not a key", path)
	}
	seed, err := base64.StdEncoding.DecodeString(parts[4])
	if err != nil || len(seed) != 1+ed25519.SeedSize {
		return "", fmt.Errorf("%s is not a key", path)
	}
	public, ok := ed25519.NewKeyFromSeed(seed[1:]).Public().(ed25519.PublicKey)
	if !ok {
		return "", fmt.Errorf("%s is not a key", path)
	}
	return note.NewEd25519VerifierKey(parts[2], public)
}
