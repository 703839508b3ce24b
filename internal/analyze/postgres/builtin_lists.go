package postgres

import (
	_ "embed"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// The lists. Each line is one entry, "#" begins a comment; the head of each
// file says what its entries look like and by which rule they were chosen. An
// entry may end in a mark for the versions that have it: name@16 since 16,
// name@-14 until 14, name@14-16 for both. The marks are for the tests: what a
// server does not have is not there to be called.
var (
	//go:embed builtin/functions.txt
	functionsText string
	//go:embed builtin/extensions.txt
	extensionsText string
	//go:embed builtin/relations.txt
	relationsText string
	//go:embed builtin/settings.txt
	settingsText string
)

// builtinSpecial are the functions of pg_catalog whose arguments decide.
var builtinSpecial = map[string]special{
	"nextval":         specialNextval,
	"currval":         specialCurrval,
	"setval":          specialSetval,
	"set_config":      specialSetConfig,
	"current_setting": specialShow,
	"ts_rewrite":      specialRewrite,
	"pg_sleep":        specialSleep,
}

var (
	builtinFunctions = readFunctions(functionsText)
	knownExtensions  = readExtensions(extensionsText)
	builtinRelations = readRelations(relationsText)
	builtinSettings  = readSettings(settingsText)
)

// fieldsOf yields the fields of every line that has any. A list that cannot be
// read is a mistake in this source: the readers panic when the program starts.
func fieldsOf(text string) iter.Seq[[]string] {
	return func(yield func([]string) bool) {
		for line := range strings.Lines(text) {
			line, _, _ = strings.Cut(line, "#")
			if f := strings.Fields(line); len(f) > 0 && !yield(f) {
				return
			}
		}
	}
}

// unmarked is an entry's name without its mark for versions.
func unmarked(entry string) string {
	name, _, _ := strings.Cut(entry, "@")
	return name
}

// objectKey names an object of the server's own.
type objectKey struct{ schema, name string }

type functionRule struct {
	class   class
	special special
	reason  string // why it is denied
}

func readFunctions(text string) map[objectKey]functionRule {
	m := make(map[objectKey]functionRule)
	schema, group := "", functionRule{}
	for f := range fieldsOf(text) {
		switch f[0] {
		case "schema":
			schema = f[1]
		case "free:":
			group = functionRule{class: classFree}
		case "special:":
			group = functionRule{class: classSpecial, reason: "its arguments decide, and here they are not known"}
		case "denied:":
			group = functionRule{class: classDenied, reason: strings.Join(f[1:], " ")}
		default:
			for _, entry := range f {
				r := group
				if r.class == classSpecial {
					r.special = builtinSpecial[unmarked(entry)]
				}
				m[objectKey{schema, unmarked(entry)}] = r
			}
		}
	}
	return m
}

// readExtensions reads a list whose entries are EXTENSION or
// EXTENSION.FUNCTION; the key of a whole extension has no function.
func readExtensions(text string) map[extensionKey]functionRule {
	m := make(map[extensionKey]functionRule)
	for key, r := range readFunctions("schema all\n" + text) {
		extension, function, _ := strings.Cut(key.name, ".")
		m[extensionKey{extension, function}] = r
	}
	return m
}

type extensionKey struct{ extension, function string }

type relationRule struct {
	class   class
	columns []string
	key     string   // the column by which one row is picked
	row     []string // what may be read of that row; nil: all of it
}

func readRelations(text string) map[objectKey]relationRule {
	m := make(map[objectKey]relationRule)
	schema := ""
	for f := range fieldsOf(text) {
		k := objectKey{schema, unmarked(f[0])}
		switch r := m[k]; {
		case f[0] == "schema" && len(f) == 2:
			schema = f[1]
		case len(f) == 2 && f[1] == "free":
			m[k] = relationRule{class: classFree}
		case len(f) == 2 && f[1] == "denied":
			m[k] = relationRule{class: classDenied}
		case len(f) > 2 && f[1] == "columns":
			m[k] = relationRule{class: classColumns, columns: f[2:]}
		case len(f) == 4 && f[1] == "row" && f[3] == "*":
			r.key = f[2]
			m[k] = r
		case len(f) > 3 && f[1] == "row":
			r.key, r.row = f[2], slices.Concat(r.columns, f[3:])
			m[k] = r
		default:
			panic(fmt.Sprintf("builtin/relations.txt: %q is neither free nor denied nor columns nor row", f))
		}
	}
	return m
}

type settingEntry struct {
	rule     rule
	readable bool
}

func readSettings(text string) map[string]settingEntry {
	m := make(map[string]settingEntry)
	for f := range fieldsOf(text) {
		if len(f) != 3 || f[2] != "shown" && f[2] != "hidden" {
			panic(fmt.Sprintf("builtin/settings.txt: %q is not NAME RULE shown|hidden", f))
		}
		e := settingEntry{readable: f[2] == "shown"}
		switch values, isList := strings.CutPrefix(f[1], "list:"); {
		case isList:
			e.rule = rule{ruleList, strings.Split(values, ",")}
		case f[1] == "any":
			e.rule.kind = ruleAny
		case f[1] == "reset":
			e.rule.kind = ruleReset
		case f[1] == "path":
			e.rule.kind = ruleSearchPath
		case f[1] != "-":
			panic(fmt.Sprintf("builtin/settings.txt: %q is no rule", f[1]))
		}
		m[foldSetting(unmarked(f[0]))] = e
	}
	return m
}

// foldSetting lowers ASCII letters only, as guc_name_compare does (guc.c). It
// allocates nothing for a name that is in lower case already.
func foldSetting(name string) string {
	for i := range len(name) {
		if 'A' <= name[i] && name[i] <= 'Z' {
			return strings.Map(func(r rune) rune {
				if 'A' <= r && r <= 'Z' {
					return r + 'a' - 'A'
				}
				return r
			}, name)
		}
	}
	return name
}
