package main

import "testing"

// As many processors as there is work for: at once more, after a while less.
func TestGovernor(t *testing.T) {
	g := governor{most: 6, now: 1}
	for i, c := range []struct {
		used float64
		want int
	}{{0.1, 1}, {0.7, 1}, {0.8, 2}, {1.5, 4}, {3, 6}, {6, 6}} {
		if n := g.look(c.used); n != c.want {
			t.Errorf("look %d: %d processors for %.1f", i, n, c.used)
		}
	}
	for looks, last := 0, 6; g.now > 1; looks++ {
		n := g.look(0.1)
		if n < last-1 || n < last && (looks+1)%quietBefore != 0 || looks > 5*quietBefore {
			t.Fatalf("look %d: from %d to %d", looks, last, n)
		}
		last = n
	}
	g = governor{most: 4, now: 2}
	for range 3 * quietBefore {
		if g.look(0.6) != 2 {
			t.Fatal("one processor was taken away that is needed")
		}
	}
}
