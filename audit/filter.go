package audit

import (
	"bytes"
	"slices"
	"strings"
	"time"
)

// Filter chooses records. All that is set must hold; the zero Filter lets
// every record through.
type Filter struct {
	Sub      string // of the token; also the login name of a refused session
	Token    string // the token's id
	Session  string
	Upstream string
	Object   string // "schema.name" as in access, or "schema.*"
	Event    string // a name, or the beginning of one that ends in a dot: "statement."
	Since    time.Time
	Until    time.Time // not included
}

// matcher is a Filter made ready. Most lines are judged by their bytes alone,
// which decides only what is surely out; the rest is decoded and judged again.
type matcher struct {
	filter       Filter
	needles      [][]byte // each must occur in the line
	since, until string   // in the log's own form, which sorts as time does
}

func (f Filter) compile() *matcher {
	m := &matcher{filter: f}
	need := func(key, value string) {
		if value != "" {
			m.needles = append(m.needles, appendString(appendKey(nil, key)[1:], value))
		}
	}
	if f.Sub != "" { // under one of two keys
		m.needles = append(m.needles, appendString([]byte{':'}, f.Sub))
	}
	need("id", f.Token)
	need("session", f.Session)
	need("upstream", f.Upstream)
	if schema, ok := strings.CutSuffix(f.Object, ".*"); ok {
		needle := appendString(appendKey(nil, "object")[1:], schema+".")
		m.needles = append(m.needles, needle[:len(needle)-1])
	} else {
		need("object", f.Object)
	}
	if !f.Since.IsZero() {
		m.since = string(appendTime(nil, f.Since))
	}
	if !f.Until.IsZero() {
		m.until = string(appendTime(nil, f.Until))
	}
	return m
}

// maybe judges a line by its bytes.
func (m *matcher) maybe(h header, line []byte) bool {
	if m.since != "" && string(h.time) < m.since || m.until != "" && string(h.time) >= m.until {
		return false
	}
	if !m.event(string(h.event)) {
		return false
	}
	for _, n := range m.needles {
		if !bytes.Contains(line, n) {
			return false
		}
	}
	return true
}

func (m *matcher) event(name string) bool {
	want := m.filter.Event
	return want == "" || name == want || strings.HasSuffix(want, ".") && strings.HasPrefix(name, want)
}

// match judges a record by what it says.
func (m *matcher) match(r *Record) bool {
	f := &m.filter
	is := func(want string, have ...string) bool { return want == "" || slices.Contains(have, want) }
	return is(f.Sub, r.Token.Sub, r.User) && is(f.Token, r.Token.ID) && is(f.Session, r.Session) &&
		is(f.Upstream, r.Upstream) && (f.Object == "" || slices.ContainsFunc(r.Access, m.object))
}

func (m *matcher) object(a Access) bool {
	if schema, ok := strings.CutSuffix(m.filter.Object, ".*"); ok {
		return strings.HasPrefix(a.Object, schema+".")
	}
	return a.Object == m.filter.Object
}
