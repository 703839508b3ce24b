package shape

import (
	"fmt"
	"testing"
)

var plain = Dialect{Name: '`', Opaque: func(text []byte, i int) bool { return text[i] == '#' }}

func TestMask(t *testing.T) {
	values := plain
	values.Value = func(text []byte, i int) bool { return i > 0 && text[i-1] == '=' }
	for _, c := range []struct {
		d          *Dialect
		text, want string // "" where there is no shape
	}{
		{&plain, "a = 'x' and b = 12", "a = \x02 and b = \x01"}, {&plain, "a1 = 1.5 + 1e5 + .5 + @1 + $1", "a1 = 1.5 + 1e5 + .5 + @1 + $1"},
		{&plain, "123456789 1234567890", "\x01 1234567890"}, {&plain, "`a'1` = 'b'", "`a'1` = \x02"}, {&plain, "`1``2`", "`1``2`"},
		{&plain, "'a''b'", ""}, {&plain, "'a'b", ""}, {&plain, "n'a'", ""}, {&plain, "@'a'", ""}, {&plain, "`a`'b'", ""}, {&plain, `'a\'`, ""}, {&plain, "'a", ""}, {&plain, "`a", ""},
		{&plain, "1 # 2", ""}, {&plain, "'#'", "\x02"}, {&plain, "\x01", ""}, {&plain, "'\x02'", ""}, {&plain, "`\x02`", ""}, {&plain, "'a' 'b'", "\x02 \x02"},
		{&values, "x='a', 'b'", "x=\x02, 'b'"},
	} {
		got, ok := Mask(nil, []byte(c.text), c.d)
		if ok != (c.want != "") || ok && string(got) != c.want {
			t.Errorf("%q: %q, %v", c.text, got, ok)
		}
	}
}

func key(text, around string) *Key {
	var k Key
	k.Of([]byte(text), &plain)
	k.String(around)
	return &k
}

func TestTextsShareWhatDidNotConsultThem(t *testing.T) {
	var c Cache[int]
	shared, alone := 1, 2
	c.Put(key("a = 1", "here"), &shared, false)
	c.Put(key("b = 1", "here"), &alone, true)
	c.Put(key("c = 1 # x", "here"), &alone, false)
	for _, q := range []struct {
		text, around string
		want         *int
	}{
		{"a = 1", "here", &shared}, {"a = 27", "here", &shared}, {"a = 1", "there", nil}, {"a = 'x'", "here", nil},
		{"b = 1", "here", &alone}, {"b = 2", "here", nil}, {"b = 1", "there", nil}, {"c = 1 # x", "here", &alone}, {"c = 2 # x", "here", nil},
		{"b = 1her", "e", nil}, {"a = ", "", nil},
	} {
		if got := c.Get(key(q.text, q.around)); got != q.want {
			t.Errorf("%s in %s: %v", q.text, q.around, got)
		}
	}
	if a, b := key("a = 1", "x").Fingerprint(), key("a = 2", "y").Fingerprint(); a != b {
		t.Error("texts of one shape have two fingerprints")
	}
}

func TestCacheIsBounded(t *testing.T) {
	c := Cache[int]{Limit: 10_000}
	for i := range 1000 {
		c.Put(key(fmt.Sprintf("a%d", i), ""), &i, false)
		if c.bytes > c.Limit || c.Get(key(fmt.Sprintf("a%d", i), "")) == nil {
			t.Fatalf("%d bytes are kept behind text %d", c.bytes, i)
		}
	}
	if c.Len() < 10 || c.Len() > 20 {
		t.Errorf("%d readings are kept", c.Len())
	}
}
