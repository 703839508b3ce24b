package token

import (
	"crypto/ed25519"
	"crypto/subtle"
	"errors"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// KeySet finds public keys. A lookup is in memory and nowhere else: the key id
// comes from the client, before it has proved anything.
type KeySet interface {
	// PublicKey returns the Ed25519 key of that id, and whether there is one.
	PublicKey(kid string) (ed25519.PublicKey, bool)
}

// Verifier checks tokens. All fields but Now and CacheSize must be set; one
// that lacks something refuses every token. A Verifier is used through its
// pointer, by any number of goroutines; its fields do not change once it is.
type Verifier struct {
	Keys     KeySet
	Issuer   string
	Audience string        // the cluster's name
	MaxTTL   time.Duration // the longest life, exp-iat, that is accepted; see AllowTTL
	Now      func() time.Time

	// Revoked says whether a token has been revoked. It is asked every time.
	Revoked func(*Claims) bool

	// Stored finds what is kept under the Hash of a token or a handle: a handle
	// opens what is kept, and a canary is known by it whatever becomes of keys.
	// It returns nil where there is nothing, and an error where that cannot be
	// told. Without it there are no handles and no canaries.
	Stored func(hash string) (*Stored, error)

	// Replaced says whether a revoked token was merely replaced, by rotation.
	Replaced func(*Claims) bool

	// CacheSize is how many verified tokens are remembered until they expire,
	// so that a reconnecting client costs a hash and not a signature; 4096 if
	// it is zero.
	CacheSize int

	cache  cache
	raised atomic.Int64 // by AllowTTL
}

// Stored is what is kept of a token under its hash.
type Stored struct {
	Claims *Claims
	Canary bool // it allows nothing; whoever tries it has it from where it was laid out
}

// AllowTTL accepts lives of up to d, too. A life once accepted stays so: a
// token that was issued before the maximum was lowered is still valid.
func (v *Verifier) AllowTTL(d time.Duration) {
	for {
		old := v.raised.Load()
		if int64(d) <= old || v.raised.CompareAndSwap(old, int64(d)) {
			return
		}
	}
}

func (v *Verifier) maxTTL() time.Duration { return max(v.MaxTTL, time.Duration(v.raised.Load())) }

// Client is what is known of whoever shows a token, beside the token.
type Client struct {
	Source      netip.Addr
	Certificate string // Thumbprint of its TLS certificate, or empty
	SPIFFE      string // SPIFFE of that certificate if its chain was verified, or empty
}

// Verify checks a token, in the order of SPEC section 3, that a client gave as
// its password. The error is always an *Error. Once the signature has been
// verified and the claims read, they are returned even with an error, for the
// audit log; only a nil error makes them valid.
func (v *Verifier) Verify(tok string, from Client) (*Claims, error) {
	if v.Keys == nil || v.Issuer == "" || v.Audience == "" || v.MaxTTL <= 0 || v.Revoked == nil {
		return nil, faulty(CodeMisconfigured, "the verifier is not completely set up")
	}
	if len(tok) > MaxBytes {
		return nil, faulty(CodeSize, "longer than 8 KiB")
	}
	c, kid, err := v.genuine(tok)
	if err != nil {
		return c, err
	}
	now := v.now()
	if err := v.check(c, now, from); err != nil {
		return c, err
	}
	if kid != "" {
		v.cache.put(hashOf(tok), c, kid, now, v.CacheSize)
	}
	return c, nil
}

// Genuine returns the claims of a token or handle that was made here, whether
// it can still be used or not, and by whomever: for those who hold one and
// want it revoked. The error is always an *Error.
func (v *Verifier) Genuine(tok string) (*Claims, error) {
	if len(tok) > MaxBytes {
		return nil, faulty(CodeSize, "longer than 8 KiB")
	}
	c, _, err := v.genuine(tok)
	return c, err
}

// Usable returns the claims of a token that can be used now, by whomever and
// from wherever that may be. The error is always an *Error.
func (v *Verifier) Usable(tok string) (*Claims, error) {
	c, err := v.Genuine(tok)
	if err == nil {
		if e := v.checkLife(c, v.now()); e != nil {
			err = e
		}
	}
	return c, err
}

// genuine finds the claims of a token: under its handle, among those that were
// verified before, or by its signature. kid is empty unless it came to that.
func (v *Verifier) genuine(tok string) (c *Claims, kid string, err error) {
	handle := strings.HasPrefix(tok, HandlePrefix)
	if handle && !IsHandle(tok) {
		return nil, "", faulty(CodeMalformed, "not a handle")
	}
	stored, err := v.stored(tok)
	switch {
	case stored != nil && stored.Canary:
		return stored.Claims, "", refused(CodeCanary, "a canary: it was laid out to be found, and allows nothing")
	case handle && err != nil:
		return nil, "", faulty(CodeStore, "handles cannot be looked up: "+err.Error())
	case handle && stored == nil:
		return nil, "", faulty(CodeHandle, "no token has this handle")
	case handle:
		return stored.Claims, "", nil
	}
	if c := v.cache.get(hashOf(tok), v.Keys); c != nil {
		return c, "", nil
	}
	return v.authenticate(tok)
}

func (v *Verifier) stored(tok string) (*Stored, error) {
	if v.Stored == nil {
		return nil, nil
	}
	return v.Stored(Hash(tok))
}

func (v *Verifier) now() time.Time {
	if v.Now != nil {
		return v.Now()
	}
	return time.Now()
}

// authenticate verifies the signature and only then reads the claims.
func (v *Verifier) authenticate(tok string) (*Claims, string, error) {
	p, err := split(tok)
	if err != nil {
		return nil, "", faulty(CodeMalformed, err.Error())
	}
	h, err := decodeHeader(p.header)
	if unknown := (*unknownError)(nil); errors.As(err, &unknown) {
		return nil, "", faulty(CodeHeader, "header parameter "+unknown.Error())
	} else if err != nil {
		return nil, "", faulty(CodeMalformed, "header: "+err.Error())
	}
	if h.Algorithm != algorithm {
		return nil, "", faulty(CodeAlgorithm, "the algorithm is not "+algorithm)
	}
	key, ok := v.Keys.PublicKey(h.KeyID)
	if !ok || len(key) != ed25519.PublicKeySize {
		return nil, "", faulty(CodeKey, "no key with this id")
	}
	if h.Type != tokenType {
		return nil, "", faulty(CodeHeader, "the type is not "+tokenType)
	}
	signature, err := decodeSegment(p.signature)
	if err != nil || len(signature) != ed25519.SignatureSize {
		return nil, "", faulty(CodeMalformed, "the signature is not 64 bytes of canonical base64url")
	}
	// The method is chosen by the key, which can be of no other kind.
	if err := jwt.SigningMethodEdDSA.Verify(p.signed, signature, key); err != nil {
		return nil, "", faulty(CodeSignature, "the signature is wrong")
	}
	data, err := decodeSegment(p.claims)
	if err != nil {
		return nil, "", refused(CodeClaims, "claims: "+err.Error())
	}
	c, err := decodeClaims(data)
	if err != nil {
		return nil, "", refused(CodeClaims, "claims: "+err.Error())
	}
	return c, h.KeyID, nil
}

// check holds the claims of an authentic token to the clock, the configuration
// and the connection.
func (v *Verifier) check(c *Claims, now time.Time, from Client) *Error {
	if e := v.checkLife(c, now); e != nil {
		return e
	}
	switch {
	case !within(from.Source, c.Source):
		return refused(CodeSource, "used from "+from.Source.String()+", which is outside its sources")
	case c.Certificate != "" && subtle.ConstantTimeCompare([]byte(c.Certificate), []byte(from.Certificate)) != 1:
		return refused(CodeCertificate, "the client certificate is not the one that it is bound to")
	case c.SPIFFE != "" && c.SPIFFE != from.SPIFFE:
		return refused(CodeCertificate, "the client certificate is not of "+c.SPIFFE)
	}
	return nil
}

// checkLife holds them to the clock and the configuration.
func (v *Verifier) checkLife(c *Claims, now time.Time) *Error {
	switch {
	case c.Issuer != v.Issuer:
		return refused(CodeIssuer, "issued by "+c.Issuer)
	case c.Audience != v.Audience:
		return refused(CodeAudience, "for the cluster "+c.Audience)
	case !now.Before(c.Expires):
		return refused(CodeExpired, "expired at "+c.Expires.Format(time.RFC3339))
	case now.Add(Skew).Before(c.NotBefore):
		return refused(CodeNotYetValid, "not valid before "+c.NotBefore.Format(time.RFC3339))
	case now.Add(Skew).Before(c.IssuedAt):
		return refused(CodeNotYetValid, "issued in the future, at "+c.IssuedAt.Format(time.RFC3339))
	case c.Expires.Sub(c.IssuedAt) > v.maxTTL():
		return refused(CodeLifetime, "valid for "+c.Expires.Sub(c.IssuedAt).String()+", longer than "+v.maxTTL().String())
	case v.Revoked(c) && v.Replaced != nil && v.Replaced(c):
		return refused(CodeReplaced, "replaced by a newer one of its family")
	case v.Revoked(c):
		return refused(CodeRevoked, "revoked, or not a token that was registered here")
	}
	return nil
}
