package policy

import (
	"slices"
	"strings"
)

// Bounds on a scope's text. A token of 8 KiB holds a little less than 6 KiB of
// scope, since its base64 takes a third more.
const (
	MaxScopeBytes = 6 << 10
	MaxGrants     = 512
)

// Scope is what a token may touch: a list of grants. It is immutable and may
// be shared; the zero Scope grants nothing.
//
// A Scope is kept in one canonical form (grants on one object merged, grants
// that another one contains dropped, all sorted), so two scopes allow the same
// exactly if their String is the same.
type Scope struct {
	upstreams []upstreamGrants // sorted by name
}

// upstreamGrants are the grants on one upstream, sorted by target.
type upstreamGrants struct {
	name         string
	unrestricted bool
	grants       []grant
}

// grant is everything that the scope grants on one target.
type grant struct {
	target
	whole   Op            // operations on the whole object, every column included
	columns []columnOpsOf // sorted by column; none repeats what whole has
}

type columnOpsOf struct {
	column string
	ops    Op
}

// on returns the operations that the grant gives on one column.
func (g *grant) on(column string) Op {
	for i := range g.columns {
		if g.columns[i].column == column {
			return g.whole | g.columns[i].ops
		}
	}
	return g.whole
}

// find returns the grants on an upstream, or nil.
func (s Scope) find(upstream string) *upstreamGrants {
	for i := range s.upstreams {
		if s.upstreams[i].name == upstream {
			return &s.upstreams[i]
		}
	}
	return nil
}

// IsZero says whether the scope grants nothing.
func (s Scope) IsZero() bool { return len(s.upstreams) == 0 }

// Upstreams returns the names of the upstreams that the scope grants anything
// on, sorted and distinct. The caller owns the slice.
func (s Scope) Upstreams() []string {
	names := make([]string, len(s.upstreams))
	for i, u := range s.upstreams {
		names[i] = u.name
	}
	return names
}

// Unrestricted says whether the scope holds `upstream:unrestricted`.
func (s Scope) Unrestricted(upstream string) bool {
	u := s.find(upstream)
	return u != nil && u.unrestricted
}

// Union returns the scope that grants what any of the scopes grants. Its text
// may be longer than ParseScope takes.
func Union(scopes ...Scope) Scope {
	b := builder{}
	for _, s := range scopes {
		for _, u := range s.upstreams {
			if u.unrestricted {
				b.unrestricted(u.name)
			}
			for _, g := range u.grants {
				b.add(u.name, g.target, g.whole)
				for _, c := range g.columns {
					b.add(u.name, g.target, c.ops, c.column)
				}
			}
		}
	}
	return b.scope()
}

// String returns the scope's canonical text, which ParseScope reads back. It
// is empty for the zero Scope.
func (s Scope) String() string { return strings.Join(s.texts(), " ") }

// texts returns each grant of the canonical form.
func (s Scope) texts() []string {
	var out []string
	for _, u := range s.upstreams {
		name := EncodeName(u.name)
		if u.unrestricted {
			out = append(out, name+":unrestricted")
		}
		for _, g := range u.grants {
			out = append(out, g.texts(name+"/")...)
		}
	}
	return out
}

// texts writes the whole-object operations as one grant, and then one for each
// set of columns that share their operations.
func (g *grant) texts(prefix string) []string {
	prefix += g.target.String()
	var out []string
	if g.whole != 0 {
		out = append(out, prefix+":"+opList(g.whole, g.target.ops()))
	}
	var done []Op
	for _, first := range g.columns {
		if slices.Contains(done, first.ops) {
			continue
		}
		done = append(done, first.ops)
		var names []string
		for _, c := range g.columns {
			if c.ops == first.ops {
				names = append(names, EncodeName(c.column))
			}
		}
		out = append(out, prefix+"("+strings.Join(names, ",")+"):"+opList(first.ops, columnOps))
	}
	return out
}

// opList writes operations, as `all` if they are all that the form can carry.
func opList(ops, all Op) string {
	if ops == all && !ops.one() {
		return "all"
	}
	return ops.String()
}
