package api

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/goccy/go-yaml"
	"github.com/golang-jwt/jwt/v5"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/federation"
	"github.com/sallyport-db/sallyport/internal/keyring"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/token"
)

const idp = "https://idp.example"

// network is the API as it is reached over HTTPS, and an identity provider.
type network struct {
	*fixture
	url      string
	plain    *http.Client // without a certificate
	operator *http.Client // with one that a grant knows
	stranger *http.Client // with one that none knows
	idp      *ecdsa.PrivateKey
}

func key(t *testing.T) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	return k
}

func newNetwork(t *testing.T) *network {
	t.Helper()
	n := &network{fixture: newFixture(t), idp: key(t)}
	n.admin.Info.Cluster, n.admin.AuditDir, n.admin.URL = "test", n.audit, "https://sallyport.example:6480"
	n.admin.Issuer.DefaultTTL = 15 * time.Minute
	n.admin.Verifier = &token.Verifier{
		Keys: n.admin.Issuer.Keys, Issuer: "test", Audience: "test", MaxTTL: time.Hour,
		Revoked: func(c *token.Claims) bool { return n.admin.Registry.Revoked(c.ID) },
	}
	n.admin.Federation, n.admin.Keys = n.federation(t), noKeys{}
	caKey := key(t)
	ca := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "clients"}, IsCA: true, BasicConstraintsValid: true,
		NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	pool := x509.NewCertPool()
	ca = sign(t, ca, ca, caKey, caKey)
	pool.AddCert(ca)
	server := httptest.NewUnstartedServer(n.admin.Handler())
	server.TLS = &tls.Config{ClientCAs: pool, ClientAuth: tls.VerifyClientCertIfGiven}
	server.StartTLS()
	t.Cleanup(server.Close)
	n.url, n.plain = server.URL, server.Client()
	client := func(cn string, serial int64) *http.Client {
		k := key(t)
		cert := sign(t, &x509.Certificate{
			SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: cn}, NotAfter: time.Now().Add(time.Hour),
			ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth},
		}, ca, k, caKey)
		transport := server.Client().Transport.(*http.Transport).Clone()
		transport.TLSClientConfig.Certificates = []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: k}}
		t.Cleanup(transport.CloseIdleConnections)
		return &http.Client{Transport: transport}
	}
	n.operator, n.stranger = client("operator", 2), client("stranger", 3)
	return n
}

// noKeys is a ring that nobody asks in earnest.
type noKeys struct{}

func (noKeys) List() []keyring.Info                         { return nil }
func (noKeys) Rotate(context.Context) (keyring.Info, error) { return keyring.Info{}, nil }

func sign(t *testing.T, template, parent *x509.Certificate, k, signer *ecdsa.PrivateKey) *x509.Certificate {
	t.Helper()
	der, err := x509.CreateCertificate(rand.Reader, template, parent, k.Public(), signer)
	must(t, err)
	cert, err := x509.ParseCertificate(der)
	must(t, err)
	return cert
}

func (n *network) federation(t *testing.T) *federation.Federation {
	t.Helper()
	file := filepath.Join(t.TempDir(), "jwks.json")
	raw, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: n.idp.Public(), KeyID: "k"}}})
	must(t, err)
	must(t, os.WriteFile(file, raw, 0o600))
	issuer := &federation.Issuer{URL: idp, Audience: "sallyport", Claim: "sub", JWKSFile: file}
	must(t, issuer.Refresh(t.Context()))
	scope, err := policy.ParseScope("shop/public.*:select")
	must(t, err)
	anywhere := []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
	return &federation.Federation{Issuers: []*federation.Issuer{issuer}, Grants: []federation.Grant{
		{Issuer: idp, Match: map[string]string{"groups": "dba"}, Scope: scope, MaxTTL: 10 * time.Minute, From: anywhere, Rights: []string{"token:read", "token:issue"}},
		{Issuer: federation.ClientCertificate, Match: map[string]string{"cn": "operator"}, Scope: scope, From: anywhere, Rights: []string{"session:read", "session:kill", "audit:read"}},
	}}
}

func (n *network) foreign(t *testing.T, sub string, groups ...string) string {
	t.Helper()
	raw, err := jwt.NewWithClaims(jwt.SigningMethodES256, jwt.MapClaims{
		"iss": idp, "aud": "sallyport", "sub": sub, "groups": groups, "exp": time.Now().Add(time.Hour).Unix(),
	}).SignedString(n.idp)
	must(t, err)
	return raw
}

// post sends a form and returns the status and the answer.
func (n *network) post(t *testing.T, c *http.Client, path, bearer string, form url.Values) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, n.url+path, strings.NewReader(form.Encode()))
	must(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return n.do(t, c, r, bearer)
}

func (n *network) get(t *testing.T, c *http.Client, path, bearer string) (int, map[string]any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url+path, http.NoBody)
	must(t, err)
	return n.do(t, c, r, bearer)
}

func (*network) do(t *testing.T, c *http.Client, r *http.Request, bearer string) (int, map[string]any) {
	t.Helper()
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	resp, err := c.Do(r)
	must(t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	must(t, err)
	var answer map[string]any
	if json.Unmarshal(raw, &answer) != nil {
		answer = map[string]any{"body": string(raw)}
	}
	return resp.StatusCode, answer
}

func exchange(foreign string) url.Values {
	return url.Values{"grant_type": {grantExchange}, "subject_token": {foreign}, "subject_token_type": {typeJWT}}
}

func TestTokenExchange(t *testing.T) {
	n := newNetwork(t)
	status, got := n.post(t, n.plain, "/oauth/token", "", exchange(n.foreign(t, "ana", "dba")))
	if status != http.StatusOK || got["scope"] != "shop/public.*:select" || got["expires_in"] != 600.0 ||
		got["issued_token_type"] != typeAccess || got["token_type"] != "Bearer" {
		t.Fatalf("%d %v", status, got)
	}
	secret := got["access_token"].(string)
	claims, err := n.admin.Verifier.Verify(secret, token.Client{Source: netip.MustParseAddr("127.0.0.1")})
	if err != nil || claims.Subject != "ana" || len(claims.Source) != 1 || claims.Source[0].String() != "127.0.0.1/32" {
		t.Fatalf("%+v, %v", claims, err)
	}
	events := n.events(t)
	if last := events[len(events)-1]; last.Event != "token.issued" || last.By != "exchange for ana of "+idp || last.Token.Sub != "ana" {
		t.Errorf("recorded %+v", last)
	}
	for _, c := range []struct {
		name   string
		change func(url.Values)
		want   string
	}{
		{"wider", func(f url.Values) { f.Set("scope", "shop/public.*:select,insert") }, "invalid_scope"},
		{"another upstream", func(f url.Values) { f.Set("scope", "nowhere/public.*:select") }, "invalid_scope"},
		{"longer", func(f url.Values) { f.Set("ttl", "11m") }, "invalid_scope"},
		{"endless", func(f url.Values) { f.Set("ttl", "0s") }, "invalid_request"},
		{"of nobody", func(f url.Values) { f.Set("subject_token", n.foreign(t, "eve", "staff")) }, "invalid_scope"},
		{"forged", func(f url.Values) { f.Set("subject_token", f.Get("subject_token")+"A") }, "invalid_grant"},
		{"none", func(f url.Values) { f.Del("subject_token") }, "invalid_grant"},
		{"of another type", func(f url.Values) { f.Set("subject_token_type", "urn:ietf:params:oauth:token-type:saml2") }, "invalid_request"},
		{"for another type", func(f url.Values) { f.Set("requested_token_type", typeID) }, "invalid_request"},
		{"for another cluster", func(f url.Values) { f.Set("audience", "other") }, "invalid_target"},
		{"another grant type", func(f url.Values) { f.Set("grant_type", "password") }, "unsupported_grant_type"},
		{"no grant type", func(f url.Values) { f.Del("grant_type") }, "unsupported_grant_type"},
		{"a parameter twice", func(f url.Values) { f["scope"] = []string{"shop/public.a:select", "shop/public.b:select"} }, "invalid_request"},
		{"a parameter that is not known", func(f url.Values) { f.Set("actor_token", "a") }, "invalid_request"},
		{"from nonsense", func(f url.Values) { f.Set("from", "everywhere") }, "invalid_request"},
		{"a certificate that is not there", func(f url.Values) { f.Set("grant_type", grantCertificate) }, "invalid_client"},
		{"one of ours", func(f url.Values) { f.Set("subject_token", secret) }, "invalid_grant"},
	} {
		form := exchange(n.foreign(t, "ana", "dba"))
		c.change(form)
		status, got := n.post(t, n.plain, "/oauth/token", "", form)
		if status < 400 || got["error"] != c.want || got["error_description"] == "" || got["access_token"] != nil {
			t.Errorf("%s: %d %v, want %s", c.name, status, got, c.want)
		}
	}
	if status, _ := n.post(t, n.plain, "/oauth/token?scope=a", "", exchange(n.foreign(t, "ana", "dba"))); status != http.StatusBadRequest {
		t.Errorf("parameters in the URL: %d", status)
	}
}

func TestCertificateForAToken(t *testing.T) {
	n := newNetwork(t)
	form := url.Values{"grant_type": {grantCertificate}}
	if status, got := n.post(t, n.operator, "/oauth/token", "", form); status != http.StatusOK || got["expires_in"] != 900.0 {
		t.Errorf("%d %v", status, got)
	}
	if status, got := n.post(t, n.stranger, "/oauth/token", "", form); status != http.StatusBadRequest || got["error"] != "invalid_scope" {
		t.Errorf("%d %v", status, got)
	}
}

// Every route takes its right, whoever asks, and nothing over the network gives the rights of the socket.
func TestAuthorisation(t *testing.T) {
	n := newNetwork(t)
	_, got := n.post(t, n.plain, "/oauth/token", "", exchange(n.foreign(t, "ana", "dba")))
	bearer := got["access_token"].(string)
	granted := map[string][]Right{
		"nobody": nil, "stranger": nil, "bearer": {ReadTokens}, "operator": {ReadSessions, KillSessions, ReadAudit},
	}
	for name, rights := range granted {
		client, shown := n.plain, ""
		switch name {
		case "stranger":
			client = n.stranger
		case "operator":
			client = n.operator
		case "bearer":
			shown = bearer
		}
		for _, route := range n.admin.routes() {
			method, path, _ := strings.Cut(route.pattern, " ")
			ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
			r, err := http.NewRequestWithContext(ctx, method, n.url+strings.ReplaceAll(path, "{id}", "x"), strings.NewReader("{}"))
			must(t, err)
			if shown != "" {
				r.Header.Set("Authorization", "Bearer "+shown)
			}
			resp, err := client.Do(r)
			must(t, err)
			cancel()
			_ = resp.Body.Close()
			want := route.right == Anybody
			for _, r := range rights {
				want = want || r == route.right
			}
			if (resp.StatusCode != http.StatusForbidden) != want {
				t.Errorf("%s: %s answers %d", name, route.pattern, resp.StatusCode)
			}
		}
	}
	if status, _ := n.get(t, n.plain, "/v1/tokens", "spt_forged"); status != http.StatusUnauthorized {
		t.Errorf("a forged bearer token: %d", status)
	}
	if (&Caller{all: true}).may("") || (&Caller{rights: []Right{Operate, ""}}).may(Operate) {
		t.Error("the zero right, or one that cannot be granted, was granted")
	}
}

// A token is good for the API from its own sources only, and no longer than it lives.
func TestBearerIsBoundToItsSource(t *testing.T) {
	n := newNetwork(t)
	form := exchange(n.foreign(t, "ana", "dba"))
	form.Set("from", "192.0.2.0/24")
	_, got := n.post(t, n.plain, "/oauth/token", "", form)
	if status, _ := n.get(t, n.plain, "/v1/tokens", got["access_token"].(string)); status != http.StatusUnauthorized {
		t.Errorf("from elsewhere: %d", status)
	}
}

func TestIntrospectionAndRevocation(t *testing.T) {
	n := newNetwork(t)
	_, got := n.post(t, n.plain, "/oauth/token", "", exchange(n.foreign(t, "ana", "dba")))
	secret := got["access_token"].(string)
	form := url.Values{"token": {secret}}
	if status, got := n.post(t, n.plain, "/oauth/introspect", "", form); status != http.StatusUnauthorized {
		t.Errorf("introspected by nobody: %d %v", status, got)
	}
	if status, got := n.post(t, n.plain, "/oauth/introspect", secret, form); status != http.StatusOK || got["active"] != true ||
		got["sub"] != "ana" || got["scope"] != "shop/public.*:select" || got["exp"] == nil {
		t.Errorf("%d %v", status, got)
	}
	if status, got := n.post(t, n.plain, "/oauth/introspect", secret, url.Values{"token": {"spt_a.b.c"}}); status != http.StatusOK || got["active"] != false {
		t.Errorf("nonsense: %d %v", status, got)
	}
	claims, _ := n.admin.Verifier.Verify(secret, token.Client{Source: netip.MustParseAddr("127.0.0.1")})
	n.sessions.live = []proxy.SessionInfo{{ID: "s", TokenID: claims.ID}}
	for _, shown := range []string{"nonsense", secret, secret} { // RFC 7009, 2.2: what is no token is no error
		if status, got := n.post(t, n.plain, "/oauth/revoke", "", url.Values{"token": {shown}}); status != http.StatusOK {
			t.Errorf("%d %v", status, got)
		}
	}
	if !n.admin.Registry.Revoked(claims.ID) || len(n.sessions.live) != 0 {
		t.Error("not revoked")
	}
	if status, got := n.post(t, n.plain, "/oauth/introspect", secret, form); status != http.StatusUnauthorized {
		t.Errorf("revoked, and still good for introspection: %d %v", status, got)
	}
}

func TestAuditStream(t *testing.T) {
	n := newNetwork(t)
	_, err := n.client.Issue(t.Context(), request())
	must(t, err)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url+"/v1/audit?event=token.&after=0", http.NoBody)
	must(t, err)
	resp, err := n.operator.Do(r)
	must(t, err)
	defer resp.Body.Close()
	if resp.Header.Get("Content-Type") != "text/event-stream" {
		t.Fatalf("%s %v", resp.Status, resp.Header)
	}
	lines := bufio.NewScanner(resp.Body)
	next := func() (id, event string) {
		for lines.Scan() {
			switch name, value, _ := strings.Cut(lines.Text(), ": "); name {
			case "id":
				id = value
			case "event":
				event = value
			case "data":
				return id, event
			}
		}
		return "", ""
	}
	if id, event := next(); id != "1" || event != "token.issued" {
		t.Errorf("first %s %s", id, event)
	}
	_, err = n.client.Issue(t.Context(), request())
	must(t, err)
	if id, event := next(); id != "2" || event != "token.issued" {
		t.Errorf("then %s %s", id, event)
	}
	if status, _ := n.get(t, n.operator, "/v1/audit?who=ana", ""); status != http.StatusBadRequest {
		t.Errorf("an unknown filter: %d", status)
	}
}

// A token that is tried at the API after its revocation, and one that was never ours, leave a record.
func TestRefusedBearersAreRecorded(t *testing.T) {
	n := newNetwork(t)
	_, answer := n.post(t, n.plain, "/oauth/token", "", exchange(n.foreign(t, "ana", "dba")))
	secret, _ := answer["access_token"].(string)
	_, _ = n.post(t, n.plain, "/oauth/revoke", "", url.Values{"token": {secret}})
	for _, bearer := range []string{secret, "nonsense"} {
		status, answer := n.get(t, n.plain, "/v1/tokens", bearer)
		if status != http.StatusUnauthorized {
			t.Errorf("%d %v", status, answer)
		}
	}
	all := n.events(t)
	for i, want := range []struct{ sub, reason string }{{"ana", "revoked: "}, {"", "malformed: "}} {
		e := all[len(all)-2+i]
		if e.Event != audit.TokenRefused || e.Token.Sub != want.sub || !strings.HasPrefix(e.Reason, "bearer token of the API: "+want.reason) || e.Source.IP == "" {
			t.Errorf("%s of %q from %s: %s", e.Event, e.Token.Sub, e.Source.IP, e.Reason)
		}
	}
}

// A stream ends with the token that opened it: no event passes after its
// revocation has returned.
func TestStreamEndsWithItsToken(t *testing.T) {
	n := newNetwork(t)
	n.admin.Federation.Grants[0].Rights = []string{"audit:read"}
	_, answer := n.post(t, n.plain, "/oauth/token", "", exchange(n.foreign(t, "ana", "dba")))
	secret, _ := answer["access_token"].(string)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, n.url+"/v1/audit?event=token.&after=0", http.NoBody)
	must(t, err)
	r.Header.Set("Authorization", "Bearer "+secret)
	resp, err := n.plain.Do(r)
	must(t, err)
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s", resp.Status)
	}
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() && lines.Text() != "event: token.issued" {
	}
	for range 3 { // only the first is an event
		if status, a := n.post(t, n.plain, "/oauth/revoke", "", url.Values{"token": {secret}}); status != http.StatusOK {
			t.Fatal(status, a)
		}
	}
	for lines.Scan() { // until the stream ends
		if lines.Text() == "event: token.revoked" {
			t.Error("its own revocation was sent to it")
		}
	}
	revocations := 0
	for _, e := range n.events(t) {
		if e.Event == audit.TokenRevoked {
			revocations++
		}
	}
	if revocations != 1 {
		t.Errorf("%d events of one revocation", revocations)
	}
}

func TestMetadata(t *testing.T) {
	n := newNetwork(t)
	status, got := n.get(t, n.plain, "/.well-known/oauth-authorization-server", "")
	if status != http.StatusOK || got["issuer"] != n.admin.URL || got["token_endpoint"] != n.admin.URL+"/oauth/token" {
		t.Errorf("%d %v", status, got)
	}
}

// docs/openapi.yaml describes what there is, and the right that it takes: all of it, and nothing else.
func TestOpenAPI(t *testing.T) {
	raw, err := os.ReadFile("../../docs/openapi.yaml")
	must(t, err)
	var doc struct {
		Paths map[string]map[string]struct {
			Right     string         `yaml:"x-right"`
			Summary   string         `yaml:"summary"`
			Responses map[string]any `yaml:"responses"`
		} `yaml:"paths"`
	}
	must(t, yaml.Unmarshal(raw, &doc))
	described := map[string]string{}
	for path, methods := range doc.Paths {
		for method, op := range methods {
			described[strings.ToUpper(method)+" "+path] = op.Right
			if op.Summary == "" || op.Responses["200"] == nil || op.Responses["default"] == nil {
				t.Errorf("%s %s lacks a summary or an answer", method, path)
			}
		}
	}
	for _, r := range (&Admin{}).routes() {
		if described[r.pattern] != string(r.right) {
			t.Errorf("%s takes the right %q, and is described with %q", r.pattern, r.right, described[r.pattern])
		}
		delete(described, r.pattern)
	}
	for pattern := range described {
		t.Errorf("%s is described, and not there", pattern)
	}
}
