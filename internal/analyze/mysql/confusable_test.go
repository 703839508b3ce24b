package mysql

import "testing"

// What no collation takes for the same is told apart, so that names outside
// Latin can be used beside others of their length.
func TestConfusable(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"id", "ID", true}, {"id", "ie", false}, {"id", "idx", false}, {"secret", "ſecret", true}, {"K", "k", true}, {"e", "é", true},
		{"i", "İ", true}, {"id", "名前", false}, {"名前", "名字", false}, {"да", "id", false}, {"да", "ДА", true}, {"ａ", "a", true}, {"か", "カ", true},
		{"Ω", "w", false}, {"a", "𝐚", true}, {"豈", "豈", true},
	} {
		if got := confusable(c.a, c.b) || c.a == c.b; got != c.want {
			t.Errorf("%s, %s: %v", c.a, c.b, got)
		}
		if got := confusable(c.b, c.a) || c.a == c.b; got != c.want {
			t.Errorf("%s, %s: %v", c.b, c.a, got)
		}
	}
}
