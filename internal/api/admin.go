package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/federation"
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
	Verifier *token.Verifier
	Registry *registry.Registry
	Log      *audit.Log
	Sessions Sessions
	Keys     Keys
	// Explain judges a text by the same code that enforces, on the upstream's live catalogue.
	Explain func(ctx context.Context, q *ExplainRequest, scope policy.Scope) ([]Explanation, error)
	// Reload reads the configuration again and returns the keys that have changed, or every problem.
	Reload func(by string) (changed []string, err error)
	Now    func() time.Time // nil: time.Now

	Federation *federation.Federation // nil: no one else's tokens are exchanged
	AuditDir   string                 // of the log, for those who follow it
	URL        string                 // https://host:port of the API, for its own description; empty: the socket only

	// ClientCertificates says that clients are asked for one, to which a token can be bound.
	ClientCertificates bool

	rotating sync.Mutex
}

// route is one thing that can be asked for, and the right that it takes.
type route struct {
	pattern string // as http.ServeMux takes it
	right   Right
	handler http.HandlerFunc
}

// routes are all there are; docs/openapi.yaml describes each (a test compares).
func (a *Admin) routes() []route {
	return []route{
		{"GET /v1/info", ReadTokens, handle(func(*http.Request, *struct{}) (Info, error) { return a.Info, nil })},
		{"POST /v1/tokens", IssueTokens, handle(a.issue)},
		{"GET /v1/tokens", ReadTokens, handle(a.list)},
		{"GET /v1/tokens/{id}", ReadTokens, handle(a.show)},
		{"POST /v1/tokens/{id}/rotate", IssueTokens, handle(a.rotate)}, // hands out a secret for an id that stands in logs
		{"POST /v1/tokens/derive", IssueTokens, handle(a.derive)},
		{"POST /v1/leaks", Anybody, handle(a.leaks)},
		{"POST /v1/tokens/revoke", RevokeTokens, handle(a.revoke)},
		{"GET /v1/sessions", ReadSessions, handle(a.sessions)},
		{"POST /v1/sessions/{id}/kill", KillSessions, handle(a.kill)},
		{"GET /v1/audit", ReadAudit, a.stream},
		{"GET /v1/keys", ReadTokens, handle(a.keys)},
		{"POST /v1/keys/rotate", Operate, handle(a.rotateKey)},
		{"POST /v1/explain", ExplainPolicy, handle(a.explain)},
		{"POST /v1/reload", Operate, handle(a.reload)},
		{"POST /oauth/token", Anybody, a.oauth(a.tokenEndpoint)},
		{"POST /oauth/introspect", Anybody, a.oauth(a.introspect)},
		{"POST /oauth/revoke", Anybody, a.oauth(a.revokeEndpoint)},
		{"GET /.well-known/oauth-authorization-server", Anybody, a.metadata},
	}
}

// Handler serves the admin socket, and the same over HTTPS to those who may.
func (a *Admin) Handler() http.Handler {
	m := http.NewServeMux()
	for _, r := range a.routes() {
		m.HandleFunc(r.pattern, a.authorised(r))
	}
	m.Handle("/", handle(func(r *http.Request, _ *struct{}) (any, error) {
		return nil, fail(http.StatusNotFound,
			"this server does not know %s %s: it may be of another version than the command", r.Method, r.URL.Path)
	}))
	return m
}

// authorised lets through whoever may.
func (a *Admin) authorised(to route) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c, err := a.identify(r)
		switch {
		case err != nil:
			w.Header().Set("WWW-Authenticate", `Bearer error="invalid_token"`) // RFC 6750, section 3
			respond(w, nil, err)
		case !c.may(to.right):
			respond(w, nil, fail(http.StatusForbidden, "%s may not do this: it takes the right %s", c.Name, to.right))
		default:
			to.handler(w, r.WithContext(context.WithValue(r.Context(), callerKey{}, c)))
		}
	}
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
	if strings.HasPrefix(id, token.Prefix) || strings.HasPrefix(id, token.HandlePrefix) {
		return fail(http.StatusNotFound, "that is a token, not the id of one: `sallyport token inspect` tells its id, and --token takes it as it is")
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
