package mysql

import (
	"testing"

	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/policy"
)

// A mode decides how the next text is read. The server takes one as a number
// too, whose bits the names do not show.
func TestModes(t *testing.T) {
	for _, c := range []struct {
		sql  string
		free bool
	}{
		{"SET sql_mode = ''", true}, {"SET sql_mode = 'TRADITIONAL'", true},
		{"SET SESSION sql_mode = 'STRICT_TRANS_TABLES,no_engine_substitution'", true},
		{"SET sql_mode = 'STRICT_TRANS_TABLES,ANSI_QUOTES'", false}, {"SET sql_mode = ansi", false},
		{"SET sql_mode = 4", false}, {"SET @@session.sql_mode = 1048576", false}, {"SET sql_mode = 0", false},
		{"SET sql_mode = 4.0", false}, {"SET sql_mode = 0x414e5349", false}, {"SET sql_mode = X'414e5349'", false},
		{"SET sql_mode = DEFAULT", false}, {"SET sql_mode = NULL", false}, {"SET sql_mode = @a", false},
		{"SET @a = 1, sql_mode = 4", false},
	} {
		parts := Analyze([]byte(c.sql), &Env{Catalog: &catalog.Snapshot{}, Schema: "shop"})
		f := parts[0].Statement.Fault
		if (f == nil) != c.free || f != nil && f.Rule != policy.RuleSetting && f.Rule != policy.RuleNotUnderstood {
			t.Errorf("%s: %+v", c.sql, f)
		}
	}
}
