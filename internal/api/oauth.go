package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/token"
)

// What OAuth has a form for is in that form: requests are application/x-www-form-urlencoded, errors those of RFC 6749,
// section 5.2.

// oauthError is an error with its code.
type oauthError struct {
	status int
	code   string
	why    string
}

func (e *oauthError) Error() string { return e.code + ": " + e.why }

func oauthFail(code, format string, args ...any) error {
	return &oauthError{http.StatusBadRequest, code, fmt.Sprintf(format, args...)}
}

// maxForm is more than the longest foreign token takes.
const maxForm = 64 << 10

// oauth makes a handler of a function from a form to an answer. A parameter that stands twice is refused (RFC 6749,
// section 3.2), so that nobody can read another one than somebody in between.
func (a *Admin) oauth(f func(*http.Request, url.Values) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		err := r.ParseForm()
		if err != nil || r.URL.RawQuery != "" {
			respondOAuth(w, nil, oauthFail("invalid_request", "the request is not a form in the body"))
			return
		}
		for name, values := range r.PostForm {
			if len(values) != 1 {
				respondOAuth(w, nil, oauthFail("invalid_request", "the parameter %q stands more than once", name))
				return
			}
		}
		answer, err := f(r, r.PostForm)
		respondOAuth(w, answer, err)
	}
}

func respondOAuth(w http.ResponseWriter, answer any, err error) {
	status := http.StatusOK
	if err != nil {
		var known *oauthError
		var plain *Error
		switch {
		case errors.As(err, &known):
		case errors.As(err, &plain):
			known = &oauthError{plain.Status, "invalid_request", plain.Message}
		default:
			known = &oauthError{http.StatusInternalServerError, "server_error", err.Error()}
		}
		status, answer = known.status, map[string]string{"error": known.code, "error_description": known.why}
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer) // whoever asked has gone
}

// authentic returns the claims of a token of ours and its record: whatever became of it, and wherever it is shown.
func (a *Admin) authentic(secret string) (*token.Claims, *registry.Record) {
	claims, _ := a.Verifier.Verify(secret, token.Client{})
	if claims == nil {
		return nil, nil
	}
	rec, err := a.Registry.Get(claims.ID)
	if err != nil {
		return nil, nil
	}
	return claims, &rec
}

// introspect answers RFC 7662. It takes the right to read tokens, or the token itself as the bearer token.
func (a *Admin) introspect(r *http.Request, form url.Values) (any, error) {
	claims, rec := a.authentic(form.Get("token"))
	c := callerOf(r)
	if own := claims != nil && c.Claims != nil && c.Claims.ID == claims.ID; !own && !c.may(ReadTokens) {
		return nil, &oauthError{http.StatusUnauthorized, "invalid_client", "introspection takes the right " + string(ReadTokens)}
	}
	if !a.Registry.Held(time.Now()) {
		return nil, &oauthError{http.StatusServiceUnavailable, "temporarily_unavailable", registry.ErrFenced.Error()}
	}
	if claims == nil || rec.Revoked() || !a.now().Before(claims.Expires) {
		return map[string]bool{"active": false}, nil
	}
	answer := map[string]any{
		"active": true, "token_type": "Bearer", "scope": claims.Scope, "sub": claims.Subject, "username": claims.Subject,
		"iss": claims.Issuer, "aud": claims.Audience, "jti": claims.ID,
		"iat": claims.IssuedAt.Unix(), "nbf": claims.NotBefore.Unix(), "exp": claims.Expires.Unix(),
		"src": token.SourceStrings(claims.Source),
	}
	if claims.Certificate != "" {
		answer["cnf"] = map[string]string{"x5t#S256": claims.Certificate} // RFC 8705, section 3.2
	}
	if claims.Actor != "" {
		answer["act"] = map[string]string{"sub": claims.Actor}
	}
	return answer, nil
}

// revokeEndpoint answers RFC 7009: whoever holds a token may end it. What is no token of ours is revoked already.
func (a *Admin) revokeEndpoint(r *http.Request, form url.Values) (any, error) {
	claims, rec := a.authentic(form.Get("token"))
	if claims == nil {
		return struct{}{}, nil
	}
	by := "its holder"
	if c := callerOf(r); c.Name != "nobody" {
		by = c.Name
	}
	_, durable := a.Registry.Revoke(r.Context(), registry.Revocation{ID: rec.ID, By: by})
	if rec.Revoked() { // it may be stored now, but whoever holds it does not fill the log with it
		return struct{}{}, durable
	}
	logged := a.Log.Write(&audit.Event{Event: audit.TokenRevoked, Subject: subjectOf(rec), By: by})
	return struct{}{}, errors.Join(durable, logged)
}

// metadata answers RFC 8414.
func (a *Admin) metadata(w http.ResponseWriter, _ *http.Request) {
	if a.URL == "" {
		respond(w, nil, fail(http.StatusNotFound, "the API is not offered over the network: set `api` in the configuration"))
		return
	}
	respond(w, map[string]any{
		"issuer":                                a.URL,
		"token_endpoint":                        a.URL + "/oauth/token",
		"introspection_endpoint":                a.URL + "/oauth/introspect",
		"revocation_endpoint":                   a.URL + "/oauth/revoke",
		"jwks_uri":                              a.URL + "/.well-known/jwks.json",
		"grant_types_supported":                 []string{grantExchange, grantCertificate},
		"token_endpoint_auth_methods_supported": []string{"none", "tls_client_auth"},
		"response_types_supported":              []string{}, // nobody logs in here: identity providers do that
		"service_documentation":                 strings.TrimSuffix(a.URL, "/") + "/v1/info",
	}, nil)
}
