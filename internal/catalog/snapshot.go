// Package catalog keeps what an upstream's schema is, so that names in a
// statement can be resolved as the server resolves them.
package catalog

// Snapshot is one reading of an upstream's catalogue. It is immutable and may
// be used from any goroutine.
type Snapshot struct {
	Version       uint64 // grows with every snapshot whose content differs
	ServerVersion int    // server_version_num, 150018 for 15.18
	Database      string // current_database()
	Role          string // the login role of the proxy, what "$user" stands for
	Superuser     bool   // that role's rolsuper
	Encoding      string // server_encoding
	SearchPath    string // the role's default search_path, as SHOW prints it

	Schemas map[string]*Schema
}

// Schema is one namespace. Schemas for temporary objects are left out: a name
// in one of them never resolves here.
type Schema struct {
	Name  string
	Usage bool // the role may use it; a search_path skips it otherwise

	Relations map[string]*Relation   // by relname; indexes and TOAST included (their Kind says so)
	Functions map[string][]*Function // by proname, every overload
	Operators map[string][]*Operator // by oprname; left out for pg_catalog, whose operators are harmless
	Types     map[string]*Type       // by typname, without array and row types of relations
}

// Relation is one row of pg_class.
type Relation struct {
	OID     uint32
	Schema  string
	Name    string
	Kind    byte     // relkind: r p v m f S i I t c
	Columns []Column // user columns in attnum order, dropped ones left out; none for indexes and TOAST
}

// Column is one row of pg_attribute.
type Column struct {
	Name      string
	Type      uint32 // atttypid
	Generated bool   // attgenerated is not empty
	Default   bool   // has a default expression
}

// Function is one row of pg_proc.
type Function struct {
	OID           uint32
	Schema        string
	Name          string
	Kind          byte // prokind: f p a w
	Args          int  // pronargs
	Defaults      int  // pronargdefaults
	Variadic      bool
	Volatile      byte   // provolatile: i s v
	Extension     string // the extension that owns it, or ""
	PublicExecute bool   // EXECUTE is granted to PUBLIC
}

// Operator is one row of pg_operator, and the function that it calls.
type Operator struct {
	Schema         string
	Name           string
	FunctionSchema string
	Function       string // a shell operator has none
	Extension      string // the extension that owns the operator, or ""
}

// Type is one row of pg_type that a cast or a column may name.
type Type struct {
	OID       uint32
	Schema    string
	Name      string
	Kind      byte   // typtype: b c d e m p r
	Extension string // the extension that owns it, or ""
}
