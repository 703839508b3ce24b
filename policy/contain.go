package policy

// Contains says whether everything that b allows, s allows too. It is a
// partial order: reflexive, transitive, and scopes that contain each other
// have the same String. Several grants of s may share in containing one of b:
// columns and operations may be spread over them. A list of columns never
// contains the whole object, nor a list of names a wildcard, since columns and
// objects may be added later.
func (s Scope) Contains(b Scope) bool {
	for i := range b.upstreams {
		theirs := &b.upstreams[i]
		ours := s.find(theirs.name)
		if ours == nil {
			return false
		}
		if ours.unrestricted {
			continue
		}
		if theirs.unrestricted || !ours.contain(theirs.grants) {
			return false
		}
	}
	return true
}

func (u *upstreamGrants) contain(grants []grant) bool {
	for i := range grants {
		g := &grants[i]
		covering := func(o *grant) bool { return o.covers(g.target) }
		if g.whole&^granted(u.grants, "", covering) != 0 {
			return false
		}
		for _, c := range g.columns {
			if c.ops&^granted(u.grants, c.column, covering) != 0 {
				return false
			}
		}
	}
	return true
}
