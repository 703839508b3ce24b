package token

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"
	"unicode"
)

// Bounds on single claims, in bytes.
const (
	maxSubject = 63 // NAMEDATALEN-1: PostgreSQL cuts a longer user name
	maxText    = 255
	maxScope   = MaxBytes
)

// Claims are what a token says. Those of a verified token may be shared
// between sessions: they are read, never changed.
type Claims struct {
	Issuer    string // iss
	Subject   string // sub: the login name
	Audience  string // aud: the cluster
	ID        string // jti
	IssuedAt  time.Time
	NotBefore time.Time
	Expires   time.Time
	Scope     string         // scope, in the policy package's syntax
	Source    []netip.Prefix // src: masked, IPv4 as IPv4

	// Where they apply:
	Certificate string // cnf, x5t#S256: base64url SHA-256 of the client certificate (RFC 8705)
	SPIFFE      string // cnf, spiffe_id: of the client certificate; one of the two at most
	Actor       string // act, sub: who acts for Subject (RFC 8693)
	Family      string // fam: ID of the first token of a row of rotated ones
	Limits      Limits // lim
}

// Limits bound what a token may be used for. Zero is no limit.
type Limits struct {
	Rows, Bytes, Statements int64
}

// wire is the form of the claims in JSON.
type wire struct {
	Iss   string      `json:"iss"`
	Sub   string      `json:"sub"`
	Aud   string      `json:"aud"`
	Jti   string      `json:"jti"`
	Iat   int64       `json:"iat"`
	Nbf   int64       `json:"nbf"`
	Exp   int64       `json:"exp"`
	Scope string      `json:"scope"`
	Src   []string    `json:"src"`
	Cnf   *wireCnf    `json:"cnf,omitempty"`
	Act   *wireAct    `json:"act,omitempty"`
	Fam   string      `json:"fam,omitempty"`
	Lim   *wireLimits `json:"lim,omitempty"`
}

type wireCnf struct {
	X5t    string `json:"x5t#S256,omitempty"`
	SPIFFE string `json:"spiffe_id,omitempty"`
}

type wireAct struct {
	Sub string `json:"sub"`
}

type wireLimits struct {
	Rows       int64 `json:"rows,omitempty"`
	Bytes      int64 `json:"bytes,omitempty"`
	Statements int64 `json:"statements,omitempty"`
}

// MarshalJSON writes the claims as a token holds them.
func (c *Claims) MarshalJSON() ([]byte, error) {
	w := wire{
		Iss: c.Issuer, Sub: c.Subject, Aud: c.Audience, Jti: c.ID,
		Iat: c.IssuedAt.Unix(), Nbf: c.NotBefore.Unix(), Exp: c.Expires.Unix(),
		Scope: c.Scope, Src: SourceStrings(c.Source), Fam: c.Family,
	}
	if c.Certificate != "" || c.SPIFFE != "" {
		w.Cnf = &wireCnf{c.Certificate, c.SPIFFE}
	}
	if c.Actor != "" {
		w.Act = &wireAct{c.Actor}
	}
	if c.Limits != (Limits{}) {
		w.Lim = &wireLimits{c.Limits.Rows, c.Limits.Bytes, c.Limits.Statements}
	}
	return json.Marshal(w)
}

// decodeClaims reads the claims of a token: all that every token has, those
// that it may have, and no others.
func decodeClaims(data []byte) (*Claims, error) {
	c := &Claims{}
	var iat, nbf, exp int64
	var src []string
	present, err := decodeObject(data, fields{
		"iss":   text(&c.Issuer, maxText),
		"sub":   text(&c.Subject, maxSubject),
		"aud":   text(&c.Audience, maxText), // a list (RFC 7519 permits it) would be a token for others too
		"jti":   text(&c.ID, maxText),
		"iat":   number(&iat),
		"nbf":   number(&nbf),
		"exp":   number(&exp),
		"scope": text(&c.Scope, maxScope),
		"src":   list(&src, maxSources),
		"cnf":   one(fields{"x5t#S256": text(&c.Certificate, maxText), "spiffe_id": text(&c.SPIFFE, maxSPIFFE)}),
		"act":   one(fields{"sub": text(&c.Actor, maxSubject)}),
		"fam":   text(&c.Family, maxText),
		"lim":   limits(&c.Limits),
	})
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"iss", "sub", "aud", "jti", "iat", "nbf", "exp", "scope", "src"} {
		if !present[name] {
			return nil, fmt.Errorf("%q is missing", name)
		}
	}
	c.IssuedAt, c.NotBefore, c.Expires = time.Unix(iat, 0).UTC(), time.Unix(nbf, 0).UTC(), time.Unix(exp, 0).UTC()
	if c.Source, err = readSources(src); err != nil {
		return nil, err
	}
	return c, c.validate()
}

// validate holds the claims to what can be said of them without a clock or a
// configuration. Issuing and reading share it.
func (c *Claims) validate() error {
	if err := ValidSubject(c.Subject); err != nil {
		return err
	}
	if c.Actor != "" {
		if err := ValidSubject(c.Actor); err != nil {
			return fmt.Errorf("actor: %w", err)
		}
	}
	switch {
	case !validID(c.ID):
		return errors.New("jti is not a token's id")
	case c.Family != "" && !validID(c.Family):
		return errors.New("fam is not a token's id")
	case c.Certificate != "" && !validThumbprint(c.Certificate):
		return errors.New("cnf is not the base64url of a SHA-256")
	case c.SPIFFE != "" && (c.Certificate != "" || !validSPIFFE(c.SPIFFE)):
		return errors.New("cnf is not one SPIFFE ID")
	case c.NotBefore.Before(c.IssuedAt) || !c.Expires.After(c.NotBefore):
		return errors.New("iat, nbf and exp are out of order")
	}
	return nil
}

// ValidSubject says whether a name can be a subject, which is a login name: 1
// to 63 bytes, printable, no white space.
func ValidSubject(name string) error {
	if name == "" || len(name) > maxSubject {
		return fmt.Errorf("a subject has 1 to %d bytes, this one %d", maxSubject, len(name))
	}
	for _, r := range name {
		if !unicode.IsPrint(r) || r == ' ' || r == unicode.ReplacementChar {
			return fmt.Errorf("a subject has no white space and no unprintable characters, this one %q", r)
		}
	}
	return nil
}

// validID says whether a text has the form of a token's id, here or on other
// nodes: it is typed on command lines and is a key in stores.
func validID(id string) bool {
	for _, c := range []byte(id) {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return len(id) >= 16 && len(id) <= 64
}

// one reads an object with exactly one member, of those in f.
func one(f fields) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		present, err := decodeObject(raw, f)
		if err == nil && len(present) != 1 {
			err = errors.New("not an object with exactly one member")
		}
		return err
	}
}

func limits(into *Limits) func(json.RawMessage) error {
	return func(raw json.RawMessage) error {
		present, err := decodeObject(raw, fields{
			"rows": number(&into.Rows), "bytes": number(&into.Bytes), "statements": number(&into.Statements),
		})
		if err == nil && len(present) == 0 {
			err = errors.New("empty")
		}
		return err
	}
}
