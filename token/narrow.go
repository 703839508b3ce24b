package token

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"slices"
)

// Narrower says why a token derived from parent may not be like c: it would be
// usable where, when, by whom or for more than its parent is. Scopes are the
// caller's to compare.
func (c *Claims) Narrower(parent *Claims) error {
	switch {
	case c.Subject != parent.Subject:
		return fmt.Errorf("a derived token is its parent's subject's, %s", parent.Subject)
	case c.Issuer != parent.Issuer || c.Audience != parent.Audience:
		return errors.New("a derived token is for its parent's cluster")
	case c.NotBefore.Before(parent.NotBefore) || c.Expires.After(parent.Expires):
		return fmt.Errorf("a derived token does not outlive its parent, which expires at %s", parent.Expires.Format("15:04:05Z"))
	case !Covers(parent.Source, c.Source):
		return fmt.Errorf("a derived token is used from where its parent may be: %v", SourceStrings(parent.Source))
	case parent.Certificate != "" && c.Certificate != parent.Certificate, parent.SPIFFE != "" && c.SPIFFE != parent.SPIFFE:
		return errors.New("a derived token is bound to its parent's certificate")
	case !c.Limits.within(parent.Limits):
		return fmt.Errorf("a derived token has its parent's limits, or lower ones: %+v", parent.Limits)
	}
	return nil
}

// Covers says whether every address of the inner prefixes lies in an outer one.
func Covers(outer, inner []netip.Prefix) bool {
	return !slices.ContainsFunc(inner, func(i netip.Prefix) bool {
		return !slices.ContainsFunc(outer, func(o netip.Prefix) bool { return o.Bits() <= i.Bits() && o.Contains(i.Addr()) })
	})
}

func (l Limits) within(parent Limits) bool {
	lower := func(child, parent int64) bool { return parent == 0 || child > 0 && child <= parent }
	return lower(l.Rows, parent.Rows) && lower(l.Bytes, parent.Bytes) && lower(l.Statements, parent.Statements)
}

// Or takes from another what is not limited.
func (l Limits) Or(o Limits) Limits {
	return Limits{cmp.Or(l.Rows, o.Rows), cmp.Or(l.Bytes, o.Bytes), cmp.Or(l.Statements, o.Statements)}
}
