package e2e_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/test/e2e"
)

// conversation is what every driver of test/clients prints: text and
// parameters, many rows, an error, denials outside and inside a transaction,
// rollback, commit and COPY.
const conversation = `one: 7 item 7 10.50 true
prepared: false
prepared: true note 2
rows: 500 125250
error: 22012
denied: 42501
denied: 42501
alive: 500
denied in transaction: 42501
aborted: 25P02
rolled back: 500
committed: 501
deleted: 1
copied in: 503
copied out: true
copy denied: 42501
copy denied: 42501
done`

// drivers hold the conversation in languages of their own.
var drivers = []struct {
	name, program string
	dir           string   // below test/clients
	args          []string // run in a copy of dir
	prepare       []string // run there before
	lacks         []string // beginnings of lines: what the driver does not have
}{
	{name: "lib/pq", program: "go", dir: ".", args: []string{"run", "./libpq"}, lacks: []string{"copied out:", "copy denied:"}},
	{name: "psycopg2", program: "/usr/bin/python3", dir: "psycopg2", args: []string{"conversation.py"}},
	{name: "psycopg 3", program: "/usr/bin/python3", dir: "psycopg3", args: []string{"conversation.py"}},
	{name: "pgjdbc", program: "java", dir: "jdbc", args: []string{"-cp", jdbcDriver, "Conversation.java"}},
	{name: "node pg", program: "node", dir: "node", args: []string{"conversation.mjs"},
		prepare: []string{"npm", "ci", "--no-audit", "--no-fund", "--prefer-offline", "--ignore-scripts"}},
}

func TestDrivers(t *testing.T) {
	db, p := shop(t, map[string]string{"log_statement": "all"})
	for _, d := range drivers {
		t.Run(d.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(filepath.Join("..", "clients", d.dir))); err != nil {
				t.Fatal(err)
			}
			if d.prepare != nil {
				cmd := command(t, nil, d.prepare[0], d.prepare[1:]...)
				cmd.Dir = dir
				if out, err := cmd.CombinedOutput(); err != nil {
					missing(t, fmt.Sprintf("%v: %v\n%s", d.prepare, err, out))
				}
			}
			cmd := command(t, p.Env("shop", "ana", issue(t, p, "ana", scope)), d.program, d.args...)
			cmd.Dir = dir
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Errorf("%v", err)
			}
			compare(t, string(out), without(conversation, d.lacks))
		})
	}
	neverForwarded(t, db, "salaries", "SELECT amount", "7321337")
}

// without leaves out the lines that begin with one of lacks.
func without(text string, lacks []string) string {
	return strings.Join(slices.DeleteFunc(strings.Split(text, "\n"), func(line string) bool {
		return slices.ContainsFunc(lacks, func(l string) bool { return strings.HasPrefix(line, l) })
	}), "\n")
}

// compare reports the first line that differs, not counting space at the ends.
func compare(t *testing.T, got, want string) {
	t.Helper()
	g, w := lines(got), lines(want)
	for i := range max(len(g), len(w)) {
		var a, b string
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Errorf("line %d is %q, want %q; all of it:\n%s", i+1, a, b, got)
			return
		}
	}
}

func lines(s string) []string {
	l := strings.Split(strings.TrimRight(s, " \n"), "\n")
	for i := range l {
		l[i] = strings.TrimRight(l[i], " ")
	}
	return l
}

// neverForwarded holds the database's own log against texts that were denied.
func neverForwarded(t *testing.T, db *pgtest.Server, texts ...string) {
	t.Helper()
	log, err := os.ReadFile(db.LogFile)
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(string(log), "\n") {
		// The schema's own statements, several lines long, are the superuser's.
		if !strings.Contains(line, "LOG:  statement:") && !strings.Contains(line, "LOG:  execute") {
			continue
		}
		for _, text := range texts {
			if strings.Contains(line, text) {
				t.Errorf("a denied statement reached the database: %s", line)
			}
		}
	}
}

// denied lists the denials that the trail adds since it was last asked.
func denied(t *testing.T, trail *e2e.Trail) []string {
	t.Helper()
	list, err := trail.Next()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, l := range list {
		if l.Event == "statement.denied" {
			out = append(out, fmt.Sprintf("%s: %s\n  %s", l.Rule, l.Reason, l.Statement))
		}
	}
	return out
}
