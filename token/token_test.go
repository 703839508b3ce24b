package token

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

var start = time.Date(2026, 1, 2, 3, 4, 5, 600e6, time.UTC)

var home = netip.MustParseAddr("10.1.2.3")

// fixture is an issuer and a verifier that trust each other, and a clock.
type fixture struct {
	keys     *Keys
	issuer   *Issuer
	verifier *Verifier
	now      time.Time
	revoked  map[string]bool
}

func newFixture(t testing.TB) *fixture {
	t.Helper()
	keys, err := OpenKeys(t.TempDir() + "/keys")
	if err != nil {
		t.Fatal(err)
	}
	f := &fixture{keys: keys, now: start, revoked: map[string]bool{}}
	now := func() time.Time { return f.now }
	f.issuer = &Issuer{Keys: keys, Issuer: "sallyport", Audience: "prod", MaxTTL: MaxTTL, Now: now}
	f.verifier = &Verifier{
		Keys: keys, Issuer: "sallyport", Audience: "prod", MaxTTL: MaxTTL, Now: now,
		Revoked: func(c *Claims) bool { return f.revoked[c.ID] },
	}
	return f
}

func request() Request {
	return Request{Subject: "ana", Scope: "shop/public.orders:select", From: []string{"10.0.0.0/8"}}
}

func (f *fixture) issue(t testing.TB, r Request) (string, *Claims) {
	t.Helper()
	tok, c, err := f.issuer.Issue(r)
	if err != nil {
		t.Fatal(err)
	}
	return tok, c
}

// mint signs any header and claims with the real key.
func (f *fixture) mint(header, claims string) string {
	_, key := f.keys.active()
	return mintWith(key, header, claims)
}

func mintWith(key ed25519.PrivateKey, header, claims string) string {
	signed := b64(header) + "." + b64(claims)
	return signed + "." + b64(string(ed25519.Sign(key, []byte(signed))))
}

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func (f *fixture) header() string {
	return fmt.Sprintf(`{"alg":"EdDSA","kid":%q,"typ":"at+jwt"}`, f.keys.Active())
}

// claims returns good claims with members replaced (or, if nil, left out), as
// JSON that may hold what json.Marshal would not write.
func (f *fixture) claims(replace map[string]string) string {
	base := [][2]string{
		{"iss", `"sallyport"`}, {"sub", `"ana"`}, {"aud", `"prod"`}, {"jti", `"abcdefghijklmnop"`},
		{"iat", fmt.Sprint(f.now.Unix())}, {"nbf", fmt.Sprint(f.now.Unix())}, {"exp", fmt.Sprint(f.now.Unix() + 900)},
		{"scope", `"shop/public.orders:select"`}, {"src", `["10.0.0.0/8"]`},
	}
	var members []string
	for _, m := range base {
		value, ok := replace[m[0]]
		delete(replace, m[0])
		if !ok {
			value = m[1]
		}
		if value != "" {
			members = append(members, fmt.Sprintf("%q:%s", m[0], value))
		}
	}
	for name, value := range replace {
		members = append(members, fmt.Sprintf("%q:%s", name, value))
	}
	return "{" + strings.Join(members, ",") + "}"
}

// refuse verifies a token that must be refused, and checks how.
func (f *fixture) refuse(t *testing.T, tok string, code Code) *Error {
	t.Helper()
	_, err := f.verifier.Verify(tok, Client{Source: home})
	e, ok := err.(*Error)
	if !ok || e.Code != code {
		t.Fatalf("got %v (%+v), want %s\n%.200s", err, e, code, tok)
	}
	public := map[Code]bool{CodeClaims: true, CodeIssuer: true, CodeAudience: true, CodeExpired: true, CodeNotYetValid: true,
		CodeLifetime: true, CodeRevoked: true, CodeSource: true, CodeCertificate: true}
	if e.Public != public[code] {
		t.Errorf("%s: public is %v", code, e.Public)
	}
	if !e.Public && e.ClientMessage() != "the token is not valid" {
		t.Errorf("%s before the signature tells the client %q", code, e.ClientMessage())
	}
	return e
}

func TestIssueAndVerify(t *testing.T) {
	f := newFixture(t)
	tok, issued := f.issue(t, Request{
		Subject: "ana@example", Scope: "shop/public.naïve:select", From: []string{"::ffff:10.0.0.0/104", "10.0.0.0/8", "2001:db8::1"},
		TTL: time.Hour, Certificate: Thumbprint([]byte("certificate")), Actor: "bot", Limits: Limits{Rows: 10, Statements: 3},
	})
	if !strings.HasPrefix(tok, "spt_") || len(issued.ID) != 26 || issued.Family != issued.ID {
		t.Errorf("token %s id %s family %s", tok, issued.ID, issued.Family)
	}
	if got := SourceStrings(issued.Source); strings.Join(got, " ") != "10.0.0.0/8 2001:db8::1/128" {
		t.Errorf("sources %v", got)
	}
	if want := start.Truncate(time.Second); !issued.IssuedAt.Equal(want) || !issued.Expires.Equal(want.Add(time.Hour)) {
		t.Errorf("life %v to %v", issued.IssuedAt, issued.Expires)
	}
	for _, text := range []string{tok, strings.TrimPrefix(tok, "spt_"), tok} {
		for _, from := range []string{"10.1.2.3", "::ffff:10.1.2.3", "2001:db8::1"} {
			c, err := f.verifier.Verify(text, Client{Source: netip.MustParseAddr(from), Certificate: Thumbprint([]byte("certificate"))})
			if err != nil {
				t.Fatalf("%s from %s: %v", text, from, err)
			}
			if got, want := marshal(t, c), marshal(t, issued); got != want {
				t.Fatalf("verified as %s\n  issued as %s", got, want)
			}
		}
	}
	c, h, err := Inspect(tok)
	if err != nil || marshal(t, c) != marshal(t, issued) || *h != (Header{"EdDSA", "at+jwt", f.keys.Active()}) {
		t.Errorf("inspected as %v %v %v", c, h, err)
	}
}

// Other software can read our tokens.
func TestIssuedIsAnOrdinaryJWT(t *testing.T) {
	f := newFixture(t)
	tok, c := f.issue(t, request())
	parsed, err := jwt.Parse(strings.TrimPrefix(tok, Prefix), func(tk *jwt.Token) (any, error) {
		key, _ := f.keys.PublicKey(tk.Header["kid"].(string))
		return key, nil
	}, jwt.WithValidMethods([]string{"EdDSA"}), jwt.WithAudience("prod"), jwt.WithIssuer("sallyport"),
		jwt.WithExpirationRequired(), jwt.WithTimeFunc(func() time.Time { return f.now }))
	if err != nil || parsed.Header["typ"] != "at+jwt" {
		t.Fatalf("%v %v", err, parsed)
	}
	if id := parsed.Claims.(jwt.MapClaims)["jti"]; id != c.ID {
		t.Errorf("jti %v, want %s", id, c.ID)
	}
}

func marshal(t *testing.T, c *Claims) string {
	t.Helper()
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// In each text one bit is changed, or the end is missing: not one passes.
func TestEveryFlipAndTruncationIsRefused(t *testing.T) {
	f := newFixture(t)
	tok, _ := f.issue(t, request())
	for _, text := range []string{tok, strings.TrimPrefix(tok, Prefix)} {
		changed := len(text)
		if text == tok {
			changed = len(Prefix) // what follows it is the second text
		}
		for i := range changed {
			if _, err := f.verifier.Verify(text[:i], Client{Source: home}); err == nil {
				t.Fatalf("the first %d bytes pass", i)
			}
			for bit := range 8 {
				b := []byte(text)
				b[i] ^= 1 << bit
				if c, err := f.verifier.Verify(string(b), Client{Source: home}); err == nil || c != nil {
					t.Fatalf("bit %d of byte %d flipped: %v %v", bit, i, c, err)
				}
			}
			for _, insert := range []string{"\n", "\r", "=", " ", "\x00", "."} {
				if _, err := f.verifier.Verify(text[:i]+insert+text[i:], Client{Source: home}); err == nil {
					t.Fatalf("%q inserted at %d passes", insert, i)
				}
			}
		}
		for _, end := range []string{"\n", "=", "==", " ", "\x00", ".", "A", "." + tok} {
			if _, err := f.verifier.Verify(text+end, Client{Source: home}); err == nil {
				t.Fatalf("%q appended passes", end)
			}
		}
	}
}

func TestRefusedBeforeTheSignature(t *testing.T) {
	f := newFixture(t)
	kid := f.keys.Active()
	public, _ := f.keys.PublicKey(kid)
	good := f.claims(nil)
	_, other, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	hs256, err := jwt.New(jwt.SigningMethodHS256).SignedString([]byte(public))
	if err != nil {
		t.Fatal(err)
	}
	extra := func(member string) string { return strings.TrimSuffix(f.header(), "}") + "," + member + "}" }
	for _, c := range []struct {
		name, tok string
		code      Code
	}{
		{"empty", "", CodeMalformed},
		{"prefix alone", "spt_", CodeMalformed},
		{"a handle", "sph_abcdefghijklmnopqrstuvwxyz01", CodeMalformed},
		{"two prefixes", "spt_spt_" + f.mint(f.header(), good), CodeMalformed},
		{"8 KiB and a byte", strings.Repeat("a", MaxBytes+1), CodeSize},
		{"dots", strings.Repeat(".", MaxBytes), CodeMalformed},
		{"two parts", "a.b", CodeMalformed},
		{"four parts", f.mint(f.header(), good) + ".a", CodeMalformed},
		{"five parts, as JWE", "a.b.c.d.e", CodeMalformed},
		{"alg none", b64(`{"alg":"none","kid":"`+kid+`","typ":"at+jwt"}`) + "." + b64(good) + ".", CodeAlgorithm},
		{"alg None", b64(`{"alg":"None","kid":"`+kid+`","typ":"at+jwt"}`) + "." + b64(good) + ".", CodeAlgorithm},
		{"alg eddsa", f.mint(strings.Replace(f.header(), "EdDSA", "eddsa", 1), good), CodeAlgorithm},
		{"alg Ed25519", f.mint(strings.Replace(f.header(), "EdDSA", "Ed25519", 1), good), CodeAlgorithm},
		{"alg HS256 with the public key", hs256, CodeAlgorithm},
		{"alg missing", f.mint(`{"kid":"`+kid+`","typ":"at+jwt"}`, good), CodeAlgorithm},
		{"alg twice", f.mint(extra(`"alg":"EdDSA"`), good), CodeMalformed},
		{"alg a number", f.mint(`{"alg":1}`, good), CodeMalformed},
		{"ALG", f.mint(extra(`"ALG":"none"`), good), CodeHeader},
		{"kid missing", f.mint(`{"alg":"EdDSA","typ":"at+jwt"}`, good), CodeKey},
		{"kid unknown", f.mint(`{"alg":"EdDSA","typ":"at+jwt","kid":"x"}`, good), CodeKey},
		{"kid a path", f.mint(`{"alg":"EdDSA","typ":"at+jwt","kid":"../../etc/passwd"}`, good), CodeKey},
		{"kid SQL", f.mint(`{"alg":"EdDSA","typ":"at+jwt","kid":"' OR 1=1 --"}`, good), CodeKey},
		{"kid long", f.mint(`{"alg":"EdDSA","typ":"at+jwt","kid":"`+strings.Repeat("k", 300)+`"}`, good), CodeMalformed},
		{"header long", f.mint(`{"alg":"EdDSA"`+strings.Repeat(" ", 600)+`}`, good), CodeMalformed},
		{"header nested", f.mint(strings.Repeat("[", 400), good), CodeMalformed},
		{"jku", f.mint(extra(`"jku":"https://example.com/k"`), good), CodeHeader},
		{"x5u", f.mint(extra(`"x5u":"https://example.com/k"`), good), CodeHeader},
		{"x5c", f.mint(extra(`"x5c":[]`), good), CodeHeader},
		{"jwk", f.mint(extra(`"jwk":{"kty":"OKP"}`), good), CodeHeader},
		{"crit", f.mint(extra(`"crit":["exp"]`), good), CodeHeader},
		{"b64", f.mint(extra(`"b64":false`), good), CodeHeader},
		{"zip", f.mint(extra(`"zip":"DEF"`), good), CodeHeader},
		{"cty", f.mint(extra(`"cty":"JWT"`), good), CodeHeader},
		{"typ JWT", f.mint(strings.Replace(f.header(), "at+jwt", "JWT", 1), good), CodeHeader},
		{"typ missing", f.mint(`{"alg":"EdDSA","kid":"`+kid+`"}`, good), CodeHeader},
		{"another key", mintWith(other, f.header(), good), CodeSignature},
		{"no signature", b64(f.header()) + "." + b64(good) + ".", CodeMalformed},
		{"short signature", b64(f.header()) + "." + b64(good) + ".AAAA", CodeMalformed},
		{"padding", f.mint(f.header(), good) + "==", CodeMalformed},
	} {
		t.Run(c.name, func(t *testing.T) { f.refuse(t, c.tok, c.code) })
	}
}

func TestRefusedClaims(t *testing.T) {
	f := newFixture(t)
	cases := map[string]string{
		"not an object":    `[1]`,
		"empty":            ``,
		"null":             `null`,
		"two objects":      f.claims(nil) + f.claims(nil),
		"trailing bytes":   f.claims(nil) + "x",
		"cut":              strings.TrimSuffix(f.claims(nil), "}"),
		"not UTF-8":        f.claims(map[string]string{"sub": "\"a\xffb\""}),
		"half a surrogate": f.claims(map[string]string{"sub": `"a\ud800b"`}),
		"duplicate":        strings.Replace(f.claims(nil), "{", `{"sub":"root",`, 1),
		"hidden duplicate": strings.Replace(f.claims(nil), "{", `{"s\u0075b":"root",`, 1),
		"case variant":     f.claims(map[string]string{"Sub": `"root"`}),
		"Kelvin sign":      f.claims(map[string]string{"is\u017f": `"sallyport"`}),
		"unknown":          f.claims(map[string]string{"admin": "true"}),
		"aud a list":       f.claims(map[string]string{"aud": `["prod"]`}),
		"aud a list of 2":  f.claims(map[string]string{"aud": `["prod","test"]`}),
		"sub a number":     f.claims(map[string]string{"sub": "1"}),
		"sub with a space": f.claims(map[string]string{"sub": `"a b"`}),
		"sub with a NUL":   f.claims(map[string]string{"sub": `"a\u0000b"`}),
		"sub bidi":         f.claims(map[string]string{"sub": `"a\u202eb"`}),
		"sub long":         f.claims(map[string]string{"sub": `"` + strings.Repeat("a", 64) + `"`}),
		"jti short":        f.claims(map[string]string{"jti": `"abc"`}),
		"jti a path":       f.claims(map[string]string{"jti": `"../../../../../../x"`}),
		"fam null":         f.claims(map[string]string{"fam": "null"}),
		"src a text":       f.claims(map[string]string{"src": `"10.0.0.0/8"`}),
		"src empty":        f.claims(map[string]string{"src": `[]`}),
		"src null":         f.claims(map[string]string{"src": `[null]`}),
		"src no prefix":    f.claims(map[string]string{"src": `["10.0.0.1"]`}),
		"src any":          f.claims(map[string]string{"src": `["any"]`}),
		"src half of any":  f.claims(map[string]string{"src": `["0.0.0.0/0"]`}),
		"src any and more": f.claims(map[string]string{"src": `["0.0.0.0/0","::/0","10.0.0.0/8"]`}),
		"src host bits":    f.claims(map[string]string{"src": `["10.0.0.1/8"]`}),
		"src mapped":       f.claims(map[string]string{"src": `["::ffff:10.0.0.0/104"]`}),
		"cnf a text":       f.claims(map[string]string{"cnf": `"x"`}),
		"cnf empty":        f.claims(map[string]string{"cnf": `{}`}),
		"cnf other":        f.claims(map[string]string{"cnf": `{"jkt":"x"}`}),
		"cnf short":        f.claims(map[string]string{"cnf": `{"x5t#S256":"AAAA"}`}),
		"act nested":       f.claims(map[string]string{"act": `{"sub":"a","act":{"sub":"b"}}`}),
		"lim empty":        f.claims(map[string]string{"lim": `{}`}),
		"lim negative":     f.claims(map[string]string{"lim": `{"rows":-1}`}),
		"lim duplicate":    f.claims(map[string]string{"lim": `{"rows":1,"rows":9}`}),
		"lim unknown":      f.claims(map[string]string{"lim": `{"Rows":1}`}),
	}
	for _, name := range []string{"iss", "sub", "aud", "jti", "iat", "nbf", "exp", "scope", "src"} {
		cases[name+" missing"] = f.claims(map[string]string{name: ""})
		cases[name+" null"] = f.claims(map[string]string{name: "null"})
		cases[name+" an empty text"] = f.claims(map[string]string{name: `""`})
	}
	for _, n := range []string{"1e999", "-1", "0", "1.5", "1e10", "1.0", "9007199254740992", "18446744073709551616",
		`"1767323945"`, "true", "{}", "[1]", "99999999999999999999999999999999", "-0"} {
		for _, name := range []string{"exp", "nbf", "iat"} {
			cases[name+" "+n] = f.claims(map[string]string{name: n})
		}
	}
	cases["exp before nbf"] = f.claims(map[string]string{"exp": fmt.Sprint(f.now.Unix() - 5)})
	cases["nbf before iat"] = f.claims(map[string]string{"nbf": fmt.Sprint(f.now.Unix() - 5)})
	for name, claims := range cases {
		t.Run(name, func(t *testing.T) {
			tok := f.mint(f.header(), claims)
			if claims == "" {
				f.refuse(t, tok, CodeClaims)
				return
			}
			e := f.refuse(t, tok, CodeClaims)
			if e.ClientMessage() != "the token is not valid" || len(e.Reason) > 300 {
				t.Errorf("message %q, reason %q", e.ClientMessage(), e.Reason)
			}
		})
	}
	if _, err := f.verifier.Verify(f.mint(f.header(), f.claims(nil)), Client{Source: home}); err != nil {
		t.Fatalf("the claims that the cases vary are not good: %v", err)
	}
}

func TestRefusedByTheClockAndTheConnection(t *testing.T) {
	f := newFixture(t)
	r := request()
	tok, c := f.issue(t, r)
	r.Certificate = Thumbprint([]byte("mine"))
	bound, _ := f.issue(t, r)
	verify := func(tok string, at time.Time, from, thumbprint string, code Code) {
		t.Helper()
		f.now = at
		for range 2 { // the second time from the cache, if it got in
			got, err := f.verifier.Verify(tok, Client{Source: netip.MustParseAddr(from), Certificate: thumbprint})
			e, _ := err.(*Error)
			if code == "" && err != nil || code != "" && (e == nil || e.Code != code || !e.Public) {
				t.Fatalf("at %v from %s: %v, want %q", at, from, err, code)
			}
			if got == nil || got.Subject != "ana" {
				t.Fatalf("claims %v", got)
			}
		}
	}
	verify(tok, c.Expires.Add(-1), "10.1.2.3", "", "")
	verify(tok, c.Expires, "10.1.2.3", "", CodeExpired)
	verify(tok, c.NotBefore.Add(-time.Second), "10.1.2.3", "", "")
	verify(tok, c.NotBefore.Add(-time.Second-1), "10.1.2.3", "", CodeNotYetValid)
	verify(tok, start, "11.1.2.3", "", CodeSource)
	verify(tok, start, "::1", "", CodeSource)
	verify(tok, start, "::ffff:10.9.9.9", "", "")
	verify(tok, start, "::ffff:11.9.9.9", "", CodeSource)
	verify(bound, start, "10.1.2.3", "", CodeCertificate)
	verify(bound, start, "10.1.2.3", Thumbprint([]byte("other")), CodeCertificate)
	verify(bound, start, "10.1.2.3", Thumbprint([]byte("mine")), "")
	f.revoked[c.ID] = true
	verify(tok, start, "10.1.2.3", "", CodeRevoked)
	// The order of SPEC section 3: expired before revoked before source.
	verify(tok, start, "11.1.2.3", "", CodeRevoked)
	verify(tok, c.Expires, "11.1.2.3", "", CodeExpired)
	if got, err := f.verifier.Verify(bound, Client{Source: netip.Addr{}}); err == nil || got == nil {
		t.Error("a client without an address passes")
	}
}

func TestRefusedByTheConfiguration(t *testing.T) {
	f := newFixture(t)
	tok, _ := f.issue(t, request())
	for _, c := range []struct {
		change func(*Verifier)
		code   Code
	}{
		{func(v *Verifier) { v.Issuer = "other" }, CodeIssuer},
		{func(v *Verifier) { v.Audience = "other" }, CodeAudience},
		{func(v *Verifier) { v.MaxTTL = 14 * time.Minute }, CodeLifetime},
		{func(v *Verifier) { v.MaxTTL = time.Minute; v.AllowTTL(14 * time.Minute); v.AllowTTL(time.Second) }, CodeLifetime},
		{func(v *Verifier) { v.Keys = nil }, CodeMisconfigured},
		{func(v *Verifier) { v.Issuer = "" }, CodeMisconfigured},
		{func(v *Verifier) { v.Audience = "" }, CodeMisconfigured},
		{func(v *Verifier) { v.MaxTTL = 0 }, CodeMisconfigured},
		{func(v *Verifier) { v.Revoked = nil }, CodeMisconfigured},
	} {
		f := &fixture{keys: f.keys, verifier: &Verifier{
			Keys: f.keys, Issuer: "sallyport", Audience: "prod", MaxTTL: MaxTTL, Revoked: f.verifier.Revoked, Now: f.verifier.Now,
		}}
		c.change(f.verifier)
		f.refuse(t, tok, c.code)
	}
}

// A longest life once accepted stays accepted, whatever is configured later.
func TestAllowTTLIsNotTakenBack(t *testing.T) {
	f := newFixture(t)
	tok, _, err := f.issuer.Issue(request())
	if err != nil {
		t.Fatal(err)
	}
	f.verifier.MaxTTL = time.Minute
	f.verifier.AllowTTL(MaxTTL)
	f.verifier.AllowTTL(time.Second)
	if _, err := f.verifier.Verify(tok, Client{Source: netip.MustParseAddr("10.1.2.3")}); err != nil {
		t.Error(err)
	}
}

func TestIssueRefuses(t *testing.T) {
	f := newFixture(t)
	for _, c := range []struct {
		change func(*Request)
		want   string
	}{
		{func(r *Request) { r.Subject = "" }, "subject has 1 to 63"},
		{func(r *Request) { r.Subject = "a b" }, "white space"},
		{func(r *Request) { r.Subject = "a\n" }, "white space"},
		{func(r *Request) { r.Subject = "a\xff" }, "unprintable"},
		{func(r *Request) { r.Subject = strings.Repeat("a", 64) }, "63"},
		{func(r *Request) { r.Scope = "" }, "scope"},
		{func(r *Request) { r.Scope = "a\nb" }, "scope"},
		{func(r *Request) { r.Scope = "a\xff" }, "scope"},
		{func(r *Request) { r.Scope = strings.Repeat("a", 7000) }, "shorter scope"},
		{func(r *Request) { r.TTL = time.Hour + time.Second }, "at most 1h0m0s"},
		{func(r *Request) { r.TTL = -time.Second }, "at least one"},
		{func(r *Request) { r.TTL = 1500 * time.Millisecond }, "whole seconds"},
		{func(r *Request) { r.From = nil }, "1 to 32 sources"},
		{func(r *Request) { r.From = []string{"any", "10.0.0.0/8"} }, "stands alone"},
		{func(r *Request) { r.From = []string{"0.0.0.0/0"} }, "say `any`"},
		{func(r *Request) { r.From = []string{"0.0.0.0/0", "::/0"} }, "say `any`"},
		{func(r *Request) { r.From = []string{"::ffff:0:0/96"} }, "say `any`"},
		{func(r *Request) { r.From = []string{"::ffff:10.0.0.0/90"} }, "beyond the IPv4"},
		{func(r *Request) { r.From = []string{"10.0.0.1/8"} }, "did you mean 10.0.0.0/8 or 10.0.0.1?"},
		{func(r *Request) { r.From = []string{"fe80::1%eth0"} }, "not an address"},
		{func(r *Request) { r.From = []string{"localhost"} }, "not an address"},
		{func(r *Request) { r.Certificate = "abc" }, "cnf"},
		{func(r *Request) { r.Actor = "a b" }, "actor"},
		{func(r *Request) { r.Family = "x" }, "fam"},
		{func(r *Request) { r.Limits.Rows = -1 }, "limit"},
		{func(r *Request) { r.Limits.Bytes = 1 << 53 }, "limit"},
	} {
		r := request()
		c.change(&r)
		tok, _, err := f.issuer.Issue(r)
		if err == nil || tok != "" || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %q, %v; want %q", r, tok, err, c.want)
		}
	}
	if _, _, err := (&Issuer{}).Issue(request()); err == nil {
		t.Error("the zero issuer issues")
	}
}

func TestAnyAndDefaults(t *testing.T) {
	f := newFixture(t)
	r := request()
	r.From = []string{"any"}
	tok, c := f.issue(t, r)
	if c.Expires.Sub(c.IssuedAt) != 15*time.Minute {
		t.Errorf("default life %v", c.Expires.Sub(c.IssuedAt))
	}
	for _, from := range []string{"1.2.3.4", "2001:db8::1", "fe80::1%eth0"} {
		if _, err := f.verifier.Verify(tok, Client{Source: netip.MustParseAddr(from)}); err != nil {
			t.Errorf("from %s: %v", from, err)
		}
	}
	f.issuer.MaxTTL = time.Minute
	if _, c := f.issue(t, r); c.Expires.Sub(c.IssuedAt) != time.Minute {
		t.Error("the default life is longer than the longest")
	}
}

func TestCache(t *testing.T) {
	f := newFixture(t)
	f.verifier.CacheSize = 8
	for range 100 {
		tok, _ := f.issue(t, request())
		if _, err := f.verifier.Verify(tok, Client{Source: home}); err != nil {
			t.Fatal(err)
		}
		if n := len(f.verifier.cache.entries); n == 0 || n > 8 {
			t.Fatalf("%d entries", n)
		}
	}
	tok, _ := f.issue(t, request())
	outside := netip.MustParseAddr("11.0.0.1")
	before := len(f.verifier.cache.entries)
	if _, err := f.verifier.Verify(tok, Client{Source: outside}); err == nil || len(f.verifier.cache.entries) != before {
		t.Error("a refused token is remembered")
	}
	if _, err := f.verifier.Verify(tok, Client{Source: home}); err != nil {
		t.Fatal(err)
	}
	f.now = start.Add(time.Hour)
	late, _ := f.issue(t, request())
	for len(f.verifier.cache.entries) < 8 {
		if _, err := f.verifier.Verify(late, Client{Source: home}); err != nil {
			t.Fatal(err)
		}
		late, _ = f.issue(t, request())
	}
	if _, err := f.verifier.Verify(late, Client{Source: home}); err != nil {
		t.Fatal(err)
	}
	for _, e := range f.verifier.cache.entries {
		if !f.now.Before(e.claims.Expires) {
			t.Error("an expired token stays while others are pushed out")
		}
	}
}

// A token of a key that has gone is refused although it was remembered.
func TestCacheForgetsWithTheKey(t *testing.T) {
	f := newFixture(t)
	tok, _ := f.issue(t, request())
	if _, err := f.verifier.Verify(tok, Client{Source: home}); err != nil {
		t.Fatal(err)
	}
	f.verifier.Keys = &Keys{}
	f.refuse(t, tok, CodeKey)
}

func TestIDsAreDistinct(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		id := newID()
		if seen[id] || !validID(id) {
			t.Fatalf("id %q", id)
		}
		seen[id] = true
	}
}
