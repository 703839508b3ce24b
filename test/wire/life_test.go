package wire

import (
	"strings"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/token"
)

// issue makes a token of a life for ana.
func (g *gate) issue(t *testing.T, scope string, ttl time.Duration) (string, *token.Claims) {
	t.Helper()
	secret, claims, err := g.issuer.Issue(token.Request{Subject: "ana", Scope: scope, From: []string{"127.0.0.1"}, TTL: ttl})
	if err != nil {
		t.Fatal(err)
	}
	return secret, claims
}

// A session goes on under the token that replaces its own: until that one's
// end, and within its scope, for what was prepared before too.
func TestRotationCarriesSessionsOver(t *testing.T) {
	server, _ := shop(t)
	g := newGate(t, server)
	secret, old := g.issue(t, "shop/public.wares:select,insert", 3*time.Second)
	carried := login(t, g.addr, "ana", "shop", secret)
	carried.send(append(parse("s", "INSERT INTO wares VALUES (1, 'x')"), message('S')...))
	carried.until("Z")

	_, wider := g.issue(t, "shop/public.*:select,insert", time.Minute)
	g.proxy.Carry(old.ID, wider)
	_, stranger := g.issue(t, "shop/public.wares:select", time.Minute)
	g.proxy.Carry("another", stranger)
	for _, s := range g.proxy.Sessions() {
		if s.TokenID != old.ID {
			t.Fatalf("carried over to %+v", s)
		}
	}
	_, next := g.issue(t, "shop/public.wares:select", time.Minute)
	g.proxy.Carry(old.ID, next)
	for _, s := range g.proxy.Sessions() {
		if s.TokenID != next.ID || !s.Expires.Equal(next.Expires) {
			t.Errorf("not carried over: %+v", s)
		}
	}
	time.Sleep(time.Until(old.Expires.Add(200 * time.Millisecond)))
	carried.send(query("SELECT id FROM wares"))
	if got := strings.Join(carried.until("Z"), " "); strings.Contains(got, "ERROR") {
		t.Errorf("after the old token's end: %s", got)
	}
	carried.send(append(append(message('B', zero, "s", zero, uint16(0), uint16(0), uint16(0)), message('E', zero, uint32(0))...), message('S')...))
	if got := strings.Join(carried.until("Z"), " "); !strings.Contains(got, "C42501") {
		t.Errorf("what the new scope does not have was run: %s", got)
	}
}

// A session is told a minute before its end, also while it is idle and in the
// middle of a result, where nobody rotates it.
func TestNoticeBeforeTheEnd(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	g := newGate(t, server)
	secret, claims := g.issue(t, "shop/*.*:select", 62*time.Second)
	idle, busy, carried := login(t, g.addr, "ana", "shop", secret), login(t, g.addr, "ana", "shop", secret), login(t, g.addr, "ana", "shop", secret)
	busy.send(query("SELECT n, pg_sleep(0.01) FROM generate_series(1, 400) n"))
	if m := idle.next(); m[0] != 'N' || !strings.Contains(string(m), "C01000\x00") || !strings.Contains(string(m), "this session ends in ") {
		t.Errorf("told %q", m)
	}
	if left := time.Until(claims.Expires); left > time.Minute || left < 55*time.Second {
		t.Errorf("told %s before the end", left)
	}
	notices, rows := 0, 0
	for _, m := range busy.until("Z") {
		switch m[0] {
		case 'N':
			notices++
		case 'D':
			rows++
		}
	}
	if notices != 1 || rows != 400 {
		t.Errorf("%d notices in %d rows", notices, rows)
	}
	carried.until("N")
	_, next := g.issue(t, "shop/*.*:select", 10*time.Minute)
	g.proxy.Carry(claims.ID, next)
	carried.send(query("SELECT 1"))
	carried.until("Z")
}
