//go:build race

package proxy

// allocationsOfRace: the race detector has sync.Pool forget some of what it is given, to show more (sync.Pool.Put).
const allocationsOfRace = 1
