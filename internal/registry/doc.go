// Package registry remembers which tokens were issued and which of them were
// revoked, in a journal on disk.
//
// The rules that its code follows: what Add or Revoke has returned from without
// an error survives a power cut; a token that the registry does not know is
// taken for revoked, since a lost registry has lost its revocations too; a
// revocation counts in memory before it is written, so a full disk cannot keep
// a revoked token alive in this process.
package registry

import (
	"errors"
	"time"
)

// Record is an issued token, as far as it is remembered. The token itself is
// not: it cannot be made from this.
type Record struct {
	ID        string    `json:"id"`  // the token's jti
	Subject   string    `json:"sub"` // its login name
	Family    string    `json:"fam"` // ID of the first token of its family
	Scope     string    `json:"scope"`
	Source    []string  `json:"src"` // CIDRs
	IssuedAt  time.Time `json:"iat"`
	ExpiresAt time.Time `json:"exp"`
	IssuedBy  string    `json:"issued_by"` // who asked for it

	RevokedAt time.Time `json:"revoked_at,omitzero"` // zero: not revoked
	RevokedBy string    `json:"revoked_by,omitempty"`
}

// Revoked says whether the record is of a revoked token.
func (r *Record) Revoked() bool { return !r.RevokedAt.IsZero() }

// Errors that a caller may want to tell apart.
var (
	ErrUnknown   = errors.New("no token with this id is registered") // it may have expired long ago
	ErrDuplicate = errors.New("a token with this id is registered already")
	ErrInUse     = errors.New("in use by another process")
	ErrClosed    = errors.New("the registry is closed")
)

// retention is how long a record outlives its token. Until then a clock that
// was set back cannot bring a revoked token to life.
const retention = 24 * time.Hour
