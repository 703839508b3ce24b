//go:build !race

package proxy

const allocationsOfRace = 0
