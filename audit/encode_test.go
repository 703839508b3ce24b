package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestEscaping(t *testing.T) {
	for in, want := range map[string]string{
		"plain é 漢 🙂":                          "plain é 漢 🙂",
		"a\"b\\c":                              `a\"b\\c`,
		"\x00\x1b[2J\r\n\t\x7f":                `\u0000\u001b[2J\r\n\t\u007f`,
		"\u0085\u009b":                         `\u0085\u009b`,
		"\u2028\u2029":                         `\u2028\u2029`,
		"\u202a\u202e\u2066\u2069\u200f\u061c": `\u202a\u202e\u2066\u2069\u200f\u061c`,
		"bad \xff\xc3( \xed\xa0\x80":           "bad \uFFFD\uFFFD( \uFFFD\uFFFD\uFFFD",
		"\uFFFD":                               "\uFFFD",
	} {
		if got := string(appendEscaped(nil, []byte(in))); got != want {
			t.Errorf("%q\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestTimeHasSixDigitsAndSorts(t *testing.T) {
	for want, in := range map[string]time.Time{
		"2026-02-03T03:05:06.000007Z": testTime,
		"2026-12-31T23:59:59.999999Z": time.Date(2026, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		"0001-01-01T00:00:00.000000Z": {},
		"9999-01-01T00:00:00.000000Z": time.Date(12026, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		if got := string(appendTime(nil, in)); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestStatementIsCutOnARuneAndHashedWhole(t *testing.T) {
	for _, text := range []string{
		strings.Repeat("x", maxStatement),
		strings.Repeat("x", maxStatement+1),
		strings.Repeat("x", maxStatement-1) + "é!",
		strings.Repeat("x", maxStatement-3) + "🙂!",
		strings.Repeat("x", maxStatement-2) + "漢",
		strings.Repeat("\x80", maxStatement+9),
	} {
		r, err := ParseLine(bytes.TrimSpace(encodeLine(&Event{Event: StatementAllowed, Statement: []byte(text)})))
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256([]byte(text))
		if r.StatementSHA256 != hex.EncodeToString(sum[:]) || r.StatementBytes != uint64(len(text)) {
			t.Errorf("hash or length is not of the whole: %s, %d", r.StatementSHA256, r.StatementBytes)
		}
		if utf8.ValidString(text) && (!strings.HasPrefix(text, r.Statement) || len(r.Statement) > maxStatement || len(r.Statement) < min(len(text), maxStatement-3)) {
			t.Errorf("%d bytes of %d kept", len(r.Statement), len(text))
		}
	}
}

func TestSecretStatement(t *testing.T) {
	line := encodeLine(&Event{
		Event: StatementDenied, Statement: []byte(`ALTER USER bob PASSWORD 'hunter2' oops`), Secret: true,
		Fingerprint: 99, Reason: `syntax error at or near "hunter2"`, Rule: "not-understood",
	})
	r, err := ParseLine(bytes.TrimSpace(line))
	if err != nil {
		t.Fatal(err)
	}
	redacted := `ALTER USER bob PASSWORD '[redacted]' oops`
	sum := sha256.Sum256([]byte(redacted))
	if r.Statement != redacted || !r.Redacted || r.StatementSHA256 != hex.EncodeToString(sum[:]) ||
		r.StatementBytes != uint64(len(redacted)) || r.Fingerprint != "" || bytes.Contains(line, []byte("hunter2")) {
		t.Errorf("%s", line)
	}
}

// A token must be found in whichever field it turns up, also across the cut.
func TestTokensAreRedactedInEveryField(t *testing.T) {
	for _, tok := range []string{testToken, testToken[4:], testHandle} {
		who := NewSubject(Origin{Session: tok, Token: Token{ID: tok, Sub: tok, Fam: tok}, Upstream: tok, Protocol: tok})
		e := &Event{
			Event: Name(tok), Subject: who, Statement: []byte(strings.Repeat(" ", maxStatement-20) + tok),
			Access: AppendAccess(nil, tok, tok, []string{tok}), Rule: tok, Reason: tok, Mode: tok, SQLState: tok, Missing: tok, Would: tok, Changed: []string{tok},
			Outcome: tok, User: tok, Database: tok, Application: tok, TLS: tok, By: tok, Scope: tok,
			Src: []string{tok}, File: tok, Version: tok,
		}
		line := encodeLine(e)
		if bytes.Contains(line, []byte(tok[:20])) {
			t.Errorf("a piece of the token is in %s", line)
		}
		if got := bytes.Count(line, []byte(redactedMark)); got < 24 {
			t.Errorf("redacted %d times, in %s", got, line)
		}
		if !bytes.Contains(line, []byte(`"redacted":true`)) {
			t.Errorf("not marked: %s", line)
		}
	}
}

func TestEncodingDoesNotAllocate(t *testing.T) {
	buf := make([]byte, 0, 4<<10)
	prefix := []byte(`,"cluster":"c","node":"n"`)
	for _, e := range samples() {
		if e.Secret {
			continue
		}
		if n := testing.AllocsPerRun(100, func() { buf = appendBody(buf[:0], e, testTime, prefix) }); n != 0 {
			t.Errorf("%s: %v allocations", e.Event, n)
		}
	}
}

func FuzzEncode(f *testing.F) {
	f.Add([]byte("SELECT 'x'"), "ana", true)
	f.Add([]byte("\x00\xff\u202e\u2028\"\\\r\n\x1b[2J"), "\xed\xa0\x80", false)
	f.Add([]byte(testToken), testHandle, false)
	s := schema(f)
	f.Fuzz(func(t *testing.T, text []byte, field string, secret bool) {
		who := NewSubject(Origin{Session: "s" + field, Token: Token{Sub: field}, Upstream: "u" + field, Source: netip.MustParseAddrPort("[::1]:1")})
		line := encodeLine(&Event{
			Event: StatementDenied, Subject: who, ID: 1, Statement: append([]byte{}, text...), Secret: secret, Rule: "r" + field,
			Reason: "r" + field, Access: AppendAccess(nil, field, field, []string{field}), User: field,
		})
		validate(t, s, line)
		for _, r := range string(line[:len(line)-1]) {
			if hazardous(r) {
				t.Fatalf("%U in %q", r, line)
			}
		}
		rec, err := ParseLine(line[:len(line)-1])
		if err != nil || !json.Valid(line) || !utf8.Valid(line) {
			t.Fatalf("%v: %q", err, line)
		}
		if !rec.Redacted && utf8.Valid(text) && len(text) <= maxStatement && rec.Statement != string(text) {
			t.Fatalf("%q became %q", text, rec.Statement)
		}
		if h, ok := parseHeader(line); !ok || h.seq != 1 || string(h.event) != string(StatementDenied) {
			t.Fatalf("header of %q", line)
		}
	})
}

func BenchmarkEncode(b *testing.B) {
	e := samples()[10]
	buf := make([]byte, 0, 4<<10)
	b.ReportAllocs()
	for b.Loop() {
		buf = appendBody(buf[:0], e, testTime, []byte(`,"cluster":"c","node":"n"`))
	}
	b.SetBytes(int64(len(buf)))
}
