// Package policy decides whether a statement may pass.
//
// It knows no network and no SQL: a dialect's analysis (internal/analyze)
// turns text into a Statement, the list of what the statement would do, and
// Policy.Decide holds that list against the grants of a Scope. Deny is the
// zero value of everything here.
package policy
