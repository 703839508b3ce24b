package registry

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// Record is an issued token, as far as it is remembered: what it says, and
// never the token itself, which cannot be made from this.
type Record struct {
	ID          string    `json:"id"`                 // the token's jti
	Subject     string    `json:"sub"`                // its login name
	Family      string    `json:"fam"`                // ID of the first token of its family
	Parent      string    `json:"parent,omitempty"`   // ID of the token it is derived from, with which it dies
	Replaces    string    `json:"replaces,omitempty"` // ID of the token that a rotation put it in the place of
	Scope       string    `json:"scope"`
	Source      []string  `json:"src"` // CIDRs
	IssuedAt    time.Time `json:"iat"`
	ExpiresAt   time.Time `json:"exp"`
	IssuedBy    string    `json:"issued_by"`           // who asked for it
	Certificate string    `json:"x5t#S256,omitzero"`   // of the client certificate that it is bound to
	SPIFFE      string    `json:"spiffe_id,omitempty"` // of the client certificate, likewise
	Actor       string    `json:"act,omitempty"`       // who acts for Subject
	Limits      *Limits   `json:"lim,omitempty"`
	Key         string    `json:"kid,omitempty"`    // of the key that signed it
	Handle      string    `json:"handle,omitempty"` // SHA-256 of its handle, in hexadecimal
	Rights      []string  `json:"rights,omitempty"` // what it may do beside the databases
	Canary      bool      `json:"canary,omitempty"` // allows nothing, and tells of whoever tries it

	// How it was revoked, by whatever did: never stored with it.
	RevokedAt time.Time `json:"revoked_at,omitzero"` // zero: not revoked
	RevokedBy string    `json:"revoked_by,omitempty"`
}

// Limits bound what a token may be used for. Zero is no limit.
type Limits struct {
	Rows       int64 `json:"rows,omitempty"`
	Bytes      int64 `json:"bytes,omitempty"`
	Statements int64 `json:"statements,omitempty"`
}

// Revoked says whether the record is of a revoked token.
func (r *Record) Revoked() bool { return !r.RevokedAt.IsZero() }

// Revocation ends every token that it names and that is registered before it,
// with all that were derived from them. Exactly one of ID, Subject, Family and
// All is set.
type Revocation struct {
	ID      string
	Subject string
	Family  string
	All     bool

	By string
	At time.Time // zero: now. Later than now only for an ID: until then it lives on
}

// Outcome says where a revocation holds.
type Outcome struct {
	Nodes  int      // live nodes that have applied it, this one included
	Lapsed []string // nodes whose lease has lapsed: they refuse everything until they have caught up

	// Grace is how long lapsed nodes may go on nevertheless, by their own
	// configuration.
	Grace time.Duration
}

// Errors that a caller may want to tell apart.
var (
	ErrUnknown   = errors.New("no token with this id is registered") // it may have expired long ago
	ErrDuplicate = errors.New("a token with this id is registered already")
	ErrFenced    = errors.New("this node has lost contact with the registry")
	ErrClosed    = errors.New("the registry is closed")
)

const (
	// longest is what a token lives at most; a canary, which allows nothing,
	// must still ring when it is found after months.
	longest       = 24 * time.Hour
	longestCanary = 366 * 24 * time.Hour
	// retention is how long a record outlives its token. Until then a clock
	// that was set back cannot bring a revoked token to life.
	retention = 24 * time.Hour
	// revocations outlive every record that they speak of.
	revocationLife = longest + retention + time.Hour
)

// life is how long a token of this kind may live.
func (r *Record) life() time.Duration {
	if r.Canary {
		return longestCanary
	}
	return longest
}

// check refuses a record that cannot be kept.
func (r *Record) check() error {
	switch {
	case !validID(r.ID) || !validID(r.Family) || !r.optional(r.Parent, r.Replaces, r.Handle):
		return errors.New("token registry: an id has letters and digits only")
	case r.ExpiresAt.IsZero() || r.Revoked():
		return errors.New("token registry: a new record has an end, and is not revoked")
	case r.ExpiresAt.Sub(r.IssuedAt) > r.life():
		return fmt.Errorf("token registry: a token lives at most %s", r.life())
	}
	return nil
}

func (*Record) optional(ids ...string) bool {
	return !slices.ContainsFunc(ids, func(id string) bool { return id != "" && !validID(id) })
}

// validID says whether a text can be a part of a key.
func validID(id string) bool {
	for _, c := range []byte(id) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return id != "" && len(id) <= 64
}
