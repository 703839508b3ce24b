// Package kinds reads a dialect's table of statements: what each kind needs,
// or why only "unrestricted" lets it pass.
package kinds

import (
	"fmt"
	"strings"
)

// Kind is a line of a table of statements.
type Kind struct {
	Group string   // the heading that it stands under
	Names string   // as people write them
	Nodes []string // types of the parser's tree
	Needs string
	Why   string // unrestricted is needed, or for what of it
}

// What a line needs, if it is no grant.
const (
	Unrestricted = "unrestricted"
	NotRead      = "not read"
)

// Read reads a table of lines "names | nodes | needs | why". It panics on what
// is no line: the tables are part of the program.
func Read(text string) []Kind {
	var out []Kind
	group := ""
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			group = strings.TrimSpace(line[1:])
		case line != "":
			out = append(out, read(line, group))
		}
	}
	return out
}

func read(line, group string) Kind {
	f := strings.Split(line, " | ")
	if len(f) < 3 || len(f) > 4 || len(f) == 3 && (f[2] == Unrestricted || f[2] == NotRead) {
		panic(fmt.Sprintf("the table of statements: %q is no line", line))
	}
	k := Kind{Group: group, Names: f[0], Needs: f[2]}
	if f[1] != "-" {
		k.Nodes = strings.Split(f[1], ", ")
	}
	if len(f) == 4 {
		k.Why = f[3]
	}
	return k
}

// Reasons says of each type of the tree that is never judged why.
func Reasons(list []Kind) map[string]string {
	m := make(map[string]string)
	for i := range list {
		for _, node := range list[i].Nodes {
			if k := &list[i]; k.Needs == Unrestricted && m[node] == "" {
				m[node] = k.Why
			}
		}
	}
	return m
}

// Page is the table as Markdown for people, below an introduction.
func Page(intro string, list []Kind) string {
	var b strings.Builder
	b.WriteString(intro)
	group := ""
	for _, k := range list {
		if k.Group != group {
			group = k.Group
			fmt.Fprintf(&b, "\n## %s\n\n| statement | needs | |\n|---|---|---|\n", group)
		}
		needs, why := k.Needs, k.Why
		switch {
		case needs == Unrestricted:
			needs = "`unrestricted`"
		case needs == NotRead:
			needs, why = "`unrestricted`", "not read: "+why
		case why != "":
			why = "`unrestricted` " + why
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", k.Names, needs, why)
	}
	return b.String()
}
