package registry

import (
	"math"
	"testing"
	"time"
	"unsafe"
)

// slept is a moment as it is after the machine has slept for d: the wall clock
// has gone on, the monotonic one has not (package time: wall, ext, loc).
func slept(t *testing.T, d time.Duration) time.Time {
	t.Helper()
	now := time.Now().Add(d)
	inside := (*struct {
		wall uint64
		ext  int64
		loc  *time.Location
	})(unsafe.Pointer(&now))
	inside.ext -= int64(d)
	if got := time.Until(now); got > time.Second {
		t.Fatalf("the monotonic clock has gone on by %s", got)
	}
	return now
}

// A node that wakes up has no lease any more, though its monotonic clock says
// that no time has passed.
func TestLeaseEndsInSleep(t *testing.T) {
	l := newLeases()
	if l.left(time.Now()) > 0 {
		t.Fatal("a lease before the first")
	}
	l.own(l.next())
	if left := l.left(time.Now()); left <= 0 || left > leaseLife {
		t.Fatalf("%s are left of a fresh lease", left)
	}
	if left := l.left(slept(t, 10*time.Second)); left > 0 {
		t.Errorf("%s are left after ten seconds of sleep", left)
	}
	if left := l.left(slept(t, -10*time.Second)); left > leaseLife {
		t.Errorf("a clock that was set back gives %s", left)
	}
	l.own(l.next())
	if l.left(time.Now()) <= 0 {
		t.Error("no lease after the next renewal")
	}
}

// A node alone sleeps as it likes; one whose registry is broken never answers.
func TestLeaseAloneAndLost(t *testing.T) {
	l := newLeases()
	l.alone()
	if l.left(slept(t, 24*time.Hour)) <= 0 {
		t.Error("a node alone has lost its lease")
	}
	l.lost()
	if left := l.left(time.Now()); left+time.Duration(math.MaxInt64/4) > 0 {
		t.Errorf("lost, but for a grace: %s", left)
	}
	l.alone()
	if l.left(time.Now()) > 0 {
		t.Error("lost, and held again")
	}
}
