package token

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"regexp"
)

// Thumbprint is the x5t#S256 of a certificate in DER (RFC 8705, section 3.1).
func Thumbprint(der []byte) string {
	sum := sha256.Sum256(der)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

func validThumbprint(s string) bool {
	b, err := decodeSegment(s)
	return err == nil && len(b) == sha256.Size
}

// SPIFFE is the SPIFFE ID of a certificate whose chain was verified, or empty:
// an X.509-SVID has exactly one URI, and signs for nobody (X509-SVID, sections
// 2 and 4.1: https://github.com/spiffe/spiffe/blob/main/standards/X509-SVID.md).
func SPIFFE(c *x509.Certificate) string {
	if len(c.URIs) != 1 || c.IsCA || c.KeyUsage&(x509.KeyUsageCertSign|x509.KeyUsageCRLSign) != 0 {
		return ""
	}
	if id := c.URIs[0].String(); validSPIFFE(id) {
		return id
	}
	return ""
}

// maxSPIFFE is the longest SPIFFE ID that everybody takes (SPIFFE-ID, section
// 2.3).
const maxSPIFFE = 2048

// spiffeID is a trust domain and the path of a workload (SPIFFE-ID, sections
// 2.1 and 2.2): without a path it names the domain, which is nobody.
var spiffeID = regexp.MustCompile(`^spiffe://[a-z0-9._-]{1,255}(/[A-Za-z0-9._-]+)+$`)

var dotSegment = regexp.MustCompile(`/\.{1,2}(/|$)`)

func validSPIFFE(id string) bool {
	return len(id) <= maxSPIFFE && spiffeID.MatchString(id) && !dotSegment.MatchString(id)
}
