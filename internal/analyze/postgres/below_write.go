package postgres

import (
	"slices"
	"strings"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// write is what a statement does to a relation's rows.
type write struct {
	event     catalog.Event
	columns   []string // that are given a value
	defaulted []string // of those, which may be set to DEFAULT
	checked   bool     // through a view WITH CHECK OPTION
}

// changed follows a change: what the server evaluates for it, and where it goes
// on from a view.
func (w *walker) changed(rel *catalog.Relation, c write, as checked) {
	if w.fault != nil || !w.enter() {
		w.leave()
		return
	}
	defer w.leave()
	w.moves = w.moves || rel.Triggers
	w.policies(rel, c.event, as)
	instead := w.rules(rel, c.event)
	w.hung(rel, c)
	if rel.Kind == 'v' {
		w.throughView(rel, c, instead)
	}
}

// rules follows the rules for an event. It reports whether one of them, or a
// trigger, stands in for it.
func (w *walker) rules(rel *catalog.Relation, event catalog.Event) (instead bool) {
	first := !w.visited(visit{rel: rel, event: event, part: "rules"})
	for i := range rel.Stored {
		s := &rel.Stored[i]
		if s.Kind == catalog.StoredRule && s.Events&event != 0 && first {
			w.moves = true
			w.evaluate(s.Expression, ownerOf(rel), 0)
		}
		instead = instead || s.Instead && s.Events&event != 0
	}
	return instead
}

// throughView follows a change of a view: to the relation that it is over
// (rewriteTargetView, rewriteHandler.c), unless a trigger or a rule stands in.
func (w *walker) throughView(view *catalog.Relation, c write, instead bool) {
	if view.View == nil {
		return
	}
	base, as := w.env.Catalog.Relation(view.View.Base), ownerOf(view)
	c.checked = c.checked || view.CheckOption
	insert := c.event == catalog.EventInsert
	switch {
	case instead && insert:
		return
	case instead || base == nil: // else not updatable: an error of the server's
		w.evaluate(view.View, as, 0)
		w.viewColumns(view, nil, true)
		return
	case !insert || c.checked:
		w.evaluate(view.View, as, base.OID) // the base is asked for below
	}
	below := c.below(view, base)
	if as == (checked{}) {
		defer func(deep bool) { w.deep = deep }(w.deep)
		w.deep = true
		op := map[catalog.Event]policy.Op{catalog.EventInsert: policy.Insert, catalog.EventUpdate: policy.Update, catalog.EventDelete: policy.Delete}[c.event]
		if w.touch(base, op); op == policy.Delete {
			w.whole(base, op)
		}
		for _, name := range below.columns {
			w.column(base, op, name)
		}
	}
	w.changed(base, below, as)
}

// below is the change that comes of it for the relation that a view is over. A
// default of the view's own comes before those below, which an update does not
// reach (rewriteTargetListIU).
func (c write) below(view, base *catalog.Relation) write {
	columns, defaulted := c.columns, slices.Clone(c.defaulted)
	for i := range view.Columns {
		if col := &view.Columns[i]; col.Default && c.omits(col.Name) {
			columns = append(slices.Clip(columns), col.Name)
			defaulted = slices.DeleteFunc(defaulted, func(name string) bool { return name == col.Name })
		}
	}
	if c.event == catalog.EventUpdate {
		defaulted = nil
	}
	return write{event: c.event, columns: baseColumns(view, base, columns), defaulted: baseColumns(view, base, defaulted), checked: c.checked}
}

// baseColumns maps columns of a view to those of the relation that it is over.
func baseColumns(view, base *catalog.Relation, columns []string) []string {
	var attnums []int
	for i := range view.Columns {
		if i < len(view.View.Targets) && slices.Contains(columns, view.Columns[i].Name) {
			attnums = append(attnums, view.View.Targets[i])
		}
	}
	return names(base, attnums)
}

// hung follows what hangs on a relation that is changed, on its partitions and
// children, and the partition keys above it, which it is held against.
func (w *walker) hung(rel *catalog.Relation, c write) {
	for i := range rel.Stored {
		if s := &rel.Stored[i]; s.Kind == catalog.StoredDefault && c.omits(s.Column) {
			w.evaluate(s.Expression, checked{}, 0)
		}
	}
	for i := range rel.Columns {
		col := &rel.Columns[i]
		if c.event == catalog.EventInsert || slices.Contains(c.columns, col.Name) {
			w.typed(col.Type)
		}
		if t := w.env.Catalog.Type(col.Type); t != nil && !col.Default && c.omits(col.Name) {
			w.evaluate(t.Default, checked{}, 0)
		}
	}
	w.constraints(rel, c)
	for up := rel.Parents; len(up) > 0; up = up[0].Parents {
		for i := range up[0].Stored {
			if s := &up[0].Stored[i]; s.Kind == catalog.StoredPartition && c.event != catalog.EventDelete {
				w.evaluate(s.Expression, checked{}, 0)
			}
		}
	}
}

// omits reports whether a column gets its default.
func (c *write) omits(column string) bool {
	switch c.event {
	case catalog.EventInsert:
		return !slices.Contains(c.columns, column) || slices.Contains(c.defaulted, column)
	case catalog.EventUpdate:
		return slices.Contains(c.defaulted, column)
	}
	return false
}

// constraints follows what the server evaluates for each row that it writes,
// and the conditions of triggers. Which child a row goes to, and whether an
// update leaves an index alone, is known only then.
func (w *walker) constraints(rel *catalog.Relation, c write) {
	if w.visited(visit{rel: rel, event: c.event, part: "row " + strings.Join(c.columns, "\x00")}) {
		return
	}
	for i := range rel.Stored {
		s := &rel.Stored[i]
		switch s.Kind {
		case catalog.StoredTrigger:
			if s.Events&c.fires(rel) != 0 {
				w.evaluate(s.Expression, checked{}, 0)
			}
		case catalog.StoredGenerated:
			if c.regenerates(rel, s) {
				w.evaluate(s.Expression, checked{}, 0)
			}
		case catalog.StoredCheck, catalog.StoredIndex, catalog.StoredPartition:
			if c.event != catalog.EventDelete {
				w.evaluate(s.Expression, checked{}, 0)
			}
		}
	}
	for _, child := range rel.Children {
		w.constraints(child, c)
	}
}

// fires returns the events of the triggers that a change sets off. An update
// that moves a row to another partition deletes and inserts it.
func (c *write) fires(rel *catalog.Relation) catalog.Event {
	if c.event == catalog.EventUpdate && (rel.Kind == 'p' || len(rel.Parents) > 0) {
		return c.event | catalog.EventInsert | catalog.EventDelete
	}
	return c.event
}

// regenerates reports whether a generated column is computed anew: an update
// leaves out those that depend on nothing that it changes, unless a trigger
// may change more (ExecInitStoredGenerated, nodeModifyTable.c).
func (c *write) regenerates(rel *catalog.Relation, s *catalog.Stored) bool {
	if c.event != catalog.EventUpdate || rel.Triggers || slices.Contains(s.Columns, 0) {
		return c.event != catalog.EventDelete
	}
	return slices.ContainsFunc(names(rel, s.Columns), func(name string) bool { return slices.Contains(c.columns, name) })
}

// policies judges row security for what is done to a relation. Where it does
// not hold for the proxy's role, the token's holder would see or change rows
// that it hides. Below a view it is the owner's that counts, as it does for
// everybody.
func (w *walker) policies(rel *catalog.Relation, event catalog.Event, as checked) {
	if !rel.RowSecurity {
		return
	}
	invoker := as == checked{}
	switch {
	case invoker && rel.Bypassed:
		w.fail(policy.RuleRowSecurity, w.pos(rel.Name), "the proxy's role on the database bypasses row security of %s.%s: "+
			"give the upstream a role that it binds, or a grant of unrestricted", rel.Schema, rel.Name)
		return
	case !invoker && (as.bypass || as.owner == rel.Owner && !rel.Forced):
		return
	}
	for i := range rel.Stored {
		if s := &rel.Stored[i]; s.Kind == catalog.StoredPolicy && s.Events&event != 0 && (s.Mine || !invoker) {
			w.evaluate(s.Expression, as, 0)
		}
	}
}
