//go:build race

package mysql

// perSession is what a session may hold with a slow reader, the test's own end included. The race detector keeps more of
// the heap; the bound itself is held to the program as it is built, in test/hostile.
const perSession = 512 << 10
