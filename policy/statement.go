package policy

// Kind is the sort of object that an Access is about.
type Kind uint8

// The zero Kind is no kind at all, and no grant covers it.
const (
	KindNone     Kind = iota
	KindRelation      // table, view, materialised view, foreign table, partition
	KindSequence
	KindFunction // function, procedure, aggregate or window function
	KindSchema   // the schema itself, or what in it has no Kind; DDL and Usage are asked for
	KindNew      // what a statement makes: DDL on the schema as a whole covers it, forbid goes by its name
)

// Access is one thing that a statement does to one object.
//
// Columns lists the columns touched, by catalogue name, sorted, without
// repeats. An empty list on a relation means that no column is named (SELECT
// count(*), INSERT DEFAULT VALUES): as in PostgreSQL, the operation on any one
// column is then enough (ExecCheckOneRelPerms, execMain.c). WholeObject says
// that the operation has no column form in this place (DELETE, TRUNCATE, LOCK,
// a whole-table COPY of an unknown list): only a grant on all columns covers it.
//
// Object is empty only for DDL on a schema as a whole and for Usage: a name is
// looked up in the schema, which every grant on anything in it allows. Another
// KindSchema access
// with an Object is DDL on something of that name which is neither relation,
// sequence nor function: a type, a text search configuration.
type Access struct {
	Kind        Kind
	Op          Op // exactly one bit; on a sequence, a WholeObject or a relation of which no column is named perhaps several, of which any one is enough (nextval: Usage|Update)
	Schema      string
	Object      string
	Columns     []string
	WholeObject bool

	// Free marks an access that needs no grant because the database gives it
	// to everybody: harmless catalogue relations, built-in functions, objects
	// of the session's own. It is kept for the record. Forbidden rules still
	// apply to it.
	Free bool

	// Pos is the byte offset in the statement's text that caused the access,
	// or -1 where none can be named.
	Pos int
}

// Statement is what analysis found a text to be. The zero Statement was not
// understood and is denied.
type Statement struct {
	// Tag names the statement's kind as the server's command tag does
	// ("SELECT", "INSERT", "BEGIN"). Empty: not understood.
	Tag string

	// Accesses is complete unless Fault is set.
	Accesses []Access

	// Fault, if not nil, is why no list of accesses can stand for this
	// statement. Only `unrestricted` lets it pass, and not even that if the
	// fault is Absolute.
	Fault *Fault
}

// Fault is a reason found by analysis, not by a grant.
type Fault struct {
	Rule     Rule
	Reason   string // for people; names objects, never data
	Pos      int    // byte offset in the text, or -1
	Absolute bool   // refuse even under unrestricted (cannot be handled safely)
	Unread   bool   // the text does not parse, so that the server's own grammar may refuse it too
}

// Rule names what decided a verdict. The names are part of the audit log's
// format: they are added to, never changed.
type Rule string

// Rules that allow.
const (
	RuleGrant        Rule = "grant"        // every access is covered by a grant or free
	RuleUnrestricted Rule = "unrestricted" // the scope has upstream:unrestricted
	RuleObserve      Rule = "observe"      // the upstream's mode is observe; Verdict.Would says what would have denied
)

// Rules that deny.
const (
	RuleNone              Rule = ""                   // the zero verdict; denied
	RuleNoGrant           Rule = "no-grant"           // an access that no grant covers
	RuleForbidden         Rule = "forbidden"          // the upstream's forbid list
	RuleNotUnderstood     Rule = "not-understood"     // does not parse, or a construct without a line
	RuleNeedsUnrestricted Rule = "needs-unrestricted" // understood, and outside what grants can express
	RuleUndefined         Rule = "undefined"          // a relation, column or function that does not resolve
	RuleSetting           Rule = "setting"            // a setting that changes reading or identity
	RuleFunction          Rule = "function"           // a built-in function that is not on the list
	RuleSystemCatalog     Rule = "system-catalog"     // a catalogue relation that shows others' data or secrets
	RuleRowSecurity       Rule = "row-security"       // the proxy's role bypasses the row security of a relation
	RuleLimit             Rule = "limit"              // the guard before parsing: size, depth, links
)
