package config

import (
	"testing"
	"time"
)

const federated = `
upstreams: {shop: {url: "postgres://a@127.0.0.1/shop"}}
issuers:
  - {iss: "https://ci.example", audience: sallyport, map: {prefix: ci/}}
  - {iss: "https://people.example", audience: sallyport, jwks_url: "https://people.example/keys", map: {sub: email}}
grants:
  - issuer: https://ci.example
    match: {repository: acme/shop, ref: refs/heads/main}
    scope: [shop/public.orders:select, shop/public.wares:select]
    max_ttl: 5m
    from: ["10.0.0.0/8"]
  - {issuer: "https://people.example", match: {groups: dba}, scope: ["shop:unrestricted"], from: any}
`

func TestFederation(t *testing.T) {
	c, err := Parse("/etc/sallyport/sallyport.yaml", []byte(federated))
	if err != nil {
		t.Fatal(err)
	}
	want := []Issuer{
		{URL: "https://ci.example", Audience: "sallyport", Claim: "sub", Prefix: "ci/"},
		{URL: "https://people.example", Audience: "sallyport", Claim: "email", JWKSURL: "https://people.example/keys"},
	}
	for i := range want {
		if c.Issuers[i] != want[i] {
			t.Errorf("issuer %d is %+v, want %+v", i, c.Issuers[i], want[i])
		}
	}
	g := c.Grants[0]
	if g.Match["repository"] != "acme/shop" || g.Match["ref"] != "refs/heads/main" || g.MaxTTL != 5*time.Minute ||
		g.Scope.String() != "shop/public.orders:select shop/public.wares:select" || g.From[0].String() != "10.0.0.0/8" {
		t.Errorf("grant is %+v", g)
	}
	if !c.Grants[1].Scope.Unrestricted("shop") || len(c.Grants[1].From) != 2 || c.Grants[1].MaxTTL != 0 {
		t.Errorf("grant is %+v", c.Grants[1])
	}
	next, err := Parse("/etc/sallyport/sallyport.yaml", []byte(federated))
	if err != nil {
		t.Fatal(err)
	}
	next.Grants[0].Match["ref"] = "refs/heads/other"
	if changed, err := c.Changes(next); err != nil || len(changed) != 1 || changed[0] != "grants" {
		t.Errorf("changed: %v, %v", changed, err)
	}
}
