package postgres

import "github.com/sallyport-db/sallyport/policy"

// course follows what the statements of one text do to the session, so that a
// later one is judged in the state that the earlier ones leave. If one fails
// the server skips the rest, so each may count on those before it.
type course struct {
	env     *Env
	effects []Effect // those that name a prepared statement or a cursor, in order
	unsure  bool     // the search_path cannot be told any more
}

// after takes the effect of a statement into account.
func (c *course) after(p *Part) {
	switch e := p.Effect; e.Kind {
	case EffectNone, EffectBegin, EffectSavepoint, EffectRelease:
	case EffectSetPath:
		env := *c.env
		env.SearchPath, env.PathSettled = e.Path, false
		c.env = &env
	case EffectCommit, EffectRollback, EffectRollbackTo:
		// A path that was set in the transaction, or for it alone, may go with
		// it: what the path is then is known only when the server has answered.
		c.unsure = c.unsure || !c.env.PathSettled
	case EffectPrepare, EffectDeallocate, EffectDeclare, EffectCloseCursor:
		c.effects = append(c.effects, e)
	case EffectDiscardAll:
		c.effects = append(c.effects, e)
		c.unsure = true
	default:
		c.unsure = true
	}
	if p.stirs() {
		c.unsure = true
	}
}

// settled fails a statement whose names would be read under a search_path that
// cannot be told.
func (a *analysis) settled() {
	a.part.Named = true
	if a.course.unsure {
		a.fail(policy.RuleNotUnderstood, a.part.Start,
			"what names mean here depends on statements before it in the same text, which end a transaction, reset the search_path, change the schema or run code that may; send it on its own")
	}
}

// prepared finds a prepared statement by name, nil if there is none.
func (c *course) prepared(name string) *Part {
	for i := len(c.effects) - 1; i >= 0; i-- {
		switch e := &c.effects[i]; {
		case e.Kind == EffectPrepare && e.Name == name:
			return e.Part
		case e.Kind == EffectDiscardAll, e.Kind == EffectDeallocate && (e.Name == "" || e.Name == name):
			return nil
		}
	}
	if c.env.Prepared == nil {
		return nil
	}
	return c.env.Prepared(name)
}

// cursor finds an open cursor by name, nil if there is none.
func (c *course) cursor(name string) *Part {
	for i := len(c.effects) - 1; i >= 0; i-- {
		switch e := &c.effects[i]; {
		case e.Kind == EffectDeclare && e.Name == name:
			return e.Part
		case e.Kind == EffectDiscardAll, e.Kind == EffectCloseCursor && (e.Name == "" || e.Name == name):
			return nil
		}
	}
	if c.env.Cursor == nil {
		return nil
	}
	return c.env.Cursor(name)
}
