package postgres

import "strings"

// ruleKind is which values of a setting are permitted. The zero kind: none.
type ruleKind uint8

const (
	ruleDenied     ruleKind = iota
	ruleAny                 // every value that the server takes
	ruleList                // one of rule.values, without regard to ASCII case
	ruleSearchPath          // search_path: judged and tracked by the caller
	ruleReset               // none; but it may go back to what the session began with
)

// rule is what a session may do to one setting. RESET and SET … TO DEFAULT are
// permitted by every kind but ruleDenied, which relies on the proxy giving the
// settings of kind ruleList that change reading (standard_conforming_strings,
// client_encoding) their safe value in the upstream's start-up message: that
// is what RESET goes back to.
type rule struct {
	kind   ruleKind
	values []string
}

// permits reports whether the setting may be given this value (as the server
// would see it: unquoted, a list joined with ", "). It is false for
// ruleSearchPath, which needs the catalogue to be judged.
func (r rule) permits(value string) bool {
	switch r.kind {
	case ruleAny:
		return true
	case ruleList:
		for _, v := range r.values {
			if strings.EqualFold(v, value) {
				return true
			}
		}
	}
	return false
}

// resettable reports whether RESET and SET … TO DEFAULT are permitted.
func (r rule) resettable() bool { return r.kind != ruleDenied }
