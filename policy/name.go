package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// wildcard stands for `*` in a target. It cannot be taken for a name, since a
// name is never empty; an object that is really called "*" is written %2A.
const wildcard = ""

// plain says whether a character stands for itself in a scope: SPEC section 2
// has letters, digits, `_`, `$` and `-`, and letters beyond ASCII; all others
// are percent-encoded.
func plain(r rune) bool {
	switch {
	case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9':
		return true
	case r == '_', r == '$', r == '-':
		return true
	}
	return r >= utf8.RuneSelf && r != utf8.RuneError && unicode.IsLetter(r)
}

// EncodeName writes a catalogue name as a scope does: what is not plain is
// percent-encoded byte by byte, with upper-case digits. The result has no
// white space and no control characters, whatever the name.
func EncodeName(name string) string {
	if strings.IndexFunc(name, func(r rune) bool { return !plain(r) }) < 0 {
		return name
	}
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(name); {
		r, size := utf8.DecodeRuneInString(name[i:])
		for _, c := range []byte(name[i : i+size]) {
			if plain(r) {
				b.WriteByte(c)
			} else {
				b.Write([]byte{'%', digits[c>>4], digits[c&15]})
			}
		}
		i += size
	}
	return b.String()
}

// pattern writes a schema or object of a target.
func pattern(name string) string {
	if name == wildcard {
		return "*"
	}
	return EncodeName(name)
}

// systemSchema says whether `*` must not cover a schema (SPEC section 2).
// PostgreSQL reserves every name that begins with pg_ (IsReservedName,
// catalog.c): pg_catalog, pg_toast, pg_temp_3. MySQL compares
// information_schema without regard to case, and a system schema hidden behind
// its upper-case name would be a hole, so case is ignored for all of them.
func systemSchema(name string) bool {
	if len(name) >= 3 && strings.EqualFold(name[:3], "pg_") {
		return true
	}
	switch len(name) {
	case len("sys"), len("mysql"), len("information_schema"):
		return strings.EqualFold(name, "sys") || strings.EqualFold(name, "mysql") ||
			strings.EqualFold(name, "information_schema") || strings.EqualFold(name, "performance_schema")
	}
	return false
}
