package policy

import "slices"

// Reasoning is why one access is granted or not, for people.
type Reasoning struct {
	// Grants are what the scope holds that covers the access, each cut down to
	// what is asked for; several where they share in the columns.
	Grants []string
	// Missing is what would have to be granted as well; empty where nothing is
	// missing, or no grant would help.
	Missing string
	// Forbidden are the parts of the forbid list that the access touches.
	Forbidden []string
}

// Explain says why an access is granted or not, by what Decide goes by.
func (p *Policy) Explain(a *Access) Reasoning {
	var r Reasoning
	if forbid := p.Forbid.find(p.Upstream); forbid != nil {
		r.Forbidden = forbid.forbidding(a)
	}
	scope := p.Scope.find(p.Upstream)
	switch {
	case scope == nil || a.Free:
	case scope.unrestricted:
		r.Grants = []string{EncodeName(p.Upstream) + ":unrestricted"}
	case scope.cover(a):
		r.Grants = scope.covering(a)
	default:
		b := builder{}
		scope.missing(b, p.Upstream, a)
		r.Missing = b.scope().String()
	}
	return r
}

// covering returns the grants that cover an access, which cover says they do.
func (u *upstreamGrants) covering(a *Access) (texts []string) {
	t, _ := a.target()
	prefix := EncodeName(u.name) + "/"
	if a.lookup() {
		i := slices.IndexFunc(u.grants, func(g grant) bool { return g.reaches(a.Schema) })
		return u.grants[i].texts(prefix)
	}
	for i := range u.grants {
		if g := &u.grants[i]; g.covers(t) && g.whole&a.Op != 0 {
			only := grant{target: g.target, whole: g.whole & a.Op}
			return only.texts(prefix)
		}
	}
	for i := range u.grants {
		g := &u.grants[i]
		if !g.covers(t) {
			continue
		}
		only := grant{target: g.target}
		for _, c := range g.columns {
			if ops := c.ops & a.Op; ops != 0 && a.touches(c.column) {
				only.columns = append(only.columns, columnOpsOf{c.column, ops})
			}
		}
		texts = append(texts, only.texts(prefix)...)
	}
	return texts
}

// forbidding returns what of a forbid list an access touches.
func (u *upstreamGrants) forbidding(a *Access) (texts []string) {
	if u.unrestricted {
		return []string{EncodeName(u.name) + ":unrestricted"}
	}
	for _, g := range u.grants {
		if one := (upstreamGrants{name: u.name, grants: []grant{g}}); one.forbids(a) {
			texts = append(texts, g.texts(EncodeName(u.name)+"/")...)
		}
	}
	return texts
}
