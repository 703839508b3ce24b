package login

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
)

// idp is an identity provider that knows one person and one client.
type idp struct {
	*httptest.Server
	key *ecdsa.PrivateKey

	mu        sync.Mutex
	challenge string // PKCE
	nonce     string
	polls     int // of the device flow, until it answers
	refuse    bool
	noDevice  bool
}

func newIDP(t *testing.T) *idp {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &idp{key: key, polls: 1}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k", Algorithm: "ES256"}}})
	})
	mux.HandleFunc("GET /auth", p.authorize)
	mux.HandleFunc("POST /device", func(w http.ResponseWriter, r *http.Request) {
		p.remember(r.FormValue("code_challenge"), "")
		reply(w, map[string]any{"device_code": "d", "user_code": "ABCD", "verification_uri": p.URL + "/type", "interval": 1, "expires_in": 60})
	})
	mux.HandleFunc("POST /token", p.token)
	p.Server = httptest.NewServer(mux)
	t.Cleanup(p.Close)
	return p
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}

func (p *idp) remember(challenge, nonce string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.challenge, p.nonce = challenge, nonce
}

func (p *idp) discovery(w http.ResponseWriter, _ *http.Request) {
	doc := map[string]any{
		"issuer": p.URL, "jwks_uri": p.URL + "/keys", "authorization_endpoint": p.URL + "/auth", "token_endpoint": p.URL + "/token",
		"id_token_signing_alg_values_supported": []string{"ES256"},
	}
	if !p.noDevice {
		doc["device_authorization_endpoint"] = p.URL + "/device"
	}
	reply(w, doc)
}

func (p *idp) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	p.remember(q.Get("code_challenge"), q.Get("nonce"))
	back := url.Values{"state": {q.Get("state")}, "code": {"c"}}
	if p.refuse {
		back = url.Values{"state": {q.Get("state")}, "error": {"access_denied"}}
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

func (p *idp) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	refresh := r.FormValue("grant_type") == "refresh_token" && r.FormValue("refresh_token") == "r"
	if !refresh && base64.RawURLEncoding.EncodeToString(sum[:]) != p.challenge {
		w.WriteHeader(http.StatusBadRequest)
		reply(w, map[string]string{"error": "invalid_grant"})
		return
	}
	if r.FormValue("device_code") != "" && p.polls > 0 {
		p.polls--
		w.WriteHeader(http.StatusBadRequest)
		reply(w, map[string]string{"error": "authorization_pending"})
		return
	}
	claims := jwt.MapClaims{"iss": p.URL, "aud": "sallyport", "sub": "ana", "exp": time.Now().Add(time.Hour).Unix(), "nonce": p.nonce}
	raw, err := jwt.NewWithClaims(jwt.SigningMethodES256, claims).SignedString(p.key)
	if err != nil {
		panic(err)
	}
	reply(w, map[string]any{"access_token": "a", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "r", "id_token": raw})
}

func (p *idp) request(t *testing.T) Request {
	return Request{Issuer: p.URL, ClientID: "sallyport", Server: "https://sallyport.example", Say: t.Logf}
}

func TestBrowser(t *testing.T) {
	p := newIDP(t)
	r := p.request(t)
	r.Open = func(u string) error {
		go func() { // the browser: it goes where it is sent
			for _, stray := range []string{"", "?state=guessed&code=c"} {
				at, _ := url.Parse(u)
				if resp, err := http.Get(at.Query().Get("redirect_uri") + stray); err == nil {
					if resp.StatusCode != http.StatusBadRequest {
						t.Errorf("an answer without our state: %s", resp.Status)
					}
					_ = resp.Body.Close()
				}
			}
			if resp, err := http.Get(u); err == nil {
				_ = resp.Body.Close()
			}
		}()
		return nil
	}
	s, err := Login(t.Context(), r)
	if err != nil || s.Subject != "ana" || s.RefreshToken != "r" || s.IDToken == "" {
		t.Fatalf("%+v, %v", s, err)
	}
	p.refuse = true
	if _, err := Login(t.Context(), r); err == nil || !strings.Contains(err.Error(), "access_denied") {
		t.Errorf("refused: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	r.Open = func(string) error { cancel(); return nil }
	if _, err := Login(ctx, r); err == nil {
		t.Error("a login that was given up")
	}
}

func TestDevice(t *testing.T) {
	p := newIDP(t)
	r := p.request(t)
	r.Device = true
	said := ""
	r.Say = func(format string, args ...any) { said += fmt.Sprintf(format, args...) }
	s, err := Login(t.Context(), r)
	if err != nil || s.Subject != "ana" || !strings.Contains(said, "ABCD") || !strings.Contains(said, p.URL+"/type") {
		t.Fatalf("%+v, %v, said %q", s, err, said)
	}
	p.noDevice = true
	if _, err := Login(t.Context(), r); err == nil || !strings.Contains(err.Error(), "no device flow") {
		t.Errorf("%v", err)
	}
}

func TestSessionFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sallyport", "session.json")
	if _, err := Load(file); err == nil || !strings.Contains(err.Error(), "sallyport login") {
		t.Errorf("%v", err)
	}
	s := &Session{Server: "https://a", Subject: "ana", IDToken: "secret", Expires: time.Unix(5, 0).UTC()}
	if err := s.Save(file); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if got, err := Load(file); err != nil || *got != *s {
		t.Errorf("%+v, %v", got, err)
	}
	if err := os.Chmod(file, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(file); err == nil || !strings.Contains(err.Error(), "is open to others") {
		t.Errorf("%v", err)
	}
}

func TestFreshAndExchange(t *testing.T) {
	p := newIDP(t)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("scope") == "all" {
			w.WriteHeader(http.StatusBadRequest)
			reply(w, map[string]string{"error": "invalid_scope", "error_description": "too much"})
			return
		}
		if r.URL.Path != "/oauth/token" || len(strings.Split(r.FormValue("subject_token"), ".")) != 3 || r.PostForm.Has("ttl") {
			w.WriteHeader(http.StatusTeapot)
			return
		}
		reply(w, Granted{Token: "spt_x", Scope: r.FormValue("scope"), ExpiresIn: 60})
	}))
	defer server.Close()
	ca := filepath.Join(t.TempDir(), "ca.crt")
	raw := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(ca, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	s := &Session{Server: server.URL, CA: ca, Issuer: p.URL, ClientID: "sallyport", RefreshToken: "r"}
	if renewed, err := s.Fresh(t.Context(), time.Now()); err != nil || !renewed || s.IDToken == "" {
		t.Fatalf("%v, %v", renewed, err)
	}
	if renewed, err := s.Fresh(t.Context(), time.Now()); err != nil || renewed {
		t.Errorf("renewed again: %v", err)
	}
	got, err := s.Exchange(t.Context(), map[string]string{"scope": "shop/public.a:select", "ttl": ""})
	if err != nil || got.Token != "spt_x" || got.Scope != "shop/public.a:select" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := s.Exchange(t.Context(), map[string]string{"scope": "all"}); err == nil || err.Error() != "the server refuses: too much (invalid_scope)" {
		t.Errorf("%v", err)
	}
	s.CA = ""
	if _, err := s.Exchange(t.Context(), nil); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown authority: %v", err)
	}
	s.RefreshToken, s.Expires = "", time.Time{}
	if _, err := s.Fresh(t.Context(), time.Now()); err == nil || !strings.Contains(err.Error(), "sallyport login") {
		t.Errorf("%v", err)
	}
}
