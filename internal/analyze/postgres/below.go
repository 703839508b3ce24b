package postgres

import (
	"slices"
	"strings"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// What lies below the names of a text: the queries of views, and what hangs on
// a relation. Relations there are checked as the owner of the view or the rule
// that names them, functions always as whoever runs the statement
// (ExecInitFunc, execExpr.c). What the server checks as the invoker is asked
// for here, since it would check the proxy's role and not the scope.

// checked is who the server checks a relation as (checkAsUser). The zero value
// is whoever runs the statement.
type checked struct {
	owner  string
	bypass bool // row security does not hold for the owner
}

func ownerOf(rel *catalog.Relation) checked {
	if rel.Invoker {
		return checked{} // security_invoker
	}
	return checked{rel.Owner, rel.OwnerBypass}
}

// visit is one thing done to a relation below; each is followed once.
type visit struct {
	rel   *catalog.Relation
	event catalog.Event
	part  string // what of it, where that is not all
	as    checked
}

// visited reports whether a visit has been made before, and books it.
func (w *walker) visited(v visit) bool {
	if w.visits[v] || !w.spend(1) {
		return true
	}
	if w.visits == nil {
		w.visits = make(map[visit]bool)
	}
	w.visits[v] = true
	return false
}

// opened follows the reading of a relation: its policies, and the query if it
// is a view.
func (w *walker) opened(rel *catalog.Relation, as checked) {
	if rel.Kind != 'v' && !rel.RowSecurity || w.visited(visit{rel: rel, event: catalog.EventSelect, as: as}) {
		return
	}
	w.policies(rel, catalog.EventSelect, as)
	if rel.View != nil {
		w.evaluate(rel.View, ownerOf(rel), 0)
	}
}

// idle reports whether the server leaves out a column of a view that nobody
// reads: not if it may do more than to return a value
// (remove_unused_subquery_outputs, allpaths.c).
func (w *walker) idle(e *catalog.Expression, column int) bool {
	for i := range e.Calls {
		c := &e.Calls[i]
		if c.Column != column || c.Domain != 0 {
			continue
		}
		if f := w.env.Catalog.Function(c.Function); f == nil || f.Set || f.Volatile == 'v' {
			return false
		}
	}
	return true
}

// viewColumns follows the columns of a view that are read.
func (w *walker) viewColumns(rel *catalog.Relation, columns []string, all bool) {
	if rel.View == nil {
		return
	}
	defer func(deep bool) { w.deep = deep }(w.deep)
	w.deep = true
	for i := range rel.View.Calls {
		c := &rel.View.Calls[i]
		if c.Column > 0 && (all || c.Column > len(rel.Columns) || slices.Contains(columns, rel.Columns[c.Column-1].Name)) {
			w.storedCall(c)
		}
	}
}

// stands notes that a view stands in a FROM. One that a statement changes does
// not: the relation that it is over takes its place, and whatever else is in
// its columns is gone unless somebody reads it.
func (w *walker) stands(rel *catalog.Relation) {
	if rel.View != nil && !slices.Contains(w.views, rel) {
		w.views = append(w.views, rel)
	}
}

// viewsRead follows what is read of views, once all of that is known. Where
// rows are locked or changed the server may carry whole rows of a view along
// (preprocess_rowmarks, planner.c).
func (w *walker) viewsRead() {
	if w.locks {
		return
	}
	rows := w.rows
	for i := 0; i < len(w.accesses); i++ {
		a := w.accesses[i]
		rows = rows || a.Op == policy.Update || a.Op == policy.Delete
		if a.rel != nil && a.Op == policy.Select {
			w.viewColumns(a.rel, a.Columns, a.WholeObject)
		}
	}
	for i := 0; i < len(w.views); i++ {
		view := w.views[i]
		for c := range view.Columns {
			if rows || !w.idle(view.View, c+1) {
				w.viewColumns(view, []string{view.Columns[c].Name}, false)
			}
		}
	}
}

// evaluate follows a stored expression or query. The first entry for the
// relation skip is left out.
func (w *walker) evaluate(e *catalog.Expression, as checked, skip uint32) {
	if e == nil || !w.enter() {
		if e != nil {
			w.leave()
		}
		return
	}
	defer w.leave()
	defer func(deep bool) { w.deep = deep }(w.deep)
	w.deep = true
	if e.Unread {
		w.fail(policy.RuleNotUnderstood, -1, "what the catalogue stores for a relation of this statement cannot be read")
		return
	}
	for i := range e.Calls {
		if c := &e.Calls[i]; c.Column == 0 { // see viewsRead for the others
			w.storedCall(c)
		}
	}
	for i := range e.Uses {
		if u := &e.Uses[i]; u.Relation == skip {
			skip = 0
		} else {
			w.use(u, as)
		}
	}
}

// use follows one relation of a stored query.
func (w *walker) use(u *catalog.Use, as checked) {
	rel := w.env.Catalog.Relation(u.Relation)
	if rel == nil {
		w.fail(policy.RuleNotUnderstood, -1, "a view of this statement reads a relation that is not in the catalogue")
		return
	}
	if as == (checked{}) {
		w.asked(rel, u)
	} else if rel.Kind == 'v' && isSystemSchema(rel.Schema) {
		w.belowSystem(rel, u)
	}
	if u.Events&catalog.EventSelect != 0 {
		w.opened(rel, as)
		w.stands(rel)
		w.viewColumns(rel, names(rel, u.Selected), slices.Contains(u.Selected, 0))
	}
	for _, event := range [...]catalog.Event{catalog.EventInsert, catalog.EventUpdate, catalog.EventDelete} {
		switch {
		case u.Events&event == 0:
		case event == catalog.EventUpdate && len(u.Updated) == 0: // FOR UPDATE
			w.policies(rel, event, as)
		default:
			w.changed(rel, write{event: event, columns: names(rel, slices.Concat(u.Inserted, u.Updated))}, as)
		}
	}
}

// lockedBelow follows a lock, also below a view: FOR UPDATE to the relations of its
// FROM (markQueryForLocking, rewriteHandler.c), LOCK to all of its relations
// (LockViewRecurse, lockcmds.c).
// Rows are locked under the policies for UPDATE.
func (w *walker) lockedBelow(rel *catalog.Relation, op policy.Op, as checked) {
	if !w.locks {
		w.policies(rel, catalog.EventUpdate, as)
	}
	if rel.View == nil || w.visited(visit{rel: rel, part: "lock", as: as}) {
		return
	}
	defer func(deep bool) { w.deep = deep }(w.deep)
	w.deep = true
	for i := range rel.View.Uses {
		u := &rel.View.Uses[i]
		below := w.env.Catalog.Relation(u.Relation)
		if below == nil || !w.locks && !u.From {
			continue
		}
		switch {
		case rel.Invoker && w.locks:
			w.whole(below, op)
		case rel.Invoker:
			w.touch(below, op)
		}
		w.lockedBelow(below, op, ownerOf(rel))
	}
}

// asked notes what the invoker needs on a relation of a stored query.
func (w *walker) asked(rel *catalog.Relation, u *catalog.Use) {
	for _, x := range [...]struct {
		event   catalog.Event
		op      policy.Op
		columns []int
	}{
		{catalog.EventSelect, policy.Select, u.Selected},
		{catalog.EventInsert, policy.Insert, u.Inserted},
		{catalog.EventUpdate, policy.Update, u.Updated},
	} {
		if u.Events&x.event == 0 {
			continue
		}
		w.touch(rel, x.op)
		for _, n := range x.columns {
			w.attnum(rel, x.op, n)
		}
	}
	if u.Events&catalog.EventDelete != 0 {
		w.whole(rel, policy.Delete)
	}
}

// attnum notes an operation on a column by its number; 0 is the whole row.
func (w *walker) attnum(rel *catalog.Relation, op policy.Op, n int) {
	c := rel.Numbered(n)
	switch {
	case n == 0:
		w.columns(rel, op)
	case n < 0 && -n <= len(systemColumns):
		w.column(rel, op, systemColumns[-n-1])
	case c == nil:
		w.fail(policy.RuleNotUnderstood, -1, "a view reads a column of %s.%s that is not in the catalogue", rel.Schema, rel.Name)
	default:
		w.column(rel, op, c.Name)
	}
}

// systemColumns are attnum -1, -2, … (sysattr.h).
var systemColumns = [...]string{"ctid", "xmin", "cmin", "xmax", "cmax", "tableoid"}

func names(rel *catalog.Relation, attnums []int) []string {
	var out []string
	for _, n := range attnums {
		if c := rel.Numbered(n); c != nil {
			out = append(out, c.Name)
		}
	}
	return out
}

// belowSystem judges a view of the server's own below a user's view: what it
// shows depends on who asks, which is the proxy's role. Tables are the
// business of the view's owner.
func (w *walker) belowSystem(rel *catalog.Relation, u *catalog.Use) {
	class, free := catalogRelation(rel.Schema, rel.Name)
	switch class {
	case classFree:
		return
	case classColumns:
		if !slices.Contains(u.Selected, 0) && !slices.ContainsFunc(names(rel, u.Selected), func(c string) bool { return !slices.Contains(free, c) }) {
			return
		}
	}
	w.fail(policy.RuleSystemCatalog, -1, "a view of this statement reads %s.%s, which shows the proxy's role more than it may show others", rel.Schema, rel.Name)
}

// storedCall judges a call in a stored expression.
func (w *walker) storedCall(c *catalog.Call) {
	if c.Domain != 0 {
		w.typed(c.Domain)
		return
	}
	f := w.env.Catalog.Function(c.Function)
	if f == nil {
		w.fail(policy.RuleNotUnderstood, -1, "what the catalogue stores for a relation of this statement calls a function that is not known")
		return
	}
	if f.Extension == "" && isSystemSchema(f.Schema) {
		if f.Syntax {
			return
		}
		if class, what := functionClass(f.Schema, f.Name); class == classSpecial {
			w.storedSpecial(what, f, c)
			return
		}
	}
	w.invoke(f, nil)
}

// storedSpecial judges a call of a function whose arguments say what it does.
func (w *walker) storedSpecial(what special, f *catalog.Function, c *catalog.Call) {
	ops := map[special]policy.Op{specialNextval: policy.Usage | policy.Update, specialCurrval: policy.Usage | policy.Select,
		specialSetval: policy.Update}
	switch op := ops[what]; {
	case op != 0 && c.Known:
		if rel := w.env.Catalog.Relation(c.OID); rel != nil && rel.Kind == 'S' {
			w.touch(rel, op)
			return
		}
	case what == specialShow && c.Known:
		if settingReadable(c.Text) || strings.Contains(c.Text, ".") {
			return
		}
	case what == specialRewrite && f.Args == 3:
		return
	}
	w.fail(policy.RuleFunction, -1, "a view, default or constraint of this statement calls %s with arguments that cannot be judged", f.Name)
}
