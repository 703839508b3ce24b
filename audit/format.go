package audit

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Colours by what a reader looks for first (ECMA-48 SGR).
const (
	red, green, yellow, cyan, dim, reset = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m", "\x1b[2m", "\x1b[0m"
)

// showStatement is how much of a statement fits a glance, in characters.
const showStatement = 160

// Format renders a record as one line for people, without a newline: time
// (UTC), event, who, what, and at the end the rule and its reason. With color
// it carries escape sequences, and never others: whatever in the record a
// terminal would act on is shown as \uXXXX.
func Format(r *Record, color bool) string {
	paint := func(code, s string) string {
		if !color || s == "" {
			return s
		}
		return code + s + reset
	}
	hue := hueOf(r)
	parts := []string{
		paint(dim, r.Time.UTC().Format("2006-01-02 15:04:05.000")),
		paint(hue, fmt.Sprintf("%-18s", visible(string(r.Event)))),
		who(r),
		statementOf(r),
		paint(cyan, accessOf(r)),
		details(r),
		paint(hue, verdictOf(r)),
	}
	var b strings.Builder
	for _, p := range parts {
		if p == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteString("  ")
		}
		b.WriteString(p)
	}
	return b.String()
}

func hueOf(r *Record) string {
	if r.Would != "" {
		return yellow
	}
	switch r.Event {
	case StatementAllowed, SessionOpened, TokenIssued, TokenRotated, TokenDerived:
		return green
	case StatementDenied, TokenRefused, TokenCanary, SessionRejected, ConfigRefused:
		return red
	case TokenRevoked, SessionCancelled:
		return yellow
	}
	if r.Outcome == OutcomeUnknown {
		return yellow
	}
	return dim
}

// who is `sub@upstream`, and where from for what is not a statement.
func who(r *Record) string {
	name := r.Token.Sub
	if name == "" {
		name = r.User
	}
	if r.Upstream != "" {
		name += "@" + r.Upstream
	}
	if r.Source.IP != "" && !strings.HasPrefix(string(r.Event), "statement.") {
		name += " from " + r.Source.IP
	}
	return visible(name)
}

func statementOf(r *Record) string {
	text := visible(r.Statement)
	if utf8.RuneCountInString(text) > showStatement {
		text = string([]rune(text)[:showStatement]) + "…"
	}
	return text
}

// accessOf is `select public.orders(id,total), execute public.refund()`.
func accessOf(r *Record) string {
	const most = 4
	var list []string
	for i, a := range r.Access {
		if i == most {
			list = append(list, fmt.Sprintf("and %d more", len(r.Access)-most))
			break
		}
		s := a.Op + " " + a.Object
		if len(a.Columns) > 0 {
			s += "(" + strings.Join(a.Columns, ",") + ")"
		}
		list = append(list, s)
	}
	return visible(strings.Join(list, ", "))
}

// details are the remaining fields, as key=value.
func details(r *Record) string {
	var list []string
	add := func(key string, set bool, value any) {
		if set {
			list = append(list, fmt.Sprintf("%s=%v", key, value))
		}
	}
	took, life := time.Duration(r.DurationUS)*time.Microsecond, time.Duration(r.TTL)*time.Second
	add("session", r.Session != "", r.Session)
	add("id", r.ID != 0, r.ID)
	add("token", r.Token.ID != "" && strings.HasPrefix(string(r.Event), "token."), r.Token.ID)
	add("by", r.By != "", r.By)
	add("scope", r.Scope != "", fmt.Sprintf("%q", r.Scope))
	add("src", len(r.Src) > 0, strings.Join(r.Src, ","))
	add("ttl", r.TTL != 0, life)
	add("database", r.Database != "" && r.Database != r.Upstream, r.Database)
	add("application", r.Application != "", r.Application)
	add("tls", r.TLS != "", r.TLS)
	add("statements", r.Statements != 0, r.Statements)
	add("rows", r.Rows != 0, r.Rows)
	add("bytes", r.Bytes != 0, r.Bytes)
	add("took", r.DurationUS != 0, took)
	add("sqlstate", r.SQLState != "", r.SQLState)
	add("outcome", r.Outcome != "", r.Outcome)
	add("file", r.File != "", r.File)
	add("changed", len(r.Changed) > 0, strings.Join(r.Changed, ","))
	add("version", r.Version != "", r.Version)
	add("pid", r.PID != 0, r.PID)
	add("dropped", r.Dropped != 0, r.Dropped)
	add("lost", r.Lost != 0, r.Lost)
	add("lines", r.Checkpoint != "", coveredBy(r))
	return visible(strings.Join(list, " "))
}

// coveredBy is how many lines a checkpoint covers: the note's second line.
func coveredBy(r *Record) string {
	_, rest, _ := strings.Cut(r.Checkpoint, "\n")
	lines, _, _ := strings.Cut(rest, "\n")
	return lines
}

func verdictOf(r *Record) string {
	rule := r.Rule
	if r.Would != "" {
		rule = "would be denied by " + r.Would
	}
	parts := []string{rule, r.Reason}
	if rule == "" || r.Reason == "" {
		parts = []string{rule + r.Reason}
	}
	s := strings.Join(parts, ": ")
	if r.Mode != "" && s != "" {
		s += " (" + r.Mode + ")"
	}
	return visible(s)
}

// visible makes s one harmless line: white space of any length becomes one
// space, and characters that steer a terminal or the eye become \uXXXX.
func visible(s string) string {
	var b strings.Builder
	space := false
	for _, r := range s {
		switch {
		case r == ' ' || r == '\t' || r == '\n' || r == '\r':
			space = b.Len() > 0
			continue
		case space:
			b.WriteByte(' ')
			space = false
		}
		switch {
		case hazardous(r) || !unicode.IsPrint(r) && !unicode.IsSpace(r):
			fmt.Fprintf(&b, "\\u%04x", r)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
