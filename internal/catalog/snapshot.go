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
	BypassesRLS   bool   // that role's rolsuper or rolbypassrls
	Encoding      string // server_encoding
	SearchPath    string // the role's default search_path, as SHOW prints it

	Schemas map[string]*Schema
	Temp    *Schema // the session's temporary schema, one of Schemas; nil if it has none
	Casts   []Cast  // those made by users that call a function

	relations map[uint32]*Relation
	functions map[uint32]*Function
	types     map[uint32]*Type
	over      *Snapshot // of a session: what is in its temporary schema
}

// Relation returns the relation of that OID, or nil.
func (s *Snapshot) Relation(oid uint32) *Relation {
	if r := s.relations[oid]; r != nil || s.over == nil {
		return r
	}
	return s.over.relations[oid]
}

// Function returns the function of that OID, or nil.
func (s *Snapshot) Function(oid uint32) *Function {
	if f := s.functions[oid]; f != nil || s.over == nil {
		return f
	}
	return s.over.functions[oid]
}

// Type returns the type of that OID, array and row types included, or nil.
func (s *Snapshot) Type(oid uint32) *Type {
	if t := s.types[oid]; t != nil || s.over == nil {
		return t
	}
	return s.over.types[oid]
}

// Schema is one namespace. Schemas for temporary objects are left out, but for
// that of the session whose snapshot this is.
type Schema struct {
	Name  string
	Usage bool // the role may use it; a search_path skips it otherwise

	Public bool // USAGE is granted to PUBLIC

	Relations map[string]*Relation   // by relname; indexes and TOAST included (their Kind says so)
	Functions map[string][]*Function // by proname, every overload
	Operators map[string][]*Operator // by oprname; left out for pg_catalog, whose operators are harmless
	Types     map[string]*Type       // by typname, without array and row types of relations
}

// Relation is one row of pg_class.
type Relation struct {
	OID         uint32
	Schema      string
	Name        string
	Kind        byte     // relkind: r p v m f S i I t c
	Persistence byte     // relpersistence: p u t
	Owner       string   // the role that owns it
	Columns     []Column // user columns in attnum order, dropped ones left out; none for indexes and TOAST

	Invoker     bool // what its view or its rules read is checked as the current user: security_invoker, and whatever is temporary
	CheckOption bool // a view WITH CHECK OPTION
	OwnerBypass bool // row security does not hold for the owner of the relation, here or elsewhere: superuser, BYPASSRLS
	RowSecurity bool // row security is enabled
	Forced      bool // for its owner too
	Bypassed    bool // RowSecurity does not hold for Snapshot.Role

	Parents        []*Relation // what it inherits from or is a partition of
	Children       []*Relation // its children and partitions, the nearest level
	ReferencedBy   []*Relation // relations with a foreign key to it
	OwnedSequences []*Relation // of serial and identity columns
	Table          *Relation   // of an index or an owned sequence: what it belongs to

	Dependents []*Relation // what loses something when this is dropped with CASCADE, the nearest level
	Tied       bool        // and so does something that is no relation: a function, a domain

	// Constraints holds the columns of each primary key, unique and exclusion
	// constraint by its name; "" stands for an expression.
	Constraints map[string][]string

	// Triggers says that writing to it sets off a trigger of the user's: on
	// itself, on a child, or where a foreign key's action leads.
	Triggers bool

	View    *Expression // the query of a view
	Refresh *Expression // the query of a materialised view
	Stored  []Stored    // what else the server may evaluate when the relation is used

	cascades []*Relation // of ReferencedBy, those that follow a change
}

// Column is one row of pg_attribute.
type Column struct {
	Name      string
	Number    int    // attnum
	Type      uint32 // atttypid
	Generated bool   // attgenerated is not empty
	Default   bool   // has a default expression
	Key       bool   // of the primary key
}

// Event is what can be done to a relation's rows, as a set.
type Event uint8

// The events. The numbers are those of AclMode (parsenodes.h), so that the
// requiredPerms of a stored query can be taken for them.
const (
	EventInsert Event = 1 << iota
	EventSelect
	EventUpdate
	EventDelete
	EventTruncate

	EventsAll = EventInsert | EventSelect | EventUpdate | EventDelete
)

// StoredKind says where an expression is stored.
type StoredKind byte

// The kinds of what hangs on a relation.
const (
	StoredDefault   StoredKind = 'd' // of Column
	StoredGenerated StoredKind = 'g' // Column is generated
	StoredCheck     StoredKind = 'c' // a CHECK constraint
	StoredIndex     StoredKind = 'i' // expressions and predicate of an index
	StoredPartition StoredKind = 'p' // a partition key
	StoredTrigger   StoredKind = 't' // the WHEN of a trigger
	StoredRule      StoredKind = 'r' // qualification and actions of a rule
	StoredPolicy    StoredKind = 's' // of row security
)

// Stored is what the server evaluates when a relation is used.
type Stored struct {
	Kind    StoredKind
	Column  string // of a default or a generated column
	Events  Event  // when: of a trigger, a rule, a policy
	Instead bool   // a rule or trigger that stands in for the event
	Mine    bool   // a policy that holds for Snapshot.Role; others are for other roles
	*Expression
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
	Set           bool        // proretset: it returns rows
	Volatile      byte        // provolatile: i s v
	Extension     string      // the extension that owns it, or ""
	PublicExecute bool        // EXECUTE is granted to PUBLIC
	Syntax        bool        // one of the server's own operators or casts calls it
	Types         []uint32    // of the result, and for a user's function those of the arguments
	Default       *Expression // what stands for arguments that are left out, or nil
}

// Cast is one row of pg_cast, made by a user.
type Cast struct {
	Source, Target uint32
	Context        byte // castcontext: e explicit, a assignment, i implicit
	Function       *Function
}

// Operator is one row of pg_operator, and the function that it calls.
type Operator struct {
	Schema         string
	Name           string
	FunctionSchema string
	Function       string // a shell operator has none
	Extension      string // the extension that owns the operator, or ""
	Left, Right    uint32 // the types of the operands; 0: there is none
}

// Type is one row of pg_type.
type Type struct {
	OID         uint32
	Schema      string
	Name        string
	Kind        byte          // typtype: b c d e m p r
	Extension   string        // the extension that owns it, or ""
	Base        uint32        // what a domain is over, or 0
	Element     uint32        // of an array, or 0
	FromServer  bool          // one of the server's own types becomes it unasked
	Row         uint32        // the relation whose rows a composite type has, or 0
	Default     *Expression   // of a domain
	Constraints []*Expression // a domain's CHECK constraints
}
