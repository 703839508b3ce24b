package registry

import (
	"context"
	"sync"
)

// progress is the revision up to which everything has been applied.
type progress struct {
	mu      sync.Mutex
	rev     uint64
	changed chan struct{} // closed, and made anew, at every step
}

func (p *progress) at() uint64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.rev
}

func (p *progress) reach(rev uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rev = rev
	close(p.changed)
	p.changed = make(chan struct{})
}

// wait waits until a revision has been applied.
func (p *progress) wait(ctx context.Context, rev uint64) error {
	for {
		p.mu.Lock()
		done, changed := p.rev >= rev, p.changed
		p.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
