package policy

import (
	"fmt"
	"strings"
)

// Bounds on a diagnosis: how many accesses Missing tells about, and how many
// columns of one are named.
const (
	maxMissing = 16
	maxColumns = 32
)

// lacking makes the verdict for a statement whose accesses, from the one at
// first on, are not all covered.
func (p *Policy) lacking(scope *upstreamGrants, accesses []Access, first int) Verdict {
	b := builder{}
	count := 0
	for i := first; i < len(accesses); i++ {
		a := &accesses[i]
		if a.Free || scope.cover(a) {
			continue
		}
		if count++; count <= maxMissing {
			scope.missing(b, p.Upstream, a)
		}
	}
	reason := "the token has no grant for " + describe(&accesses[first])
	if count > 1 {
		reason += fmt.Sprintf(", nor for %d more of the statement's accesses", count-1)
	}
	return Verdict{Rule: RuleNoGrant, Reason: reason, Access: &accesses[first], Missing: b.scope().String()}
}

// missing adds the least grant that would cover an access: only the columns
// that are not granted yet. There is none for an access that nothing covers.
func (u *upstreamGrants) missing(b builder, upstream string, a *Access) {
	t, ok := a.target()
	if !ok {
		return
	}
	if a.WholeObject || len(a.Columns) == 0 || a.Kind != KindRelation || a.Op&columnOps == 0 {
		if t.function && a.Op != Execute { // DDL on functions is granted on their schema
			t = target{schema: t.schema}
		}
		b.add(upstream, t, a.Op.least())
		return
	}
	named := 0
	for _, column := range a.Columns {
		if !u.coverColumn(t, a.Op, column) && named < maxColumns {
			b.add(upstream, t, a.Op, column)
			named++
		}
	}
}

// describe names an access for people: "select on public.customers(id,name)".
func describe(a *Access) string {
	var b strings.Builder
	b.WriteString(a.Op.String() + " on " + EncodeName(a.Schema))
	if a.Kind == KindNew {
		b.WriteString(".* to make " + EncodeName(a.Object))
	} else if a.Object != "" || a.Kind != KindSchema {
		b.WriteString("." + EncodeName(a.Object))
	} else {
		b.WriteString(".*")
	}
	if a.Kind == KindFunction {
		b.WriteString("()")
	}
	if len(a.Columns) > 0 {
		names := make([]string, 0, maxColumns)
		for _, c := range a.Columns[:min(len(a.Columns), maxColumns)] {
			names = append(names, EncodeName(c))
		}
		if len(a.Columns) > maxColumns {
			names = append(names, "…")
		}
		b.WriteString("(" + strings.Join(names, ",") + ")")
	}
	return b.String()
}
