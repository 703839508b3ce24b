package postgres

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/policy"
)

// metaCommands are psql's questions to the catalogue, which a person asks
// first.
var metaCommands = []string{
	`\d`, `\d+`, `\dt`, `\dt+`, `\dt *.*`, `\di`, `\dv`, `\dm`, `\ds`, `\dS`, `\d orders`, `\d+ orders`, `\d items`, `\d+ parent`, `\d child`,
	`\d report`, `\d+ report`, `\d counter`, `\d orders_pkey`, `\d derived`, `\dn`, `\dn+`, `\df`, `\df+`, `\dT`, `\dT+`,
	`\du`, `\dg+`, `\dp`, `\l`, `\dx`, `\dD`, `\dC`, `\do`, `\dc`, `\dd`, `\des`, `\det`, `\dA`, `\dF`, `\dL`, `\dO`,
	`\dy`, `\dRp`, `\ddp`, `\dP`, `\dX`, `\sf label`, `\sv report`, `\z`, `\d pair`,
}

var hiddenQuery = regexp.MustCompile(`(?s)\*{9} QUERY \*{10}\n(.*?)\n\*{26}`)

// TestPsqlIsFree: every query that psql sends for these is free of grants.
func TestPsqlIsFree(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	bin, err := pgtest.FindPrograms()
	if err != nil {
		t.Fatal(err)
	}
	o := newOracleOn(t, server)
	p := policy.Policy{Upstream: "shop"}
	p.Scope, _ = policy.ParseScope("shop/nothing.here:select")
	queries := 0
	for _, meta := range metaCommands {
		out, err := exec.Command(filepath.Join(bin, "psql"), "-X", "-E", "-d", server.URL("", ""), "-c", meta).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", meta, err, out)
		}
		found := hiddenQuery.FindAllSubmatch(out, -1)
		if len(found) == 0 {
			t.Errorf("%s: no query seen in\n%s", meta, out)
		}
		for _, q := range found {
			queries++
			for _, part := range Analyze(q[1], o.env) {
				if v := p.Decide(&part.Statement); !v.Allow {
					t.Errorf("%s: %s: %s\n%s", meta, v.Rule, v.Reason, strings.TrimSpace(string(q[1])))
				}
			}
		}
	}
	t.Logf("%d queries", queries)
}
