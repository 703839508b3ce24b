package token

import (
	"crypto/x509"
	"net/url"
	"strings"
	"testing"
)

func TestBoundToASPIFFEID(t *testing.T) {
	f := newFixture(t)
	r := request()
	r.SPIFFE = "spiffe://shop.example/ns/prod/sa/billing"
	tok, issued := f.issue(t, r)
	if got := marshal(t, issued); !strings.Contains(got, `"cnf":{"spiffe_id":"spiffe://shop.example/ns/prod/sa/billing"}`) {
		t.Errorf("claims: %s", got)
	}
	for id, want := range map[string]Code{r.SPIFFE: "", "": CodeCertificate, "spiffe://shop.example/ns/prod/sa/billin": CodeCertificate} {
		_, err := f.verifier.Verify(tok, Client{Source: home, SPIFFE: id, Certificate: Thumbprint([]byte("x"))})
		if e, _ := err.(*Error); (e == nil) != (want == "") || e != nil && e.Code != want {
			t.Errorf("%q: %v", id, err)
		}
	}
	for _, bad := range []string{
		"https://shop.example/a", "spiffe://shop.example", "spiffe://shop.example/", "spiffe:///a", "spiffe://Shop.example/a",
		"spiffe://shop.example:1/a", "spiffe://u@shop.example/a", "spiffe://shop.example/a?b", "spiffe://shop.example/a#b",
		"spiffe://shop.example/a//b", "spiffe://shop.example/a/../b", "spiffe://shop.example/.", "spiffe://shop.example/a%2fb",
		"spiffe://shop.example/" + strings.Repeat("a", maxSPIFFE),
	} {
		r.SPIFFE = bad
		if _, _, err := f.issuer.Issue(r); err == nil {
			t.Errorf("issued for %.60q", bad)
		}
	}
	r.SPIFFE, r.Certificate = "spiffe://shop.example/a", Thumbprint([]byte("x"))
	if _, _, err := f.issuer.Issue(r); err == nil {
		t.Error("issued for a certificate and a SPIFFE ID")
	}
}

func TestSPIFFEOfACertificate(t *testing.T) {
	id, err := url.Parse("spiffe://shop.example/a")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cert x509.Certificate
		want string
	}{
		{x509.Certificate{URIs: []*url.URL{id}}, id.String()},
		{x509.Certificate{}, ""},
		{x509.Certificate{URIs: []*url.URL{id, id}}, ""},
		{x509.Certificate{URIs: []*url.URL{id}, IsCA: true}, ""},
		{x509.Certificate{URIs: []*url.URL{id}, KeyUsage: x509.KeyUsageCertSign}, ""},
		{x509.Certificate{URIs: []*url.URL{{Scheme: "https", Host: "shop.example", Path: "/a"}}}, ""},
	} {
		if got := SPIFFE(&c.cert); got != c.want {
			t.Errorf("%+v: %q", c.cert.URIs, got)
		}
	}
}
