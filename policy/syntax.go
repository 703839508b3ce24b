package policy

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// SyntaxError says where a scope's text stops being one. Error prints the
// place with a caret beneath it.
type SyntaxError struct {
	Text     string // the whole text
	Pos      int    // byte offset of the character that is wrong; len(Text) at the end
	Expected string
	Found    string
}

func (e *SyntaxError) Error() string {
	line, caret := e.excerpt()
	return fmt.Sprintf("scope, character %d: expected %s, found %s\n    %s\n    %s^",
		utf8.RuneCountInString(e.Text[:e.Pos])+1, short(e.Expected), short(e.Found), line, strings.Repeat(" ", caret))
}

// short cuts what a message quotes: a name may be as long as a whole scope.
func short(text string) string {
	const most = 160
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return text
}

// excerpt returns a readable piece of the text around Pos, and the number of
// characters in it before Pos. A scope may be 6 KiB; a terminal line is not.
func (e *SyntaxError) excerpt() (line string, caret int) {
	const before, after = 48, 24
	head, tail := visible(e.Text[:e.Pos]), visible(e.Text[e.Pos:])
	if len(head) > before {
		head = append([]rune("…"), head[len(head)-before:]...)
	}
	if len(tail) > after {
		tail = append(tail[:after], '…')
	}
	return string(head) + string(tail), len(head)
}

// visible returns the characters of a text with those replaced that a terminal
// would not print in one cell of their own.
func visible(text string) []rune {
	runes := []rune(text)
	for i, r := range runes {
		if !unicode.IsPrint(r) {
			runes[i] = '�'
		}
	}
	return runes
}
