package postgres

import (
	"slices"
	"strings"
)

// StartupSetting says whether a client may set name to value as its session
// begins. search_path is free here as in SET: names are resolved along
// whatever it says.
func StartupSetting(name, value string) bool {
	switch foldSetting(name) {
	case "search_path":
		path, ok := splitPath(value)
		return ok && !slices.ContainsFunc(path, func(name string) bool { return isTempSchema(name) && name != "pg_temp" })
	case "client_encoding":
		// What psql says in the C locale. The wire passes it on only where the
		// database is UTF8, so that bytes stay what they are, and else says UTF8.
		if strings.EqualFold(value, "SQL_ASCII") {
			return true
		}
	}
	return settingRule(name).permits(value)
}

// SearchPath splits a search_path as SHOW prints it or a start-up packet gives
// it. It returns false for what the server would not take.
func SearchPath(value string) ([]string, bool) { return splitPath(value) }
