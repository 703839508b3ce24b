package differential

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// The share of what is denied of what an account is permitted, which is to be
// 0.005, of generated statements and of what clients send.
const mysqlDenied, mysqlClientsDenied = 0.1, 0.03

func TestMySQLHandWritten(t *testing.T) {
	t.Parallel()
	r := newMySQL(t)
	random := rand.New(rand.NewPCG(seed, seed))
	cases := append(readStatements(t, 10, "testdata/mysql/statements/*.sql"),
		readStatements(t, 10, "../../internal/analyze/mysql/testdata/statements.sql")...)
	tally := tally{database: r}
	for _, c := range cases {
		c.extended = len(c.steps) == 1 && random.IntN(4) == 0
	}
	for batch := range slices.Chunk(cases, 10) {
		tally.explore(t, batch, 2, random)
	}
	tally.compare(t, r.none(), cases)
	tally.report(t)
	tally.judge(t, mostLetThrough, 1) // those are there to be denied, many of them
}

func TestMySQLGenerated(t *testing.T) {
	t.Parallel()
	tally := tally{database: newMySQL(t)}
	tally.generated(t, seed, 400)
	tally.report(t)
	tally.judge(t, mostLetThrough, mysqlDenied)
}

// What clients, tools and mappers send must pass where it passes there.
func TestMySQLClients(t *testing.T) {
	t.Parallel()
	r := newMySQL(t)
	random := rand.New(rand.NewPCG(seed, 3))
	cases := readStatements(t, 10, "testdata/mysql/clients/*.sql")
	if len(cases) < 400 {
		t.Fatalf("only %d statements", len(cases))
	}
	for _, c := range cases {
		c.extended = strings.Contains(c.steps[0], "?")
	}
	tally := tally{database: r}
	for batch := range slices.Chunk(cases, 10) {
		tally.explore(t, batch, 2, random)
	}
	tally.compare(t, r.none(), cases)
	tally.report(t)
	tally.judge(t, mostLetThrough, mysqlClientsDenied)
}

func TestTortureMySQLDifferential(t *testing.T) {
	torture(t, func(t *testing.T) database { return newMySQL(t) }, mysqlDenied)
}
