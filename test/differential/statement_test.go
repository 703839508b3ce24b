package differential

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// statement is a case: texts that are sent one after the other, in one
// transaction.
type statement struct {
	origin   string // file, or generator
	steps    []string
	extended bool // sent with Parse, Bind, Execute
	alone    bool // not inside a transaction: the server would refuse it there
}

func (c *statement) String() string { return strings.Join(c.steps, " ;; ") }

// cleaning says how much must be undone that a rollback does not undo.
func (c *statement) cleaning() int {
	text := strings.ToUpper(c.String())
	switch {
	case c.alone:
		return 3
	case strings.Contains(text, "PREPARE"):
		return 2
	}
	return 1
}

// readStatements reads files in which each line is a case. Texts of one case
// that are sent on their own are separated by " ;; ". Paragraphs that begin
// with "-- from N" are for servers from N on; a case that begins with "alone: "
// is run outside of a transaction.
func readStatements(t *testing.T, version int, pattern string) (out []*statement) {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatal(pattern, err)
	}
	slices.Sort(files)
	for _, file := range files {
		for _, line := range strings.Split(forVersion(t, file, version), "\n") {
			if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "--") {
				continue
			}
			c := &statement{origin: filepath.Base(file)}
			line, c.alone = strings.CutPrefix(line, "alone: ")
			c.steps = strings.Split(line, " ;; ")
			out = append(out, c)
		}
	}
	return out
}

// forVersion reads a file without the paragraphs that need a newer server:
// those that begin with "-- from N".
func forVersion(t *testing.T, file string, version int) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, paragraph := range strings.Split(string(content), "\n\n") {
		var from int
		if _, err := fmt.Sscanf(paragraph, "-- from %d", &from); err == nil && from > version {
			continue
		}
		out = append(out, paragraph)
	}
	return strings.Join(out, "\n\n")
}
