// Package token issues and verifies Sallyport's tokens: JWTs (RFC 7519) signed
// with Ed25519 (EdDSA, RFC 8037), typed as access tokens (RFC 9068) and written
// with a prefix that secret scanners find.
//
// It knows no SQL and no network. A scope is an opaque text here, and who may
// ask for which is decided elsewhere. Nothing of a token is believed before its
// signature has been verified; the one reader of claims is strict about every
// byte, so that no two programs can read one token in two ways.
package token

import "time"

// Bounds and defaults (SPEC section 3).
const (
	Prefix     = "spt_"  // of every token that is issued; a bare JWT is accepted too
	MaxBytes   = 8 << 10 // of a token, prefix included
	DefaultTTL = 15 * time.Minute
	MaxTTL     = time.Hour // the default of the longest life, not the bound of the setting

	// Skew is how far ahead of ours a signer's clock may be. It is not granted
	// on exp: nothing is forwarded after exp.
	Skew = time.Second
)

const (
	algorithm = "EdDSA"  // RFC 8037, section 3.1; the one algorithm that any key here has
	tokenType = "at+jwt" // RFC 9068, section 2.1
)
