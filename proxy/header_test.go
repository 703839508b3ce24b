package proxy

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strings"
	"testing"
)

// header2 is a header of version 2: the byte of version and command, that of
// family and transport, and what follows the length.
func header2(command, family byte, body ...[]byte) string {
	all := bytes.Join(body, nil)
	b := append([]byte("\r\n\r\n\x00\r\nQUIT\n"), command, family)
	return string(append(binary.BigEndian.AppendUint16(b, uint16(len(all))), all...))
}

func addresses(from, to string, port uint16) []byte {
	b := append(netip.MustParseAddr(from).AsSlice(), netip.MustParseAddr(to).AsSlice()...)
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, port), 6432)
}

func TestHeadersOfBelievedPeers(t *testing.T) {
	four, six := addresses("203.0.113.7", "10.0.0.2", 4711), addresses("2001:db8::7", "2001:db8::1", 4711)
	for _, c := range []struct{ name, text, want string }{
		{"version 1", "PROXY TCP4 203.0.113.7 10.0.0.2 4711 6432\r\n", "203.0.113.7:4711"},
		{"version 1, IPv6", "PROXY TCP6 2001:db8::7 2001:db8::1 4711 6432\r\n", "[2001:db8::7]:4711"},
		{"version 1, mapped", "PROXY TCP6 ::ffff:203.0.113.7 2001:db8::1 4711 6432\r\n", "203.0.113.7:4711"},
		{"version 2", header2(0x21, 0x11, four), "203.0.113.7:4711"},
		{"version 2, IPv6", header2(0x21, 0x21, six), "[2001:db8::7]:4711"},
		{"version 2, mapped", header2(0x21, 0x21, addresses("::ffff:203.0.113.7", "2001:db8::1", 4711)), "203.0.113.7:4711"},
		{"version 2 with more behind the addresses", header2(0x21, 0x11, four, []byte("\x04\x00\x03abc")), "203.0.113.7:4711"},

		{"unknown", "PROXY UNKNOWN\r\n", ""},
		{"unknown with addresses", "PROXY UNKNOWN 203.0.113.7 10.0.0.2 4711 6432\r\n", ""},
		{"local", header2(0x20, 0x11, four), ""},
		{"local without addresses", header2(0x20, 0x00), ""},
		{"no family", header2(0x21, 0x00), ""},
		{"UDP", header2(0x21, 0x12, four), ""},
		{"a unix socket", header2(0x21, 0x31, make([]byte, 216)), ""},
		{"another version", header2(0x31, 0x11, four), ""},
		{"too short for its family", header2(0x21, 0x21, four), ""},
		{"too long", header2(0x21, 0x11, four, make([]byte, maxTail2)), ""},
		{"cut", header2(0x21, 0x11, four)[:20], ""},
		{"nothing", "", ""},
		{"no header", "\x00\x00\x00\x08\x04\xd2\x16\x2f", ""},
		{"almost one", "PROXX TCP4 203.0.113.7 10.0.0.2 4711 6432\r\n", ""},
		{"in small letters", "proxy tcp4 203.0.113.7 10.0.0.2 4711 6432\r\n", ""},
		{"no carriage return", "PROXY TCP4 203.0.113.7 10.0.0.2 4711 6432\n", ""},
		{"two blanks", "PROXY  TCP4 203.0.113.7 10.0.0.2 4711 6432\r\n", ""},
		{"a zone", "PROXY TCP6 fe80::1%eth0 2001:db8::1 4711 6432\r\n", ""},
		{"leading zeros", "PROXY TCP4 203.0.113.007 10.0.0.2 4711 6432\r\n", ""},
		{"the wrong family", "PROXY TCP4 2001:db8::7 10.0.0.2 4711 6432\r\n", ""},
		{"port too large", "PROXY TCP4 203.0.113.7 10.0.0.2 65536 6432\r\n", ""},
		{"endless", "PROXY TCP4 " + strings.Repeat("2", 1<<20), ""},
		{"nobody", "PROXY TCP4 0.0.0.0 10.0.0.2 4711 6432\r\n", ""},
		{"everybody", "PROXY TCP4 224.0.0.1 10.0.0.2 4711 6432\r\n", ""},
		{"the loopback of another machine", "PROXY TCP4 127.0.0.1 10.0.0.2 4711 6432\r\n", ""},
		{"... as IPv6", "PROXY TCP6 ::ffff:127.0.0.1 2001:db8::1 4711 6432\r\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := strings.NewReader(c.text + "behind")
			got, err := client(in, netip.MustParseAddrPort("10.0.0.1:999"), []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")})
			if c.want == "" {
				if err == nil {
					t.Fatalf("believed: %v", got)
				}
				return
			}
			if err != nil || got.String() != c.want {
				t.Fatalf("%v, %v; want %s", got, err, c.want)
			}
			if in.Len() != len("behind") {
				t.Errorf("%d bytes are left of what follows", in.Len())
			}
		})
	}
}

func TestHeadersOfOthersAreNotRead(t *testing.T) {
	in := strings.NewReader("PROXY TCP4 203.0.113.7 10.0.0.2 4711 6432\r\n")
	peer := netip.MustParseAddrPort("10.0.1.1:999")
	got, err := client(in, peer, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/24")})
	if err != nil || got != peer || in.Len() != int(in.Size()) {
		t.Errorf("%v, %v, %d bytes read", got, err, int(in.Size())-in.Len())
	}
	local := netip.MustParseAddrPort("127.0.0.1:1")
	if got, err := client(strings.NewReader("PROXY TCP4 127.0.0.1 127.0.0.1 5 6\r\n"), local, []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}); err != nil || got.Addr() != local.Addr() {
		t.Errorf("the loopback address of this machine: %v, %v", got, err)
	}
}
