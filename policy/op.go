package policy

import "strings"

// Op is a set of operations of the scope language, one bit each.
type Op uint16

// The operations of SPEC section 2.
const (
	Select Op = 1 << iota
	Insert
	Update
	Delete
	Truncate
	References
	Trigger
	Maintain
	Usage
	Execute
	DDL
)

// What each form of a grant may carry, and so what `all` means there.
const (
	schemaOps   = DDL<<1 - 1                            // schema.*: every operation
	objectOps   = schemaOps &^ Execute                  // schema.name: a relation or a sequence
	columnOps   = Select | Insert | Update | References // ACL_ALL_RIGHTS_COLUMN, utils/acl.h
	functionOps = Execute                               // schema.name()
)

// What may be asked of each kind of object. An operation that its kind does
// not have is covered by no grant.
var kindOps = [...]Op{
	KindNone:     0,
	KindRelation: schemaOps &^ (Usage | Execute),
	KindSequence: Select | Update | Usage | DDL, // ACL_ALL_RIGHTS_SEQUENCE, utils/acl.h, and DDL
	KindFunction: Execute | DDL,
	KindSchema:   DDL | Usage,
	KindNew:      DDL,
}

// opNames is in the order of the bits, which is the order of printing.
var opNames = [...]string{
	"select", "insert", "update", "delete", "truncate", "references",
	"trigger", "maintain", "usage", "execute", "ddl",
}

// ParseOp returns the operation of that name, in lower case as in a scope.
// `all` is not one: what it means depends on what the grant names.
func ParseOp(name string) (Op, bool) {
	for i, n := range opNames {
		if n == name {
			return 1 << i, true
		}
	}
	return 0, false
}

// String lists the operations as a scope does, separated by commas. The empty
// set is "none", which no scope can hold.
func (o Op) String() string {
	for i, n := range opNames {
		if o == 1<<i {
			return n // the common case, without allocation
		}
	}
	if o&schemaOps == 0 {
		return "none"
	}
	var names []string
	for i, n := range opNames {
		if o&(1<<i) != 0 {
			names = append(names, n)
		}
	}
	return strings.Join(names, ",")
}

// one says whether the set holds exactly one operation.
func (o Op) one() bool { return o != 0 && o&(o-1) == 0 }

// least returns the one operation to ask for where any of the set is enough:
// usage before update, which can do more to a sequence.
func (o Op) least() Op {
	if o&Usage != 0 {
		return Usage
	}
	return o & -o
}
