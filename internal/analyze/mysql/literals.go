package mysql

import "vitess.io/vitess/go/vt/sqlparser"

// literals tells whether a reading would be the same with other literals in the
// text: it would if each of them was walked as a value, and none was looked at.
// What the tree holds in another form, or the walker passes by, is not walked.
type literals struct {
	written int // in the text
	walked  map[*sqlparser.Literal]bool
	asked   bool // for the value of one
}

func newLiterals(tokens []token) literals {
	var l literals
	for _, t := range tokens {
		if t.literal() {
			l.written++
		}
	}
	return l
}

func (t token) literal() bool { return t.kind == tokenString || t.kind == tokenNumber }

// passed enters a literal that is a value like any other.
func (l *literals) passed(n *sqlparser.Literal) {
	if l.walked == nil {
		l.walked = make(map[*sqlparser.Literal]bool, l.written)
	}
	l.walked[n] = true
}

// value is what a literal says. It is the only way to look at one.
func (l *literals) value(n *sqlparser.Literal) string {
	l.asked = true
	return n.Val
}

// consulted says that with other literals the reading may be another.
func (l *literals) consulted() bool { return l.asked || l.written != len(l.walked) }
