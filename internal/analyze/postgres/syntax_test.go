package postgres

import (
	"strings"
	"testing"
)

// Where a statement stops making sense is what a person wants to see. The positions are the server's own.
func TestSyntaxErrorsArePlaced(t *testing.T) {
	env := fixtureEnv()
	for _, tt := range []struct{ text, at, message string }{
		{"SELECT * FORM orders", "FORM", `at or near "FORM"`},
		{"SELECT 1; SELECT * FORM orders", "FORM", `at or near "FORM"`},
		{"SELECT *\n  FROM orders\n WHERE AND id", "AND", `at or near "AND"`},
		{"SELECT id FROM orders a b", "b", `at or near "b"`},
		{"SELECT id FROM orders a b;", "b;", `at or near "b"`},
		{"SELECT (1 + 2", "", "at end of input"},
		{"SELECT id FROM", "", "at end of input"},
		{"SELECT id FROM -- nothing", "", "at end of input"},
		{"SELECT id FROM; SELECT 1", ";", "at end of input"},
		{"SELECT 1 +* FROM orders", "FROM", `at or near "FROM"`},
		{"ALTER USER ana PASWORD 'hunter2'", "PASWORD", `at or near "PASWORD"`},
		{"SELECT 1 'hunter2'", "'hunter2'", "at or near a value"},
	} {
		parts := Analyze([]byte(tt.text), env)
		f := parts[0].Statement.Fault
		if f == nil || !strings.HasSuffix(f.Reason, tt.message) || strings.Contains(f.Reason, "hunter2") {
			t.Errorf("%q: %+v, want %s", tt.text, f, tt.message)
			continue
		}
		if got := tt.text[f.Pos:]; !strings.HasPrefix(got, tt.at) || tt.at == "" && got != "" && !strings.HasPrefix(got, " --") {
			t.Errorf("%q: points at %q, want %q", tt.text, got, tt.at)
		}
	}
}
