package catalog

import (
	"testing"
)

// sample is a snapshot of the schemas that the cases name.
func sample() *Snapshot {
	s := &Snapshot{Role: "ana", Schemas: map[string]*Schema{}}
	add := func(schema string, usage bool, relations ...string) {
		ns := &Schema{Name: schema, Usage: usage, Relations: map[string]*Relation{},
			Functions: map[string][]*Function{"f": {{Schema: schema, Name: "f"}}}}
		for _, r := range relations {
			ns.Relations[r] = &Relation{Schema: schema, Name: r, Columns: []Column{{Name: "id"}, {Name: "Full Name"}}}
		}
		s.Schemas[schema] = ns
	}
	add("pg_catalog", true, "pg_class")
	add("public", true, "orders", "pg_class")
	add("ana", true, "orders", "own")
	add("locked", false, "orders", "hidden")
	return s
}

func TestResolve(t *testing.T) {
	s := sample()
	for _, tt := range []struct {
		path []string
		name string
		want string // schema, or "" for none
	}{
		{[]string{"public"}, "orders", "public"},
		{[]string{"$user", "public"}, "orders", "ana"},
		{[]string{"$user", "public"}, "own", "ana"},
		{[]string{"nowhere", "public"}, "orders", "public"},
		{[]string{"locked", "public"}, "orders", "public"}, // no USAGE: the server passes over it
		{[]string{"locked"}, "hidden", ""},
		{[]string{"public"}, "pg_class", "pg_catalog"},               // first unless listed
		{[]string{"public", "pg_catalog"}, "pg_class", "public"},     // listed: in its place
		{[]string{"pg_catalog", "public"}, "pg_class", "pg_catalog"}, //
		{nil, "pg_class", "pg_catalog"},
		{nil, "orders", ""},
		{[]string{"public"}, "Orders", ""},
		{[]string{"PUBLIC"}, "orders", ""},
	} {
		got := ""
		if r := s.Resolve(tt.path, tt.name); r != nil {
			got = r.Schema
		}
		if got != tt.want {
			t.Errorf("%q under %q is in %q, want %q", tt.name, tt.path, got, tt.want)
		}
	}
}

func TestLookup(t *testing.T) {
	s := sample()
	if r := s.Lookup("public", "orders"); r == nil || r.Schema != "public" {
		t.Errorf("public.orders is %v", r)
	}
	if s.Lookup("public", "own") != nil || s.Lookup("nowhere", "orders") != nil {
		t.Error("found what is not there")
	}
}

func TestFunctionsInPathOrder(t *testing.T) {
	s := sample()
	found := s.Functions([]string{"public", "locked", "ana", "public"}, "f")
	var schemas []string
	for _, f := range found {
		schemas = append(schemas, f.Schema)
	}
	if len(schemas) != 3 || schemas[0] != "pg_catalog" || schemas[1] != "public" || schemas[2] != "ana" {
		t.Errorf("found in %q, want pg_catalog, public, ana", schemas)
	}
	if n := len(s.Schemas["pg_catalog"].Functions["f"]); n != 1 {
		t.Errorf("the search has changed the snapshot: %d functions", n)
	}
	if s.Functions([]string{"public"}, "g") != nil {
		t.Error("found a function that is not there")
	}
}

func TestColumn(t *testing.T) {
	r := sample().Lookup("public", "orders")
	if c := r.Column("Full Name"); c == nil || c.Name != "Full Name" {
		t.Errorf("got %v", c)
	}
	if r.Column("full name") != nil || r.Column("ctid") != nil {
		t.Error("found a column that is not there")
	}
}
