package pki

import (
	"crypto/x509"
	"net/netip"
	"os"
	"slices"
)

// serverNames are the names and addresses of the private certificate: those by which a server on this machine is always
// reached, and the given ones. Wildcard addresses (0.0.0.0, ::) name nothing and are left out.
func serverNames(hosts []string) []string {
	names := []string{"localhost", "127.0.0.1", "::1"}
	if h, err := os.Hostname(); err == nil {
		hosts = append(slices.Clone(hosts), h)
	}
	for _, h := range hosts {
		a, err := netip.ParseAddr(h)
		switch {
		case err != nil && h != "":
			names = append(names, h)
		case err == nil && !a.IsUnspecified():
			names = append(names, a.Unmap().WithZone("").String())
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// namesOf is what serverNames gave when the certificate was issued.
func namesOf(c *x509.Certificate) []string {
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		if a, ok := netip.AddrFromSlice(ip); ok {
			names = append(names, a.Unmap().String())
		}
	}
	slices.Sort(names)
	return names
}
