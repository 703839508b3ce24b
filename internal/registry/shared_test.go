package registry

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/internal/registry/natstest"
)

func shared(t testing.TB, name string, o Options, servers ...string) *Registry {
	t.Helper()
	o.Shared, o.Name = &Shared{Servers: servers, Replicas: 3, Bucket: BucketName("test")}, name
	r, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { check(t, r.Close()) })
	return r
}

// Three nodes on a cluster of three servers: what one does, the others know
// when it has returned.
func TestThreeNodes(t *testing.T) {
	c := natstest.Start(t, 3)
	var nodes []*Registry
	for i := range 3 {
		nodes = append(nodes, shared(t, fmt.Sprint("node", i), Options{}, c.URL(i)))
	}
	var took []time.Duration
	for i := range 100 {
		id := fmt.Sprintf("t%d", i)
		check(t, nodes[i%3].Add(record(id)))
		for n, r := range nodes {
			if r.Revoked(id) {
				t.Fatalf("%s is not known on node %d", id, n)
			}
		}
		began := time.Now()
		o, err := nodes[(i+1)%3].Revoke(t.Context(), Revocation{ID: id, By: "root"})
		took = append(took, time.Since(began))
		if err != nil || o.Nodes != 3 || len(o.Lapsed) != 0 {
			t.Fatalf("%+v, %v", o, err)
		}
		for n, r := range nodes {
			if !r.Revoked(id) {
				t.Errorf("%s is not revoked on node %d", id, n)
			}
		}
	}
	slices.Sort(took)
	t.Logf("a revocation on three nodes: median %v, p99 %v", took[50], took[98])
	if took[98] > 250*time.Millisecond {
		t.Errorf("p99 of a revocation is %v", took[98])
	}
}

// A node that is cut off answers for nothing before a revocation elsewhere
// returns, and not again before it has seen it.
func TestANodeThatIsCutOff(t *testing.T) {
	c := natstest.Start(t, 3)
	l := natstest.NewLink(t, c.URL(1))
	lost := make(chan bool, 16)
	far := shared(t, "far", Options{OnFence: func(l bool) { lost <- l }}, l.URL())
	near := shared(t, "near", Options{}, c.URL(0))
	for round := range 3 {
		id := fmt.Sprintf("r%d", round)
		check(t, near.Add(record(id)))
		if far.Revoked(id) || !far.Held(time.Now()) {
			t.Fatal("before the cut")
		}
		l.Cut(true)
		cut := time.Now()
		o, err := near.Revoke(t.Context(), Revocation{ID: id, By: "root"})
		returned := time.Now()
		if far.Held(returned) {
			t.Errorf("held when the revocation has returned (%+v, %v)", o, err)
		}
		if err != nil || o.Nodes != 1 || len(o.Lapsed) != 1 || !strings.HasPrefix(o.Lapsed[0], "far") {
			t.Errorf("%+v, %v", o, err)
		}
		if !<-lost {
			t.Error("caught up while cut off")
		}
		fenced := time.Since(cut)
		l.Cut(false)
		for !far.Held(time.Now()) {
			if far.Revoked(id) {
				continue // applied, and not held yet: that is the order
			}
			time.Sleep(time.Millisecond)
		}
		if !far.Revoked(id) {
			t.Error("held again before it has caught up")
		}
		t.Logf("revoke returned after %v, the node said it was fenced after %v and had caught up %v after the way was open",
			returned.Sub(cut), fenced, time.Since(cut)-fenced)
		if fenced > 2*time.Second {
			t.Errorf("fenced after %v", fenced)
		}
		if <-lost {
			t.Error("lost again")
		}
	}
}

// One server of three is killed, whichever leads: nobody holds what it should
// not, and all go on by themselves.
func TestAServerIsKilled(t *testing.T) {
	c := natstest.Start(t, 3)
	var nodes []*Registry
	for i := range 3 {
		nodes = append(nodes, shared(t, fmt.Sprint("node", i), Options{}, slices.Concat(c.URLs()[i:], c.URLs()[:i])...))
	}
	for i := range 3 {
		id := fmt.Sprintf("k%d", i)
		check(t, nodes[0].Add(record(id)))
		c.Kill(i)
		killed := time.Now()
		o, err := nodes[1].Revoke(t.Context(), Revocation{ID: id, By: "root"})
		for n, r := range nodes {
			if r.Held(time.Now()) && !r.Revoked(id) && err == nil {
				t.Errorf("server %d killed: node %d holds a revoked token (%+v)", i, n, o)
			}
		}
		t.Logf("server %d killed: revoke returned %v later: %+v, %v", i, time.Since(killed), o, err)
		for _, r := range nodes {
			for !r.Held(time.Now()) || !r.Revoked(id) {
				if time.Since(killed) > time.Minute {
					t.Fatalf("server %d killed: not held after a minute", i)
				}
				if err != nil {
					_, err = nodes[1].Revoke(t.Context(), Revocation{ID: id, By: "root"})
				}
				time.Sleep(10 * time.Millisecond)
			}
		}
		t.Logf("server %d killed: all held again after %v", i, time.Since(killed))
		c.Run(t, i)
		c.Wait(t)
	}
}

// All servers go: every node is fenced, and each revokes for itself.
func TestTheWholeRegistryIsDown(t *testing.T) {
	c := natstest.Start(t, 3)
	a, b := shared(t, "a", Options{}, c.URLs()...), shared(t, "b", Options{Grace: time.Hour}, c.URLs()...)
	check(t, a.Add(record("t")))
	for i := range 3 {
		c.Kill(i)
	}
	down := time.Now()
	for a.Held(time.Now()) {
		time.Sleep(time.Millisecond)
	}
	took := time.Since(down)
	t.Logf("fenced %v after the last server was down", took)
	if took > 2*time.Second {
		t.Errorf("fenced after %v", took)
	}
	for b.Vouches(time.Now()) {
		time.Sleep(time.Millisecond)
	}
	if !b.Held(time.Now()) {
		t.Error("no grace")
	}
	if _, err := a.Revoke(t.Context(), Revocation{ID: "t", By: "root"}); err == nil || !a.Revoked("t") {
		t.Errorf("%v", err)
	}
	for i := range 3 {
		c.Run(t, i)
	}
	for end := time.Now().Add(time.Minute); !a.Held(time.Now()) || !b.Vouches(time.Now()); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("not held again after a minute")
		}
	}
	if o, err := a.Revoke(t.Context(), Revocation{ID: "t", By: "root"}); err != nil || o.Nodes != 2 || !b.Revoked("t") {
		t.Errorf("%+v, %v", o, err)
	}
	if a.Held(time.Now()) && !a.Revoked("t") {
		t.Error("what was revoked while the registry was down lives again")
	}
}
