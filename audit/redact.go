package audit

import "bytes"

var (
	tokenPrefix  = []byte("spt_")
	handlePrefix = []byte("sph_")
	jwtPrefix    = []byte("eyJ") // base64url of `{"`, as every JOSE header begins
)

const redactedMark = "[redacted]"

// Redact replaces every token in text: `spt_…`, `sph_…` and a bare JWT
// become spt_[redacted], sph_[redacted] and eyJ[redacted]. It returns text
// itself where there is none, else a copy.
func Redact(text string) string {
	if out, found := redactBytes([]byte(text)); found {
		return string(out)
	}
	return text
}

func redactBytes(text []byte) ([]byte, bool) {
	if !ends(text, '_', 's', 'p') && !ends(text, 'J', 'e', 'y') {
		return text, false
	}
	var out []byte
	kept := 0
	for i := 0; i+4 <= len(text); {
		prefix, length := tokenAt(text[i:])
		if length == 0 {
			i++
			continue
		}
		out = append(out, text[kept:i+prefix]...)
		out = append(out, redactedMark...)
		i += length
		kept = i
	}
	if kept == 0 {
		return text, false
	}
	return append(out, text[kept:]...), true
}

// ends reports whether last occurs in text behind the beginning of a prefix:
// `sp?_` or `eyJ`. Both bytes are rare, and looking for one byte is the
// fastest search there is: this runs over every text of every event.
func ends(text []byte, last, first, second byte) bool {
	back := 2
	if last == '_' {
		back = 3
	}
	for from := 0; ; {
		i := bytes.IndexByte(text[from:], last)
		if i < 0 {
			return false
		}
		if i += from; i >= back && text[i-back] == first && text[i-back+1] == second {
			return true
		}
		from = i + 1
	}
}

// The shortest things taken for tokens. A table may well be called
// spt_monthly; what is shorter than these gives no useful part of a token
// away: of a handle's 22 random characters at least seven are missing.
const (
	minToken  = 40 // behind spt_, unless a JOSE header follows
	minHandle = 16 // behind sph_
	minHeader = 8  // from eyJ to the first dot
)

// tokenAt returns the lengths of the prefix to keep and of the whole token
// that text begins with, or zeros. The token runs on through every character
// that a token may have, so that nothing of it is left behind.
func tokenAt(text []byte) (prefix, length int) {
	switch {
	case bytes.HasPrefix(text, tokenPrefix):
		n := 4 + run(text[4:], true)
		if n >= 4+minToken || n >= 7 && bytes.EqualFold(text[4:7], jwtPrefix) {
			return 4, n
		}
	case bytes.HasPrefix(text, handlePrefix):
		if n := run(text[4:], false); n >= minHandle {
			return 4, 4 + run(text[4:], true) // whatever clings to it goes too
		}
	case bytes.HasPrefix(text, jwtPrefix):
		n := run(text, true)
		if dot := bytes.IndexByte(text[:n], '.'); dot >= minHeader && dot < n-1 {
			return 3, n
		}
	}
	return 0, 0
}

// run counts the leading characters of a handle, or of a token with its dots.
func run(text []byte, token bool) int {
	for i, c := range text {
		alnum := c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z'
		if !alnum && !(token && (c == '-' || c == '_' || c == '.')) {
			return i
		}
	}
	return len(text)
}
