package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestParseScopeCanonical(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"shop/public.orders:select", ""},
		{"shop/public.customers(id,name):select", ""},
		{"shop/public.*:select,insert,update,delete", ""},
		{"crm/crm.contacts:select shop/billing.refund():execute", ""},
		{"shop:unrestricted", ""},
		{"shop/*.*:all", ""},
		{"shop/public.orders:all", ""},
		{"shop/public.customers(id):all", ""},
		{"shop/*.f():execute", ""},
		{"shop/public.*(id):select", ""},
		{"shop/pg_catalog.pg_authid:select", ""},
		{"shop/public.Order%20Items:select", ""},
		{"shop/public.naïve_名前:select", ""},
		{"shop/public.na%C3%AFve:select", "shop/public.naïve:select"},
		{"shop/public.%6frders:select", "shop/public.orders:select"},
		{"shop/public.%2A:select", ""},
		{"shop/public.a%2eb%2fc%3ad%28e%29%2c%25:select", "shop/public.a%2Eb%2Fc%3Ad%28e%29%2C%25:select"},
		{"shop/public.e%CC%81:select", ""}, // a combining accent is a mark, not a letter
		{"shop/public.orders:update,select", "shop/public.orders:select,update"},
		{"shop/public.orders:select,select", "shop/public.orders:select"},
		{"shop/b.b:select crm/a.a:select shop/a.b:select", "crm/a.a:select shop/a.b:select shop/b.b:select"},
		{"shop/public.t:select shop/public.t:insert", "shop/public.t:select,insert"},
		{"shop/public.t(a,b):select shop/public.t(b,c):update", "shop/public.t(a):select shop/public.t(b):select,update shop/public.t(c):update"},
		{"shop/public.t(a):select shop/public.t:select", "shop/public.t:select"},
		{"shop/public.t:select shop/public.*:select", "shop/public.*:select"},
		{"shop/*.*:select shop/pg_catalog.pg_class:select", ""},
		{"shop/public.f():execute shop/public.*:all", "shop/public.*:all"},
		{"shop/public.t:all shop:unrestricted", "shop:unrestricted"},
		{"shop/public.t:select,insert,update,delete,truncate,references,trigger,maintain,usage,ddl", "shop/public.t:all"},
	} {
		if c.want == "" {
			c.want = c.text
		}
		if got := mustParse(t, c.text).String(); got != c.want {
			t.Errorf("%s\n got %s\nwant %s", c.text, got, c.want)
		}
	}
}

func TestParseScopeErrors(t *testing.T) {
	for _, c := range []struct {
		text            string
		pos             int
		expected, found string // parts of the error's fields
	}{
		{"", 0, "name of an upstream", "the end"},
		{" ", 0, "name of an upstream", `" "`},
		{"shop", 4, `"/" and a schema, or ":unrestricted"`, "the end"},
		{"shop:", 5, "unrestricted", "the end"},
		{"shop:Unrestricted", 5, "unrestricted", `"Unrestricted"`},
		{"shop:unrestricted,", 17, "space", `","`},
		{"shop:all", 5, "unrestricted", `"all"`},
		{"*:unrestricted", 0, "upstream", `"*"`},
		{"*/public.a:select", 0, "upstream", `"*"`},
		{"shop/", 5, "a schema or *", "the end"},
		{"shop/public", 11, `"."`, "the end"},
		{"shop/public:select", 11, `"."`, `":"`},
		{"shop/public.", 12, "an object or *", "the end"},
		{"shop/public.orders", 18, `":" and operations`, "the end"},
		{"shop/public.orders:", 19, "an operation", "the end"},
		{"shop/public.orders:selct", 19, "select,insert", `"selct"`},
		{"shop/public.orders:SELECT", 19, "select,insert", `"SELECT"`},
		{"shop/public.orders:select,", 26, "an operation", "the end"},
		{"shop/public.orders:select ", 26, "upstream", "the end"},
		{"shop/public.orders:select  shop/public.b:select", 26, "upstream", `" "`},
		{"shop/public.orders:select\nshop/public.b:select", 19, "an operation", `"select\n`},
		{"shop/public.a.b:select", 13, `":"`, `"."`},
		{"shop/public.a*:select", 13, `":"`, `"*"`},
		{"shop/public.*a:select", 13, `":"`, `"a"`},
		{"shop/public.a b:select", 13, `":"`, `" "`},
		{`shop/public."a":select`, 12, "object", `"\""`},
		{"shop/public.a\"b:select", 13, "percent-encoded (%22)", `"\""`},
		{"shop/public.e\u0301:select", 13, "percent-encoded (%CC%81)", "\u0301"},
		{"shop/public.a\xff:select", 13, "percent-encoded (%FF)", `"\xff"`},
		{"shop/public.%ff:select", 12, "valid UTF-8", `"%ff"`},
		{"shop/public.%00:select", 12, "a name can hold", "NUL"},
		{"shop/public.%g0:select", 12, "hexadecimal", `"%g0"`},
		{"shop/public.%+1:select", 12, "hexadecimal", `"%+1"`},
		{"shop/public.a%2", 13, "hexadecimal", "the end"},
		{"shop/public.t(:select", 14, "name of a column", `":"`},
		{"shop/public.t(a:select", 15, `","`, `":"`},
		{"shop/public.t(a,):select", 16, "name of a column", `")"`},
		{"shop/public.t(*):select", 14, "name of a column", `"*"`},
		{"shop/public.t(a):delete", 17, "columns have (select,insert,update,references)", `"delete"`},
		{"shop/public.t(a):select,truncate", 24, "columns have", `"truncate"`},
		{"shop/public.t(a):execute", 17, "columns have", `"execute"`},
		{"shop/public.f():select", 16, `"execute"`, `"select"`},
		{"shop/public.f():all", 16, `"execute"`, `"all"`},
		{"shop/public.f:execute", 14, "public.f():execute", `"execute"`},
		{"shop/public.*():execute", 13, "every function", `"()"`},
		{"shop/public.t:select:insert", 14, "an operation", `"select:insert"`},
		{strings.Repeat("a", MaxScopeBytes+1), MaxScopeBytes, "6144 bytes", "6145"},
	} {
		_, err := ParseScope(c.text)
		var e *SyntaxError
		if !errors.As(err, &e) {
			t.Errorf("%q: error is %v", c.text, err)
			continue
		}
		if e.Pos != c.pos || !strings.Contains(e.Expected, c.expected) || !strings.Contains(e.Found, c.found) {
			t.Errorf("%q: at %d expected %q found %q", c.text, e.Pos, e.Expected, e.Found)
		}
	}
}

func TestParseScopeBounds(t *testing.T) {
	var grants []string
	for i := range MaxGrants + 1 {
		grants = append(grants, fmt.Sprintf("u/s.%x:all", i))
	}
	mustParse(t, strings.Join(grants[:MaxGrants], " "))
	if _, err := ParseScope(strings.Join(grants, " ")); err == nil {
		t.Error("one grant too many is accepted")
	}
}

func TestSyntaxErrorPointsAtTheCharacter(t *testing.T) {
	_, err := ParseScope("shop/public.naïve:selct")
	want := "scope, character 19: expected an operation (select,insert,update,delete,truncate,references," +
		"trigger,maintain,usage,ddl or all), found \"selct\"\n" +
		"    shop/public.naïve:selct\n" +
		"                      ^"
	if err == nil || err.Error() != want {
		t.Errorf("got\n%v\nwant\n%s", err, want)
	}
	_, err = ParseScope("shop/" + strings.Repeat("long", 50) + ".x\n:select")
	lines := strings.Split(err.Error(), "\n")
	if len(lines) != 3 || len([]rune(lines[1])) > 80 {
		t.Fatalf("not three short lines:\n%v", err)
	}
	if at := []rune(lines[1])[strings.Index(lines[2], "^")]; at != '�' {
		t.Errorf("the caret is under %q:\n%v", at, err)
	}
}

func TestUpstreamsAndUnrestricted(t *testing.T) {
	s := mustParse(t, "shop:unrestricted crm/a.b:select shop/a.b:select")
	if got := s.Upstreams(); !slices.Equal(got, []string{"crm", "shop"}) {
		t.Errorf("upstreams %v", got)
	}
	if !s.Unrestricted("shop") || s.Unrestricted("crm") || s.Unrestricted("") || (Scope{}).Unrestricted("shop") {
		t.Error("Unrestricted is wrong")
	}
	if !(Scope{}).IsZero() || s.IsZero() || (Scope{}).String() != "" {
		t.Error("the zero scope is wrong")
	}
}

func TestOpString(t *testing.T) {
	for _, c := range []struct {
		op   Op
		want string
	}{{0, "none"}, {Select, "select"}, {DDL, "ddl"}, {Select | DDL, "select,ddl"}, {1 << 15, "none"}} {
		if got := c.op.String(); got != c.want {
			t.Errorf("Op(%d) is %q, want %q", c.op, got, c.want)
		}
	}
	for _, name := range []string{"", "all", "Select", "none", "unrestricted"} {
		if _, ok := ParseOp(name); ok {
			t.Errorf("%q is an operation", name)
		}
	}
}

func FuzzParseScope(f *testing.F) {
	for _, s := range []string{
		"shop/public.orders:select", "shop/public.t(a,b):select shop/*.*:all", "a:unrestricted",
		"s/p.f():execute", "s/p.%2A%C3%A9:ddl", "s/p.é(ü):update", "s/p.t(a", "%",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := ParseScope(text)
		if err != nil {
			var e *SyntaxError
			if !errors.As(err, &e) || e.Pos < 0 || e.Pos > len(text) || len(e.Error()) > 2000 {
				t.Fatalf("%q: a bad error: %v", text, err)
			}
			return
		}
		again, err := ParseScope(s.String())
		if err != nil || again.String() != s.String() {
			t.Fatalf("%q prints as %q, which reads as %q, %v", text, s, again, err)
		}
		if !s.Contains(again) || !again.Contains(s) || s.IsZero() {
			t.Fatalf("%q and its canonical form differ", text)
		}
	})
}
