package token

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Issuer makes tokens. All fields but DefaultTTL and Now must be set.
type Issuer struct {
	Keys       *Keys
	Issuer     string
	Audience   string
	DefaultTTL time.Duration // of a request without TTL; 15 minutes, or MaxTTL if that is less, if it is zero
	MaxTTL     time.Duration
	Now        func() time.Time
}

// Request says what a token is to be.
type Request struct {
	Subject     string
	Scope       string        // in the policy package's syntax; the caller has parsed it
	From        []string      // addresses and CIDRs, or `any` alone
	TTL         time.Duration // whole seconds; zero is the issuer's default
	Certificate string        // Thumbprint of the client certificate it is bound to; may be empty
	SPIFFE      string        // instead, the SPIFFE ID in that certificate; may be empty
	Actor       string        // who acts for Subject; may be empty
	Family      string        // ID of the first token of the family; empty for a first one
	Limits      Limits
}

// Issue makes a token and returns its text, which is a secret and is kept
// nowhere, and its claims.
func (i *Issuer) Issue(r Request) (string, *Claims, error) {
	ttl, err := i.ttl(r.TTL)
	if err != nil {
		return "", nil, err
	}
	source, err := ParseSources(r.From)
	if err != nil {
		return "", nil, err
	}
	if err := validScope(r.Scope); err != nil {
		return "", nil, err
	}
	if l := r.Limits; min(l.Rows, l.Bytes, l.Statements) < 0 || max(l.Rows, l.Bytes, l.Statements) >= 1<<53 {
		return "", nil, errors.New("a limit is a whole number from 0 (none) to 2^53-1")
	}
	now := i.now().UTC().Truncate(time.Second)
	c := &Claims{
		Issuer: i.Issuer, Subject: r.Subject, Audience: i.Audience, ID: newID(),
		IssuedAt: now, NotBefore: now, Expires: now.Add(ttl),
		Scope: r.Scope, Source: source,
		Certificate: r.Certificate, SPIFFE: r.SPIFFE, Actor: r.Actor, Family: r.Family, Limits: r.Limits,
	}
	if c.Family == "" {
		c.Family = c.ID
	}
	if err := c.validate(); err != nil {
		return "", nil, err
	}
	tok, err := i.sign(c)
	return tok, c, err
}

func (i *Issuer) now() time.Time {
	if i.Now != nil {
		return i.Now()
	}
	return time.Now()
}

func (i *Issuer) ttl(asked time.Duration) (time.Duration, error) {
	if i.Keys == nil || i.Issuer == "" || i.Audience == "" || i.MaxTTL <= 0 || i.DefaultTTL > i.MaxTTL {
		return 0, errors.New("the issuer is not completely set up")
	}
	if asked == 0 {
		asked = i.DefaultTTL
	}
	if asked == 0 {
		asked = min(DefaultTTL, i.MaxTTL)
	}
	if asked < time.Second || asked%time.Second != 0 {
		return 0, fmt.Errorf("a token's life is whole seconds, at least one; %s was asked for", asked)
	}
	if asked > i.MaxTTL {
		return 0, fmt.Errorf("a token lives at most %s here; %s was asked for", i.MaxTTL, asked)
	}
	return asked, nil
}

// validScope refuses what no scope is. What it means is not this package's.
func validScope(scope string) error {
	if scope == "" {
		return errors.New("a token without a scope would allow nothing")
	}
	for _, r := range scope {
		if r < ' ' || r == 0x7f || r == '\uFFFD' {
			return errors.New("the scope holds characters that no scope can hold")
		}
	}
	return nil
}

// newID returns 128 random bits or more as 26 characters of [a-z2-7]: one
// double click, no look-alikes of 0 and 1, the same on file systems that
// ignore case.
func newID() string { return strings.ToLower(rand.Text()) }

// sign writes the token.
func (i *Issuer) sign(c *Claims) (string, error) {
	kid, key := i.Keys.active()
	header, err := json.Marshal(struct {
		Alg string `json:"alg"`
		Kid string `json:"kid"`
		Typ string `json:"typ"`
	}{algorithm, kid, tokenType})
	if err != nil {
		return "", err
	}
	claims, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	// What the reader would refuse must not be signed.
	if _, err := decodeClaims(claims); err != nil {
		return "", fmt.Errorf("claims: %w", err)
	}
	signed := base64.RawURLEncoding.EncodeToString(header) + "." + base64.RawURLEncoding.EncodeToString(claims)
	signature, err := jwt.SigningMethodEdDSA.Sign(signed, key)
	if err != nil {
		return "", fmt.Errorf("sign: %w", err)
	}
	tok := Prefix + signed + "." + base64.RawURLEncoding.EncodeToString(signature)
	if len(tok) > MaxBytes {
		return "", fmt.Errorf("the token would have %d bytes, and at most %d are accepted: give it a shorter scope", len(tok), MaxBytes)
	}
	return tok, nil
}
