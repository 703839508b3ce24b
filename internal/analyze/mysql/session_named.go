package mysql

// SQL's PREPARE gives a statement a name in the session, which is kept beside
// those that have a number.

// namedPart judges what stands behind a name of SQL's PREPARE, or returns nil.
// It is asked under the lock, by what Read has judged.
func (s *Session) namedPart(name string) *Part {
	p := s.named[name]
	if p == nil {
		return nil
	}
	if p.mode != s.mode { // the server may read it anew, in the mode of now
		return &refusedText(p.text, notUnderstood(-1, "the statement was prepared under another sql_mode"))[0]
	}
	env := Env{Catalog: s.env.Catalog, Schema: p.schema, Mode: p.mode, Temporaries: s.temps}
	parts := Analyze(p.text, &env)
	if len(parts) != 1 {
		return nil
	}
	return &parts[0]
}

// rename notes what a name stands for, once the server has confirmed it. What
// there is no room for is unknown from then on, and so refused.
func (s *Session) rename(e *Effect) {
	s.drop(e.Name)
	if e.Kind == EffectPrepare && len(s.named) < maxPrepared && s.held < maxTexts {
		s.named[e.Name] = &prepared{text: e.Text, schema: s.schema, mode: s.mode}
		s.held += len(e.Text)
	}
}

func (s *Session) drop(name string) {
	if p := s.named[name]; p != nil {
		s.held -= len(p.text)
		delete(s.named, name)
	}
}

// forget drops the names of a statement of which it is not known whether it has
// run: PREPARE drops the old one first, whether it succeeds or not
// (mysql_sql_stmt_prepare, sql_prepare.cc).
func (s *Session) forget(p *Part) {
	switch {
	case p.mayDefine():
		s.dropAll()
	case p.Effect.Kind == EffectPrepare || p.Effect.Kind == EffectDeallocate:
		s.drop(p.Effect.Name)
	}
}

func (s *Session) dropAll() {
	for name := range s.named {
		s.drop(name)
	}
}

// consulted says that a reading holds only for the names of the moment.
func (r *reading) consulted() bool {
	for i := range r.parts {
		if r.parts[i].Consulted {
			return true
		}
	}
	return false
}
