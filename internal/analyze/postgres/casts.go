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

// occurs asks for the functions of the casts from and to a type that a value of
// the statement may have. The types of expressions are not followed: which of
// the casts made by users the server will use is not known.
func (w *walker) occurs(oid uint32) {
	if len(w.env.Catalog.Casts) == 0 || !w.firstOf(typeVisit{oid, true}) {
		return
	}
	for i := range w.env.Catalog.Casts {
		if c := &w.env.Catalog.Casts[i]; slices.Contains(c.Types, oid) {
			w.castFunction(c)
		}
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

func (w *walker) castFunction(c *catalog.Cast) {
	if c.Function == nil {
		w.fail(policy.RuleNotUnderstood, -1, "the function of a cast is not in the catalogue")
		return
	}
	w.invoke(c.Function, nil)
}

// casts asks for the functions of casts that the statement may set off: for the
// types of the columns that it touches, and wherever two of the server's own
// types are converted unasked.
func (w *walker) casts() {
	if len(w.env.Catalog.Casts) == 0 {
		return
	}
	defer func(deep bool) { w.deep = deep }(w.deep)
	w.deep = true
	for i := range w.env.Catalog.Casts {
		if c := &w.env.Catalog.Casts[i]; c.Anywhere {
			w.castFunction(c)
		}
	}
	for i := range w.accesses { // those of functions that are added meanwhile have no columns
		a := w.accesses[i]
		if a.rel == nil {
			continue
		}
		for _, name := range a.Columns {
			if c := a.rel.Column(name); c != nil {
				w.occurs(c.Type)
			}
		}
		for k := range a.rel.Columns {
			if a.WholeObject {
				w.occurs(a.rel.Columns[k].Type)
			}
		}
	}
}

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
