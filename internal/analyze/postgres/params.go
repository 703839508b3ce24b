package postgres

import (
	"encoding/binary"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/policy"
)

// The Parse message may give parameters types by number, which the text does
// not show. When values are bound the server makes them of these types
// (exec_bind_message, postgres.c): a domain's constraints are evaluated there.

// userTypes are the types in a Parse message that are not the server's own.
func userTypes(oids []byte) (user []uint32) {
	for ; len(oids) >= 4; oids = oids[4:] {
		if oid := binary.BigEndian.Uint32(oids); oid >= catalog.FirstNormal {
			user = append(user, oid)
		}
	}
	return user
}

// params judges the types that parameters are declared to have, as it would
// casts to them.
func (a *analysis) params() {
	for _, oid := range a.env.Params {
		a.part.Named = true
		t := a.env.Catalog.Type(oid)
		if t == nil {
			a.fail(policy.RuleUndefined, -1, "the type of a parameter, with OID %d, does not exist", oid)
			return
		}
		a.cast(t)
	}
}
