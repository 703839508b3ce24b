// Package login logs a person in at an identity provider, remembers the session in the user's own configuration
// directory, and exchanges it for tokens of a Sallyport server.
//
// The person's password is the provider's business: it is typed into a browser, never here.
package login

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Request says where to log in, and for which server.
type Request struct {
	Issuer   string // of the identity provider: its URL
	ClientID string // under which it knows Sallyport
	Server   string // https://host:port of a Sallyport server's API
	CA       string // file that the server is verified with; empty: the system's
	Device   bool   // show a code to type in elsewhere, instead of opening a browser here

	HTTP *http.Client           // to the provider; nil: the usual one
	Open func(url string) error // opens a browser; nil: none is opened
	Say  func(string, ...any)   // tells the person what to do; never nil
}

// Login logs in and returns the session. It ends when ctx is done.
func Login(ctx context.Context, r Request) (*Session, error) {
	if r.HTTP != nil {
		ctx = oidc.ClientContext(ctx, r.HTTP)
	}
	provider, err := oidc.NewProvider(ctx, r.Issuer)
	if err != nil {
		return nil, fmt.Errorf("identity provider: %w", err)
	}
	at := provider.Endpoint()
	if err := unaltered(r.Issuer, at.AuthURL, at.TokenURL, at.DeviceAuthURL); err != nil {
		return nil, err
	}
	conf := &oauth2.Config{
		ClientID: r.ClientID, Endpoint: provider.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "email", "profile", oidc.ScopeOfflineAccess},
	}
	var tok *oauth2.Token
	nonce := ""
	if r.Device {
		tok, err = device(ctx, conf, r.Say)
	} else {
		tok, nonce, err = browser(ctx, conf, r)
	}
	if err != nil {
		return nil, err
	}
	s := &Session{Server: r.Server, CA: r.CA, Issuer: r.Issuer, ClientID: r.ClientID}
	return s, s.take(ctx, provider, tok, nonce)
}

// unaltered refuses addresses of a provider at which anybody on the way could answer in its place, and what would be
// opened in a browser without being one.
func unaltered(addresses ...string) error {
	for _, a := range addresses {
		if a == "" { // not every provider has the device flow
			continue
		}
		u, err := url.Parse(a)
		if err != nil {
			return fmt.Errorf("identity provider: %w", err)
		}
		ip := net.ParseIP(u.Hostname())
		if u.Scheme != "https" && (u.Scheme != "http" || u.Hostname() != "localhost" && !ip.IsLoopback()) {
			return fmt.Errorf("identity provider: %s is not an https URL", a)
		}
	}
	return nil
}

// take verifies the identity token and keeps it.
func (s *Session) take(ctx context.Context, provider *oidc.Provider, tok *oauth2.Token, nonce string) error {
	raw, ok := tok.Extra("id_token").(string)
	if !ok {
		return errors.New("the identity provider gave no id_token: is the client known to it as an OpenID Connect client?")
	}
	id, err := provider.Verifier(&oidc.Config{ClientID: s.ClientID}).Verify(ctx, raw)
	if err != nil {
		return fmt.Errorf("the identity provider's token: %w", err)
	}
	if nonce != "" && id.Nonce != nonce {
		return errors.New("the identity provider answered somebody else's login (nonce)")
	}
	s.IDToken, s.Subject, s.Expires = raw, id.Subject, id.Expiry
	if tok.RefreshToken != "" {
		s.RefreshToken = tok.RefreshToken
	}
	return nil
}

// device is the flow for a terminal without a browser: RFC 8628.
func device(ctx context.Context, conf *oauth2.Config, say func(string, ...any)) (*oauth2.Token, error) {
	if conf.Endpoint.DeviceAuthURL == "" {
		return nil, errors.New("the identity provider has no device flow: log in where a browser can be opened, without --device")
	}
	verifier := oauth2.GenerateVerifier()
	answer, err := conf.DeviceAuth(ctx, oauth2.S256ChallengeOption(verifier))
	if err != nil {
		return nil, fmt.Errorf("identity provider: %w", err)
	}
	if answer.VerificationURIComplete != "" {
		say("open %s\nand check that it shows the code %s", answer.VerificationURIComplete, answer.UserCode)
	} else {
		say("open %s\nand type in the code %s", answer.VerificationURI, answer.UserCode)
	}
	tok, err := conf.DeviceAccessToken(ctx, answer, oauth2.VerifierOption(verifier))
	if err != nil {
		return nil, fmt.Errorf("identity provider: %w", err)
	}
	return tok, nil
}
