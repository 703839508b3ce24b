package token

import (
	"encoding/json"
	"strings"
	"testing"
)

// FuzzVerify holds that the one text that passes is the one that was issued,
// with its prefix or without.
func FuzzVerify(f *testing.F) {
	x := newFixture(f)
	tok, _ := x.issue(f, request())
	f.Add(tok)
	f.Add(x.mint(x.header(), x.claims(nil)))
	f.Add("spt_a.b.c")
	f.Add(strings.ToLower(tok))
	f.Fuzz(func(t *testing.T, text string) {
		c, err := x.verifier.Verify(text, Client{Source: home})
		signed := text == tok || Prefix+text == tok || strings.TrimPrefix(text, Prefix) == x.mint(x.header(), x.claims(nil))
		if (err == nil) != signed {
			t.Fatalf("%q: %v, %v", text, c, err)
		}
		_, _, _ = Inspect(text)
	})
}

// FuzzClaims holds that what is read as claims means one thing: written again
// and read again it is the same.
func FuzzClaims(f *testing.F) {
	x := newFixture(f)
	f.Add([]byte(x.claims(nil)))
	f.Add([]byte(x.claims(map[string]string{"lim": `{"rows":5}`, "act": `{"sub":"bot"}`, "fam": `"abcdefghijklmnop"`})))
	f.Add([]byte(x.claims(map[string]string{"src": `["0.0.0.0/0","::/0"]`, "exp": "1e999"})))
	f.Add([]byte(`{"iss":"a","iss":"b"}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := decodeClaims(data)
		if err != nil {
			return
		}
		text, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeClaims(text)
		if err != nil {
			t.Fatalf("%s: %v", text, err)
		}
		if text2, err := json.Marshal(again); err != nil || string(text2) != string(text) {
			t.Fatalf("%s\n%s\n%v", text, text2, err)
		}
	})
}

func BenchmarkVerifyCold(b *testing.B) {
	x := newFixture(b)
	tok, _ := x.issue(b, request())
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := x.verifier.authenticate(tok); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyCached(b *testing.B) {
	x := newFixture(b)
	tok, _ := x.issue(b, request())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := x.verifier.Verify(tok, Client{Source: home}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerifyGarbage(b *testing.B) {
	x := newFixture(b)
	text := strings.Repeat("A", 4000) + "." + strings.Repeat("A", 4000) + "." + strings.Repeat("A", 86)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := x.verifier.Verify(text, Client{Source: home}); err == nil {
			b.Fatal("accepted")
		}
	}
}
