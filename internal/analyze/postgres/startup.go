package postgres

import "strings"

// StartupSetting says whether a client may set name to value as its session
// begins. search_path is free here as in SET: names are resolved along
// whatever it says.
func StartupSetting(name, value string) bool {
	if strings.EqualFold(name, "search_path") {
		_, ok := splitPath(value)
		return ok
	}
	return settingRule(name).permits(value)
}

// SearchPath splits a search_path as SHOW prints it or a start-up packet gives
// it. It returns false for what the server would not take.
func SearchPath(value string) ([]string, bool) { return splitPath(value) }
