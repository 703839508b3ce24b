package policy

import (
	"cmp"
	"slices"
)

// target is what a grant names: a schema and an object in it, either of them
// perhaps the wildcard. A function is written name(); a target that is not a
// function stands for relations, sequences and whatever else DDL can name, and
// with the wildcard as its object for functions too.
type target struct {
	schema, object string
	function       bool
}

func (t target) String() string {
	s := pattern(t.schema) + "." + pattern(t.object)
	if t.function {
		s += "()"
	}
	return s
}

// ops returns the operations that a grant on the target may carry.
func (t target) ops() Op {
	switch {
	case t.function:
		return functionOps
	case t.object == wildcard:
		return schemaOps
	}
	return objectOps
}

// covers says whether all that o names is named by t too.
func (t target) covers(o target) bool {
	if t.object != o.object && t.object != wildcard {
		return false
	}
	if t.function != o.function && t.object != wildcard {
		return false
	}
	return t.reaches(o.schema)
}

func compareTargets(a, b target) int {
	function := 0
	if a.function != b.function {
		function = 1
		if b.function {
			function = -1
		}
	}
	return cmp.Or(cmp.Compare(a.schema, b.schema), cmp.Compare(a.object, b.object), function)
}

// builder gathers grants and brings them into the canonical form.
type builder map[string]*gathered

type gathered struct {
	unrestricted bool
	whole        map[target]Op
	columns      map[target]map[string]Op
}

func (b builder) upstream(name string) *gathered {
	if b[name] == nil {
		b[name] = &gathered{whole: map[target]Op{}, columns: map[target]map[string]Op{}}
	}
	return b[name]
}

func (b builder) unrestricted(upstream string) { b.upstream(upstream).unrestricted = true }

// add grants operations on the columns, or on the whole object without any.
func (b builder) add(upstream string, t target, ops Op, columns ...string) {
	u := b.upstream(upstream)
	if len(columns) == 0 {
		u.whole[t] |= ops
		return
	}
	u.whole[t] |= 0 // so that every target is a key of whole
	if u.columns[t] == nil {
		u.columns[t] = map[string]Op{}
	}
	for _, c := range columns {
		u.columns[t][c] |= ops
	}
}

func (b builder) scope() Scope {
	var s Scope
	for name, u := range b {
		up := upstreamGrants{name: name, unrestricted: u.unrestricted}
		if !u.unrestricted { // which contains every grant on the upstream
			up.grants = prune(u.grants())
		}
		if up.unrestricted || len(up.grants) > 0 {
			s.upstreams = append(s.upstreams, up)
		}
	}
	slices.SortFunc(s.upstreams, func(a, b upstreamGrants) int { return cmp.Compare(a.name, b.name) })
	return s
}

// grants returns what was gathered, sorted, one grant a target.
func (u *gathered) grants() []grant {
	grants := make([]grant, 0, len(u.whole))
	for t, whole := range u.whole {
		g := grant{target: t, whole: whole}
		for column, ops := range u.columns[t] {
			if ops &^= whole; ops != 0 {
				g.columns = append(g.columns, columnOpsOf{column, ops})
			}
		}
		slices.SortFunc(g.columns, func(a, b columnOpsOf) int { return cmp.Compare(a.column, b.column) })
		grants = append(grants, g)
	}
	slices.SortFunc(grants, func(a, b grant) int { return compareTargets(a.target, b.target) })
	return grants
}

// prune takes from each grant what a grant on a wider target gives already.
// One wider grant is enough to look at for each operation and column: finitely
// many names never add up to a wildcard, nor columns to a whole object.
func prune(grants []grant) []grant {
	var kept []grant
	for _, g := range grants {
		wider := func(o *grant) bool { return o.target != g.target && o.covers(g.target) }
		rest := grant{target: g.target, whole: g.whole &^ granted(grants, "", wider)}
		for _, c := range g.columns {
			if ops := c.ops &^ granted(grants, c.column, wider); ops != 0 {
				rest.columns = append(rest.columns, columnOpsOf{c.column, ops})
			}
		}
		if rest.whole != 0 || rest.columns != nil {
			kept = append(kept, rest)
		}
	}
	return kept
}

// granted unites what the grants that match give on a column, or, if it is
// empty, on the whole object.
func granted(grants []grant, column string, match func(*grant) bool) Op {
	var ops Op
	for i := range grants {
		if match(&grants[i]) {
			ops |= grants[i].on(column)
		}
	}
	return ops
}
