package wire

import (
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/proxy"
)

// What is forbidden changes under live sessions, from their next statement on: with observe nothing is, not even what
// the forbid list names.
func TestRulesChangeUnderASession(t *testing.T) {
	server, scope := shop(t)
	g := newGate(t, server)
	c := g.connect(t, scope)
	forbid, err := policy.ParseScope("shop/public.wares:all")
	if err != nil {
		t.Fatal(err)
	}
	c.send(parse("kept", allowed))
	c.send(synced())
	c.until("Z")
	for _, step := range []struct {
		rules          proxy.Upstream
		allows, denies string
	}{
		{proxy.Upstream{}, allowed, denied},
		{proxy.Upstream{Observe: true}, denied, ""},
		{proxy.Upstream{Observe: true, Forbid: forbid}, allowed, ""},
		{proxy.Upstream{Forbid: forbid}, "SELECT 1", allowed},
		{proxy.Upstream{}, allowed, denied},
	} {
		step.rules.Name = "shop"
		g.proxy.Configure(map[string]*proxy.Upstream{"shop": &step.rules})
		c.send(query(step.allows))
		if got := strings.Join(c.until("Z"), "\n"); strings.Contains(got, "\nE ") || got[0] == 'E' {
			t.Errorf("%+v: %s is refused:\n%s", step.rules, step.allows, got)
		}
		if step.denies != "" {
			c.send(query(step.denies))
			if got := strings.Join(c.until("Z"), "\n"); !strings.Contains(got, "C42501") {
				t.Errorf("%+v: %s is not refused:\n%s", step.rules, step.denies, got)
			}
		}
		// What is prepared is judged again, too.
		c.send(join(bind("", "kept"), execute(""), synced()))
		refused := strings.Contains(strings.Join(c.until("Z"), "\n"), "C42501")
		if want := step.denies == allowed; refused != want {
			t.Errorf("%+v: a prepared statement is refused: %v, want %v", step.rules, refused, want)
		}
	}
}

// A session that has done under observe what cannot be judged does not outlive it: nobody knows what its texts mean.
func TestStrayedSessionEndsWithObserve(t *testing.T) {
	server, scope := shop(t)
	g := newGate(t, server)
	for _, stray := range []string{
		"SET standard_conforming_strings TO off", "SET ROLE ana", "SELECT set_config('client_encoding', 'LATIN1', false)",
		"DO $$BEGIN SET search_path TO locked; END$$",
	} {
		g.proxy.Configure(map[string]*proxy.Upstream{"shop": {Name: "shop", Observe: true}})
		c, clean := g.connect(t, scope), g.connect(t, scope)
		clean.send(query(denied))
		clean.until("Z")
		c.send(query(stray))
		if got := strings.Join(c.until("Z"), "\n"); strings.Contains(got, "VERROR") {
			t.Fatalf("%s is refused:\n%s", stray, got)
		}
		c.send(query(allowed))
		c.until("Z")
		g.proxy.Configure(map[string]*proxy.Upstream{"shop": {Name: "shop"}})
		c.send(query(allowed))
		if m := c.next(); c.show(m) != "E SFATAL VFATAL C57P01" {
			t.Errorf("after %s: %s", stray, c.show(m))
		}
		clean.send(query(allowed))
		if got := strings.Join(clean.until("Z"), "\n"); strings.Contains(got, "VERROR") {
			t.Errorf("a session that has not strayed is refused:\n%s", got)
		}
	}
}
