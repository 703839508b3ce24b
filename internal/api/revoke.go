package api

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/token"
)

// revoke ends tokens and their sessions. When it answers nothing more of them is forwarded, also where it answers with
// an error, as long as that does not say that the token is unknown.
func (a *Admin) revoke(r *http.Request, q *RevokeRequest) (*RevokeResult, error) {
	v, who, err := a.named(r, q)
	if err != nil {
		return nil, err
	}
	return a.end(r, v, who, "")
}

// named is what a request names, for the registry and for the record.
func (a *Admin) named(r *http.Request, q *RevokeRequest) (registry.Revocation, audit.Token, error) {
	v := registry.Revocation{ID: q.ID, Subject: q.Subject, Family: q.Family, All: q.All}
	who := audit.Token{Sub: q.Subject, Fam: q.Family}
	if one := []bool{q.ID != "", q.Token != "", q.Subject != "", q.Family != "", q.All}; len(slices.DeleteFunc(one, func(b bool) bool { return !b })) != 1 {
		return v, who, fail(http.StatusBadRequest, "name one token, one subject, one family, or all")
	}
	if q.Token != "" {
		claims, err := a.Verifier.Genuine(q.Token)
		if claims == nil {
			return v, who, a.shown(r, nil, err)
		}
		v.ID = claims.ID
	}
	if v.ID == "" {
		return v, who, nil
	}
	rec, err := a.Registry.Get(v.ID)
	if err != nil {
		return v, who, unknownToken(v.ID, err)
	}
	return v, audit.Token{ID: rec.ID, Sub: rec.Subject, Fam: rec.Family}, nil
}

// end revokes, and records it.
func (a *Admin) end(r *http.Request, v registry.Revocation, who audit.Token, reason string) (*RevokeResult, error) {
	v.By = caller(r)
	live := a.Sessions.Sessions()
	outcome, durable := a.Registry.Revoke(r.Context(), v)
	ended := a.ended(live)
	e := &audit.Event{Event: audit.TokenRevoked, Subject: audit.NewSubject(audit.Origin{Token: who}), By: v.By, Reason: reason}
	if v.All {
		e.Reason = "every token that was issued until now"
	}
	logged := a.Log.Write(e)
	if durable != nil {
		durable = fmt.Errorf("the token is revoked until this server ends (sessions ended: %d), "+
			"but that could not be recorded: %w", ended, durable)
	}
	if logged != nil {
		logged = fmt.Errorf("the token is revoked, but the audit log cannot be written: %w", logged)
	}
	if err := errors.Join(durable, logged); err != nil {
		return nil, err
	}
	return &RevokeResult{
		ID: who.ID, Subject: who.Sub, Family: who.Fam, All: v.All,
		SessionsEnded: ended, Nodes: outcome.Nodes, Lapsed: outcome.Lapsed,
	}, nil
}

// ended counts the sessions of this node that a revocation has ended.
func (a *Admin) ended(live []proxy.SessionInfo) (n int) {
	for i := range live {
		if a.Registry.Revoked(live[i].TokenID) {
			n++
		}
	}
	return n
}

// maxLeaks bounds how many tokens one request may bring.
const maxLeaks = 100

// leaks revokes tokens that were found somewhere. Having one is enough to have it revoked.
func (a *Admin) leaks(r *http.Request, q *LeakRequest) ([]Leak, error) {
	if len(q.Tokens) == 0 || len(q.Tokens) > maxLeaks {
		return nil, fail(http.StatusBadRequest, "1 to %d tokens at once", maxLeaks)
	}
	found := make([]Leak, len(q.Tokens))
	for i, text := range q.Tokens {
		leak, err := a.leak(r, text)
		if err != nil {
			return nil, err
		}
		found[i] = leak
	}
	return found, nil
}

func (a *Admin) leak(r *http.Request, text string) (Leak, error) {
	claims, err := a.Verifier.Genuine(text)
	var refused *token.Error
	switch {
	case errors.As(err, &refused) && refused.Code == token.CodeCanary:
		_ = a.shown(r, claims, err)
		return Leak{ID: claims.ID, Subject: claims.Subject, State: Canary}, nil
	case err != nil:
		return Leak{State: Foreign}, nil //nolint:nilerr // that it is none of ours is the answer
	}
	rec, err := a.Registry.Get(claims.ID)
	if err != nil || rec.Revoked() {
		return Leak{ID: claims.ID, Subject: claims.Subject, State: Revoked}, nil //nolint:nilerr // unknown ones are refused as well
	}
	leak := Leak{ID: rec.ID, Subject: rec.Subject, State: a.token(rec).State}
	if leak.State == Active {
		who := audit.Token{ID: rec.ID, Sub: rec.Subject, Fam: rec.Family}
		if _, err := a.end(r, registry.Revocation{ID: rec.ID}, who, "it was found where it should not be"); err != nil {
			return Leak{}, err
		}
		leak.State, leak.Now = Revoked, true
	}
	return leak, nil
}
