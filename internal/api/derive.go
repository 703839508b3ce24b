package api

import (
	"errors"
	"net/http"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/token"
)

// derive makes a narrower token of one whose text is shown. It dies with that one.
func (a *Admin) derive(r *http.Request, q *DeriveRequest) (*Issued, error) {
	parent, err := a.Verifier.Usable(q.Token)
	if err != nil {
		return nil, a.shown(r, parent, err)
	}
	own, err := policy.ParseScope(parent.Scope)
	if err != nil {
		return nil, err
	}
	scope, err := a.scope(q.Scope)
	if err != nil {
		return nil, err
	}
	if !own.Contains(scope) {
		return nil, fail(http.StatusBadRequest, "a derived token cannot do more than its parent, whose scope is %s", own)
	}
	ttl, err := lifetime(q.TTL)
	if err != nil {
		return nil, err
	}
	if ttl == 0 {
		ttl = min(token.DefaultTTL, a.Issuer.MaxTTL, parent.Expires.Sub(a.now().Truncate(time.Second)))
	}
	from := q.From
	if len(from) == 0 {
		rec := recordOf(parent)
		from = sourcesOf(&rec)
	}
	actor := q.Actor
	if actor == "" {
		actor = parent.Actor
	}
	return a.mint(&order{
		event: audit.TokenDerived, by: caller(r), scope: scope, handle: q.Handle, parent: parent.ID, within: parent,
		request: token.Request{
			Subject: parent.Subject, From: from, TTL: ttl, Certificate: parent.Certificate, SPIFFE: parent.SPIFFE,
			Actor: actor, Limits: q.Limits.claim().Or(parent.Limits),
		},
	})
}

// shown records a token that was shown and is not good, and says so.
func (a *Admin) shown(r *http.Request, c *token.Claims, err error) error {
	var refused *token.Error
	if !errors.As(err, &refused) {
		return err
	}
	e := &audit.Event{Event: audit.TokenRefused, By: caller(r), Reason: string(refused.Code) + ": " + refused.Reason}
	if refused.Code == token.CodeCanary {
		e.Event = audit.TokenCanary
	}
	if refused.Misuse() {
		e.Severity = audit.SeverityHigh
	}
	if c != nil {
		rec := recordOf(c)
		e.Subject = subjectOf(&rec)
	}
	return errors.Join(fail(http.StatusForbidden, "%s", refused.ClientMessage()), a.Log.Write(e))
}
