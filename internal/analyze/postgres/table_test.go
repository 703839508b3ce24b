package postgres

import (
	"flag"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what the analysis says into the tables of testdata, to be reviewed")

// The tables hold a text, and indented below it what the analysis says: the
// accesses of each statement, or "! rule: reason". A line that begins with #
// is a comment.
func TestTables(t *testing.T) {
	for _, name := range []string{"testdata/accesses.txt", "testdata/refused.txt", "testdata/session.txt", "testdata/ddl.txt"} {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		sql := ""
		for _, line := range strings.Split(strings.TrimRight(string(raw), "\n"), "\n") {
			if got, isResult := strings.CutPrefix(line, "\t"); isResult {
				if want := describe(sql); got != want && !*update {
					t.Errorf("%s: %s\n got %s\nwant %s", name, sql, want, got)
				}
				continue
			}
			out.WriteString(line + "\n")
			if line == "" || line[0] == '#' {
				continue
			}
			sql = line
			out.WriteString("\t" + describe(sql) + "\n")
		}
		if *update {
			if err := os.WriteFile(name, []byte(out.String()), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if strings.Count(string(raw), "\n\t") < 10 && !*update {
			t.Errorf("%s has no results", name)
		}
		if strings.Contains(name, "refused") && !*update {
			for _, p := range strings.Split(string(raw), "\n\t")[1:] {
				if !strings.HasPrefix(p, "!") && !strings.Contains(p, "; !") {
					t.Errorf("%s: not refused: %.80s", name, p)
				}
			}
		}
	}
}

// describe writes what the analysis says of a text in one line.
func describe(sql string) string {
	parts := Analyze([]byte(strings.ReplaceAll(sql, `\n`, "\n")), fixtureEnv())
	out := renderAll(parts)
	for i := range parts {
		if e := describeEffect(&parts[i].Effect); e != "" {
			out += " {" + parts[i].Statement.Tag + ": " + e + "}"
		}
	}
	if out == "" {
		return "nothing"
	}
	return out
}

var effectNames = []string{"none", "begin", "commit", "rollback", "savepoint", "release", "rollback to", "set path",
	"reset path", "discard all", "prepare", "deallocate", "declare", "close cursor", "schema"}

func describeEffect(e *Effect) string {
	if e.Kind == EffectNone {
		return ""
	}
	out := effectNames[e.Kind]
	if e.Name != "" {
		out += " " + e.Name
	}
	if e.Kind == EffectSetPath {
		out += " " + strings.Join(e.Path, ",")
	}
	if e.Local {
		out += " local"
	}
	if e.Chain {
		out += " chain"
	}
	if e.Part != nil {
		out += " (" + e.Part.Statement.Tag + " " + render(&e.Part.Statement) + ")"
	}
	return out
}
