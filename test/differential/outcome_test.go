package differential

import (
	"regexp"
	"strings"
)

// outcome is how a case ended on one side: with its first error, if any.
type outcome struct {
	code, message, hint, where string
	refused                    bool   // the error is that a right is missing
	inside                     bool   // ... inside of a function's own body
	tags                       string // command tags, with their counts of rows
	steps                      int    // texts that were done
	lost                       error  // the connection did not survive: no answer at all
}

// Every refusal of the proxy's own ends with its session; no error of the
// database does.
var sessionAtEnd = regexp.MustCompile(` \(session [0-9A-Za-z]+\)$`)

func (o *outcome) byProxy() bool { return sessionAtEnd.MatchString(o.message) }

func (o *outcome) String() string {
	switch {
	case o.lost != nil:
		return "lost: " + o.lost.Error()
	case o.code == "":
		return "done: " + o.tags
	}
	out := o.code + " " + sessionAtEnd.ReplaceAllString(o.message, " (proxy)")
	if o.hint != "" {
		out += " HINT " + o.hint
	}
	if o.where != "" {
		out += " CONTEXT " + strings.ReplaceAll(o.where, "\n", " / ")
	}
	return out
}

// class is what a pair of answers is held to be.
type class int

const (
	bothPermitted   class = iota
	bothRefused           // a right is missing there, a refusal of the proxy's here
	letThrough            // a right is missing there, no refusal here
	insideBody            // as letThrough, but the error arose inside a function's own body: a documented limit
	overDenied            // permitted there, refused here
	rowSecurity           // refused here, whatever is said there, because the proxy's role would not be bound by row security
	sameError             // another error, the database's own on both sides
	sameCode              // another error there, a refusal of the proxy's with the same code here
	deniedInstead         // another error there, a refusal of the proxy's here
	shown                 // as letThrough, but what is shown are names and definitions, which are no secret
	unseen                // the same, but the error is that the role does not see the schema: the object is there
	otherwise             // neither refused, and yet not the same: an error on one side, or two errors
	differentResult       // permitted by both, with another number of rows
	unanswered            // a connection was lost
	classes
)

var classNames = [classes]string{"both permitted", "both refused", "LET THROUGH", "inside a body", "OVER-DENIED", "refused for row security", "the database's own error",
	"an error of the proxy's with that code", "denied instead of an error", "names and definitions", "denied, and the role does not see the schema", "NEITHER REFUSED, NOT THE SAME", "OTHER RESULT", "UNANSWERED"}

func (c class) String() string { return classNames[c] }

func classify(role, proxy *outcome) class {
	switch {
	case role.lost != nil || proxy.lost != nil:
		return unanswered
	case role.refused && proxy.byProxy():
		return bothRefused
	case proxy.byProxy() && strings.Contains(proxy.message, "bypasses row security"):
		return rowSecurity
	case role.refused && proxy.refused:
		return sameError // the database refuses both: what runs as its owner (REFRESH)
	case role.inside:
		return insideBody
	case role.refused:
		return letThrough
	case role.code == "" && proxy.byProxy():
		return overDenied
	case role.code == "" && proxy.code == "" && role.tags == proxy.tags:
		return bothPermitted
	case role.code == "" && proxy.code == "":
		return differentResult
	case proxy.byProxy() && proxy.code == role.code:
		return sameCode
	case proxy.byProxy():
		return deniedInstead
	case proxy.code == role.code:
		return sameError
	}
	return otherwise
}
