package catalog

// Lookup returns the relation of that schema and name, or nil.
func (s *Snapshot) Lookup(schema, name string) *Relation {
	if ns := s.Schemas[schema]; ns != nil {
		return ns.Relations[name]
	}
	return nil
}

// Path returns the schemas that a search_path stands for, in the order in
// which the server searches them (recomputeNamespacePath, namespace.c):
// pg_catalog first unless it is listed, "$user" for the schema named as the
// role, and without the schemas that do not exist or that the role may not
// use. Temporary schemas are the caller's: they are not part of a snapshot.
func (s *Snapshot) Path(setting []string) []*Schema {
	path := make([]*Schema, 0, len(setting)+1)
	if !listed(setting, "pg_catalog") {
		path = s.join(path, "pg_catalog")
	}
	for _, name := range setting {
		if name == "$user" {
			name = s.Role
		}
		path = s.join(path, name)
	}
	return path
}

func listed(names []string, name string) bool {
	for _, n := range names {
		if n == name {
			return true
		}
	}
	return false
}

func (s *Snapshot) join(path []*Schema, name string) []*Schema {
	ns := s.Schemas[name]
	if ns == nil || !ns.Usage {
		return path
	}
	for _, have := range path {
		if have == ns {
			return path
		}
	}
	return append(path, ns)
}

// Resolve returns the relation that an unqualified name means under a
// search_path, or nil. As for the server, the first relation of that name is
// it, whatever its kind (RelnameGetRelid, namespace.c).
func (s *Snapshot) Resolve(setting []string, name string) *Relation {
	for _, ns := range s.Path(setting) {
		if r := ns.Relations[name]; r != nil {
			return r
		}
	}
	return nil
}

// Functions returns every function that an unqualified name may mean under a
// search_path, in path order; which one it is depends on the arguments. The
// caller must not change the slice.
func (s *Snapshot) Functions(setting []string, name string) []*Function {
	var found []*Function
	for _, ns := range s.Path(setting) {
		found = gather(found, ns.Functions[name])
	}
	return found
}

// Operators is Functions for operators. Those of pg_catalog are not in it.
func (s *Snapshot) Operators(setting []string, name string) []*Operator {
	var found []*Operator
	for _, ns := range s.Path(setting) {
		found = gather(found, ns.Operators[name])
	}
	return found
}

// gather appends more to found, without a copy where found is empty.
func gather[T any](found, more []T) []T {
	if len(found) == 0 {
		return more[:len(more):len(more)]
	}
	return append(found, more...)
}

// Column returns the column of that name, or nil. System columns are not
// among a relation's columns.
func (r *Relation) Column(name string) *Column {
	for i := range r.Columns {
		if r.Columns[i].Name == name {
			return &r.Columns[i]
		}
	}
	return nil
}

// Numbered returns the column of that attnum, or nil.
func (r *Relation) Numbered(attnum int) *Column {
	for i := range r.Columns {
		if r.Columns[i].Number == attnum {
			return &r.Columns[i]
		}
	}
	return nil
}
