package token

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/netip"
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

	// CacheSize is how many verified tokens are remembered until they expire,
	// so that a reconnecting client costs a hash and not a signature; 4096 if
	// it is zero.
	CacheSize int

	cache  cache
	raised atomic.Int64 // by AllowTTL
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
	now := v.now()
	hash := sha256.Sum256([]byte(tok))
	if c := v.cache.get(hash, v.Keys); c != nil {
		return c, asError(v.check(c, now, from))
	}
	c, kid, err := v.authenticate(tok)
	if err != nil {
		return nil, err
	}
	if err := v.check(c, now, from); err != nil {
		return c, err
	}
	v.cache.put(hash, c, kid, now, v.CacheSize)
	return c, nil
}

// asError keeps a nil *Error from becoming an error that is not nil.
func asError(e *Error) error {
	if e == nil {
		return nil
	}
	return e
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
	case v.Revoked(c):
		return refused(CodeRevoked, "revoked, or not a token that was registered here")
	case !within(from.Source, c.Source):
		return refused(CodeSource, "used from "+from.Source.String()+", which is outside its sources")
	case c.Certificate != "" && subtle.ConstantTimeCompare([]byte(c.Certificate), []byte(from.Certificate)) != 1:
		return refused(CodeCertificate, "the client certificate is not the one that it is bound to")
	case c.SPIFFE != "" && c.SPIFFE != from.SPIFFE:
		return refused(CodeCertificate, "the client certificate is not of "+c.SPIFFE)
	}
	return nil
}
