package mysql

import (
	"strings"
	"testing"
)

func TestResolve(t *testing.T) {
	for _, c := range []struct {
		text, want string // an empty want: refused
		mariadb    bool
		number     int
	}{
		{"SELECT 1 /* plain */", "SELECT 1 /* plain */", true, 101119},
		{"SELECT 1 /*! , 2 */", "SELECT 1     , 2   ", true, 101119},
		{"SELECT 1 /*!50000 , 2 */", "SELECT 1          , 2   ", true, 101119},
		{"SELECT 1 /*!50799 , 2 */", "SELECT 1                 ", true, 101119},
		{"SELECT 1 /*!50799 , 2 */", "SELECT 1          , 2   ", false, 80036},
		{"SELECT 1 /*M!50799 , 2 */", "SELECT 1           , 2   ", true, 101119},
		{"SELECT 1 /*M! , 2 */", "SELECT 1 /*M! , 2 */", false, 80036},
		{"SELECT 1 /*!101200 , 2 */", "SELECT 1                  ", true, 101119},
		{"SELECT 1 /*!101119 , 2 */", "SELECT 1           , 2   ", true, 101119},
		{"SELECT '/*! x */'", "SELECT '/*! x */'", true, 101119},
		{"SELECT `/*! x */`", "SELECT `/*! x */`", true, 101119},
		{"SELECT 'a\\'/*! x */'", "SELECT 'a\\'/*! x */'", true, 101119},
		{"SELECT 1 -- /*! x */", "SELECT 1 -- /*! x */", true, 101119},
		{"SELECT 1 /*!50000a */", "", true, 101119},
		{"SELECT 1 /*!500 , 2 */", "", true, 101119},
		{"SELECT 1 /*!5000000 , 2 */", "", true, 101119},
		{"SELECT 1 /*! , 2", "", true, 101119},
		{"SELECT 1 /*! /* x */ */", "", true, 101119},
		{"SELECT 1 /*!999999 /* x */ */", "", true, 101119},
		{"SELECT 1 /*! 'x */", "", true, 101119},
	} {
		text := []byte(c.text)
		f := resolve(text, c.mariadb, c.number, Mode{})
		switch {
		case len(text) != len(c.text):
			t.Errorf("%s: the length has changed", c.text)
		case c.want == "" && f == nil:
			t.Errorf("%s: not refused: %s", c.text, text)
		case c.want != "" && (f != nil || strings.TrimRight(string(text), " ") != strings.TrimRight(c.want, " ")):
			t.Errorf("%s: %q, %v", c.text, text, f)
		}
	}
}

// FuzzAnalyze: no text brings the analysis down, and none that is refused has
// passed as something else.
func FuzzAnalyze(f *testing.F) {
	for _, s := range []string{"SELECT 1", "SELECT id FROM t -- x", "SELECT 'a' /*! 'b' */", "INSERT INTO t VALUES (1)", "`", "/*", "SELECT 1e", "@@"} {
		f.Add(s)
	}
	env := &Env{Catalog: emptySnapshot(), Schema: "shop"}
	f.Fuzz(func(t *testing.T, s string) {
		text := []byte(s)
		if resolve(text, true, 101119, Mode{}) != nil {
			return
		}
		for _, p := range Analyze(text, env) {
			if p.Statement.Fault == nil && p.Statement.Tag == "" {
				t.Errorf("%q: neither understood nor refused", s)
			}
		}
	})
}
