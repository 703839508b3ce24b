package postgres

import (
	"slices"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// cast judges a conversion to a type that the text names: the constraints of a
// domain call functions on the value.
func (w *walker) cast(t *catalog.Type) { w.typed(t.OID) }

// typed follows a value that becomes one of a type: the constraints of domains,
// also those inside arrays and rows.
func (w *walker) typed(oid uint32) {
	t := w.env.Catalog.Type(oid)
	if t == nil || !w.firstOf(typeVisit{oid, false}) {
		return
	}
	w.occurs(oid)
	for _, e := range t.Constraints {
		w.evaluate(e, checked{}, 0)
	}
	w.typed(t.Base)
	w.typed(t.Element)
	w.rowTyped(w.env.Catalog.Relation(t.Row))
}

// rowTyped is typed for the row of a relation.
func (w *walker) rowTyped(rel *catalog.Relation) {
	if rel == nil {
		return
	}
	for i := range rel.Columns {
		w.typed(rel.Columns[i].Type)
	}
}

// occurs notes that a value of the statement may have a type, or have one of it
// inside.
func (w *walker) occurs(oid uint32) {
	if len(w.env.Catalog.Casts) == 0 || !w.firstOf(typeVisit{oid, true}) {
		return
	}
	t := w.env.Catalog.Type(oid)
	if t == nil {
		return
	}
	w.occurs(t.Base)
	w.occurs(t.Element)
	if rel := w.env.Catalog.Relation(t.Row); rel != nil {
		for i := range rel.Columns {
			w.occurs(rel.Columns[i].Type)
		}
	}
}

// casts asks for the functions of casts that the statement may set off. The
// types of expressions are not followed: what is known is which types the
// columns have that it touches, and which types it names or writes.
func (w *walker) casts() {
	casts := w.env.Catalog.Casts
	if len(casts) == 0 {
		return
	}
	defer func(deep bool) { w.deep = deep }(w.deep)
	w.deep = true
	for i := range w.accesses {
		w.columnTypes(&w.accesses[i])
	}
	asked := make([]bool, len(casts))
	for again := true; again; { // the result of one may be the source of another
		again = false
		for i := range casts {
			if asked[i] || !w.setsOff(&casts[i]) {
				continue
			}
			asked[i], again = true, true
			w.occurs(casts[i].Target)
			if casts[i].Function == nil {
				w.fail(policy.RuleNotUnderstood, -1, "the function of a cast is not in the catalogue")
				return
			}
			w.permit(casts[i].Function, nil)
		}
	}
}

func (w *walker) columnTypes(a *access) {
	if a.rel == nil {
		return
	}
	for i := range a.rel.Columns {
		if c := &a.rel.Columns[i]; a.WholeObject || slices.Contains(a.Columns, c.Name) {
			w.occurs(c.Type)
		}
	}
}

// setsOff reports whether the statement may need a cast. Of the server's own
// types any expression may have a value; of a user's type there is one only
// where the type occurs. Unless a cast is implicit its target must be named or
// written to. What is cast to text is not: || does it for any type.
func (w *walker) setsOff(c *catalog.Cast) bool {
	if c.Source >= catalog.FirstNormal && !w.types[typeVisit{c.Source, true}] {
		return false
	}
	switch {
	case c.Target == textOID:
		return true
	case c.Context != 'i':
		return w.types[typeVisit{c.Target, false}]
	}
	return c.Target < catalog.FirstNormal || w.types[typeVisit{c.Target, true}]
}

const textOID = 25

// typeVisit is a type that has been followed: as that of a value made, or of
// one that occurs.
type typeVisit struct {
	oid    uint32
	occurs bool
}

func (w *walker) firstOf(v typeVisit) bool {
	if w.types[v] || !w.spend(1) {
		return false
	}
	if w.types == nil {
		w.types = make(map[typeVisit]bool)
	}
	w.types[v] = true
	return true
}
