package api

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/token"
)

// fakeSessions are sessions that end when they are told to.
type fakeSessions struct {
	live  []proxy.SessionInfo
	ended func() // called while they end
}

func (f *fakeSessions) Sessions() []proxy.SessionInfo { return f.live }

func (f *fakeSessions) End(match func(*proxy.SessionInfo) bool, _ *proxy.Refusal) (n int) {
	var left []proxy.SessionInfo
	for i := range f.live {
		if match(&f.live[i]) {
			n++
		} else {
			left = append(left, f.live[i])
		}
	}
	f.live = left
	if f.ended != nil {
		f.ended()
	}
	return n
}

type fixture struct {
	admin    *Admin
	client   *Client
	sessions *fakeSessions
	audit    string
}

func newFixture(t *testing.T) *fixture {
	t.Helper()
	dir := t.TempDir()
	f := &fixture{sessions: &fakeSessions{}, audit: filepath.Join(dir, "audit")}
	keys, err := token.OpenKeys(filepath.Join(dir, "keys"))
	must(t, err)
	reg, err := registry.Open(registry.Options{Dir: filepath.Join(dir, "state"), OnRevoke: f.endRevoked})
	must(t, err)
	t.Cleanup(func() { _ = reg.Close() })
	must(t, os.Mkdir(f.audit, 0o700))
	log, err := audit.Open(f.audit, audit.Options{Cluster: "test"})
	must(t, err)
	t.Cleanup(func() { _ = log.Close() })
	f.admin = &Admin{
		Verifier: &token.Verifier{Keys: keys, Issuer: "test", Audience: "test", MaxTTL: time.Hour,
			Revoked: func(c *token.Claims) bool { return reg.Revoked(c.ID) }, Stored: f.stored},
		Info:     Info{Version: "v", Upstreams: []string{"crm", "shop"}},
		Issuer:   &token.Issuer{Keys: keys, Issuer: "test", Audience: "test", MaxTTL: time.Hour},
		Registry: reg, Log: log, Sessions: f.sessions,
		Explain: func(_ context.Context, q *ExplainRequest, _ policy.Scope) ([]Explanation, error) {
			return []Explanation{{End: len(q.SQL), Tag: q.Upstream}}, nil
		},
		Reload: func(string) ([]string, error) { return nil, errors.New("s.yaml:1:1: one\ns.yaml:2:2: two") },
	}
	socket := filepath.Join(dir, "admin.sock")
	ln, err := ListenSocket(socket)
	must(t, err)
	server := NewServer(f.admin.Handler())
	go func() { _ = server.Serve(ln) }()
	t.Cleanup(func() { _ = server.Close() })
	f.client = NewClient(socket)
	return f
}

// endRevoked is what the server has the registry call.
func (f *fixture) endRevoked() {
	f.sessions.End(func(s *proxy.SessionInfo) bool { return f.admin.Registry.Revoked(s.TokenID) }, proxy.Revoked())
}

func (f *fixture) stored(hash string) (*token.Stored, error) {
	rec, err := f.admin.Registry.ByHandle(hash)
	if err != nil {
		return nil, nil //nolint:nilerr // there is none
	}
	c, err := Claims(&rec, "test")
	return &token.Stored{Claims: c, Canary: rec.Canary}, err
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// events are the names of what is in the audit log.
func (f *fixture) events(t *testing.T) (all []audit.Record) {
	t.Helper()
	must(t, audit.Search(f.audit, audit.Filter{}, func(r *audit.Record) error { all = append(all, *r); return nil }))
	return all
}

func request() IssueRequest {
	return IssueRequest{Subject: "ana", Scope: []string{"shop/public.orders:select"}, From: []string{"127.0.0.1"}, TTL: "5m"}
}

func TestIssueRegistersAndRecordsBeforeItAnswers(t *testing.T) {
	f := newFixture(t)
	q := request()
	q.Scope = append(q.Scope, "crm/public.contacts:select")
	got, err := f.client.Issue(t.Context(), q)
	must(t, err)
	claims, _, err := token.Inspect(got.Secret)
	must(t, err)
	if claims.ID != got.ID || got.Scope != "crm/public.contacts:select shop/public.orders:select" || got.State != Active ||
		got.ExpiresAt.Sub(got.IssuedAt) != 5*time.Minute {
		t.Errorf("issued %+v with claims %+v", got.Token, claims)
	}
	if f.admin.Registry.Revoked(claims.ID) {
		t.Error("the token is not registered")
	}
	events := f.events(t)
	if len(events) != 1 || events[0].Event != audit.TokenIssued || events[0].Token.ID != claims.ID ||
		events[0].Scope != got.Scope || events[0].TTL != 300 || !strings.HasPrefix(events[0].By, "admin socket") || events[0].Rule != "" {
		t.Errorf("recorded %+v", events)
	}
	if text := string(events[0].Line); strings.Contains(text, got.Secret[len(token.Prefix):]) {
		t.Error("the token is in the audit log")
	}
	shown, err := f.client.Token(t.Context(), got.ID)
	must(t, err)
	list, err := f.client.Tokens(t.Context())
	must(t, err)
	if shown.ID != got.ID || len(list) != 1 || list[0].ID != got.ID {
		t.Errorf("show %+v, list %+v", shown, list)
	}
}

func TestIssuingUnrestrictedIsMarked(t *testing.T) {
	f := newFixture(t)
	q := request()
	q.Scope = []string{"shop:unrestricted"}
	_, err := f.client.Issue(t.Context(), q)
	must(t, err)
	if e := f.events(t)[0]; e.Rule != "unrestricted" || !strings.Contains(e.Reason, "shop") {
		t.Errorf("recorded rule %q, reason %q", e.Rule, e.Reason)
	}
}

func TestIssueRefuses(t *testing.T) {
	f := newFixture(t)
	for name, c := range map[string]struct {
		change func(*IssueRequest)
		want   string
	}{
		"no scope":          {func(q *IssueRequest) { q.Scope = nil }, "a scope is needed"},
		"scope with a typo": {func(q *IssueRequest) { q.Scope = []string{"shop/public.orders:selct"} }, "\n" + strings.Repeat(" ", 23) + "^"},
		"unknown upstream":  {func(q *IssueRequest) { q.Scope = []string{"shpo:unrestricted"} }, `no upstream is named "shpo"; configured: crm, shop`},
		"no source":         {func(q *IssueRequest) { q.From = nil }, "1 to 32 sources"},
		"bad source":        {func(q *IssueRequest) { q.From = []string{"10.0.0.1/8"} }, "did you mean"},
		"too long a life":   {func(q *IssueRequest) { q.TTL = "2h" }, "at most 1h0m0s"},
		"no life":           {func(q *IssueRequest) { q.TTL = "0s" }, "longer than nothing"},
		"not a life":        {func(q *IssueRequest) { q.TTL = "soon" }, "not a duration"},
		"no subject":        {func(q *IssueRequest) { q.Subject = "" }, "a subject has"},
	} {
		q := request()
		c.change(&q)
		got, err := f.client.Issue(t.Context(), q)
		var refusal *Error
		if !errors.As(err, &refusal) || refusal.Status != http.StatusBadRequest || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
		if got.Secret != "" {
			t.Errorf("%s: a token was handed out", name)
		}
	}
	if n := len(f.admin.Registry.List()); n != 0 {
		t.Errorf("%d tokens are registered", n)
	}
}

func TestIssueWithoutAuditLogHandsOutNothing(t *testing.T) {
	f := newFixture(t)
	must(t, f.admin.Log.Close())
	got, err := f.client.Issue(t.Context(), request())
	if err == nil || got.Secret != "" || !strings.Contains(err.Error(), "audit log") {
		t.Errorf("got %v, %v", got.Secret != "", err)
	}
	for _, r := range f.admin.Registry.List() {
		if !r.Revoked() {
			t.Errorf("%s is registered and not revoked", r.ID)
		}
	}
}

func TestRevokeEndsSessionsAndThenRecords(t *testing.T) {
	f := newFixture(t)
	tok, err := f.client.Issue(t.Context(), request())
	must(t, err)
	other, err := f.client.Issue(t.Context(), request())
	must(t, err)
	f.sessions.live = []proxy.SessionInfo{{ID: "a", TokenID: tok.ID}, {ID: "b", TokenID: other.ID}, {ID: "c", TokenID: tok.ID}}
	f.sessions.ended = func() {
		if !f.admin.Registry.Revoked(tok.ID) {
			t.Error("sessions end before the token is revoked: a new one could open in between")
		}
		if n := len(f.events(t)); n != 2 {
			t.Errorf("%d events while the sessions end: the revocation is recorded before it holds", n)
		}
	}
	got, err := f.client.Revoke(t.Context(), RevokeRequest{ID: tok.ID})
	must(t, err)
	if got.SessionsEnded != 2 || got.Subject != "ana" || len(f.sessions.live) != 1 {
		t.Errorf("got %+v, left %+v", got, f.sessions.live)
	}
	events := f.events(t)
	if last := events[len(events)-1]; last.Event != audit.TokenRevoked || last.Token.ID != tok.ID {
		t.Errorf("recorded %+v", last)
	}
	shown, err := f.client.Token(t.Context(), tok.ID)
	must(t, err)
	if shown.State != Revoked {
		t.Errorf("state %q", shown.State)
	}
}

func TestUnknownThingsAreErrors(t *testing.T) {
	f := newFixture(t)
	for name, ask := range map[string]func() error{
		"revoke":  func() error { _, err := f.client.Revoke(t.Context(), RevokeRequest{ID: "nobody"}); return err },
		"show":    func() error { _, err := f.client.Token(t.Context(), "no/../body"); return err },
		"kill":    func() error { return f.client.Kill(t.Context(), "nobody") },
		"request": func() error { return f.client.call(t.Context(), http.MethodDelete, "/v1/tokens", nil, nil) },
	} {
		var refusal *Error
		if err := ask(); !errors.As(err, &refusal) || refusal.Status != http.StatusNotFound {
			t.Errorf("%s: got %v", name, err)
		}
	}
	_, err := f.client.Explain(t.Context(), ExplainRequest{Upstream: "nobody", Scope: []string{"shop:unrestricted"}})
	if err == nil || !strings.Contains(err.Error(), "configured: crm, shop") {
		t.Errorf("explain: got %v", err)
	}
	if n := len(f.events(t)); n != 0 {
		t.Errorf("%d events were recorded", n)
	}
}

func TestKill(t *testing.T) {
	f := newFixture(t)
	f.sessions.live = []proxy.SessionInfo{{ID: "a", Subject: "ana"}, {ID: "b"}}
	must(t, f.client.Kill(t.Context(), "a"))
	left, err := f.client.Sessions(t.Context())
	must(t, err)
	if len(left) != 1 || left[0].ID != "b" {
		t.Errorf("left %+v", left)
	}
}

func TestRequestsAreStrictlyRead(t *testing.T) {
	f := newFixture(t)
	for _, body := range []string{"", "[]", `{"id":"a","all":true}`, `{"id":"a"}{}`, `{"id":"` + strings.Repeat("a", maxBody) + `"}`} {
		r := httptest.NewRequest(http.MethodPost, "/v1/tokens/revoke", strings.NewReader(body))
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, &net.UnixAddr{}))
		w := httptest.NewRecorder()
		f.admin.Handler().ServeHTTP(w, r)
		if w.Code != http.StatusBadRequest {
			t.Errorf("%.40q: status %d", body, w.Code)
		}
	}
}

func TestSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "admin.sock")
	first, err := ListenSocket(path)
	must(t, err)
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o", info.Mode().Perm())
	}
	if _, err := ListenSocket(path); err == nil || !strings.Contains(err.Error(), "another server") {
		t.Errorf("a second server: %v", err)
	}
	first.(*net.UnixListener).SetUnlinkOnClose(false) // as after kill -9
	must(t, first.Close())
	again, err := ListenSocket(path)
	must(t, err)
	must(t, again.Close())

	must(t, os.WriteFile(path, []byte("precious"), 0o600))
	if _, err := ListenSocket(path); err == nil {
		t.Error("a file was replaced")
	}
	if text, _ := os.ReadFile(path); string(text) != "precious" {
		t.Error("a file was removed")
	}
}

func TestClientSaysWhereNobodyAnswers(t *testing.T) {
	_, err := NewClient(filepath.Join(t.TempDir(), "admin.sock")).Tokens(t.Context())
	if err == nil || !strings.Contains(err.Error(), "sallyport serve") {
		t.Errorf("got %v", err)
	}
}

func TestPublic(t *testing.T) {
	var broken error
	reg := prometheus.NewRegistry()
	reg.MustRegister(prometheus.NewGauge(prometheus.GaugeOpts{Name: "probe"}))
	h := (&Public{Ready: func() error { return broken }, Metrics: reg, JWKS: func() []byte { return []byte(`{"keys":[]}`) }}).Handler()
	get := func(method, path string) (int, string) {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
		return w.Code, w.Body.String()
	}
	for _, c := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/healthz", 200, "ok"},
		{"GET", "/readyz", 200, "ready"},
		{"GET", "/metrics", 200, "probe 0"},
		{"GET", "/.well-known/jwks.json", 200, `{"keys":[]}`},
		{"POST", "/metrics", 405, ""},
		{"GET", "/v1/tokens", 404, ""},
		{"GET", "/", 404, ""},
	} {
		if status, body := get(c.method, c.path); status != c.status || !strings.Contains(body, c.body) {
			t.Errorf("%s %s: %d %q", c.method, c.path, status, body)
		}
	}
	broken = errors.New("the audit log cannot be written")
	if status, body := get("GET", "/readyz"); status != 503 || !strings.Contains(body, "audit log") {
		t.Errorf("not ready: %d %q", status, body)
	}
	if status, _ := get("GET", "/healthz"); status != 200 {
		t.Error("a server that is not ready is taken for dead")
	}
}

func TestReloadSaysEveryProblem(t *testing.T) {
	f := newFixture(t)
	if _, err := f.client.Reload(t.Context()); err == nil || err.Error() != "s.yaml:1:1: one\ns.yaml:2:2: two" {
		t.Errorf("got %v", err)
	}
	by := ""
	f.admin.Reload = func(who string) ([]string, error) { by = who; return []string{"denial_hints"}, nil }
	got, err := f.client.Reload(t.Context())
	must(t, err)
	if len(got.Changed) != 1 || got.Changed[0] != "denial_hints" || !strings.HasPrefix(by, "admin socket") {
		t.Errorf("%+v, asked for by %q", got, by)
	}
}
