package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/token"
)

// order says what token is to be made, and why.
type order struct {
	event   audit.Name
	by      string
	request token.Request
	scope   policy.Scope // of the request

	rights           []string // beside the databases
	handle, canary   bool
	parent, replaces string
	within           *token.Claims // set: it must be narrower than this one
}

// canaryLife is how long a canary lies in wait, where nothing else is asked for. What lives so long is refused by every
// verifier, also one that knows of no canaries.
const canaryLife = 365 * 24 * time.Hour

// mint makes a token. It is registered and in the audit log before it is handed out.
func (a *Admin) mint(o *order) (*Issued, error) {
	issuer := *a.Issuer
	if o.canary {
		issuer.DefaultTTL, issuer.MaxTTL = canaryLife, canaryLife
	}
	o.request.Scope = o.scope.String()
	secret, claims, err := issuer.Issue(o.request)
	if err != nil {
		return nil, bad(err)
	}
	if o.within != nil {
		if err := claims.Narrower(o.within); err != nil {
			return nil, bad(err)
		}
	}
	rec := recordOf(claims)
	rec.IssuedBy, rec.Parent, rec.Replaces, rec.Canary, rec.Rights = o.by, o.parent, o.replaces, o.canary, o.rights
	if _, header, err := token.Inspect(secret); err != nil {
		return nil, err
	} else if !o.canary { // no key is kept for those
		rec.Key = header.KeyID
	}
	if o.handle {
		secret = token.NewHandle()
	}
	if o.handle || o.canary {
		rec.Handle = token.Hash(secret)
	}
	if err := a.Registry.Add(rec); err != nil {
		return nil, err
	}
	if err := a.Log.Write(mintedEvent(&rec, o)); err != nil {
		// Nobody has it, and nobody shall.
		_, undo := a.Registry.Revoke(context.Background(), registry.Revocation{ID: rec.ID, By: "audit log unwritable"})
		return nil, errors.Join(fmt.Errorf("no token was issued, since the audit log cannot be written: %w", err), undo)
	}
	return &Issued{Secret: secret, Token: a.token(rec)}, nil
}

func mintedEvent(rec *registry.Record, o *order) *audit.Event {
	e := &audit.Event{
		Event: o.event, Subject: subjectOf(rec), By: rec.IssuedBy, Scope: rec.Scope, Src: rec.Source,
		TTL: rec.ExpiresAt.Sub(rec.IssuedAt), Expires: rec.ExpiresAt, Parent: rec.Parent, Replaces: rec.Replaces, Actor: rec.Actor,
	}
	var open []string
	for _, u := range o.scope.Upstreams() {
		if o.scope.Unrestricted(u) {
			open = append(open, u)
		}
	}
	switch {
	case rec.Canary:
		e.Reason = "a canary: it allows nothing"
	case open != nil:
		e.Rule = string(policy.RuleUnrestricted)
		e.Reason = "the token lets every statement through on " + strings.Join(open, ", ")
	}
	return e
}

func subjectOf(rec *registry.Record) *audit.Subject {
	return audit.NewSubject(audit.Origin{Token: audit.Token{ID: rec.ID, Sub: rec.Subject, Fam: rec.Family}})
}

func lifetime(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, fail(http.StatusBadRequest, "the life %q is not a duration such as 15m", text)
	}
	if d <= 0 { // zero would be the default
		return 0, fail(http.StatusBadRequest, "a token's life is longer than nothing; %s was asked for", text)
	}
	return d, nil
}
