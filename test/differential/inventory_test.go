package differential

import "slices"

// inventory is what the user's schemas hold, read from the server's catalogue
// without the help of the code under test.
type inventory struct {
	version   int // major
	schemas   []string
	relations map[string][]*relation
	functions map[string][]*function
	owned     map[string][]object // of PostgreSQL
}

type relation struct {
	schema, name, kind string // kind as in pg_class: r, p, v, m, f, S
	columns            []column
}

type column struct{ name, kind, use string } // use: "", "always" (identity), "generated"

func (r *relation) column(name string) column {
	if i := slices.IndexFunc(r.columns, func(c column) bool { return c.name == name }); i >= 0 {
		return r.columns[i]
	}
	return column{}
}

type function struct {
	schema, name, signature string
	kind                    string   // as in pg_proc: f, p, a, w
	args                    []string // types of its arguments
	result                  string
	set                     bool
	extension               string // that it belongs to
}

// object is what can be owned by itself.
type object struct {
	kind, name, identity string
	relation             bool
}

func newInventory(version int) *inventory {
	return &inventory{version: version, relations: map[string][]*relation{}, functions: map[string][]*function{}, owned: map[string][]object{}}
}

func (v *inventory) find(schema, name string) *relation {
	for _, r := range v.relations[schema] {
		if r.name == name {
			return r
		}
	}
	return nil
}
