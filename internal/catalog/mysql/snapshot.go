// Package mysql reads what the schemas of a MySQL or MariaDB server are.
package mysql

import "strings"

// Snapshot is one reading of a server's information_schema. It is immutable
// and may be used from any goroutine.
type Snapshot struct {
	Version   uint64 // grows with every snapshot whose content differs
	MariaDB   bool
	Number    int    // of the server's version: 101119 for MariaDB 10.11.19, 80036 for MySQL 8.0.36
	User      string // who read it, "name@host" as in a DEFINER
	FoldNames bool   // lower_case_table_names is not 0: names of schemas and tables have no case

	Schemas map[string]*Schema // by Fold
}

// Schema is one database.
type Schema struct {
	Name     string
	Tables   map[string]*Table   // by Fold
	Triggers map[string]*Table   // by Fold: the tables that they are on
	Routines map[string]*Routine // by lower-case name, functions and procedures apart: see RoutineKey
}

// Table is a table or a view.
type Table struct {
	Schema, Name string
	Kind         byte // 'r' table, 'v' view, 'S' sequence
	Columns      []string
	Defaults     map[string]string // by column, the expressions that may name a sequence: the server's spelling, every name qualified
	Triggers     bool
	Engine       string // of a table
	RowStart     string // the column of a system-versioned table that says since when a row was valid
	RowEnd       string // ... and until when
	Temporary    bool   // the session's own
	Definer      string // of a view
	Invoker      bool   // a view with SQL SECURITY INVOKER
	Definition   string // of a view, as the server writes it: every name qualified
	Calls        bool   // a view that calls stored functions, itself or below
	byName       map[string]string
}

// Routine is a stored function or procedure.
type Routine struct {
	Schema, Name string
	Procedure    bool
	Invoker      bool // SQL SECURITY INVOKER
}

// information is the schema in which no name has case, whatever the server is
// set to (is_infoschema_db, sql_show.cc).
const information = "information_schema"

// Fold gives the form under which a schema's or table's name is kept.
func (s *Snapshot) Fold(name string) string {
	if s.FoldNames || strings.EqualFold(name, information) {
		return strings.ToLower(name)
	}
	return name
}

func (s *Snapshot) foldIn(ns *Schema, name string) string {
	if ns.Name == information {
		return strings.ToLower(name)
	}
	return s.Fold(name)
}

// Schema finds a database by name, or returns nil.
func (s *Snapshot) Schema(name string) *Schema { return s.Schemas[s.Fold(name)] }

// Table finds a table or view, or returns nil.
func (s *Snapshot) Table(schema, name string) *Table {
	if ns := s.Schema(schema); ns != nil {
		return ns.Tables[s.foldIn(ns, name)]
	}
	return nil
}

// NewTemporary makes a table that only one session has.
func NewTemporary(schema, name string, columns []string) *Table {
	t := &Table{Schema: schema, Name: name, Kind: 'r', Engine: "InnoDB", Columns: columns, Temporary: true, byName: map[string]string{}}
	for _, c := range columns {
		t.byName[strings.ToLower(c)] = c
	}
	return t
}

// Routine finds a stored function or procedure; their names have no case.
func (s *Snapshot) Routine(schema, name string, procedure bool) *Routine {
	if ns := s.Schema(schema); ns != nil {
		return ns.Routines[routineKey(name, procedure)]
	}
	return nil
}

func routineKey(name string, procedure bool) string {
	if procedure {
		return strings.ToLower(name) + "\x00p"
	}
	return strings.ToLower(name)
}

// Trigger finds the table of a trigger, or returns nil.
func (s *Snapshot) Trigger(schema, name string) *Table {
	if ns := s.Schema(schema); ns != nil {
		return ns.Triggers[s.Fold(name)]
	}
	return nil
}

// Column returns a column's name as the catalogue has it. Columns' names have
// no case.
func (t *Table) Column(name string) (string, bool) {
	real, ok := t.byName[strings.ToLower(name)]
	return real, ok
}
