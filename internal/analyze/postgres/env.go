package postgres

import (
	"time"

	"github.com/sallyport-db/sallyport/internal/catalog"
)

// Env is what the reading of a text depends on beside the text itself.
type Env struct {
	// Catalog is the upstream's schema. It must not be nil.
	Catalog *catalog.Snapshot

	// SearchPath is the session's effective setting: unquoted names, "$user"
	// standing for itself.
	SearchPath []string

	// PathSettled says that SearchPath has not been changed in the transaction
	// under way, so that its end leaves it as it is.
	PathSettled bool

	// MaxSleep is the longest that one call of pg_sleep may wait.
	MaxSleep time.Duration

	// Params are types of the user's that the text's parameters are declared
	// to have, by OID.
	Params []uint32

	// Prepared and Cursor return the judged statement behind a name, folded and
	// truncated as the server stores it, or nil. SQL PREPARE and protocol Parse
	// share a namespace, as do DECLARE and protocol Bind. Either may be nil.
	Prepared func(name string) *Part
	Cursor   func(name string) *Part
}
