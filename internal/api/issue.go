package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/policy"
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
	return a.mint(&order{
		event: audit.TokenIssued, by: caller(r), scope: scope, handle: q.Handle, canary: q.Canary,
		request: token.Request{
			Subject: q.Subject, From: q.From, TTL: ttl, Certificate: q.Certificate, SPIFFE: q.SPIFFE, Limits: q.Limits.claim(),
		},
	})
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
