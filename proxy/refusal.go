package proxy

import (
	"fmt"

	"github.com/sallyport-db/sallyport/policy"
)

// Code classifies what a client may be told. Metric labels come from it; each
// protocol maps it to its own error numbers. The zero Code is an internal
// error.
type Code uint8

// The codes, in the order in which a session can meet them.
const (
	CodeInternal       Code = iota
	CodeProtocol            // bytes that are not the protocol, or a message that is not taken
	CodeNeedsTLS            // a password may not be asked for in the clear here
	CodeToken               // a token that is refused
	CodeUser                // the user name is not the token's subject
	CodeUpstream            // no such upstream for this token
	CodeParameter           // a start-up parameter that is not taken
	CodeUnreachable         // the database cannot be reached
	CodeTimeout             // login took too long
	CodeTooMany             // no room for another connection
	CodeDenied              // the scope does not cover it
	CodeSyntax              // the text does not parse
	CodeUndefined           // a name that does not resolve
	CodeTooComplex          // the guard before parsing
	CodeAudit               // the audit log cannot be written
	CodeFenced              // this node may have missed a revocation
	CodeExpired             // the token's life is over
	CodeRevoked             // the token was revoked
	CodeLimit               // a limit of the token is used up
	CodeKilled              // an operator ended the session
	CodeShutdown            // the proxy is going down
	CodeNarrowed            // the configuration is stricter than what the session has done
	CodeInterrupted         // the server was asked something first, and did not answer
	CodeUpstreamClosed      // the database closed the connection
	codeCount
)

var codeNames = [codeCount]string{
	"internal", "protocol", "needs_tls", "token", "user", "upstream", "parameter",
	"unreachable", "timeout", "too_many", "denied", "syntax", "undefined",
	"too_complex", "audit", "fenced", "expired", "revoked", "limit", "killed", "shutdown", "narrowed", "interrupted", "upstream_closed",
}

func (c Code) String() string {
	if c < codeCount {
		return codeNames[c]
	}
	return codeNames[CodeInternal]
}

// Refusal is all that a client may ever see of an error. One function in each
// protocol turns it into bytes.
type Refusal struct {
	Code    Code
	Message string
	Hint    string

	// Session is the id under which the audit log says why. Every refusal
	// that a client sees ends with it.
	Session string

	// Position is where in the statement's text the refusal points: characters
	// from 0, or -1. Only what does not parse or resolve has one.
	Position int

	// Unread says that the text did not parse, and that the database may be
	// asked whether its own grammar refuses it: if so, the client is told that
	// instead.
	Unread bool

	// Object and Op name what was denied, for protocols whose error text or
	// number depends on it (MySQL's 1142, 1143, 1370).
	Object string
	Op     string

	// Reason is for the audit log and never reaches the client.
	Reason string
}

// Error makes a Refusal usable where an error is expected.
func (r *Refusal) Error() string {
	if r.Reason != "" {
		return r.Message + ": " + r.Reason
	}
	return r.Message
}

// refuse makes a refusal whose reason in the log is its message.
func refuse(code Code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...), Position: -1}
}

// denial turns a verdict into what the client sees.
func denial(v *policy.Verdict, fault *policy.Fault) *Refusal {
	r := &Refusal{Code: CodeDenied, Position: -1, Reason: v.Reason}
	switch {
	case v.Access != nil:
		r.Object, r.Op = v.Access.Object, v.Access.Op.String()
		if v.Access.Kind == policy.KindNew || r.Object == "" {
			r.Object = v.Access.Schema
		}
		r.Message = "permission denied for " + noun(v.Access.Kind) + " " + r.Object
	case fault != nil:
		r.Code, r.Unread = codeOfFault(fault), fault.Unread
		r.Message, r.Position = fault.Reason, fault.Pos
		if r.Code == CodeDenied {
			r.Message = "permission denied: " + fault.Reason
			r.Position = -1
		}
	default:
		r.Message = "permission denied"
	}
	r.Hint = hint(v)
	return r
}

// hint says what would help.
func hint(v *policy.Verdict) string {
	switch {
	case v.Rule == policy.RuleForbidden:
		return "the configuration forbids this to every token"
	case v.Missing != "":
		return "the token lacks: " + v.Missing
	}
	return ""
}

func codeOfFault(f *policy.Fault) Code {
	switch {
	case f.Unread:
		return CodeSyntax
	case f.Rule == policy.RuleUndefined:
		return CodeUndefined
	case f.Rule == policy.RuleLimit:
		return CodeTooComplex
	default:
		return CodeDenied
	}
}

func noun(k policy.Kind) string {
	switch k {
	case policy.KindRelation:
		return "table"
	case policy.KindSequence:
		return "sequence"
	case policy.KindFunction:
		return "function"
	case policy.KindSchema, policy.KindNew:
		return "schema"
	default:
		return "object"
	}
}
