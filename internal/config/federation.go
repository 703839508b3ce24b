package config

import (
	"maps"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"

	"github.com/sallyport-db/sallyport/policy"
)

// Issuer is an identity provider whose tokens can be exchanged for Sallyport's.
type Issuer struct {
	URL      string // the claim iss of its tokens, to the letter
	Audience string // the claim aud that they must have
	Claim    string // which of their claims is the login name
	Prefix   string // before it, so that two providers cannot name the same
	JWKSFile string // absolute; or
	JWKSURL  string // or neither: the provider is asked where its keys are
}

// Grant says who of an issuer may have which scope.
type Grant struct {
	Issuer string
	Match  map[string]string // claims and their values; never empty
	Scope  policy.Scope
	MaxTTL time.Duration  // 0: tokens.max_ttl
	From   []netip.Prefix // never empty
	Rights []string       // what the token may do beside the databases

	at ast.Node
}

func (g Grant) equal(h Grant) bool {
	return g.Issuer == h.Issuer && maps.Equal(g.Match, h.Match) && g.Scope.String() == h.Scope.String() &&
		g.MaxTTL == h.MaxTTL && slices.Equal(g.Rights, h.Rights) && slices.Equal(g.From, h.From)
}

func (r *reader) issuers(c *Config, n ast.Node) (out []Issuer) {
	r.list(n, "issuers", func(item ast.Node) {
		i := Issuer{Claim: "sub"}
		seen := r.mapping(item, "issuers", fields{
			"iss":       func(n ast.Node) { i.URL, _ = r.text(n, "issuers.iss") },
			"audience":  func(n ast.Node) { i.Audience, _ = r.text(n, "issuers.audience") },
			"jwks_file": func(n ast.Node) { i.JWKSFile = r.path(n, "issuers.jwks_file", c) },
			"jwks_url":  func(n ast.Node) { i.JWKSURL = r.fetchable(n, "issuers.jwks_url") },
			"map":       func(n ast.Node) { r.claims(&i, n) },
		})
		for _, key := range []string{"iss", "audience"} {
			if seen[key] == nil {
				r.fail(item, "", "an entry of issuers has no %s", key)
			}
		}
		if at, both := seen["jwks_url"]; both && seen["jwks_file"] != nil {
			r.fail(at, "keep one", "issuers has both jwks_file and jwks_url for %s", i.URL)
		}
		if i.URL != "" && seen["jwks_url"] == nil && seen["jwks_file"] == nil && !https(i.URL) {
			r.fail(item, "give jwks_url or jwks_file", "issuers.iss %q is not an https URL, at which the provider could be asked for its keys", i.URL)
		}
		if slices.ContainsFunc(out, func(o Issuer) bool { return o.URL == i.URL }) {
			r.fail(item, "", "the issuer %s stands twice", i.URL)
		}
		if slices.ContainsFunc(out, func(o Issuer) bool { return o.Prefix == i.Prefix }) {
			r.fail(item, "give each its own map.prefix", "two issuers have the prefix %q, so that each could speak of the other's people", i.Prefix)
		}
		out = append(out, i)
	})
	return out
}

func (r *reader) claims(i *Issuer, n ast.Node) {
	r.mapping(n, "issuers.map", fields{
		"sub":    func(n ast.Node) { i.Claim, _ = r.text(n, "issuers.map.sub") },
		"prefix": func(n ast.Node) { i.Prefix, _ = r.text(n, "issuers.map.prefix") },
	})
}

// fetchable reads a URL that keys can be had from unaltered.
func (r *reader) fetchable(n ast.Node, name string) string {
	s, ok := r.text(n, name)
	if !ok {
		return ""
	}
	if !https(s) {
		r.fail(n, "keys that come over plain HTTP are anybody's", "%s: %q is not an https URL", name, s)
		return ""
	}
	return s
}

// https says whether what comes from a URL is unaltered: by TLS, or because it never leaves the machine.
func https(s string) bool {
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "https" || u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}

func (r *reader) api(c *Config, n ast.Node) {
	seen := r.mapping(n, "api", fields{"url": func(n ast.Node) {
		s, ok := r.text(n, "api.url")
		u, err := url.Parse(s)
		if ok && (err != nil || u.Scheme != "https" || u.Host == "" || u.RawQuery+u.Fragment+strings.Trim(u.Path, "/") != "" || u.User != nil) {
			r.fail(n, "such as https://sallyport.example:6480", "api.url: %q is not the https URL of a host", s)
		}
		c.API.URL = strings.TrimSuffix(s, "/")
	}})
	if seen["url"] == nil {
		r.fail(n, "the one that clients reach listen.http by, such as https://sallyport.example:6480", "api has no url")
	}
}

func (r *reader) grants(n ast.Node) (out []Grant) {
	r.list(n, "grants", func(item ast.Node) {
		g := Grant{Match: map[string]string{}, at: item}
		seen := r.mapping(item, "grants", fields{
			"issuer":  func(n ast.Node) { g.Issuer, _ = r.text(n, "grants.issuer") },
			"scope":   func(n ast.Node) { g.Scope = r.scopes(n, "grants.scope") },
			"max_ttl": func(n ast.Node) { g.MaxTTL = r.duration(n, "grants.max_ttl") },
			"from":    func(n ast.Node) { g.From = r.sources(n, "grants.from") },
			"may":     func(n ast.Node) { g.Rights = r.rights(n) },
			"match": func(n ast.Node) {
				r.entries(n, "grants.match", func(claim string, _, value ast.Node) {
					g.Match[claim], _ = r.text(value, "grants.match."+claim)
				})
			},
		})
		for _, key := range []string{"issuer", "match", "from"} {
			if seen[key] == nil {
				r.fail(item, "", "an entry of grants has no %s", key)
			}
		}
		if seen["scope"] == nil && seen["may"] == nil {
			r.fail(item, "", "an entry of grants has neither scope nor may, and so gives nothing")
		}
		if seen["match"] != nil && len(g.Match) == 0 {
			r.fail(seen["match"], "name the claims that a token must have, such as groups: dba", "grants.match is for everybody")
		}
		out = append(out, g)
	})
	return out
}

// Rights are what a grant can let somebody do over the API.
var Rights = []string{"token:read", "token:revoke", "session:read", "session:kill", "audit:read", "policy:explain"}

func (r *reader) rights(n ast.Node) (out []string) {
	r.list(n, "grants.may", func(item ast.Node) {
		s, ok := r.text(item, "grants.may")
		if ok && !slices.Contains(Rights, s) {
			r.fail(item, suggest(s, Rights), "grants.may: %q is not a right", s)
			return
		}
		out = append(out, s)
	})
	return out
}

// clientCertificate stands in grants for those who show a certificate that tls.client_ca has signed. Their claims are
// cn, spiffe and x5t#S256.
const clientCertificate = "client_certificate"

// sources reads networks, or `any`.
func (r *reader) sources(n ast.Node, name string) []netip.Prefix {
	if s, ok := n.(*ast.StringNode); ok && s.Value == "any" {
		return []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
	}
	return r.networks(n, name, func(ast.Node, string) {})
}

// scopes reads a list of scopes.
func (r *reader) scopes(n ast.Node, name string) policy.Scope {
	var list []policy.Scope
	r.list(n, name, func(item ast.Node) {
		text, ok := r.text(item, name)
		if !ok {
			return
		}
		s, err := policy.ParseScope(text)
		if err != nil {
			r.failScope(item, name, text, err)
			return
		}
		list = append(list, s)
	})
	return policy.Union(list...)
}

// federation holds what stands apart in the file together.
func (r *reader) federation(c *Config) {
	for _, g := range c.Grants {
		if g.Issuer == clientCertificate && c.TLS.ClientCA == "" {
			r.fail(g.at, "", "grants: client certificates are asked for only where tls.client_ca is set")
		}
		if g.Issuer != clientCertificate && !slices.ContainsFunc(c.Issuers, func(i Issuer) bool { return i.URL == g.Issuer }) {
			r.fail(g.at, "", "grants: %q is none of the issuers", g.Issuer)
		}
		for _, u := range g.Scope.Upstreams() {
			if _, known := c.Upstream(u); !known {
				r.fail(g.at, "", "grants: the scope names %q, which is none of the upstreams", u)
			}
		}
	}
}
