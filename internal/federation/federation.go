// Package federation says what a token of somebody else's, of an identity provider that the configuration trusts, may
// be exchanged for: a person's, a Kubernetes service account's, a CI job's.
//
// Two questions, answered apart: whose token is it (Issuer.Verify), and what may that one have (Grant). The zero values
// of both trust nobody and grant nothing. Keys of providers are fetched on a timer; nothing that a client sends makes
// the server ask another one.
package federation

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

// MaxTokenBytes is the longest foreign token that is looked at.
const MaxTokenBytes = 16 << 10

// Identity is who a foreign token speaks of.
type Identity struct {
	Issuer  string // iss
	Subject string // the login name that it has here
	claims  map[string]any
}

// ClientCertificate is the issuer of identities that are client certificates, verified by the configured CA.
const ClientCertificate = "client_certificate"

// NewIdentity is one that was verified elsewhere.
func NewIdentity(issuer, subject string, claims map[string]any) *Identity {
	return &Identity{Issuer: issuer, Subject: subject, claims: claims}
}

// Federation is the trust in others that a configuration spells out. It does not change once it is made.
type Federation struct {
	Issuers []*Issuer
	Grants  []Grant
}

// Refusal says why a foreign token, or what was asked for with it, is refused: for whoever asks, since it names
// nothing that the token does not say itself.
type Refusal struct{ Reason string }

func (r *Refusal) Error() string { return r.Reason }

func refuse(format string, args ...any) error { return &Refusal{fmt.Sprintf(format, args...)} }

// Identify verifies a token by the issuer that it names.
func (f *Federation) Identify(ctx context.Context, raw string) (*Identity, error) {
	if len(raw) > MaxTokenBytes {
		return nil, refuse("the token is longer than %d bytes", MaxTokenBytes)
	}
	named, err := issuerOf(raw)
	if err != nil {
		return nil, refuse("this is not a token of an identity provider: %v", err)
	}
	for _, i := range f.Issuers {
		if i.URL == named {
			return i.Verify(ctx, raw)
		}
	}
	return nil, refuse("tokens of the issuer %q are not accepted here", clip(named))
}

// issuerOf reads the claim iss, which nobody has verified yet: it only chooses whose keys are tried.
func issuerOf(raw string) (string, error) {
	parts := strings.Split(raw, ".")
	if len(parts) != 3 {
		return "", errors.New("it has not three parts")
	}
	payload, err := base64.RawURLEncoding.DecodeString(parts[1])
	if err != nil {
		return "", errors.New("its claims are not base64url")
	}
	var claims struct {
		Issuer string `json:"iss"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil || claims.Issuer == "" {
		return "", errors.New("it names no issuer")
	}
	return claims.Issuer, nil
}

func clip(s string) string { return s[:min(len(s), 128)] }
