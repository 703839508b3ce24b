package proxy

import (
	"math/rand/v2"
	"testing"
)

// TestPendingIsAQueue compares the ring, which grows and goes round, with a
// slice.
func TestPendingIsAQueue(t *testing.T) {
	const seed = 1
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, seed))
	p := newPending()
	var model []Owed
	segment := uint64(0)
	for seq := uint64(1); seq < 5000; {
		if random.IntN(100) < 52 {
			ends := random.IntN(4) == 0
			if gotSeq, gotSegment := p.Next(); gotSeq != seq || gotSegment != segment {
				t.Fatalf("next is %d in segment %d, want %d in %d", gotSeq, gotSegment, seq, segment)
			}
			if !p.Push(Owed{Kind: byte(seq)}, ends) {
				t.Fatalf("entry %d was not taken", seq)
			}
			model = append(model, Owed{Kind: byte(seq), Seq: seq, Segment: segment})
			seq++
			if ends {
				segment++
			}
		} else {
			p.Pop()
			model = model[min(1, len(model)):]
		}
		head, ok := p.Head()
		if ok != (len(model) > 0) || ok && head != model[0] || p.Idle() == ok {
			t.Fatalf("head %+v (%v), want %+v", head, ok, model)
		}
	}
	left := p.Drain()
	if len(left) != len(model) || len(left) == 0 || left[len(left)-1] != model[len(model)-1] || !p.Idle() {
		t.Errorf("drained %d entries, want %d", len(left), len(model))
	}
}

// TestPendingSkipsTheRestOfASegment: after an error the server answers nothing
// but the end of the segment.
func TestPendingSkipsTheRestOfASegment(t *testing.T) {
	p := newPending()
	p.Push(Owed{Kind: 'P'}, false)
	p.Skip(0)
	p.Pop()
	if !p.Skipping() || p.Push(Owed{Kind: 'B'}, false) || !p.Idle() {
		t.Error("an entry was taken that the server ignores")
	}
	if !p.Push(Owed{Kind: 'S'}, true) || p.Skipping() {
		t.Error("the end of a failed segment was not taken")
	}
	if !p.Push(Owed{Kind: 'P'}, false) {
		t.Error("an entry of the next segment was not taken")
	}
	if head, _ := p.Head(); head.Kind != 'S' || head.Seq != 3 {
		t.Errorf("head %+v, want the end of the segment, number 3", head)
	}
}

// TestPendingWaits: a wait ends when what it is for is answered, when its
// condition holds, or when the session ends.
func TestPendingWaits(t *testing.T) {
	p := newPending()
	if _, ok := p.Settled(0, nil); !ok {
		t.Error("nothing is owed, and the wait failed")
	}
	p.Push(Owed{Kind: 'Q'}, true)
	p.Push(Owed{Kind: 'Q', CopyIn: CopyAwaited}, true)
	type end struct {
		o  Owed
		ok bool
	}
	wait := func(seq uint64, until func(*Owed) bool) chan end {
		done := make(chan end)
		go func() { o, ok := p.Settled(seq, until); done <- end{o, ok} }()
		return done
	}
	opened := wait(2, func(o *Owed) bool { return o.CopyIn == CopyOpen })
	p.Pop()
	p.Update(func(o *Owed) { o.CopyIn = CopyOpen })
	if e := <-opened; !e.ok || e.o.Seq != 2 || e.o.CopyIn != CopyOpen {
		t.Errorf("the wait for data ended with %+v", e)
	}
	answered := wait(2, nil)
	p.Pop()
	if e := <-answered; !e.ok || e.o != (Owed{}) {
		t.Errorf("the wait for the answer ended with %+v", e)
	}
	p.Push(Owed{Kind: 'Q'}, true)
	closed := wait(3, nil)
	p.Close()
	if e := <-closed; e.ok {
		t.Error("the session has ended, and the wait did not fail")
	}
	if _, ok := p.Settled(0, nil); ok {
		t.Error("a wait in a session that has ended did not fail")
	}
}
