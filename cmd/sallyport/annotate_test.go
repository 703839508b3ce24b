package main

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// Every caret stands under the character that it points at, whatever is on the line.
func TestCaretsPoint(t *testing.T) {
	for _, text := range []string{
		"SELECT a FROM b", "\tSELECT\ta\n\t\tFROM b\n", "SELECT 'ééé', a, \"ü\" FROM b", "SELECT '\x1b[31m', a\r\n FROM b", "\xff\xfe SELECT a",
		strings.Repeat("SELECT 1; ", 200), strings.Repeat("x\n", 100) + "SELECT a",
	} {
		for pos := range text {
			if !strings.ContainsAny(text[pos:pos+1], "Sabx") {
				continue
			}
			var b strings.Builder
			annotate(&b, false, text, 0, len(text), []mark{{pos, "1", red}})
			lines := strings.Split(b.String(), "\n")
			at := -1
			for i, l := range lines {
				if strings.Contains(l, "^1") && strings.Trim(l, " │^1") == "" {
					at = i
				}
			}
			if at < 1 {
				t.Fatalf("no caret for %d in\n%s", pos, b.String())
			}
			column := utf8.RuneCountInString(lines[at][:strings.Index(lines[at], "^")])
			if above := []rune(lines[at-1]); column >= len(above) || string(above[column]) != text[pos:pos+1] {
				t.Fatalf("%q at %d:\n%s\n%s", text[pos:pos+1], pos, lines[at-1], lines[at])
			}
		}
	}
}

// Marks that would run into each other are put below each other, and those of one place share a caret.
func TestMarksDoNotCollide(t *testing.T) {
	var b strings.Builder
	annotate(&b, false, "abcdefghij", 0, 10, []mark{{9, "4", red}, {0, "1", red}, {1, "2", red}, {1, "3", red}})
	want := "  abcdefghij\n  ^1       ^4\n   ^2,3\n"
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", b.String(), want)
	}
}

// No text and no places make it fail, and nothing that it prints steers a terminal.
func TestAnnotateIsHarmless(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	pieces := []string{"a", " ", "\n", "\t", "é", "\x1b[2J", "\xff", "日本", "\u202e", strings.Repeat("z", 300), "\r"}
	for range 2000 {
		text := ""
		for range r.IntN(40) {
			text += pieces[r.IntN(len(pieces))]
		}
		from := r.IntN(len(text) + 1)
		to := from + r.IntN(len(text)-from+1)
		var marks []mark
		for range r.IntN(6) {
			marks = append(marks, mark{from + r.IntN(to-from+1), "12", red})
		}
		var b strings.Builder
		annotate(&b, false, text, from, to, marks)
		if strings.ContainsAny(b.String(), "\x1b\t\r\u202e") || !utf8.ValidString(b.String()) {
			t.Fatalf("%q: %q", text, b.String())
		}
	}
}
