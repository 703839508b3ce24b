package e2e_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// The conversation of the drivers, with each version of PostgreSQL behind the
// proxy.
func TestEachVersionOfPostgreSQL(t *testing.T) {
	pgtesting.EachVersion(t, func(t *testing.T, _ int, o pgtest.Options) {
		_, p := shopOn(t, o)
		for _, mode := range []pgx.QueryExecMode{pgx.QueryExecModeCacheStatement, pgx.QueryExecModeSimpleProtocol} {
			c := &talker{t: t, conn: connect(t, p, "ana", issue(t, p, "ana", scope), mode)}
			c.read()
			c.failures()
			c.transactions()
			c.copying()
			c.say("done")
			compare(t, c.said.String(), conversation)
		}
	})
}
