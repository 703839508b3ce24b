package catalog

import (
	"maps"
	"strings"
	"sync/atomic"
)

// A session sees more than everybody does: its own temporary objects, and what
// it has changed and not committed. Both are read over its own connection.

// TempQueries are the Queries narrowed to the session's temporary schema. The
// server pushes each condition down to where an index serves it.
var TempQueries = narrowed(Queries)

// What is in the schema, by number.
const (
	tempRelations = `ARRAY(SELECT oid FROM pg_class WHERE relnamespace = pg_my_temp_schema())`
	tempTypes     = `ARRAY(SELECT oid FROM pg_type WHERE typnamespace = pg_my_temp_schema())`
)

// narrow names the first columns of each query and has the condition on them.
var narrow = [len(steps)]string{
	`(a) WHERE true`,                            // the server
	`(a) WHERE a = pg_my_temp_schema()`,         // schemas
	`(a) WHERE a = ANY (` + tempRelations + `)`, // relations
	`(a) WHERE a = ANY (` + tempRelations + `)`, // columns
	`(a, b, c) WHERE b = ANY (` + tempRelations + `) OR c = ANY (` + tempRelations + `)`, // links
	`(a, b) WHERE b = pg_my_temp_schema()`,                                               // functions
	`(a) WHERE a = pg_my_temp_schema()`,                                                  // operators
	`(a, b) WHERE b = pg_my_temp_schema()`,                                               // types
	`(a) WHERE a = ANY (` + tempTypes + `)`,                                              // domains
	`(a) WHERE false`,                                                                    // casts
	`(a) WHERE a = ANY (` + tempRelations + `)`,                                          // what is stored
	`(a) WHERE a = ANY (` + tempRelations + `)`,                                          // constraints
}

func narrowed(queries []string) []string {
	out := make([]string, len(queries))
	for i, q := range queries {
		out[i] = "SELECT * FROM (" + q + ") q" + narrow[i]
	}
	return out
}

// private numbers the snapshots of single sessions, apart from the shared ones.
var private atomic.Uint64

const firstPrivate = 1 << 63

// OfSession makes a snapshot that was read in a session the session's own:
// pg_temp is its temporary schema, and its version is like no other. What is
// temporary belongs to whoever runs the session's statements: views and rules
// there read with the rights of the token, and not with those of the proxy's
// role, which has made them on its behalf.
func (s *Snapshot) OfSession() *Snapshot {
	own := *s
	own.Version = firstPrivate + private.Add(1)
	own.Schemas = maps.Clone(s.Schemas)
	if s.Temp != nil {
		own.Schemas["pg_temp"] = s.Temp
		for _, r := range s.Temp.Relations {
			r.Invoker = true
		}
	}
	return &own
}

// With is the snapshot that a session sees whose temporary objects are temp's:
// the result of TempQueries.
func (s *Snapshot) With(temp *Snapshot) *Snapshot {
	own := *s
	own.Temp, own.over = temp.Temp, temp
	if temp.Temp == nil {
		return own.OfSession()
	}
	own.Schemas = maps.Clone(s.Schemas)
	own.Schemas[temp.Temp.Name] = temp.Temp
	return own.OfSession()
}

// IsTemp says that a relation is one of the session's own temporary ones.
func (s *Snapshot) IsTemp(r *Relation) bool { return s.Temp != nil && r.Schema == s.Temp.Name }

// ForeignTemp says that a search_path names a schema of temporary objects that
// is not the session's own.
func (s *Snapshot) ForeignTemp(setting []string) bool {
	for _, name := range setting {
		if strings.HasPrefix(name, "pg_temp_") && (s.Temp == nil || name != s.Temp.Name) || strings.HasPrefix(name, "pg_toast_temp_") {
			return true
		}
	}
	return false
}
