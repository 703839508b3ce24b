package federation

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"

	"github.com/sallyport-db/sallyport/policy"
)

const (
	idp      = "https://idp.example"
	audience = "sallyport"
)

var now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

// provider is an identity provider: its key, and an Issuer that trusts it.
type provider struct {
	key    *ecdsa.PrivateKey
	file   string
	issuer *Issuer
}

func newProvider(t *testing.T) *provider {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p := &provider{key: key, file: filepath.Join(t.TempDir(), "jwks.json")}
	p.publish(t, key.Public())
	p.issuer = &Issuer{URL: idp, Audience: audience, Claim: "sub", JWKSFile: p.file, Now: func() time.Time { return now }}
	if err := p.issuer.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *provider) publish(t *testing.T, keys ...crypto.PublicKey) {
	t.Helper()
	if err := os.WriteFile(p.file, jwks(t, keys...), 0o600); err != nil {
		t.Fatal(err)
	}
}

func jwks(t *testing.T, keys ...crypto.PublicKey) []byte {
	t.Helper()
	set := jose.JSONWebKeySet{}
	for _, k := range keys {
		set.Keys = append(set.Keys, jose.JSONWebKey{Key: k, KeyID: "k"})
	}
	raw, err := json.Marshal(set)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func good() jwt.MapClaims {
	return jwt.MapClaims{
		"iss": idp, "aud": audience, "sub": "ana", "exp": now.Add(time.Hour).Unix(), "iat": now.Unix(),
		"groups": []string{"dba", "staff"}, "email": "ana@example.org",
	}
}

func with(change func(jwt.MapClaims)) jwt.MapClaims {
	c := good()
	change(c)
	return c
}

func sign(t *testing.T, method jwt.SigningMethod, key any, c jwt.MapClaims) string {
	t.Helper()
	raw, err := jwt.NewWithClaims(method, c).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestIdentify(t *testing.T) {
	p := newProvider(t)
	f := &Federation{Issuers: []*Issuer{p.issuer}}
	id, err := f.Identify(t.Context(), sign(t, jwt.SigningMethodES256, p.key, good()))
	if err != nil || id.Subject != "ana" || id.Issuer != idp || !id.Has("groups", "dba") || id.Has("groups", "db") {
		t.Fatalf("%+v, %v", id, err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	public, err := p.key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, raw, want string }{
		{"another key", sign(t, jwt.SigningMethodES256, other, good()), "verify"},
		{"no signature", sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, good()), "unexpected signature algorithm"},
		{"the public key as a secret", sign(t, jwt.SigningMethodHS256, public, good()), "unexpected signature algorithm"},
		{"another issuer", sign(t, jwt.SigningMethodES256, p.key, with(func(c jwt.MapClaims) { c["iss"] = idp + "/" })), "are not accepted here"},
		{"for others", sign(t, jwt.SigningMethodES256, p.key, with(func(c jwt.MapClaims) { c["aud"] = "shop" })), "audience"},
		{"expired", sign(t, jwt.SigningMethodES256, p.key, with(func(c jwt.MapClaims) { c["exp"] = now.Add(-time.Second).Unix() })), "expired"},
		{"without an end", sign(t, jwt.SigningMethodES256, p.key, with(func(c jwt.MapClaims) { delete(c, "exp") })), "expired"},
		{"not yet", sign(t, jwt.SigningMethodES256, p.key, with(func(c jwt.MapClaims) { c["nbf"] = now.Add(time.Hour).Unix() })), "nbf"},
		{"nobody", sign(t, jwt.SigningMethodES256, p.key, with(func(c jwt.MapClaims) { delete(c, "sub") })), `no claim "sub"`},
		{"empty", "", "not a token of an identity provider"},
		{"dots", strings.Repeat(".", 10_000), "not a token of an identity provider"},
		{"long", strings.Repeat("a", MaxTokenBytes+1), "longer than"},
	} {
		id, err := f.Identify(t.Context(), c.raw)
		if id != nil || err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %+v, %v", c.name, id, err)
		}
	}
}

// A mail address is a name only where the provider vouches for it.
func TestUnverifiedMail(t *testing.T) {
	p := newProvider(t)
	p.issuer.Claim, p.issuer.Prefix = "email", "idp/"
	for verified, want := range map[any]bool{true: true, false: false, "true": false, nil: false} {
		raw := sign(t, jwt.SigningMethodES256, p.key, with(func(c jwt.MapClaims) {
			if verified != nil {
				c["email_verified"] = verified
			}
		}))
		id, err := p.issuer.Verify(t.Context(), raw)
		if (err == nil) != want || want && id.Subject != "idp/ana@example.org" {
			t.Errorf("email_verified %v: %+v, %v", verified, id, err)
		}
	}
}

// Nor does a grant believe one.
func TestUnverifiedMailMatchesNoGrant(t *testing.T) {
	p := newProvider(t)
	g := Grant{Issuer: idp, Match: map[string]string{"email": "ana@example.org"}}
	for verified, want := range map[any]bool{true: true, false: false, "true": false, nil: false} {
		id, err := p.issuer.Verify(t.Context(), sign(t, jwt.SigningMethodES256, p.key, with(func(c jwt.MapClaims) {
			if verified != nil {
				c["email_verified"] = verified
			}
		})))
		if err != nil {
			t.Fatal(err)
		}
		if g.of(id) != want {
			t.Errorf("email_verified %v: the grant is for it: %v", verified, !want)
		}
	}
}

// A claim that encoding/json would read for another is not there by accident.
func TestMisspeltClaims(t *testing.T) {
	p := newProvider(t)
	for claim, value := range map[string]any{"AUD": audience, "Iss": idp, "i\u017fs": idp, "EXP": now.Add(time.Hour).Unix()} {
		raw := sign(t, jwt.SigningMethodES256, p.key, with(func(c jwt.MapClaims) { c[claim] = value }))
		if id, err := p.issuer.Verify(t.Context(), raw); err == nil {
			t.Errorf("%s: %+v", claim, id)
		}
	}
}

// What a certificate may do by itself it may do from where its grant says.
func TestRightsHoldWhereTheGrantSays(t *testing.T) {
	f := &Federation{Grants: []Grant{{
		Issuer: ClientCertificate, Match: map[string]string{"cn": "siem"}, Rights: []string{"audit:read"},
		From: []netip.Prefix{netip.MustParsePrefix("10.9.0.0/16")},
	}}}
	id := NewIdentity(ClientCertificate, "siem", map[string]any{"cn": "siem"})
	for at, want := range map[string]int{"10.9.1.2": 1, "::ffff:10.9.1.2": 1, "10.8.1.2": 0, "::1": 0} {
		if got := f.Rights(id, netip.MustParseAddr(at)); len(got) != want {
			t.Errorf("from %s: %v", at, got)
		}
	}
	if got := f.Rights(id, netip.Addr{}); got != nil {
		t.Errorf("from nowhere: %v", got)
	}
}

// An issuer names its own people only.
func TestNamesOfAnotherIssuer(t *testing.T) {
	everybody := map[string]string{"sub": "x"}
	f := &Federation{
		Issuers: []*Issuer{{URL: "https://a.example"}, {URL: "https://b.example", Prefix: "ci/"}, {URL: "https://c.example", Prefix: "ci/deep/"}},
		Grants: []Grant{
			{Issuer: "https://a.example", Match: everybody}, {Issuer: "https://b.example", Match: everybody},
			{Issuer: "https://c.example", Match: everybody}, {Issuer: ClientCertificate, Match: everybody},
		},
	}
	at := Request{From: []netip.Prefix{}}
	for _, c := range []struct {
		issuer, name string
		want         bool
	}{
		{"https://a.example", "ana", true}, {"https://a.example", "ci/ana", false}, {"https://a.example", "ci/deep/ana", false},
		{"https://b.example", "ci/ana", true}, {"https://b.example", "ci/deep/ana", false}, {"https://c.example", "ci/deep/ana", true},
		{ClientCertificate, "ana", true}, {ClientCertificate, "ci/ana", false},
	} {
		if _, err := f.Allow(NewIdentity(c.issuer, c.name, map[string]any{"sub": "x"}), at, time.Minute); (err == nil) != c.want {
			t.Errorf("%s names %s: %v", c.issuer, c.name, err)
		}
	}
}

// Keys that cannot be read again stay in use for a while and no longer; one that was withdrawn goes.
func TestKeysAreRefreshed(t *testing.T) {
	p := newProvider(t)
	raw := sign(t, jwt.SigningMethodES256, p.key, with(func(c jwt.MapClaims) { c["exp"] = now.Add(100 * time.Hour).Unix() }))
	at := now
	p.issuer.Now = func() time.Time { return at }
	if err := os.WriteFile(p.file, []byte(`{"keys":[]}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := p.issuer.Refresh(t.Context()); err == nil {
		t.Error("an empty set was taken")
	}
	if _, err := p.issuer.Verify(t.Context(), raw); err != nil {
		t.Errorf("the old keys are gone: %v", err)
	}
	at = now.Add(staleAfter + time.Second)
	if _, err := p.issuer.Verify(t.Context(), raw); err == nil {
		t.Error("stale keys are relied upon")
	}
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p.publish(t, other.Public())
	if err := p.issuer.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.issuer.Verify(t.Context(), raw); err == nil {
		t.Error("a key that was withdrawn is accepted")
	}
}

// Where the keys are is asked of the provider, once; a token never makes the server ask.
func TestDiscovery(t *testing.T) {
	p := newProvider(t)
	asked := 0
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_ = json.NewEncoder(w).Encode(map[string]string{"issuer": server.URL, "jwks_uri": server.URL + "/keys"})
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) {
		asked++
		_, _ = w.Write(jwks(t, p.key.Public()))
	})
	i := &Issuer{URL: server.URL, Audience: audience, Claim: "sub", Now: func() time.Time { return now }}
	raw := sign(t, jwt.SigningMethodES256, p.key, with(func(c jwt.MapClaims) { c["iss"] = server.URL }))
	if _, err := i.Verify(t.Context(), raw); err == nil {
		t.Error("verified without keys")
	}
	if asked != 0 {
		t.Errorf("a token made the server ask %d times", asked)
	}
	if err := i.Refresh(context.Background()); err != nil {
		t.Fatal(err)
	}
	if _, err := i.Verify(t.Context(), raw); err != nil || asked != 2 {
		t.Errorf("asked %d times: %v", asked, err)
	}
}

func scope(t *testing.T, text string) policy.Scope {
	t.Helper()
	s, err := policy.ParseScope(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAllow(t *testing.T) {
	id := &Identity{Issuer: idp, Subject: "ana", claims: map[string]any{"groups": []any{"dba"}, "sub": "ana"}}
	f := &Federation{Grants: []Grant{
		{Issuer: idp, Scope: scope(t, "shop:unrestricted"), From: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}}, // for nobody
		{Issuer: "https://other.example", Match: map[string]string{"sub": "ana"}, Scope: scope(t, "shop:unrestricted")},
		{
			Issuer: idp, Match: map[string]string{"groups": "dba"}, Scope: scope(t, "shop/public.*:select"),
			MaxTTL: 10 * time.Minute, From: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		},
		{Issuer: idp, Match: map[string]string{"groups": "dba", "sub": "bob"}, Scope: scope(t, "shop/hr.*:all")},
		{
			Issuer: idp, Match: map[string]string{"sub": "ana"}, Scope: scope(t, "shop/logs.*:select"),
			From: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("::/0")},
		},
	}}
	peer, far := netip.MustParseAddr("::ffff:10.1.2.3"), netip.MustParseAddr("192.0.2.1")
	for _, c := range []struct {
		name string
		q    Request
		want string // the scope, or part of the refusal
		from string
	}{
		{"as much as there is", Request{Peer: peer}, "shop/public.*:select", "10.1.2.3/32"},
		{"less", Request{Scope: scope(t, "shop/public.orders(id):select"), Peer: peer}, "shop/public.orders(id):select", "10.1.2.3/32"},
		{"the second grant", Request{Scope: scope(t, "shop/logs.web:select"), Peer: peer}, "shop/logs.web:select", "10.1.2.3/32"},
		{"more", Request{Scope: scope(t, "shop/public.*:select,insert"), Peer: peer}, "wider than what is granted", ""},
		{"two grants do not add up", Request{Scope: scope(t, "shop/public.a:select shop/logs.web:select"), Peer: peer}, "wider", ""},
		{"of somebody else", Request{Scope: scope(t, "shop/hr.pay:select"), Peer: peer}, "wider", ""},
		{"longer", Request{TTL: time.Hour, Scope: scope(t, "shop/public.a:select"), Peer: peer}, "wider", ""},
		{"from elsewhere", Request{Peer: far}, "not for tokens used from 192.0.2.1/32", ""},
		{"from a network", Request{From: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/17")}, Peer: far}, "shop/public.*:select", "10.1.0.0/17"},
		{"from everywhere", Request{From: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}, Peer: peer}, "not for tokens used from", ""},
		{"from nowhere", Request{}, "must be said", ""},
	} {
		a, err := f.Allow(id, c.q, 15*time.Minute)
		switch {
		case c.from == "":
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s: %+v, %v", c.name, a, err)
			}
		case err != nil || a.Scope.String() != c.want || a.From[0].String() != c.from:
			t.Errorf("%s: %+v, %v", c.name, a, err)
		case strings.Contains(c.want, "public") && a.TTL != 10*time.Minute:
			t.Errorf("%s: a life of %v", c.name, a.TTL)
		}
	}
	if _, err := f.Allow(&Identity{Issuer: idp, Subject: "eve", claims: map[string]any{"sub": "eve"}}, Request{Peer: peer}, time.Minute); err == nil ||
		err.Error() != "no grant of the configuration is for eve" {
		t.Errorf("%v", err)
	}
}
