package postgres

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// mutator changes statements token by token: places in the grammar that nobody
// thought of.
type mutator struct {
	*rand.Rand
	statements [][]string
	words      []string
}

func newMutator(t testing.TB, seed uint64, files ...string) *mutator {
	m := &mutator{Rand: rand.New(rand.NewPCG(seed, seed))}
	var lines []string
	for _, file := range files {
		lines = append(lines, readLines(t, file)...)
	}
	for _, sql := range lines {
		var tokens []string
		for _, k := range tokenize([]byte(sql)) {
			tokens = append(tokens, sql[k.start:k.end])
		}
		m.statements = append(m.statements, tokens)
		m.words = append(m.words, tokens...)
	}
	return m
}

func (m *mutator) statement() string {
	tokens := append([]string(nil), m.statements[m.IntN(len(m.statements))]...)
	for range 1 + m.IntN(3) {
		i := m.IntN(len(tokens))
		j := i + m.IntN(min(len(tokens)-i, 6)+1)
		switch m.IntN(6) {
		case 0: // another token
			tokens[i] = m.words[m.IntN(len(m.words))]
		case 1: // one more
			tokens = splice(tokens, i, i, m.words[m.IntN(len(m.words))])
		case 2: // some fewer
			tokens = splice(tokens, i, min(j, len(tokens)))
		case 3: // a piece of another statement
			other := m.statements[m.IntN(len(m.statements))]
			a := m.IntN(len(other))
			b := a + m.IntN(min(len(other)-a, 10)+1)
			tokens = splice(tokens, i, j, other[a:b]...)
		case 4: // brackets
			tokens = splice(tokens, j, j, ")")
			tokens = splice(tokens, i, i, "(")
		case 5: // the end of another statement
			other := m.statements[m.IntN(len(m.statements))]
			tokens = append(tokens, other[m.IntN(len(other)):]...)
		}
		if len(tokens) == 0 {
			tokens = []string{"SELECT"}
		}
	}
	return strings.Join(tokens, " ")
}

func splice(tokens []string, i, j int, with ...string) []string {
	return append(append(append([]string(nil), tokens[:i]...), with...), tokens[j:]...)
}

// TestMutationsAreNotLetThrough: as for random queries, with the statements of
// the differential table, changed.
func TestMutationsAreNotLetThrough(t *testing.T) {
	o := newOracle(t)
	const seed, rounds = 3, 8000
	m := newMutator(t, seed, "testdata/differential.sql", "testdata/spelling.sql", "testdata/spelling.sql")
	accepted, denied := 0, 0
	for i := range rounds {
		sql := m.statement()
		if strings.Contains(sql, "FROM STD") {
			continue // COPY would wait for data
		}
		if err := o.exec("BEGIN; SET LOCAL statement_timeout = '2s'; SAVEPOINT s;" + sql + "; ROLLBACK; DEALLOCATE ALL"); err != nil {
			o.exec("ROLLBACK; DEALLOCATE ALL")
			continue
		}
		accepted++
		parts := Analyze([]byte(sql), o.env)
		if len(parts) == 0 {
			continue
		}
		p := &parts[0]
		if f := p.Statement.Fault; f != nil {
			denied++
			t.Logf("denied: %s: %s", sql, f.Reason)
			continue
		}
		if code := o.try(t, sql, o.exact(p.Statement.Accesses)); code == "42501" {
			t.Errorf("seed %d, round %d: let through: %s\n\twith %s", seed, i, sql, render(&p.Statement))
		}
	}
	t.Logf("%d of %d accepted by the server, %d of those denied", accepted, rounds, denied)
	if accepted < rounds/50 {
		t.Errorf("only %d accepted", accepted)
	}
}
