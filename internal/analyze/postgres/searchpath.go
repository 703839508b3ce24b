package postgres

import "slices"

// searchPath follows the session's search_path through transactions, as the
// server's stack of settings does (guc.c, AtEOXact_GUC).
type searchPath struct {
	initial   []string // what RESET returns to
	committed []string // what a rollback returns to
	session   []string // what a commit leaves
	current   []string // what holds now (SET LOCAL goes before session)
	saves     []savedPath
}

type savedPath struct {
	name             string
	session, current []string
}

func newSearchPath(p []string) searchPath {
	return searchPath{initial: p, committed: p, session: p, current: p}
}

func (p *searchPath) set(path []string, local bool) {
	p.current = path
	if !local {
		p.session = path
	}
}

func (p *searchPath) commit()   { p.committed, p.current, p.saves = p.session, p.session, nil }
func (p *searchPath) rollback() { p.session, p.current, p.saves = p.committed, p.committed, nil }

func (p *searchPath) savepoint(name string) {
	p.saves = append(slices.Clip(p.saves), savedPath{name, p.session, p.current})
}

func (p *searchPath) release(name string) {
	if i := p.find(name); i >= 0 {
		p.saves = p.saves[:i]
	}
}

func (p *searchPath) rollbackTo(name string) {
	if i := p.find(name); i >= 0 {
		p.session, p.current = p.saves[i].session, p.saves[i].current
		p.saves = p.saves[:i+1]
	}
}

// find returns the innermost savepoint of that name, or -1.
func (p *searchPath) find(name string) int {
	for i := len(p.saves) - 1; i >= 0; i-- {
		if p.saves[i].name == name {
			return i
		}
	}
	return -1
}
