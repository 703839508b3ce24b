package postgres

import "github.com/sallyport-db/sallyport/internal/catalog"

// A literal or a parameter whose type is not written becomes one of the type
// that it stands beside (COALESCE, CASE, UNION, ARRAY, =; select_common_type,
// parse_coerce.c). Where that is the type of a row or an array, its text is
// read by record_in or array_in, and the constraints of domains inside are
// evaluated. A plain domain gives way to its base type first.

// wholeRow notes that a relation's row is read as one value.
func (w *walker) wholeRow(it *item) {
	w.readAll(it)
	if it.rel != nil {
		w.rowsRead = append(w.rowsRead, it.rel)
	}
}

// beside asks for the constraints that the literals of the statement may meet.
func (w *walker) beside() {
	if w.fault != nil || !w.ledger.any(tokenString, tokenUnicode, tokenParam) {
		return
	}
	for i := range w.accesses {
		a := &w.accesses[i]
		for _, name := range a.Columns {
			if a.rel == nil {
				break
			}
			if c := a.rel.Column(name); c != nil {
				w.besideType(c.Type)
			}
		}
	}
	for _, rel := range w.rowsRead {
		w.rowTyped(rel)
	}
}

// besideType is typed, for a literal beside a value of a type.
func (w *walker) besideType(oid uint32) {
	for oid >= catalog.FirstNormal {
		t := w.env.Catalog.Type(oid)
		if t == nil {
			return
		}
		if t.Base == 0 {
			w.typed(t.Element)
			w.rowTyped(w.env.Catalog.Relation(t.Row))
		}
		oid = t.Base
	}
}
