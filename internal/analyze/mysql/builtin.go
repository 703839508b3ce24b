package mysql

import (
	_ "embed"
	"strings"
)

// What needs no grant stands in builtin/*.txt, reviewed by hand; what is on no
// list is denied. Names are in lower case.

//go:embed builtin/functions.txt
var functionsText string

//go:embed builtin/keywords.txt
var keywordsText string

//go:embed builtin/keywords_ddl.txt
var ddlKeywordsText string

//go:embed builtin/settings.txt
var settingsText string

//go:embed builtin/relations.txt
var relationsText string

var (
	freeFunctions = list(functionsText)
	keywords      = list(keywordsText)
	ddlKeywords   = list(ddlKeywordsText)
	freeSettings  = list(settingsText)
	openRelations = list(relationsText)
)

func list(text string) map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		for _, w := range strings.Fields(line) {
			out[w] = true
		}
	}
	return out
}

// freeFunction reports whether a function of the server's own touches nothing
// but its arguments.
func freeFunction(name string) bool { return freeFunctions[name] }

// isSystemSchema reports whether a schema is the server's own, so that a grant
// with "*" does not reach it.
func isSystemSchema(schema string) bool {
	switch strings.ToLower(schema) {
	case "information_schema", "mysql", "performance_schema", "sys":
		return true
	}
	return false
}
