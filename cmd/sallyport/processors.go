package main

import (
	"context"
	"os"
	"runtime"
	"syscall"
	"time"
)

// A statement costs the proxy some tens of µs, and handing it over to another
// of Go's processors, which must first be woken, a good part of that again. So
// there are as many at work as there is work for.

// governor says how many processors there shall be.
type governor struct {
	most  int
	now   int
	quiet int // looks in a row at which one less would have done
}

const (
	lookEvery   = 100 * time.Millisecond
	quietBefore = 20 // looks
)

// look takes the processor time spent since the last look, in processors.
func (g *governor) look(used float64) int {
	switch {
	case used > 0.7*float64(g.now):
		g.now, g.quiet = min(2*g.now, g.most), 0
	case g.now > 1 && used < 0.5*float64(g.now-1):
		if g.quiet++; g.quiet >= quietBefore {
			g.now, g.quiet = g.now-1, 0
		}
	default:
		g.quiet = 0
	}
	return g.now
}

// govern keeps the number of processors fit until ctx is done. Who sets
// GOMAXPROCS has decided.
func govern(ctx context.Context) {
	if os.Getenv("GOMAXPROCS") != "" || runtime.GOMAXPROCS(0) == 1 {
		return
	}
	g := governor{most: runtime.GOMAXPROCS(0), now: 1}
	runtime.GOMAXPROCS(1)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	spent, at := processTime(), time.Now()
	for {
		select {
		case <-ctx.Done():
			runtime.GOMAXPROCS(g.most)
			return
		case <-tick.C:
		}
		before, since := spent, at
		spent, at = processTime(), time.Now()
		if n := g.now; g.look(float64(spent-before)/float64(at.Sub(since))) != n {
			runtime.GOMAXPROCS(g.now)
		}
	}
}

// processTime is the processor time that this process has spent.
func processTime() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // fails for bad arguments alone
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
