package differential

import (
	"context"
	"slices"
	"strings"
)

// minimise makes a finding smaller while it stays one of its kind: first its
// scope, a grant at a time, then its texts, some words at a time. It gives up
// where a role or a session cannot be made.
func (t *tally) minimise(f *finding) *finding {
	ctx := context.Background()
	again := func(p pair, s scope, c *statement) *finding {
		role, proxy, err := p.run(ctx, c)
		if err != nil {
			return nil
		}
		if g := (&finding{class: classify(&role, &proxy), scope: s, statement: c, role: role, proxy: proxy}); g.kind() == f.kind() {
			return g
		}
		return nil
	}
	for i := len(f.scope) - 1; i >= 0 && len(f.scope) > 1; i-- {
		less := slices.Delete(slices.Clone(f.scope), i, i+1)
		p, err := t.pair(ctx, less)
		if err != nil {
			return f
		}
		if smaller := again(p, less, f.statement); smaller != nil {
			f = smaller
		}
		_ = p.close(ctx)
	}
	p, err := t.pair(ctx, f.scope)
	if err != nil {
		return f
	}
	defer p.close(ctx)
	for step := range f.statement.steps {
		for size := 16; size > 0; size /= 2 {
			for i := 0; ; i += size {
				words := strings.Fields(f.statement.steps[step])
				if i+size > len(words) || len(words) <= size {
					break
				}
				c := *f.statement
				c.steps = slices.Clone(c.steps)
				c.steps[step] = strings.Join(slices.Delete(words, i, i+size), " ")
				if smaller := again(p, f.scope, &c); smaller != nil {
					f = smaller
					i -= size
				}
			}
		}
	}
	return f
}
