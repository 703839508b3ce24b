package token

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

const maxSources = 32

// anywhere is what `any` stands for (SPEC section 3).
var anywhere = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}

// ParseSources reads where a token is to be valid from: addresses and CIDRs, or
// the single word `any`. IPv4 written as IPv6 (::ffff:10.0.0.1) is IPv4. A
// prefix of length 0 is refused: whoever means everywhere says so.
func ParseSources(from []string) ([]netip.Prefix, error) {
	if len(from) == 1 && from[0] == "any" {
		return slices.Clone(anywhere), nil
	}
	if len(from) == 0 || len(from) > maxSources {
		return nil, fmt.Errorf("a token is bound to 1 to %d sources (addresses, CIDRs or `any`), %d were given", maxSources, len(from))
	}
	prefixes := make([]netip.Prefix, 0, len(from))
	for _, s := range from {
		p, err := parseSource(s)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(prefixes, p) {
			prefixes = append(prefixes, p)
		}
	}
	return prefixes, nil
}

func parseSource(s string) (netip.Prefix, error) {
	none := netip.Prefix{}
	if s == "any" {
		return none, errors.New("source `any` stands alone")
	}
	if !strings.Contains(s, "/") {
		a, err := netip.ParseAddr(s)
		if err != nil || a.Zone() != "" {
			return none, fmt.Errorf("source %q is not an address, a CIDR or `any`", s)
		}
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	p, err := netip.ParsePrefix(s)
	if err != nil {
		return none, fmt.Errorf("source %q is not an address, a CIDR or `any`", s)
	}
	if p.Addr().Is4In6() {
		if p.Bits() < 96 {
			return none, fmt.Errorf("source %q reaches beyond the IPv4 addresses; write it as IPv4", s)
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	switch {
	case p != p.Masked():
		return none, fmt.Errorf("source %q has bits set behind its length; did you mean %s or %s?", s, p.Masked(), p.Addr())
	case p.Bits() == 0:
		return none, fmt.Errorf("source %q is everywhere; say `any` if that is meant", s)
	}
	return p, nil
}

// readSources reads src out of a token, where it is in canonical form.
func readSources(src []string) ([]netip.Prefix, error) {
	if slices.Equal(src, SourceStrings(anywhere)) {
		return slices.Clone(anywhere), nil
	}
	prefixes, err := ParseSources(src)
	if err == nil && !slices.Equal(src, SourceStrings(prefixes)) {
		err = errors.New("src is not in canonical form")
	}
	return prefixes, err
}

// SourceStrings writes prefixes as src holds them.
func SourceStrings(prefixes []netip.Prefix) []string {
	texts := make([]string, len(prefixes))
	for i, p := range prefixes {
		texts[i] = p.String()
	}
	return texts
}

// within says whether an address lies in one of the prefixes. An IPv4 client
// on a dual-stack socket comes as ::ffff:a.b.c.d.
func within(a netip.Addr, prefixes []netip.Prefix) bool {
	a = a.Unmap().WithZone("")
	return slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(a) })
}
