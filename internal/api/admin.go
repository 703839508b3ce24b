package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/token"
)

// Sessions is what the commands need of the proxy. End returns once nothing more of the matching sessions can be
// forwarded.
type Sessions interface {
	Sessions() []proxy.SessionInfo
	End(match func(*proxy.SessionInfo) bool, cause *proxy.Refusal) int
}

// Admin answers the commands. All fields but Now must be set.
type Admin struct {
	Info     Info
	Issuer   *token.Issuer
	Registry *registry.Registry
	Log      *audit.Log
	Sessions Sessions
	Keys     Keys
	// Explain judges a text by the same code that enforces, on the upstream's live catalogue.
	Explain func(ctx context.Context, q *ExplainRequest, scope policy.Scope) ([]Explanation, error)
	// Reload reads the configuration again and returns the keys that have changed, or every problem.
	Reload func(by string) (changed []string, err error)
	Now    func() time.Time // nil: time.Now

	// ClientCertificates says that clients are asked for one, to which a token can be bound.
	ClientCertificates bool
}

// Handler serves the admin socket.
func (a *Admin) Handler() http.Handler {
	m := http.NewServeMux()
	m.Handle("GET /v1/info", handle(func(*http.Request, *struct{}) (Info, error) { return a.Info, nil }))
	m.Handle("POST /v1/tokens", handle(a.issue))
	m.Handle("GET /v1/tokens", handle(a.list))
	m.Handle("GET /v1/tokens/{id}", handle(a.show))
	m.Handle("POST /v1/tokens/revoke", handle(a.revoke))
	m.Handle("GET /v1/sessions", handle(a.sessions))
	m.Handle("POST /v1/sessions/{id}/kill", handle(a.kill))
	m.Handle("GET /v1/keys", handle(a.keys))
	m.Handle("POST /v1/keys/rotate", handle(a.rotateKey))
	m.Handle("POST /v1/explain", handle(a.explain))
	m.Handle("POST /v1/reload", handle(a.reload))
	m.Handle("/", handle(func(r *http.Request, _ *struct{}) (any, error) {
		return nil, fail(http.StatusNotFound,
			"this server does not know %s %s: it may be of another version than the command", r.Method, r.URL.Path)
	}))
	return m
}

func (a *Admin) now() time.Time {
	if a.Now != nil {
		return a.Now()
	}
	return time.Now()
}

func (a *Admin) list(*http.Request, *struct{}) ([]Token, error) {
	records := a.Registry.List()
	tokens := make([]Token, len(records))
	for i, r := range records {
		tokens[i] = a.token(r)
	}
	return tokens, nil
}

func (a *Admin) show(r *http.Request, _ *struct{}) (Token, error) {
	rec, err := a.Registry.Get(r.PathValue("id"))
	if err != nil {
		return Token{}, unknownToken(r.PathValue("id"), err)
	}
	return a.token(rec), nil
}

func (a *Admin) token(r registry.Record) Token {
	t := Token{Record: r, State: Active}
	switch {
	case r.Revoked():
		t.State = Revoked
	case !a.now().Before(r.ExpiresAt):
		t.State = Expired
	}
	return t
}

func unknownToken(id string, err error) error {
	if !errors.Is(err, registry.ErrUnknown) {
		return err
	}
	if strings.HasPrefix(id, token.Prefix) {
		return fail(http.StatusNotFound, "that is a token, not the id of one: `sallyport token inspect` tells its id")
	}
	return fail(http.StatusNotFound, "no token with the id %q is registered (it may have expired more than a day ago)", id)
}

func (a *Admin) sessions(*http.Request, *struct{}) ([]Session, error) {
	live := a.Sessions.Sessions()
	list := make([]Session, len(live))
	for i, s := range live {
		mode := "enforce"
		if s.Observe {
			mode = "observe"
		}
		list[i] = Session{
			ID: s.ID, TokenID: s.TokenID, Subject: s.Subject, Upstream: s.Upstream, Protocol: s.Protocol,
			Database: s.Database, Application: s.Application, Source: s.Source, TLS: s.TLS, Mode: mode,
			Opened: s.Opened, Expires: s.Expires, Statements: s.Statements, State: s.State,
		}
	}
	return list, nil
}

func (a *Admin) kill(r *http.Request, _ *struct{}) (struct{}, error) {
	id := r.PathValue("id")
	if a.Sessions.End(func(s *proxy.SessionInfo) bool { return s.ID == id }, proxy.Killed()) == 0 {
		return struct{}{}, fail(http.StatusNotFound, "there is no session with the id %q", id)
	}
	return struct{}{}, nil
}

func (a *Admin) reload(r *http.Request, _ *struct{}) (*ReloadResult, error) {
	changed, err := a.Reload(caller(r))
	if err != nil {
		return nil, bad(err)
	}
	return &ReloadResult{Changed: append([]string{}, changed...)}, nil
}

func (a *Admin) explain(r *http.Request, q *ExplainRequest) ([]Explanation, error) {
	scope, err := a.scope(q.Scope)
	if err != nil {
		return nil, err
	}
	if err := a.known(q.Upstream); err != nil {
		return nil, err
	}
	return a.Explain(r.Context(), q, scope)
}
