package mysql

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/sallyport-db/sallyport/policy"
)

// Which letters are the same in two names depends on the server. Columns are
// compared by a collation that changed with MariaDB 11 (ſ is s there, and İ is
// no longer i); the names of WITH queries by case in MySQL, without it in
// MariaDB. What is the same to one server and not to another is refused.

// confusable says that two names, which are not written the same, could be the same
// to a server: they differ in the case of ASCII letters, or where one of them
// has a character outside ASCII.
func confusable(a, b string) bool {
	if a == b {
		return false
	}
	for a != "" && b != "" {
		x, n := utf8.DecodeRuneInString(a)
		y, m := utf8.DecodeRuneInString(b)
		if differ(x, y) {
			return false
		}
		a, b = a[n:], b[m:]
	}
	return a == b
}

// differ says that no collation takes two characters for the same: two of ASCII
// that are not a letter in both cases, and those that have nothing to do with
// Latin letters beside ASCII. Ideographs are compared by their numbers.
func differ(x, y rune) bool {
	switch {
	case x == y:
		return false
	case x < utf8.RuneSelf && y < utf8.RuneSelf:
		return lower(byte(x)) != lower(byte(y))
	case ideograph(x) || ideograph(y):
		return true
	}
	return x < utf8.RuneSelf && unicode.In(y, farFromLatin...) || y < utf8.RuneSelf && unicode.In(x, farFromLatin...)
}

// ideograph leaves out those that are there for compatibility.
func ideograph(r rune) bool { return r >= 0x3400 && r <= 0x9fff }

var farFromLatin = []*unicode.RangeTable{
	unicode.Cyrillic, unicode.Greek, unicode.Arabic, unicode.Hebrew, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai, unicode.Devanagari,
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c | 0x20
	}
	return c
}

func ascii(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r >= utf8.RuneSelf }) < 0
}

// sure refuses a column's name that may be that of another one.
func (w *walker) sure(column string, others []string) {
	for _, other := range others {
		if confusable(column, other) && !(ascii(column) && ascii(other)) {
			w.fail(policy.RuleNotUnderstood, w.pos(column), "whether the name %q is that of the column %q depends on the server: write it as it was made", column, other)
		}
	}
}

// cte finds the WITH query of a name, or returns nil.
func (w *walker) cte(s *scope, name string) *derived {
	for ; s != nil; s = s.parent {
		for i := len(s.ctes) - 1; i >= 0; i-- {
			c := s.ctes[i]
			switch {
			case c.name == name, w.env.Catalog.MariaDB && ascii(name) && ascii(c.name) && strings.EqualFold(c.name, name):
				return c
			case confusable(c.name, name):
				w.fail(policy.RuleNotUnderstood, w.pos(name), "whether %q is the WITH query %q depends on the server: write it in the same way", name, c.name)
			}
		}
	}
	return nil
}
