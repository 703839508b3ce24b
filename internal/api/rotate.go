package api

import (
	"errors"
	"net/http"
	"slices"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/token"
)

// rotate puts a new token in the place of one. The registry has its live sessions carried over to the new one's life
// as soon as that is registered; what the old one is used for afterwards ends with it.
func (a *Admin) rotate(r *http.Request, q *RotateRequest) (*Issued, error) {
	a.rotating.Lock()
	defer a.rotating.Unlock()
	old, err := a.Registry.Get(r.PathValue("id"))
	if err != nil {
		return nil, unknownToken(r.PathValue("id"), err)
	}
	overlap, err := a.overlap(q.Overlap)
	if err != nil {
		return nil, err
	}
	o, err := a.successor(&old, q)
	if err != nil {
		return nil, err
	}
	o.by = caller(r)
	next, err := a.mint(o)
	if err != nil {
		return nil, err
	}
	v := registry.Revocation{ID: old.ID, By: "rotation by " + o.by}
	if overlap > 0 {
		v.At = a.now().Add(overlap)
	}
	if _, err := a.Registry.Revoke(r.Context(), v); err != nil {
		_, undo := a.Registry.Revoke(r.Context(), registry.Revocation{ID: next.ID, By: "rotation failed"})
		return nil, errors.Join(err, undo)
	}
	return next, nil
}

// overlap is how long the old token lives on: not longer than a token may live.
func (a *Admin) overlap(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 || d > a.Issuer.MaxTTL {
		return 0, fail(http.StatusBadRequest, "the overlap %q is not a duration from 0 to %s, such as 30s", text, a.Issuer.MaxTTL)
	}
	return d, nil
}

// successor says what token can be put in the place of one: the same with a new life, and perhaps a narrower scope.
func (a *Admin) successor(old *registry.Record, q *RotateRequest) (*order, error) {
	if err := a.rotatable(old); err != nil {
		return nil, err
	}
	scope, err := policy.ParseScope(old.Scope)
	if err != nil {
		return nil, err
	}
	if len(q.Scope) > 0 {
		narrower, err := a.scope(q.Scope)
		if err != nil {
			return nil, err
		}
		if !scope.Contains(narrower) {
			return nil, fail(http.StatusBadRequest, "rotation cannot widen a scope; the token's is %s", scope)
		}
		scope = narrower
	}
	claims, err := Claims(old, a.Issuer.Audience)
	if err != nil {
		return nil, err
	}
	ttl, err := lifetime(q.TTL)
	if err != nil {
		return nil, err
	}
	if ttl == 0 {
		ttl = min(old.ExpiresAt.Sub(old.IssuedAt), a.Issuer.MaxTTL)
	}
	o := &order{event: audit.TokenRotated, scope: scope, replaces: old.ID, parent: old.Parent, handle: old.Handle != "",
		request: token.Request{
			Subject: old.Subject, From: sourcesOf(old), TTL: ttl, Certificate: old.Certificate, SPIFFE: old.SPIFFE,
			Actor: old.Actor, Family: old.Family, Limits: claims.Limits,
		}}
	if old.Parent != "" {
		return o, a.bound(o, old.Parent, q.TTL == "")
	}
	return o, nil
}

func (a *Admin) rotatable(old *registry.Record) error {
	switch {
	case old.Canary:
		return fail(http.StatusConflict, "the token is a canary: issue another")
	case slices.ContainsFunc(a.Registry.List(), func(r registry.Record) bool { return r.Replaces == old.ID && !r.Revoked() }):
		return fail(http.StatusConflict, "the token has been rotated already: rotate its successor")
	case old.Revoked():
		return fail(http.StatusConflict, "the token is revoked: issue another")
	case !a.now().Before(old.ExpiresAt):
		return fail(http.StatusConflict, "the token has expired: issue another")
	}
	return nil
}

// bound holds an order to the token that it is derived from. A life that nobody asked for is cut to what is left.
func (a *Admin) bound(o *order, parent string, cut bool) error {
	rec, err := a.Registry.Get(parent)
	if err != nil {
		return err
	}
	if o.within, err = Claims(&rec, a.Issuer.Audience); err != nil {
		return err
	}
	if left := rec.ExpiresAt.Sub(a.now().Truncate(time.Second)); cut {
		o.request.TTL = min(o.request.TTL, left)
	}
	return nil
}
