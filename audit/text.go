package audit

import (
	"strconv"
	"time"
	"unicode/utf8"
	"unsafe"
)

// appendField appends `,"key":"value"`, or nothing for an empty value. All
// text that comes from outside passes here or through appendString, and so
// through the redaction.
func appendField(dst []byte, key, value string) []byte {
	if value == "" {
		return dst
	}
	dst = appendKey(dst, key)
	return appendString(dst, value)
}

func appendUint(dst []byte, key string, v uint64) []byte {
	if v == 0 {
		return dst
	}
	return strconv.AppendUint(appendKey(dst, key), v, 10)
}

func appendKey(dst []byte, key string) []byte {
	dst = append(dst, ',', '"')
	dst = append(dst, key...)
	return append(dst, '"', ':')
}

func appendString(dst []byte, s string) []byte {
	// The bytes are only read, and not kept.
	text, _ := redactBytes(unsafe.Slice(unsafe.StringData(s), len(s)))
	dst = append(dst, '"')
	dst = appendEscaped(dst, text)
	return append(dst, '"')
}

func appendStrings(dst []byte, list []string) []byte {
	dst = append(dst, '[')
	for i, s := range list {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendString(dst, s)
	}
	return append(dst, ']')
}

// plain marks the bytes that stand for themselves in a JSON string.
var plain = func() (t [256]bool) {
	for c := 0x20; c < 0x7f; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// appendEscaped appends s as the inside of a JSON string (RFC 8259 section 7).
// Beyond what JSON asks for, it escapes whatever a terminal would act on, so
// that printing the raw file is safe; bytes that are not UTF-8 become U+FFFD.
func appendEscaped(dst, s []byte) []byte {
	start := 0
	for i := 0; i < len(s); {
		if plain[s[i]] {
			i++
			continue
		}
		r, n := utf8.DecodeRune(s[i:])
		if n > 1 && !hazardous(r) {
			i += n
			continue
		}
		dst = append(dst, s[start:i]...)
		dst = appendEscape(dst, r, n)
		i += n
		start = i
	}
	return append(dst, s[start:]...)
}

func appendEscape(dst []byte, r rune, n int) []byte {
	switch {
	case r == '"', r == '\\':
		return append(dst, '\\', byte(r))
	case r == '\n':
		return append(dst, '\\', 'n')
	case r == '\r':
		return append(dst, '\\', 'r')
	case r == '\t':
		return append(dst, '\\', 't')
	case r == utf8.RuneError && n == 1:
		return append(dst, "\uFFFD"...)
	}
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
}

// hazardous are the characters that steer a terminal, a line reader or the
// reader's eye: C0, DEL, C1, line and paragraph separators, and the
// bidirectional controls (Unicode UAX 9, section 2).
func hazardous(r rune) bool {
	return r < 0x20 || r >= 0x7f && r <= 0x9f ||
		r == 0x061c || r == 0x200e || r == 0x200f ||
		r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// appendTime appends t as RFC 3339 in UTC with exactly six fractional digits,
// so that the text sorts as the time does. A year that does not fit in four
// digits is shown as the nearest that does.
func appendTime(dst []byte, t time.Time) []byte {
	t = t.UTC()
	year, month, day := t.Date()
	hour, minute, second := t.Clock()
	dst = appendPadded(dst, min(max(year, 0), 9999), 4)
	dst = appendPadded(append(dst, '-'), int(month), 2)
	dst = appendPadded(append(dst, '-'), day, 2)
	dst = appendPadded(append(dst, 'T'), hour, 2)
	dst = appendPadded(append(dst, ':'), minute, 2)
	dst = appendPadded(append(dst, ':'), second, 2)
	dst = appendPadded(append(dst, '.'), t.Nanosecond()/1000, 6)
	return append(dst, 'Z')
}

func appendPadded(dst []byte, v, width int) []byte {
	n := len(dst)
	dst = append(dst, "000000"[:width]...)
	for i := n + width - 1; i >= n; i-- {
		dst[i] = byte('0' + v%10)
		v /= 10
	}
	return dst
}
