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
// use. The session's temporary schema is left out, for there is where functions
// and operators are never looked up; relations and types are, see Places.
func (s *Snapshot) Path(setting []string) []*Schema {
	return s.path(make([]*Schema, 0, len(setting)+1), setting, s.Temp)
}

// Places is Path for relations and types. They are looked up among the
// session's temporary ones first, unless the setting says where these come.
func (s *Snapshot) Places(setting []string) []*Schema {
	path := make([]*Schema, 0, len(setting)+2)
	if s.Temp != nil && !listed(setting, "pg_temp") && !listed(setting, s.Temp.Name) {
		path = append(path, s.Temp)
	}
	return s.path(path, setting, nil)
}

func (s *Snapshot) path(path []*Schema, setting []string, without *Schema) []*Schema {
	if !listed(setting, "pg_catalog") {
		path = s.join(path, "pg_catalog", without)
	}
	for _, name := range setting {
		if name == "$user" {
			name = s.Role
		}
		path = s.join(path, name, without)
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

func (s *Snapshot) join(path []*Schema, name string, without *Schema) []*Schema {
	ns := s.Schemas[name]
	if ns == nil || !ns.Usage || ns == without {
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
	for _, ns := range s.Places(setting) {
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
