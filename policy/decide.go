package policy

import "slices"

// Policy is what one session's statements are held against.
type Policy struct {
	Upstream string
	Scope    Scope // what the token grants
	Forbid   Scope // what the upstream's configuration takes away from every token

	// Observe lets pass what would be denied, and says so: the verdict's rule
	// is RuleObserve then. Not even Forbid denies; what cannot be handled
	// safely, a Fault that is Absolute, still is.
	Observe bool
}

// Verdict is the answer to a statement. The zero Verdict denies.
type Verdict struct {
	Allow bool
	Rule  Rule
	// Reason says to a person why a statement is denied. It names objects,
	// percent-encoded as in a scope, never data, and is bounded. Where the
	// statement is allowed it is empty, or says why it would have been denied.
	Reason string
	// Would is, for RuleObserve, the rule that would have denied.
	Would Rule
	// Access is the first access that decided a denial; nil if none did. It
	// points into the statement.
	Access *Access
	// Missing is the scope that would have to be granted as well, in canonical
	// form; empty where no grant would help. It is bounded: for a statement that
	// lacks a great many grants it holds the first ones.
	Missing string
}

// Decide says whether a statement may pass. It is pure, keeps nothing, and
// does not allocate when it allows.
//
// Each access must be covered by the scope's grants as PostgreSQL's GRANT
// would cover it (ExecCheckOneRelPerms, execMain.c): by a grant on the whole
// object, or, where columns have the operation, by grants that together hold
// every column listed, or any one column if none is listed. All accesses are
// looked at, so that Missing is complete.
//
// Forbid is stronger than every grant, unrestricted and Free included, and is
// read on the strict side: an access that lists no columns is taken to touch
// them all, DDL on a relation to touch whatever of it is forbidden, DDL on a
// whole schema to touch everything in it, and a statement with a Fault is
// refused wherever anything is forbidden, since it cannot be shown to keep clear
// of it. As in a grant, `*` reaches the user's schemas only, and a table's name
// does not reach the views over it.
func (p *Policy) Decide(s *Statement) Verdict {
	v := p.enforce(s)
	if p.Observe && !v.Allow && !s.absolute() && p.Scope.find(p.Upstream) != nil {
		v.Allow, v.Would, v.Rule = true, v.Rule, RuleObserve
	}
	return v
}

// absolute says that nothing lets the statement pass.
func (s *Statement) absolute() bool {
	if s.Fault == nil {
		return s.Tag == ""
	}
	return s.Fault.Absolute
}

func (p *Policy) enforce(s *Statement) Verdict {
	if s.Tag == "" && s.Fault == nil {
		return Verdict{Rule: RuleNotUnderstood, Reason: "the statement was not understood"}
	}
	scope, forbid := p.Scope.find(p.Upstream), p.Forbid.find(p.Upstream)
	if scope == nil {
		return Verdict{Rule: RuleNoGrant, Reason: "the token grants nothing on upstream " + EncodeName(p.Upstream)}
	}
	if forbid != nil {
		for i := range s.Accesses {
			if a := &s.Accesses[i]; forbid.forbids(a) {
				return Verdict{Rule: RuleForbidden, Access: a, Reason: describe(a) + " is forbidden to every token"}
			}
		}
	}
	if s.Fault != nil && (s.Fault.Absolute || !scope.unrestricted) {
		return Verdict{Rule: s.Fault.rule(), Reason: s.Fault.Reason, Missing: p.instead(s.Fault)}
	}
	if s.Fault != nil && forbid != nil {
		return Verdict{Rule: RuleForbidden, Reason: "the upstream has a forbid list, and the statement cannot be shown to keep clear of it: " + s.Fault.Reason}
	}
	if scope.unrestricted {
		return Verdict{Allow: true, Rule: RuleUnrestricted}
	}
	for i := range s.Accesses {
		if a := &s.Accesses[i]; !a.Free && !scope.cover(a) {
			return p.lacking(scope, s.Accesses, i)
		}
	}
	return Verdict{Allow: true, Rule: RuleGrant}
}

// rule returns the fault's rule; a fault that names none, or one that allows,
// was still found to be a fault.
func (f *Fault) rule() Rule {
	if f.Rule == RuleNone || f.Rule == RuleGrant || f.Rule == RuleUnrestricted || f.Rule == RuleObserve {
		return RuleNotUnderstood
	}
	return f.Rule
}

// instead is the grant that lets a fault pass, where asking for it makes sense:
// a slip of the pen needs no grant, and nothing beats a forbid list.
func (p *Policy) instead(f *Fault) string {
	switch f.Rule {
	case RuleNeedsUnrestricted, RuleSetting, RuleFunction, RuleSystemCatalog, RuleRowSecurity:
		if !f.Absolute && p.Forbid.find(p.Upstream) == nil {
			return EncodeName(p.Upstream) + ":unrestricted"
		}
	}
	return ""
}

// cover says whether the grants allow an access.
func (u *upstreamGrants) cover(a *Access) bool {
	t, ok := a.target()
	if !ok {
		return false
	}
	if a.lookup() {
		return slices.ContainsFunc(u.grants, func(g grant) bool { return g.reaches(a.Schema) })
	}
	var whole, partial Op
	for i := range u.grants {
		if g := &u.grants[i]; g.covers(t) {
			whole |= g.whole
			for _, c := range g.columns {
				partial |= c.ops
			}
		}
	}
	if whole&a.Op != 0 {
		return true
	}
	if partial&a.Op == 0 || a.WholeObject || a.Kind != KindRelation {
		return false
	}
	for _, column := range a.Columns {
		if !u.coverColumn(t, a.Op, column) {
			return false
		}
	}
	return true
}

// lookup says that an access is the looking up of a name in a schema.
func (a *Access) lookup() bool { return a.Kind == KindSchema && a.Op == Usage && a.Object == "" }

// reaches says whether the grant is on anything in the schema.
func (t target) reaches(schema string) bool {
	return t.schema == schema || t.schema == wildcard && !systemSchema(schema)
}

func (u *upstreamGrants) coverColumn(t target, op Op, column string) bool {
	for i := range u.grants {
		if g := &u.grants[i]; g.covers(t) && g.on(column)&op != 0 {
			return true
		}
	}
	return false
}

// target returns what an access is about, and whether a grant could cover it
// at all: its kind must have the operation, and it must be named.
func (a *Access) target() (t target, ok bool) {
	if int(a.Kind) >= len(kindOps) || a.Op&^kindOps[a.Kind] != 0 || a.Schema == "" {
		return t, false
	}
	if !a.Op.one() && (a.Op == 0 || a.Kind != KindSequence && (a.Kind != KindRelation || !a.WholeObject && len(a.Columns) > 0)) {
		return t, false
	}
	if a.Object == "" && a.Kind != KindSchema || a.Object != "" && a.Kind == KindSchema && a.Op == Usage {
		return t, false
	}
	if a.Kind == KindNew {
		return target{schema: a.Schema}, true
	}
	return target{a.Schema, a.Object, a.Kind == KindFunction}, true
}

// forbids says whether an access touches what the grants, as a forbid list,
// name. It asks less of the access's shape than cover does: where cover would
// refuse an odd one, forbids must not overlook it. Where anything of a relation
// is forbidden, so is DDL on it: under another name, or through a relation that
// it inherits from, it would be read all the same.
func (u *upstreamGrants) forbids(a *Access) bool {
	if u.unrestricted { // everything is forbidden
		return true
	}
	t := target{a.Schema, a.Object, a.Kind == KindFunction}
	for i := range u.grants {
		g := &u.grants[i]
		inSchema := t.object == "" && !a.lookup() && target{schema: g.schema}.covers(t)
		if !g.covers(t) && !inSchema {
			continue
		}
		if g.whole&a.Op != 0 || a.Op == DDL && (a.Kind == KindRelation || a.Kind == KindSequence) && !inSchema {
			return true
		}
		for _, c := range g.columns {
			if c.ops&a.Op != 0 && a.touches(c.column) {
				return true
			}
		}
	}
	return false
}

// touches says whether an access may reach a column.
func (a *Access) touches(column string) bool {
	if len(a.Columns) == 0 || a.WholeObject {
		return true
	}
	for _, c := range a.Columns {
		if c == column {
			return true
		}
	}
	return false
}
