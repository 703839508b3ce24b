package catalog

// Expression is what an expression or a query stored in the catalogue names.
type Expression struct {
	Calls   []Call // what is called, but for the server's own operators
	Uses    []Use  // the relations of the queries in it
	Columns []int  // attnums of the one relation that an expression is over; 0 for the whole row

	// Targets says of each column of a view which column of which relation it
	// is, where that is all that it is; Base is the only relation of its FROM.
	Base    uint32
	Targets []int

	// Unread says that the tree could not be read in full.
	Unread bool
}

// Call is the call of a function in a stored expression, or a cast to a domain,
// whose constraints may call some.
type Call struct {
	Function uint32
	Domain   uint32
	Column   int    // of a view, the only one that this is part of; 0 otherwise
	Known    bool   // the first argument is a constant:
	Text     string // its bytes behind a length word, as text has them
	OID      uint32 // its value, as regclass has it
}

// Use is what a stored query does to a relation: one entry of its range table
// with the privileges that it needs (RTEPermissionInfo, parsenodes.h).
type Use struct {
	Relation uint32
	Events   Event
	From     bool  // it stands in FROM, perhaps of a sub-select there: FOR UPDATE reaches it
	Selected []int // attnums; 0 for the whole row
	Inserted []int
	Updated  []int
}
