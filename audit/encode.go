package audit

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"
	"unicode/utf8"
)

// maxStatement is how much of a statement's text a record holds (SPEC 8).
const maxStatement = 8 << 10

// appendBody appends the event's line from the comma behind seq to the
// newline. The number itself is put in front when the line is written, since
// only then is it known. t stands in for e.Time; prefix is the log's own part,
// `,"cluster":…,"node":…`.
func appendBody(dst []byte, e *Event, t time.Time, prefix []byte) []byte {
	dst = append(dst, `,"time":"`...)
	dst = appendTime(dst, t)
	dst = append(dst, '"')
	dst = appendField(dst, "event", string(e.Event))
	dst = append(dst, prefix...)
	if e.Subject != nil {
		dst = append(dst, e.Subject.json...)
	}
	dst = appendUint(dst, "id", e.ID)
	dst = appendStatement(dst, e)
	dst = appendVerdict(dst, e)
	dst = appendOutcome(dst, e)
	dst = appendLogin(dst, e)
	dst = appendGrant(dst, e)
	dst = appendField(dst, "severity", e.Severity)
	dst = appendField(dst, "file", e.File)
	if len(e.Changed) > 0 {
		dst = append(dst, `,"changed":`...)
		dst = appendStrings(dst, e.Changed)
	}
	dst = appendField(dst, "version", e.Version)
	dst = appendUint(dst, "pid", uint64(max(e.PID, 0)))
	dst = appendField(dst, "checkpoint", e.Checkpoint)
	dst = appendUint(dst, "lost", e.Lost)
	return append(dst, '}', '\n')
}

// appendStatement writes the text, cut, and the hash and length of the whole.
// Redaction comes before all three: a hash of a short password is as good as
// the password.
func appendStatement(dst []byte, e *Event) []byte {
	if e.Statement == nil {
		return appendFingerprint(dst, e.Fingerprint)
	}
	text, redacted := e.Statement, false
	if e.Secret {
		text, redacted = Secrets(text), true
	}
	text, found := redactBytes(text)
	redacted = redacted || found

	dst = append(dst, `,"statement":"`...)
	dst = appendEscaped(dst, text[:cut(text)])
	sum := sha256.Sum256(text)
	dst = append(dst, `","statement_sha256":"`...)
	dst = hex.AppendEncode(dst, sum[:])
	dst = append(dst, `","statement_bytes":`...)
	dst = strconv.AppendInt(dst, int64(len(text)), 10)
	if redacted {
		return append(dst, `,"redacted":true`...)
	}
	return appendFingerprint(dst, e.Fingerprint)
}

func appendFingerprint(dst []byte, f uint64) []byte {
	if f == 0 {
		return dst
	}
	const digits = "0123456789abcdef"
	dst = append(dst, `,"fingerprint":"`...)
	for shift := 60; shift >= 0; shift -= 4 {
		dst = append(dst, digits[f>>shift&15])
	}
	return append(dst, '"')
}

// cut returns how many bytes of text to show: at most maxStatement, and no
// half of a rune.
func cut(text []byte) int {
	if len(text) <= maxStatement {
		return len(text)
	}
	for n := maxStatement; n > maxStatement-utf8.UTFMax; n-- {
		if utf8.RuneStart(text[n]) {
			return n
		}
	}
	return maxStatement // not UTF-8 at all
}

func appendVerdict(dst []byte, e *Event) []byte {
	if len(e.Access) > len("[]") {
		dst = append(dst, `,"access":`...)
		dst = append(dst, e.Access...)
	}
	dst = appendField(dst, "rule", e.Rule)
	if e.Secret { // a parser's message may quote what it stumbled over
		dst = appendField(dst, "reason", string(Secrets([]byte(e.Reason))))
	} else {
		dst = appendField(dst, "reason", e.Reason)
	}
	dst = appendField(dst, "missing", e.Missing)
	dst = appendField(dst, "mode", e.Mode)
	return appendField(dst, "would_deny", e.Would)
}

func appendOutcome(dst []byte, e *Event) []byte {
	dst = appendUint(dst, "statements", e.Statements)
	dst = appendUint(dst, "rows", e.Rows)
	dst = appendUint(dst, "bytes", e.Bytes)
	dst = appendUint(dst, "duration_us", uint64(max(e.Duration.Microseconds(), 0)))
	dst = appendField(dst, "sqlstate", e.SQLState)
	return appendField(dst, "outcome", e.Outcome)
}

func appendLogin(dst []byte, e *Event) []byte {
	dst = appendField(dst, "user", e.User)
	dst = appendField(dst, "database", e.Database)
	dst = appendField(dst, "application_name", e.Application)
	return appendField(dst, "tls_version", e.TLS)
}

func appendGrant(dst []byte, e *Event) []byte {
	dst = appendField(dst, "by", e.By)
	dst = appendField(dst, "scope", e.Scope)
	if len(e.Src) > 0 {
		dst = append(dst, `,"src":`...)
		dst = appendStrings(dst, e.Src)
	}
	dst = appendUint(dst, "ttl", uint64(max(int64(e.TTL/time.Second), 0)))
	if !e.Expires.IsZero() {
		dst = append(dst, `,"expires":"`...)
		dst = appendTime(dst, e.Expires)
		dst = append(dst, '"')
	}
	dst = appendField(dst, "parent", e.Parent)
	dst = appendField(dst, "replaces", e.Replaces)
	return appendField(dst, "act", e.Actor)
}

func appendOrigin(dst []byte, o *Origin) []byte {
	dst = appendField(dst, "session", o.Session)
	if o.Token != (Token{}) {
		dst = append(dst, `,"token":{`...)
		n := len(dst)
		dst = appendField(dst, "id", o.Token.ID)
		dst = appendField(dst, "sub", o.Token.Sub)
		dst = appendField(dst, "fam", o.Token.Fam)
		dst = append(dst[:n], dst[n+1:]...) // the first field's comma
		dst = append(dst, '}')
	}
	if o.Source.IsValid() {
		dst = append(dst, `,"source":{"ip":"`...)
		dst = o.Source.Addr().Unmap().WithZone("").AppendTo(dst)
		dst = append(dst, `","port":`...)
		dst = strconv.AppendUint(dst, uint64(o.Source.Port()), 10)
		dst = append(dst, '}')
	}
	dst = appendField(dst, "upstream", o.Upstream)
	return appendField(dst, "protocol", o.Protocol)
}

// AppendAccess adds one access to the JSON array dst, which is empty at
// first, and returns the whole array: `[{"op":…,"object":…,"columns":[…]}]`.
// An empty object and no columns are left out. The result goes into
// Event.Access and can be kept as long as the statement's analysis is.
func AppendAccess(dst []byte, op, object string, columns []string) []byte {
	if n := len(dst); n > 0 {
		dst = append(dst[:n-1], ',')
	} else {
		dst = append(dst, '[')
	}
	dst = append(dst, `{"op":`...)
	dst = appendString(dst, op)
	dst = appendField(dst, "object", object)
	if len(columns) > 0 {
		dst = append(dst, `,"columns":`...)
		dst = appendStrings(dst, columns)
	}
	return append(dst, '}', ']')
}
