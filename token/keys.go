package token

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"sync/atomic"
	"time"
)

// Keys are the signing keys: one signs, all verify. They are exchanged whole,
// at any time, by Use. The zero Keys has none.
type Keys struct{ ring atomic.Pointer[ring] }

// ring does not change.
type ring struct {
	private map[string]ed25519.PrivateKey // by key id
	signer  string                        // the active key's id
}

// Key is a signing key.
type Key struct {
	id      string
	made    time.Time
	private ed25519.PrivateKey
	file    string // its name, if it lies in one
}

// ID is the key's id: the kid of the tokens that it signs.
func (k Key) ID() string { return k.id }

// Made is when the key was made.
func (k Key) Made() time.Time { return k.made }

// OpenKeys reads the signing keys of a directory as ReadKeys does; the newest
// signs.
func OpenKeys(dir string) (*Keys, error) {
	list, err := ReadKeys(dir)
	if err != nil {
		return nil, err
	}
	k := &Keys{}
	k.Use(list[len(list)-1].id, list)
	return k, nil
}

// Use has tokens verified by the keys of the list and no others, and signed
// with that of the id. An id that is not in the list signs nothing.
func (k *Keys) Use(signer string, list []Key) {
	r := &ring{private: make(map[string]ed25519.PrivateKey, len(list)), signer: signer}
	for _, key := range list {
		r.private[key.id] = key.private
	}
	k.ring.Store(r)
}

// PublicKey implements KeySet.
func (k *Keys) PublicKey(kid string) (ed25519.PublicKey, bool) {
	r := k.ring.Load()
	if r == nil {
		return nil, false
	}
	key, ok := r.private[kid]
	if !ok {
		return nil, false
	}
	return ed25519.PublicKey(key[ed25519.PrivateKeySize-ed25519.PublicKeySize:]), true
}

// Active returns the id of the key that signs.
func (k *Keys) Active() string {
	kid, _ := k.active()
	return kid
}

// IDs returns the ids of all keys, sorted. The caller owns the slice.
func (k *Keys) IDs() []string {
	ids := []string{}
	if r := k.ring.Load(); r != nil {
		for kid := range r.private {
			ids = append(ids, kid)
		}
	}
	slices.Sort(ids)
	return ids
}

// active is the key that signs; it is nil if none does.
func (k *Keys) active() (kid string, key ed25519.PrivateKey) {
	r := k.ring.Load()
	if r == nil {
		return "", nil
	}
	return r.signer, r.private[r.signer]
}

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
	}{Keys: []jwk{}}
	for _, kid := range k.IDs() {
		public, ok := k.PublicKey(kid)
		if !ok {
			continue // retired in between
		}
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
