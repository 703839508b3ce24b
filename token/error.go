package token

// Code names why a token is refused, for the audit log and for metrics. Codes
// are added to, never changed.
type Code string

// Refusals before the signature was verified.
const (
	CodeMisconfigured Code = "misconfigured" // the verifier lacks something; everything is refused
	CodeSize          Code = "size"          // longer than MaxBytes
	CodeMalformed     Code = "malformed"     // not three parts of canonical base64url, or no JSON header
	CodeAlgorithm     Code = "algorithm"     // not EdDSA
	CodeKey           Code = "key"           // the key id is unknown
	CodeHeader        Code = "header"        // a header parameter that is not taken (jku, x5u, jwk, crit, …)
	CodeSignature     Code = "signature"
	CodeHandle        Code = "handle" // no token has it
	CodeStore         Code = "store"  // the registry cannot be asked for a handle
)

// Refusals after it: the signature is ours.
const (
	CodeClaims      Code = "claims" // not exactly the claims of a token
	CodeIssuer      Code = "issuer"
	CodeAudience    Code = "audience"
	CodeExpired     Code = "expired"
	CodeNotYetValid Code = "not-yet-valid"
	CodeLifetime    Code = "lifetime" // longer than the maximum
	CodeRevoked     Code = "revoked"
	CodeReplaced    Code = "replaced"    // by rotation; its successor is another
	CodeCanary      Code = "canary"      // laid out to be found; whoever tries it has found it
	CodeSource      Code = "source"      // the client's address is outside src
	CodeCertificate Code = "certificate" // cnf does not match the client's certificate
)

// Error is why a token is refused.
type Error struct {
	// Public says that the signature was verified, so that the client may be
	// told. Before that every faulty token gets one and the same refusal:
	// whoever tries out tokens learns nothing.
	Public bool
	Code   Code
	Reason string // the detail, for the audit log; never a part of the token but checked claims
}

// Error returns the detail, which is for the audit log and the program's own
// log. A client is shown ClientMessage.
func (e *Error) Error() string { return "token refused: " + e.Reason }

var clientMessages = map[Code]string{
	CodeExpired:     "the token has expired",
	CodeNotYetValid: "the token is not valid yet",
	CodeRevoked:     "the token has been revoked",
	CodeReplaced:    "the token has been replaced by a newer one",
	CodeCanary:      "the token has been revoked", // which is what becomes of one that was found
	CodeAudience:    "the token is for another cluster",
	CodeSource:      "the token is not valid from this address",
	CodeCertificate: "the token needs the client certificate that it is bound to",
}

// Misuse says that a token that is ours was shown by somebody who should not
// have it.
func (e *Error) Misuse() bool {
	switch e.Code {
	case CodeSource, CodeCertificate, CodeRevoked, CodeCanary:
		return true
	}
	return false
}

// ClientMessage returns what the client may be told.
func (e *Error) ClientMessage() string {
	if m, ok := clientMessages[e.Code]; ok && e.Public {
		return m
	}
	return "the token is not valid"
}

// faulty is a refusal before the signature was verified.
func faulty(code Code, reason string) *Error { return &Error{Code: code, Reason: reason} }

// refused is one after it.
func refused(code Code, reason string) *Error {
	return &Error{Public: true, Code: code, Reason: reason}
}
