// Package differential holds the proxy against its reference, the databases'
// own GRANT: the same statement is run by an account with exactly a scope's
// grants and, through the proxy, with a token of that scope, and the two
// answers compared.
//
// The package has tests only. postgres_reference_test.go and
// mysql_reference_test.go are what "exactly a scope's grants" means;
// outcome_test.go is what the answers are held to be. Files without a
// database's name serve both.
package differential
