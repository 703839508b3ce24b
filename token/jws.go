package token

import (
	"encoding/base64"
	"errors"
	"strings"
)

// Header is the protected header of a token (RFC 7515, section 4).
type Header struct {
	Algorithm string // alg
	Type      string // typ
	KeyID     string // kid
}

// maxHeader bounds the header's JSON, in bytes. Ours has about 90; it is read
// before the signature is verified, so anybody can send one.
const maxHeader = 512

// parts of a token, split but not believed.
type parts struct {
	signed         string // header and payload, as signed
	header, claims string // base64url
	signature      string
}

// split takes a token apart at its dots.
func split(tok string) (parts, error) {
	jwt := strings.TrimPrefix(tok, Prefix)
	if strings.Count(jwt, ".") != 2 { // counted, since 8 KiB of dots would split into 128 KiB
		return parts{}, errors.New("not three parts")
	}
	header, rest, _ := strings.Cut(jwt, ".")
	claims, signature, _ := strings.Cut(rest, ".")
	return parts{signed: jwt[:len(header)+1+len(claims)], header: header, claims: claims, signature: signature}, nil
}

// decodeSegment reads base64url as RFC 7515 has it: no padding, no stray bits
// at the end, no line breaks (which Go's decoder skips, even the strict one).
// Otherwise one token would have many texts.
func decodeSegment(s string) ([]byte, error) {
	if s == "" || strings.ContainsAny(s, "\r\n") {
		return nil, errors.New("not canonical base64url")
	}
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, errors.New("not canonical base64url")
	}
	return b, nil
}

// decodeHeader reads a header, which may hold alg, typ and kid alone.
func decodeHeader(segment string) (*Header, error) {
	if len(segment) > base64.RawURLEncoding.EncodedLen(maxHeader) {
		return nil, errors.New("header too long")
	}
	data, err := decodeSegment(segment)
	if err != nil {
		return nil, err
	}
	h := &Header{}
	_, err = decodeObject(data, fields{
		"alg": text(&h.Algorithm, maxText), "typ": text(&h.Type, maxText), "kid": text(&h.KeyID, maxText),
	})
	return h, err
}

// Inspect reads a token without verifying anything: for a person to look at,
// never to decide by. What could be read is returned even with an error.
func Inspect(tok string) (*Claims, *Header, error) {
	if len(tok) > MaxBytes {
		return nil, nil, errors.New("longer than a token can be")
	}
	p, err := split(tok)
	if err != nil {
		return nil, nil, err
	}
	h, err := decodeHeader(p.header)
	if err != nil {
		return nil, nil, errors.Join(errors.New("header"), err)
	}
	data, err := decodeSegment(p.claims)
	if err != nil {
		return nil, h, err
	}
	c, err := decodeClaims(data)
	return c, h, err
}
