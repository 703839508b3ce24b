package api

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/token"
)

func (f *fixture) last(t *testing.T) audit.Record {
	t.Helper()
	events := f.events(t)
	return events[len(events)-1]
}

// refused checks that a request was refused, and why.
func refused(t *testing.T, err error, status int, words string) {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) || e.Status != status || !strings.Contains(e.Message, words) {
		t.Errorf("got %v, want %d with %q", err, status, words)
	}
}

func TestRotateReplaces(t *testing.T) {
	f := newFixture(t)
	q := request()
	q.Limits = &Limits{Rows: 7}
	old, err := f.client.Issue(t.Context(), q)
	must(t, err)
	next, err := f.client.Rotate(t.Context(), old.ID, RotateRequest{})
	must(t, err)
	if next.Family != old.ID || next.Replaces != old.ID || next.Scope != old.Scope || next.Limits == nil || next.Limits.Rows != 7 || next.ID == old.ID {
		t.Errorf("the successor is %+v", next.Record)
	}
	if next.ExpiresAt.Sub(next.IssuedAt) != 5*time.Minute {
		t.Errorf("it lives %s", next.ExpiresAt.Sub(next.IssuedAt))
	}
	if !f.admin.Registry.Revoked(old.ID) || f.admin.Registry.Revoked(next.ID) {
		t.Error("the old one lives, or the new one does not")
	}
	if e := f.last(t); e.Event != audit.TokenRotated || e.Replaces != old.ID || e.Token.ID != next.ID {
		t.Errorf("recorded %s", e.Line)
	}
	_, err = f.client.Rotate(t.Context(), old.ID, RotateRequest{})
	refused(t, err, http.StatusConflict, "rotated already")
	_, err = f.client.Rotate(t.Context(), next.ID, RotateRequest{Scope: []string{"shop/public.*:select"}})
	refused(t, err, http.StatusBadRequest, "cannot widen")
	narrower, err := f.client.Rotate(t.Context(), next.ID, RotateRequest{Scope: []string{"shop/public.orders(id):select"}, Overlap: "1h"})
	must(t, err)
	if narrower.Scope != "shop/public.orders(id):select" || f.admin.Registry.Revoked(next.ID) {
		t.Errorf("%+v; within the overlap the old one is revoked: %v", narrower.Record, f.admin.Registry.Revoked(next.ID))
	}
	_, err = f.client.Revoke(t.Context(), RevokeRequest{Family: old.ID})
	must(t, err)
	for _, id := range []string{old.ID, next.ID, narrower.ID} {
		if !f.admin.Registry.Revoked(id) {
			t.Errorf("%s outlives its family", id)
		}
	}
	_, err = f.client.Rotate(t.Context(), narrower.ID, RotateRequest{})
	refused(t, err, http.StatusConflict, "revoked")
	for _, bad := range []string{"-1s", "2h", "soon"} {
		_, err = f.client.Rotate(t.Context(), narrower.ID, RotateRequest{Overlap: bad})
		refused(t, err, http.StatusBadRequest, "overlap")
	}
}

func TestDeriveIsContainedAndDiesWithItsParent(t *testing.T) {
	f := newFixture(t)
	q := request()
	q.Scope, q.From, q.Limits = []string{"shop/public.*:select"}, []string{"10.0.0.0/8"}, &Limits{Rows: 100}
	parent, err := f.client.Issue(t.Context(), q)
	must(t, err)
	ask := func(change func(*DeriveRequest)) (Issued, error) {
		d := DeriveRequest{Token: parent.Secret, Scope: []string{"shop/public.orders:select"}, TTL: "1m", Actor: "nightly"}
		change(&d)
		return f.client.Derive(t.Context(), d)
	}
	child, err := ask(func(*DeriveRequest) {})
	must(t, err)
	if child.Subject != "ana" || child.Actor != "nightly" || child.Parent != parent.ID || child.Family != child.ID || child.Limits.Rows != 100 {
		t.Errorf("derived %+v", child.Record)
	}
	if e := f.last(t); e.Event != audit.TokenDerived || e.Parent != parent.ID || e.Actor != "nightly" {
		t.Errorf("recorded %s", e.Line)
	}
	for words, change := range map[string]func(*DeriveRequest){
		"cannot do more":                func(d *DeriveRequest) { d.Scope = []string{"shop/public.orders:update"} },
		"parent, whose scope":           func(d *DeriveRequest) { d.Scope = []string{"crm/public.contacts:select"} },
		"does not outlive":              func(d *DeriveRequest) { d.TTL = "6m" },
		"from where its parent may be":  func(d *DeriveRequest) { d.From = []string{"any"} },
		"parent's limits":               func(d *DeriveRequest) { d.Limits = &Limits{Rows: 101} },
		"a scope is needed":             func(d *DeriveRequest) { d.Scope = nil },
		"longer than nothing":           func(d *DeriveRequest) { d.TTL = "0s" },
		"a subject has no white space ": func(d *DeriveRequest) { d.Actor = "a b" },
	} {
		_, err := ask(change)
		refused(t, err, http.StatusBadRequest, words)
	}
	_, err = ask(func(d *DeriveRequest) { d.Token = parent.Secret[:len(parent.Secret)-2] + "AA" })
	refused(t, err, http.StatusForbidden, "not valid")
	grand, err := ask(func(d *DeriveRequest) { d.Token, d.TTL, d.Handle = child.Secret, "", true })
	must(t, err)
	if !token.IsHandle(grand.Secret) || grand.ExpiresAt.After(child.ExpiresAt) || grand.Actor != "nightly" {
		t.Errorf("derived %+v", grand.Record)
	}
	must(t, err)
	_, err = f.client.Revoke(t.Context(), RevokeRequest{Token: parent.Secret})
	must(t, err)
	if !f.admin.Registry.Revoked(child.ID) || !f.admin.Registry.Revoked(grand.ID) {
		t.Error("a derived token outlives its parent")
	}
	_, err = ask(func(*DeriveRequest) {})
	refused(t, err, http.StatusForbidden, "revoked")
	if e := f.last(t); e.Event != audit.TokenRefused || e.Severity != audit.SeverityHigh {
		t.Errorf("a revoked token was shown, and recorded is %s", e.Line)
	}
}

func TestRevokeNamesOneThing(t *testing.T) {
	f := newFixture(t)
	ana, err := f.client.Issue(t.Context(), request())
	must(t, err)
	q := request()
	q.Subject = "bob"
	bob, err := f.client.Issue(t.Context(), q)
	must(t, err)
	for _, bad := range []RevokeRequest{{}, {ID: ana.ID, Subject: "ana"}, {All: true, Subject: "ana"}, {ID: ana.ID, Token: bob.Secret}} {
		_, err := f.client.Revoke(t.Context(), bad)
		refused(t, err, http.StatusBadRequest, "name one")
	}
	_, err = f.client.Revoke(t.Context(), RevokeRequest{Subject: "ana"})
	must(t, err)
	if !f.admin.Registry.Revoked(ana.ID) || f.admin.Registry.Revoked(bob.ID) {
		t.Error("not ana's alone")
	}
	if e := f.last(t); e.Event != audit.TokenRevoked || e.Token.Sub != "ana" || e.Token.ID != "" {
		t.Errorf("recorded %s", e.Line)
	}
	_, err = f.client.Revoke(t.Context(), RevokeRequest{All: true})
	must(t, err)
	if !f.admin.Registry.Revoked(bob.ID) {
		t.Error("bob's is not revoked")
	}
}

func TestCanaryAllowsNothingAndTells(t *testing.T) {
	f := newFixture(t)
	for _, handle := range []bool{false, true} {
		q := request()
		q.Canary, q.Handle, q.TTL = true, handle, ""
		bird, err := f.client.Issue(t.Context(), q)
		must(t, err)
		if bird.ExpiresAt.Sub(bird.IssuedAt) != canaryLife || bird.Key != "" {
			t.Errorf("%+v", bird.Record)
		}
		for _, text := range []string{bird.Secret, strings.TrimPrefix(bird.Secret, token.Prefix)} {
			claims, err := f.admin.Verifier.Verify(text, token.Client{Source: netip.MustParseAddr("127.0.0.1")})
			var e *token.Error
			if !errors.As(err, &e) || e.Code != token.CodeCanary || claims == nil || claims.ID != bird.ID {
				t.Errorf("%v, %v", claims, err)
			}
		}
		_, err = f.client.Derive(t.Context(), DeriveRequest{Token: bird.Secret, Scope: q.Scope})
		refused(t, err, http.StatusForbidden, "revoked")
		if e := f.last(t); e.Event != audit.TokenCanary || e.Severity != audit.SeverityHigh || e.Token.ID != bird.ID {
			t.Errorf("recorded %s", e.Line)
		}
		_, err = f.client.Rotate(t.Context(), bird.ID, RotateRequest{})
		refused(t, err, http.StatusConflict, "canary")
		found, err := f.client.Leaks(t.Context(), []string{bird.Secret})
		must(t, err)
		if found[0].State != Canary {
			t.Errorf("found %+v", found)
		}
		// Where the registry has lost it, its life alone is more than any verifier takes.
		f.admin.Verifier.Stored = nil
		if _, err := f.admin.Verifier.Verify(bird.Secret, token.Client{Source: netip.MustParseAddr("127.0.0.1")}); err == nil {
			t.Error("let in")
		}
		f.admin.Verifier.Stored = f.stored
	}
}

func TestLeaksAreRevokedByWhoeverHoldsThem(t *testing.T) {
	f := newFixture(t)
	one, err := f.client.Issue(t.Context(), request())
	must(t, err)
	q := request()
	q.Handle = true
	two, err := f.client.Issue(t.Context(), q)
	must(t, err)
	found, err := f.client.Leaks(t.Context(), []string{one.Secret, two.Secret, token.NewHandle(), "spt_nonsense", one.Secret})
	must(t, err)
	want := []Leak{{one.ID, "ana", Revoked, true}, {two.ID, "ana", Revoked, true}, {State: Foreign}, {State: Foreign}, {one.ID, "ana", Revoked, false}}
	if !reflect.DeepEqual(found, want) {
		t.Errorf("found %+v", found)
	}
	if !f.admin.Registry.Revoked(one.ID) || !f.admin.Registry.Revoked(two.ID) {
		t.Error("not revoked")
	}
	_, err = f.client.Leaks(t.Context(), nil)
	refused(t, err, http.StatusBadRequest, "1 to 100")
}

// What the registry keeps of a token says all that the token says.
func TestRecordHoldsTheClaims(t *testing.T) {
	f := newFixture(t)
	for _, r := range []token.Request{
		{From: []string{"any"}},
		{From: []string{"10.0.0.0/8", "::1"}, Certificate: token.Thumbprint([]byte("x")), Actor: "bot", Limits: token.Limits{Rows: 1, Bytes: 2, Statements: 3}},
		{From: []string{"10.0.0.1"}, SPIFFE: "spiffe://a/b", Family: "abcdefghijklmnop"},
	} {
		r.Subject, r.Scope = "ana", "shop/public.orders:select"
		_, c, err := f.admin.Issuer.Issue(r)
		must(t, err)
		rec := recordOf(c)
		if got, err := Claims(&rec, "test"); err != nil || !reflect.DeepEqual(got, c) {
			t.Errorf("%v\n%+v\n%+v", err, got, c)
		}
	}
}

// Whatever is derived allows nothing that its parent does not: every derived
// token of a random one, of whatever was asked for, is held against it.
func TestDerivedIsContained(t *testing.T) {
	const seed = 5
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 1))
	f := newFixture(t)
	pick := func(from ...string) string { return from[r.IntN(len(from))] }
	scopes := []string{"shop/public.*:select", "shop/public.orders:select", "shop/public.orders(id):select", "shop/*.*:all", "crm:unrestricted", "crm/public.contacts:insert"}
	sources := []string{"any", "10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "2001:db8::/32", "192.0.2.0/24"}
	limit := func() int64 { return int64(r.IntN(4)) * 10 }
	made := 0
	for range 400 {
		q := request()
		q.Scope, q.From, q.TTL = []string{pick(scopes...), pick(scopes...)}, []string{pick(sources...)}, fmt.Sprint(60+r.IntN(600), "s")
		q.Limits = &Limits{Rows: limit(), Bytes: limit(), Statements: limit()}
		parent, err := f.client.Issue(t.Context(), q)
		must(t, err)
		d := DeriveRequest{Token: parent.Secret, Scope: []string{pick(scopes...)}, Limits: &Limits{Rows: limit(), Bytes: limit(), Statements: limit()}}
		if r.IntN(2) == 0 {
			d.From = []string{pick(sources...)}
		}
		if r.IntN(2) == 0 {
			d.TTL = fmt.Sprint(30+r.IntN(600), "s")
		}
		child, err := f.client.Derive(t.Context(), d)
		if err != nil {
			continue
		}
		made++
		holds(t, parent, child)
	}
	if made < 20 {
		t.Errorf("only %d were derived", made)
	}
	t.Logf("%d of 400 were derived", made)
}

func holds(t *testing.T, parent, child Issued) {
	t.Helper()
	own, err := policy.ParseScope(parent.Scope)
	must(t, err)
	scope, err := policy.ParseScope(child.Scope)
	must(t, err)
	p, err := Claims(&parent.Record, "test")
	must(t, err)
	c, err := Claims(&child.Record, "test")
	must(t, err)
	within := func(a string, list []netip.Prefix) bool {
		for _, prefix := range list {
			if prefix.Contains(netip.MustParseAddr(a)) {
				return true
			}
		}
		return false
	}
	for _, a := range []string{"10.0.0.0", "10.1.2.3", "10.1.2.4", "10.255.255.255", "11.0.0.0", "192.0.2.1", "203.0.113.1", "2001:db8::1", "2001:db9::1", "::1"} {
		if within(a, c.Source) && !within(a, p.Source) {
			t.Errorf("from %s: %v of %v", a, child.Source, parent.Source)
		}
	}
	over := func(child, parent int64) bool { return parent > 0 && (child == 0 || child > parent) }
	if !own.Contains(scope) || c.Expires.After(p.Expires) || over(c.Limits.Rows, p.Limits.Rows) ||
		over(c.Limits.Bytes, p.Limits.Bytes) || over(c.Limits.Statements, p.Limits.Statements) {
		t.Errorf("derived %+v\nof %+v", child.Record, parent.Record)
	}
}
