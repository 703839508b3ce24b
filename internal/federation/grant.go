package federation

import (
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/sallyport-db/sallyport/policy"
)

// Grant says who may have which scope. What is asked for must be contained in one grant: two do not add up, so that
// each can be read by itself.
type Grant struct {
	Issuer string            // iss
	Match  map[string]string // claims that the foreign token must have, each of this value or a list with it; at least one
	Scope  policy.Scope
	MaxTTL time.Duration  // 0: the tokens' own maximum
	From   []netip.Prefix // where the token may be used from at most
	Rights []string       // what it may do beside the databases
}

// Request is what somebody asks for. What is left out is as much as the grant gives, but for From.
type Request struct {
	Scope policy.Scope   // zero: the grant's
	TTL   time.Duration  // 0: what is usual, within the grant
	From  []netip.Prefix // nil: the address that the request comes from
	Peer  netip.Addr     // that address
}

// Allowed is what a request may have.
type Allowed struct {
	Scope policy.Scope
	TTL   time.Duration // 0: what is usual
	From  []netip.Prefix

	Rights []string
}

// Allow holds a request against the grants of an identity.
func (f *Federation) Allow(id *Identity, q Request, usual time.Duration) (*Allowed, error) {
	if other := f.namedBy(id); other != nil {
		return nil, refuse("the login name %q would be one of %s", clip(id.Subject), other.URL)
	}
	why := "no grant of the configuration is for " + id.Subject
	for i := range f.Grants {
		g := &f.Grants[i]
		if !g.of(id) {
			continue
		}
		a, reason := g.allow(q, usual)
		if a != nil {
			return a, nil
		}
		why = reason
	}
	return nil, refuse("%s", why)
}

// namedBy is the issuer whose people have such names, if that is another one
// than the identity's own: a short prefix, or none, reaches into a longer one.
func (f *Federation) namedBy(id *Identity) *Issuer {
	own := ""
	for _, i := range f.Issuers {
		if i.URL == id.Issuer {
			own = i.Prefix
		}
	}
	for _, i := range f.Issuers {
		if i.URL != id.Issuer && len(i.Prefix) > len(own) && strings.HasPrefix(id.Subject, i.Prefix) {
			return i
		}
	}
	return nil
}

// Rights are those of all grants that are for somebody, at the address that a request comes from.
func (f *Federation) Rights(id *Identity, peer netip.Addr) (all []string) {
	if f == nil {
		return nil
	}
	for i := range f.Grants {
		g := &f.Grants[i]
		here := slices.ContainsFunc(g.From, func(p netip.Prefix) bool { return p.Contains(peer.Unmap()) })
		if here && g.of(id) {
			all = append(all, g.Rights...)
		}
	}
	return all
}

// of says whether the grant is for somebody. One that names no claim is for nobody.
func (g *Grant) of(id *Identity) bool {
	if g.Issuer != id.Issuer || len(g.Match) == 0 {
		return false
	}
	for claim, value := range g.Match {
		if !id.Has(claim, value) {
			return false
		}
	}
	return true
}

// allow returns what the grant gives of what is asked, or why it does not.
func (g *Grant) allow(q Request, usual time.Duration) (*Allowed, string) {
	a := &Allowed{Scope: q.Scope, TTL: q.TTL, From: q.From, Rights: g.Rights}
	if a.Scope.IsZero() {
		a.Scope = g.Scope
	}
	if !g.Scope.Contains(a.Scope) {
		return nil, "the scope asked for is wider than what is granted: " + g.Scope.String()
	}
	if a.TTL == 0 && g.MaxTTL > 0 {
		a.TTL = min(usual, g.MaxTTL)
	}
	if g.MaxTTL > 0 && a.TTL > g.MaxTTL {
		return nil, "the life asked for is longer than what is granted: " + g.MaxTTL.String()
	}
	if a.From == nil {
		peer := q.Peer.Unmap()
		if !peer.IsValid() {
			return nil, "where the token is to be used from must be said"
		}
		a.From = []netip.Prefix{netip.PrefixFrom(peer, peer.BitLen())}
	}
	for _, p := range a.From {
		if !slices.ContainsFunc(g.From, func(whole netip.Prefix) bool { return covers(whole, p) }) {
			return nil, "the grant is not for tokens used from " + p.String()
		}
	}
	return a, ""
}

// covers says whether every address of part is one of whole.
func covers(whole, part netip.Prefix) bool {
	return whole.IsValid() && part.IsValid() && whole.Bits() <= part.Bits() && whole.Contains(part.Addr())
}
