package token

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"path/filepath"
	"slices"
)

// Keys are the signing keys in a directory: the newest signs, all verify. A
// Keys does not change once it is open, and may be shared.
type Keys struct {
	private map[string]ed25519.PrivateKey // by key id
	signer  string                        // the active key's id
}

// OpenKeys reads the signing keys of a directory, and makes both the directory
// (mode 0700) and a first key (mode 0600) if there are none. Whatever is not
// ours alone is refused: a key that others can read signs anything for them.
func OpenKeys(dir string) (*Keys, error) {
	if err := openKeyDir(dir); err != nil {
		return nil, err
	}
	names, err := listKeyFiles(dir)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		name, err := createKeyFile(dir)
		if err != nil {
			return nil, err
		}
		names = []string{name}
	}
	k := &Keys{private: make(map[string]ed25519.PrivateKey, len(names))}
	for _, name := range names {
		key, err := readKeyFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		kid := keyID(key.Public().(ed25519.PublicKey))
		if k.private[kid] != nil {
			return nil, fmt.Errorf("signing key %s: another file in %s holds the same key; remove one", name, dir)
		}
		k.private[kid] = key
		k.signer = kid // names begin with the time of making, so the last one is the newest
	}
	return k, nil
}

// PublicKey implements KeySet.
func (k *Keys) PublicKey(kid string) (ed25519.PublicKey, bool) {
	key, ok := k.private[kid]
	if !ok {
		return nil, false
	}
	return ed25519.PublicKey(key[ed25519.PrivateKeySize-ed25519.PublicKeySize:]), true
}

// Active returns the id of the key that signs.
func (k *Keys) Active() string { return k.signer }

// IDs returns the ids of all keys, sorted. The caller owns the slice.
func (k *Keys) IDs() []string {
	ids := make([]string, 0, len(k.private))
	for kid := range k.private {
		ids = append(ids, kid)
	}
	slices.Sort(ids)
	return ids
}

func (k *Keys) active() (kid string, key ed25519.PrivateKey) { return k.signer, k.private[k.signer] }

// jwk is a public key as RFC 8037, section 2 writes it.
type jwk struct {
	Crv string `json:"crv"`
	Kty string `json:"kty"`
	X   string `json:"x"`
	Kid string `json:"kid,omitempty"`
	Use string `json:"use,omitempty"`
	Alg string `json:"alg,omitempty"`
}

func newJWK(key ed25519.PublicKey) jwk {
	return jwk{Crv: "Ed25519", Kty: "OKP", X: base64.RawURLEncoding.EncodeToString(key)}
}

// keyID is the JWK thumbprint of RFC 7638: the hash of the required members,
// in the order of their names, without white space.
func keyID(key ed25519.PublicKey) string {
	data, err := json.Marshal(newJWK(key))
	if err != nil {
		panic(err) // three strings always marshal
	}
	sum := sha256.Sum256(data)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// JWKS returns the public keys as a JSON Web Key Set (RFC 7517, section 5).
func (k *Keys) JWKS() []byte {
	set := struct {
		Keys []jwk `json:"keys"`
	}{}
	for _, kid := range k.IDs() {
		public, _ := k.PublicKey(kid)
		j := newJWK(public)
		j.Kid, j.Use, j.Alg = kid, "sig", algorithm
		set.Keys = append(set.Keys, j)
	}
	data, err := json.Marshal(set)
	if err != nil {
		panic(err) // strings always marshal
	}
	return data
}
