package audit

import (
	"bytes"
	"strings"
	"testing"
)

const (
	testJWT    = "eyJhbGciOiJFZERTQSIsImtpZCI6ImsxIiwidHlwIjoiYXQrand0In0.eyJzdWIiOiJhbmEiLCJzY29wZSI6InNob3AvcHVibGljLio6c2VsZWN0In0.c2lnbmF0dXJlLW5vdC1yZWFsLWJ1dC1sb25nLWVub3VnaC10by1sb29rLXRoZS1wYXJ0LV8tXy1fLQ"
	testToken  = "spt_" + testJWT
	testHandle = "sph_0123456789abcdefghijABCDEFGH"
)

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"":                              "",
		"SELECT 1":                      "SELECT 1",
		testToken:                       "spt_[redacted]",
		"(" + testToken + ")":           "(spt_[redacted])",
		"a " + testJWT + ", b":          "a eyJ[redacted], b",
		"x" + testHandle + "'":          "xsph_[redacted]'",
		testToken + " " + testHandle:    "spt_[redacted] sph_[redacted]",
		testToken[:63]:                  "spt_[redacted]", // cut as a name would be
		strings.ToLower(testToken[:63]): "spt_[redacted]", // folded as a name would be
		testToken[:12]:                  "spt_[redacted]",
		testJWT[:strings.LastIndex(testJWT, ".")]: "eyJ[redacted]",
		testHandle[:25]:             "sph_[redacted]",
		"spt_spt_" + testJWT:        "spt_[redacted]",
		"SELECT * FROM spt_monthly": "SELECT * FROM spt_monthly",
		"sph_radius, eyJ, eyJa.b":   "sph_radius, eyJ, eyJa.b",
		"spt_":                      "spt_",
	} {
		if got := Redact(in); got != want {
			t.Errorf("%q\n got %q\nwant %q", in, got, want)
		}
		if got := Redact(Redact(in)); got != want {
			t.Errorf("%q: redacting twice gives %q", in, got)
		}
	}
}

func TestSecrets(t *testing.T) {
	for in, want := range map[string]string{
		`ALTER USER bob PASSWORD 'x' VALID UNTIL '2030'`:    `ALTER USER bob PASSWORD '[redacted]' VALID UNTIL '[redacted]'`,
		`ALTER USER "Bob" PASSWORD 'it''s'`:                 `ALTER USER '[redacted]' PASSWORD '[redacted]'`,
		`CREATE USER 'bob'@'%' IDENTIFIED BY "x";`:          `CREATE USER '[redacted]'@'[redacted]' IDENTIFIED '[redacted]';`,
		`ALTER USER bob PASSWORD E'a\'secret'`:              `ALTER USER bob PASSWORD '[redacted]'`,
		`ALTER USER bob PASSWORD $$secret$$ VALID`:          `ALTER USER bob PASSWORD '[redacted]'`,
		`ALTER USER bob PASSWORD $a$secret$$a$ VALID`:       `ALTER USER bob PASSWORD '[redacted]'`,
		`ALTER USER bob /* don't */ PASSWORD 'secret'`:      `ALTER USER bob /* don'[redacted]'`,
		`ALTER USER bob PASSWORD 'secret`:                   `ALTER USER bob PASSWORD '[redacted]'`,
		`ALTER USER bob PASSWORD hunter2`:                   `ALTER USER bob PASSWORD '[redacted]'`,
		`ALTER USER bob password=hunter2 VALID UNTIL 'x' y`: `ALTER USER bob password '[redacted]' y`,
		`SET PASSWORD = 'x'`:                                `SET PASSWORD = '[redacted]'`,
		`OPTIONS (user 'u', password 'p')`:                  `OPTIONS (user '[redacted]', password '[redacted]')`,
		"":                                                  "",
		"DROP USER bob":                                     "DROP USER bob",
	} {
		if got := string(Secrets([]byte(in))); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

// FuzzRedact puts marked secrets, quoted in every way, between arbitrary
// bytes. Where the bytes before change what a quote means (an open comment, a
// backslash), some reading still has the secret inside quotes: it must go.
func FuzzRedact(f *testing.F) {
	for _, pre := range []string{"ALTER USER bob PASSWORD ", "-- don't\n", `\`, "`", "/* ' */", `"`, "$a$", "E'\\", "'a' \"", "''"} {
		f.Add([]byte(pre), []byte(" VALID UNTIL 'x'"), uint8(0))
		f.Add([]byte(pre), []byte("'"), uint8(3))
	}
	quotes := [][2]string{
		{"'", "'"}, {`"`, `"`}, {"`", "`"}, {"$$", "$$"}, {"$t$", "$t$"}, {"E'", "'"}, {"U&'", "'"}, {"N'", "'"},
		{"'a''", "'"}, {`E'a\'`, "'"}, {"'", ""}, {`"`, ""}, {"$q$", ""}, {"PASSWORD ", ""}, {"IDENTIFIED BY ", " "},
	}
	const mark = "QZ7marked7ZQ"
	f.Fuzz(func(t *testing.T, pre, post []byte, kind uint8) {
		if bytes.Contains(pre, []byte(mark)) || bytes.Contains(post, []byte(mark)) {
			return
		}
		q := quotes[int(kind)%len(quotes)]
		text := bytes.Join([][]byte{pre, post}, []byte(q[0]+mark+q[1]))
		if opened(pre) { // the quote before the secret closes: nothing claims it is inside
			return
		}
		if out := Secrets(text); bytes.Contains(out, []byte(mark)) {
			t.Fatalf("%q leaks as %q", text, out)
		}
		for _, tok := range []string{testToken, testJWT, testHandle} {
			text := append(append(append([]byte{}, pre...), tok...), post...)
			if out, found := redactBytes(text); !found || bytes.Contains(out, []byte(tok[4:24])) {
				t.Fatalf("%q leaks as %q", text, out)
			}
		}
	})
}

// opened reports whether pre leaves a plain quote open in the one reading
// that all servers share, so that what follows a further quote is outside.
func opened(pre []byte) bool {
	if bytes.ContainsAny(pre, "\\`$#") || bytes.Contains(pre, []byte("--")) || bytes.Contains(pre, []byte("/*")) {
		return false
	}
	var open byte
	for _, c := range pre {
		if open != 0 && c == open {
			open = 0
		} else if open == 0 && (c == '\'' || c == '"') {
			open = c
		}
	}
	return open != 0
}

func BenchmarkRedactNothing(b *testing.B) {
	text := []byte("SELECT o.id, o.total, c.name FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.id = 12345")
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		redactBytes(text)
	}
}
