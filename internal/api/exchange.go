package api

import (
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/federation"
	"github.com/sallyport-db/sallyport/token"
)

// Grant types of the token endpoint, and the types of tokens: RFC 8693, sections 2.1 and 3, and RFC 6749, section 4.4.
const (
	grantExchange    = "urn:ietf:params:oauth:grant-type:token-exchange"
	grantCertificate = "client_credentials" // the credential is the client certificate: RFC 8705, section 2.1

	typeAccess = "urn:ietf:params:oauth:token-type:access_token"
	typeID     = "urn:ietf:params:oauth:token-type:id_token"
	typeJWT    = "urn:ietf:params:oauth:token-type:jwt"
)

// grantedToken is the answer of the token endpoint: RFC 8693, section 2.2.1.
type grantedToken struct {
	AccessToken string `json:"access_token"`
	IssuedType  string `json:"issued_token_type"`
	TokenType   string `json:"token_type"`
	ExpiresIn   int64  `json:"expires_in"`
	Scope       string `json:"scope"`
}

// tokenEndpoint exchanges the token of an identity provider, or a client certificate, for one of ours. Beside OAuth's
// own parameters it takes `ttl` (as 15m) and `from` (CIDRs, separated by spaces).
func (a *Admin) tokenEndpoint(r *http.Request, form url.Values) (any, error) {
	for name := range form {
		switch name {
		case "grant_type", "subject_token", "subject_token_type", "requested_token_type", "scope", "audience", "ttl", "from", "client_id":
		default:
			return nil, oauthFail("invalid_request", "the parameter %q is not known", name)
		}
	}
	if aud := form.Get("audience"); aud != "" && aud != a.Info.Cluster {
		return nil, oauthFail("invalid_target", "this is the cluster %s", a.Info.Cluster)
	}
	id, err := a.identity(r, form)
	if err != nil {
		return nil, a.notExchanged(r, nil, err)
	}
	q, err := a.wanted(r, form)
	if err != nil {
		return nil, err
	}
	allowed, err := a.Federation.Allow(id, *q, a.Issuer.DefaultTTL)
	if err != nil {
		return nil, a.notExchanged(r, id, err)
	}
	return a.grant(id, allowed)
}

// identity finds whose credentials are shown.
func (a *Admin) identity(r *http.Request, form url.Values) (*federation.Identity, error) {
	if a.Federation == nil {
		return nil, oauthFail("unsupported_grant_type", "no issuers and grants are configured")
	}
	switch form.Get("grant_type") {
	case grantExchange:
	case grantCertificate:
		if id := certified(callerOf(r).Certificate); id != nil {
			return id, nil
		}
		return nil, &oauthError{http.StatusUnauthorized, "invalid_client", "show a client certificate that tls.client_ca has signed"}
	default:
		return nil, oauthFail("unsupported_grant_type", "the grant types are %s and %s", grantExchange, grantCertificate)
	}
	switch t := form.Get("subject_token_type"); t {
	case typeAccess, typeID, typeJWT:
	default:
		return nil, oauthFail("invalid_request", "subject_token_type is one of %s, %s and %s", typeJWT, typeID, typeAccess)
	}
	if t := form.Get("requested_token_type"); t != "" && t != typeAccess {
		return nil, oauthFail("invalid_request", "requested_token_type can only be %s", typeAccess)
	}
	return a.Federation.Identify(r.Context(), form.Get("subject_token"))
}

// wanted reads what is asked for.
func (a *Admin) wanted(r *http.Request, form url.Values) (*federation.Request, error) {
	q := &federation.Request{Peer: callerOf(r).Address}
	var err error
	if text := form.Get("scope"); text != "" {
		if q.Scope, err = a.scope([]string{text}); err != nil {
			return nil, oauthFail("invalid_scope", "%v", err)
		}
	}
	if q.TTL, err = lifetime(form.Get("ttl")); err != nil {
		return nil, oauthFail("invalid_request", "%v", err)
	}
	if text := form.Get("from"); text != "" {
		if q.From, err = token.ParseSources(strings.Fields(text)); err != nil {
			return nil, oauthFail("invalid_request", "from: %v", err)
		}
	}
	return q, nil
}

// notExchanged records a refusal.
func (a *Admin) notExchanged(r *http.Request, id *federation.Identity, err error) error {
	e := &audit.Event{Event: audit.TokenRefused, Reason: "token exchange: " + err.Error()}
	if c := callerOf(r); c.Address.IsValid() {
		at, _ := netip.ParseAddrPort(r.RemoteAddr)
		e.Subject = audit.NewSubject(audit.Origin{Source: at})
	}
	if id != nil {
		e.User = id.Subject
	}
	var refusal *federation.Refusal
	if errors.As(err, &refusal) {
		code := "invalid_grant"
		if id != nil {
			code = "invalid_scope"
		}
		err = oauthFail(code, "%s", refusal.Reason)
	}
	return errors.Join(err, a.Log.Write(e))
}

// grant issues what is allowed.
func (a *Admin) grant(id *federation.Identity, allowed *federation.Allowed) (*grantedToken, error) {
	issued, err := a.mint(&order{
		event: audit.TokenIssued, by: "exchange for " + id.Subject + " of " + id.Issuer, scope: allowed.Scope, rights: allowed.Rights,
		request: token.Request{Subject: id.Subject, From: token.SourceStrings(allowed.From), TTL: min(allowed.TTL, a.Issuer.MaxTTL)},
	})
	var known *Error
	if errors.As(err, &known) {
		return nil, oauthFail("invalid_request", "%v", err)
	}
	if err != nil {
		return nil, err
	}
	return &grantedToken{
		AccessToken: issued.Secret, IssuedType: typeAccess, TokenType: "Bearer", Scope: issued.Scope,
		ExpiresIn: int64(issued.ExpiresAt.Sub(issued.IssuedAt) / time.Second),
	}, nil
}
