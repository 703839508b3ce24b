// Package differential holds the proxy against its reference, PostgreSQL's own
// GRANT: the same statement is run by a role with exactly a scope's grants and,
// through the proxy, with a token of that scope, and the two answers compared.
//
// The package has tests only. reference_test.go is what "exactly a scope's
// grants" means; outcome_test.go is what the answers are held to be.
package differential
