package postgres

import (
	"slices"
	"strings"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// access is one entry of the list while it grows: one for each operation on
// each object, however often the statement names it.
type access struct {
	policy.Access
	rel *catalog.Relation
}

// touch returns the entry for an operation on a relation, made if need be.
func (w *walker) touch(rel *catalog.Relation, op policy.Op) *access {
	for i := range w.accesses {
		if a := &w.accesses[i]; a.rel == rel && a.Op == op {
			return a
		}
	}
	kind := policy.KindRelation
	if rel.Kind == 'S' {
		kind = policy.KindSequence
	}
	at := len(w.accesses)
	w.accesses = append(w.accesses, access{rel: rel, Access: policy.Access{
		Kind: kind, Op: op, Schema: rel.Schema, Object: rel.Name, Pos: w.pos(rel.Name),
		Free: w.env.Catalog.IsTemp(rel),
	}})
	if op == policy.Select && !w.locks {
		w.opened(rel, checked{})
	}
	return &w.accesses[at]
}

// column notes an operation on one column of a relation.
func (w *walker) column(rel *catalog.Relation, op policy.Op, name string) {
	a := w.touch(rel, op)
	if n := len(a.Columns); n > 0 && a.Columns[n-1] == name {
		return
	}
	a.Columns = append(a.Columns, name)
}

// columns notes an operation on every column: a star or a whole row.
func (w *walker) columns(rel *catalog.Relation, op policy.Op) {
	a := w.touch(rel, op)
	for i := range rel.Columns {
		a.Columns = append(a.Columns, rel.Columns[i].Name)
	}
}

// whole notes an operation that has no column form.
func (w *walker) whole(rel *catalog.Relation, op policy.Op) {
	w.touch(rel, op).WholeObject = true
}

// execute notes the call of a user's function.
func (w *walker) execute(schema, name string) {
	w.moves = true
	for i := range w.accesses {
		a := &w.accesses[i]
		if a.Kind == policy.KindFunction && a.Schema == schema && a.Object == name {
			return
		}
	}
	w.accesses = append(w.accesses, access{Access: policy.Access{
		Kind: policy.KindFunction, Op: policy.Execute, Schema: schema, Object: name, Pos: w.pos(name),
	}})
}

// merge takes over the accesses of a statement that was judged before.
func (w *walker) merge(s *policy.Statement) {
	for _, a := range s.Accesses {
		a.Pos = -1
		a.Columns = slices.Clone(a.Columns)
		w.accesses = append(w.accesses, access{Access: a})
	}
}

// finish sorts the columns, judges relations of the server's own, and returns
// the list.
func (w *walker) finish() []policy.Access {
	w.viewsRead()
	w.beside()
	w.casts()
	if len(w.accesses) == 0 {
		return nil
	}
	out := make([]policy.Access, 0, len(w.accesses))
	for i := range w.accesses {
		a := &w.accesses[i]
		if len(a.Columns) > 1 {
			slices.Sort(a.Columns)
			a.Columns = slices.Compact(a.Columns)
		}
		if a.rel != nil && isSystemSchema(a.Schema) {
			w.system(a)
		}
		if !w.implied(a) {
			out = append(out, a.Access)
		}
	}
	return out
}

// system judges an access to a relation of the server's own.
func (w *walker) system(a *access) {
	name := a.Schema + "." + a.Object
	if a.Op != policy.Select {
		w.fail(policy.RuleSystemCatalog, a.Pos, "%s is the server's own: it can only be read", name)
		return
	}
	class, free := w.rowColumns(a.rel)
	switch class {
	case classFree:
		a.Free = true
	case classColumns:
		for _, c := range a.Columns {
			if !slices.Contains(free, c) {
				w.fail(policy.RuleSystemCatalog, a.Pos, "column %s of %s is not open to reading; open are %s",
					c, name, strings.Join(free, ", "))
				return
			}
		}
		a.Free = true
	default:
		w.fail(policy.RuleSystemCatalog, a.Pos, "%s is not open to reading: it shows other people's data or secrets, or is not on the list of open catalogues", name)
	}
}
