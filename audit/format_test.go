package audit

import (
	"bytes"
	"strings"
	"testing"
)

func TestFormat(t *testing.T) {
	for i, want := range map[int]string{
		3:  `2026-02-03 03:05:06.000  token.issued        ana@shop from 192.0.2.7  session=s-1 token=t-1 by=uid 0 scope="shop/public.*:select" src=0.0.0.0/0,::/0 ttl=15m0s`,
		13: `2026-02-03 03:05:06.000  statement.allowed   ana@shop  SELECT id, total FROM orders  select public.orders(id,total), execute public.f()  session=s-1 id=1  grant`,
		15: `2026-02-03 03:05:06.000  statement.denied    ana@shop  session=s-1 id=3  no-grant: select on public.salaries is missing (observe)`,
		16: `2026-02-03 03:05:06.000  statement.finished  ana@shop  session=s-1 id=1 rows=2 bytes=64 took=1.5ms sqlstate=22012`,
	} {
		r, err := ParseLine(bytes.TrimSpace(encodeLine(samples()[i])))
		if err != nil {
			t.Fatal(err)
		}
		if got := Format(r, false); got != want {
			t.Errorf("sample %d\n got %s\nwant %s", i, got, want)
		}
		if got := Format(r, true); !strings.Contains(got, "\x1b[") || !strings.HasSuffix(strings.TrimSuffix(got, reset), lastWord(want)) {
			t.Errorf("in colour: %q", got)
		}
	}
}

func lastWord(s string) string { return s[strings.LastIndexByte(s, ' ')+1:] }

func TestFormatIsHarmless(t *testing.T) {
	evil := "a\n\n\tb\x1b]0;x\a\u202e\u2028\u009b\x7f  c"
	r := &Record{
		Event: Name(evil), Upstream: evil, Session: evil, User: evil, Statement: evil + strings.Repeat("é", 500), Rule: evil, Reason: evil,
		Access: []Access{{Op: evil, Object: evil, Columns: []string{evil}}, {}, {}, {}, {}}, Application: evil, By: evil,
		Source: Source{IP: evil}, Scope: evil, Src: []string{evil}, Outcome: evil, Mode: evil, Would: evil, Changed: []string{evil},
	}
	got := Format(r, false)
	for _, c := range got {
		if hazardous(c) {
			t.Fatalf("%U in %q", c, got)
		}
	}
	if !strings.Contains(got, `a b\u001b]0;x\u0007\u202e\u2028\u009b\u007f c`) || !strings.Contains(got, "…") || !strings.Contains(got, "and 1 more") {
		t.Errorf("%s", got)
	}
	coloured := strings.NewReplacer(red, "", green, "", yellow, "", cyan, "", dim, "", reset, "").Replace(Format(r, true))
	if strings.ContainsRune(coloured, '\x1b') {
		t.Errorf("%q", coloured)
	}
}
