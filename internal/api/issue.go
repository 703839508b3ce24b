package api

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/token"
)

// issue makes a token. It is registered and in the audit log before it is handed out.
func (a *Admin) issue(r *http.Request, q *IssueRequest) (*Issued, error) {
	scope, err := a.scope(q.Scope)
	if err != nil {
		return nil, err
	}
	ttl, err := lifetime(q.TTL)
	if err != nil {
		return nil, err
	}
	if err := a.bindable(q); err != nil {
		return nil, err
	}
	secret, claims, err := a.Issuer.Issue(token.Request{
		Subject: q.Subject, Scope: scope.String(), From: q.From, TTL: ttl,
		Certificate: q.Certificate, SPIFFE: q.SPIFFE, Limits: q.Limits.claim(),
	})
	if err != nil {
		return nil, bad(err)
	}
	_, header, err := token.Inspect(secret)
	if err != nil {
		return nil, err
	}
	rec := registry.Record{
		Key: header.KeyID,
		ID:  claims.ID, Subject: claims.Subject, Family: claims.Family, Scope: claims.Scope,
		Source: token.SourceStrings(claims.Source), IssuedAt: claims.IssuedAt, ExpiresAt: claims.Expires, IssuedBy: caller(r),
	}
	if err := a.Registry.Add(rec); err != nil {
		return nil, err
	}
	if err := a.Log.Write(issuedEvent(&rec, scope)); err != nil {
		// Nobody has it, and nobody shall.
		return nil, errors.Join(fmt.Errorf("no token was issued, since the audit log cannot be written: %w", err),
			a.unissue(&rec))
	}
	return &Issued{Secret: secret, Token: a.token(rec)}, nil
}

// unissue revokes a token that nobody was given.
func (a *Admin) unissue(rec *registry.Record) error {
	_, err := a.Registry.Revoke(context.Background(), registry.Revocation{ID: rec.ID, By: "audit log unwritable"})
	return err
}

// bindable refuses a token that nobody could use: without a CA of clients none is asked for its certificate.
func (a *Admin) bindable(q *IssueRequest) error {
	if q.Certificate+q.SPIFFE != "" && !a.ClientCertificates {
		return fail(http.StatusBadRequest,
			"clients are asked for a certificate only where tls.client_ca is configured, so nobody could use this token")
	}
	return nil
}

func (l *Limits) claim() token.Limits {
	if l == nil {
		return token.Limits{}
	}
	return token.Limits{Rows: l.Rows, Bytes: l.Bytes, Statements: l.Statements}
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

func issuedEvent(rec *registry.Record, scope policy.Scope) *audit.Event {
	e := &audit.Event{
		Event: audit.TokenIssued, Subject: subjectOf(rec), By: rec.IssuedBy, Scope: rec.Scope, Src: rec.Source,
		TTL: rec.ExpiresAt.Sub(rec.IssuedAt), Expires: rec.ExpiresAt,
	}
	var open []string
	for _, u := range scope.Upstreams() {
		if scope.Unrestricted(u) {
			open = append(open, u)
		}
	}
	if open != nil {
		e.Rule = string(policy.RuleUnrestricted)
		e.Reason = "the token lets every statement through on " + strings.Join(open, ", ")
	}
	return e
}

func subjectOf(rec *registry.Record) *audit.Subject {
	return audit.NewSubject(audit.Origin{Token: audit.Token{ID: rec.ID, Sub: rec.Subject, Fam: rec.Family}})
}

// scope reads scopes that may name configured upstreams only.
func (a *Admin) scope(texts []string) (policy.Scope, error) {
	if len(texts) == 0 {
		return policy.Scope{}, fail(http.StatusBadRequest, "a scope is needed, such as %s/public.orders:select", a.example())
	}
	parts := make([]policy.Scope, len(texts))
	for i, text := range texts {
		var err error
		if parts[i], err = policy.ParseScope(text); err != nil {
			return policy.Scope{}, bad(err)
		}
	}
	all := policy.Union(parts...)
	if _, err := policy.ParseScope(all.String()); err != nil { // together they may be too long
		return policy.Scope{}, bad(err)
	}
	for _, u := range all.Upstreams() {
		if err := a.known(u); err != nil {
			return policy.Scope{}, err
		}
	}
	return all, nil
}

func (a *Admin) known(upstream string) error {
	if slices.Contains(a.Info.Upstreams, upstream) {
		return nil
	}
	return fail(http.StatusBadRequest, "no upstream is named %q; configured: %s", upstream, strings.Join(a.Info.Upstreams, ", "))
}

func (a *Admin) example() string {
	if len(a.Info.Upstreams) > 0 {
		return a.Info.Upstreams[0]
	}
	return "shop"
}

// revoke ends a token and its sessions. When it answers nothing more of them is forwarded, also where it answers with
// an error, as long as that does not say that the token is unknown.
func (a *Admin) revoke(r *http.Request, q *RevokeRequest) (*RevokeResult, error) {
	rec, err := a.Registry.Get(q.ID)
	if err != nil {
		return nil, unknownToken(q.ID, err)
	}
	by, live := caller(r), a.Sessions.Sessions()
	_, durable := a.Registry.Revoke(r.Context(), registry.Revocation{ID: q.ID, By: by})
	ended := a.ended(live)
	logged := a.Log.Write(&audit.Event{Event: audit.TokenRevoked, Subject: subjectOf(&rec), By: by})
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
	return &RevokeResult{ID: rec.ID, Subject: rec.Subject, SessionsEnded: ended}, nil
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
