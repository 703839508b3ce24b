package postgres

import (
	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// scope is one query level: what its column references can mean (ParseState,
// parse_node.h).
type scope struct {
	parent  *scope
	ctes    []*cte
	items   []*item // the namespace, as far as FROM has been read
	from    []*item // every plain relation and sub-select of FROM, for FOR UPDATE
	lateral bool    // p_lateral_active: items of the FROM being read are visible
}

// item is one name in FROM (ParseNamespaceItem).
type item struct {
	name    string            // alias or relation's name; "" if it has none
	schema  string            // of a relation without an alias, else ""
	rel     *catalog.Relation // a plain relation, or nil
	row     []column          // the columns, where they are not rel's own under their own names
	wild    bool              // the columns are not known: any name may be one
	sub     *scope            // a sub-select's own level, for FOR UPDATE
	named   bool              // the item's name is visible
	visible bool              // its columns are visible without the name
	lateral bool              // visible only under LATERAL (p_lateral_only)
}

// column is an output column of an item. rel is the relation that it is read
// from where that has not been noted yet.
type column struct {
	name string
	rel  *catalog.Relation
	real string // the column's name in rel
}

// plain reports whether the item's columns are rel's own.
func (it *item) plain() bool { return it.rel != nil && it.row == nil }

// find returns how many columns have the name, and the first. Only a relation
// has system columns.
func (it *item) find(name string) (int, column) {
	if it.plain() {
		if columnNamed(it.rel, name) || systemColumn(it.rel, name) {
			return 1, column{name, it.rel, name}
		}
		return 0, column{}
	}
	n, first := 0, column{}
	for _, c := range it.row {
		if c.name == name {
			if n++; n == 1 {
				first = c
			}
		}
	}
	if n == 0 && it.rel != nil && systemColumn(it.rel, name) {
		return 1, column{name, it.rel, name}
	}
	return n, first
}

// all returns every column of an item, system columns left out.
func (it *item) all() []column {
	if !it.plain() {
		return it.row
	}
	out := make([]column, len(it.rel.Columns))
	for i := range it.rel.Columns {
		c := &it.rel.Columns[i]
		out[i] = column{c.Name, it.rel, c.Name}
	}
	return out
}

// read notes the reading of a column.
func (w *walker) read(c column) {
	if c.rel != nil {
		w.column(c.rel, policy.Select, c.real)
	}
}

// readAll notes the reading of a whole row.
func (w *walker) readAll(it *item) {
	if it.rel != nil {
		w.columns(it.rel, policy.Select)
		return
	}
	for _, c := range it.row {
		w.read(c)
	}
}

// byName finds the item that a qualifier means (refnameNamespaceItem). More
// than one of a level is an error of the server's too.
func (w *walker) byName(s *scope, schema, name string) *item {
	for ; s != nil; s = s.parent {
		var found *item
		if !w.spend(len(s.items)) {
			return nil
		}
		for _, it := range s.items {
			if !it.named || it.name != name || it.lateral && !s.lateral {
				continue
			}
			if schema != "" && (it.rel == nil || it.schema != schema) {
				continue
			}
			if found != nil {
				w.twice(name, found, it)
				return found
			}
			found = it
		}
		if found != nil {
			return found
		}
	}
	return nil
}

// twice fails because two items of a level have one name. That they may, only
// relations under their own names can (checkNameSpaceConflicts).
func (w *walker) twice(name string, a, b *item) {
	if a.schema != "" && b.schema != "" && a.rel != b.rel {
		w.fail(policy.RuleUndefined, w.pos(name), "table reference %q is ambiguous", name)
		return
	}
	w.fail(policy.RuleUndefined, w.pos(name), "table name %q specified more than once", name)
}

// lookupColumn resolves an unqualified column (colNameToVar) and notes its
// reading. A level with an item of unknown columns may or may not have it: the
// search goes on outward, whatever is found there counts as read too, and maybe
// is true.
func (w *walker) lookupColumn(s *scope, name string, local bool) (found, maybe bool) {
	for ; s != nil; s = s.parent {
		found, wild := w.lookupLevel(s, name)
		maybe = maybe || wild
		if found {
			return true, maybe
		}
		if local {
			break
		}
	}
	return false, maybe
}

// columnOrRow resolves a lone name: a column, or else the whole row of the
// item that has the name. Where it cannot be told which, both are read.
func (w *walker) columnOrRow(s *scope, name string) bool {
	found, maybe := w.lookupColumn(s, name, false)
	if found {
		return true
	}
	if it := w.byName(s, "", name); it != nil {
		w.wholeRow(it)
		return true
	}
	return maybe
}

func (w *walker) lookupLevel(s *scope, name string) (found, wild bool) {
	if !w.spend(len(s.items)) {
		return true, false
	}
	for _, it := range s.items {
		if !it.visible || it.lateral && !s.lateral {
			continue
		}
		wild = wild || it.wild
		n, c := it.find(name)
		if n == 0 {
			continue
		}
		if n > 1 || found {
			w.fail(policy.RuleUndefined, w.pos(name), "column reference %q is ambiguous", name)
			return true, wild
		}
		found = true
		w.read(c)
	}
	return found, wild
}

// lookupCTE finds a WITH query by name, the nearest level first.
func (w *walker) lookupCTE(s *scope, name string) *cte {
	for ; s != nil; s = s.parent {
		for _, c := range s.ctes {
			if c.name == name && !c.hidden {
				return c
			}
		}
	}
	return nil
}
