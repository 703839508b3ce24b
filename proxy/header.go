package proxy

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"

	"github.com/pires/go-proxyproto"
)

// Lengths of headers (https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt,
// sections 2.1 and 2.2). What follows the addresses of version 2 is bounded
// because it is read before anybody has proved anything.
const (
	maxHeader1 = 107
	fixed2     = 16
	maxTail2   = 2 << 10
)

// client says where a client is: at the other end of the connection, or, if
// that is one of the peers that are believed, where its PROXY header says. One
// of them that sends none is refused: a health check or a client that has got
// round the header would be taken for the peer.
func client(conn io.Reader, peer Peer, believed []netip.Prefix) (Peer, error) {
	if !slices.ContainsFunc(believed, func(p netip.Prefix) bool { return p.Contains(peer.Addr()) }) {
		return peer, nil
	}
	text, err := readHeader(conn)
	if err != nil {
		return Peer{}, err
	}
	h, err := proxyproto.Read(bufio.NewReaderSize(bytes.NewReader(text), len(text)))
	if err != nil {
		return Peer{}, err
	}
	from, err := headerSource(h)
	if err == nil && from.Addr().IsLoopback() && !peer.Addr().IsLoopback() {
		err = errors.New("the loopback address of another machine")
	}
	return from, err
}

// readHeader reads a header and not a byte more: what follows is the
// protocol's, and stays in the socket.
func readHeader(conn io.Reader) ([]byte, error) {
	text := make([]byte, len(proxyproto.SIGV1), maxHeader1)
	if _, err := io.ReadFull(conn, text); err != nil {
		return nil, err
	}
	switch {
	case bytes.Equal(text, proxyproto.SIGV1):
		return readLine(conn, text)
	case bytes.Equal(text, proxyproto.SIGV2[:len(text)]):
		return readBinary(conn, text)
	}
	return nil, proxyproto.ErrNoProxyProtocol
}

// readLine goes on with a header of version 1, which says nowhere how long it
// is.
func readLine(conn io.Reader, text []byte) ([]byte, error) {
	for text[len(text)-1] != '\n' {
		if len(text) == maxHeader1 {
			return nil, proxyproto.ErrVersion1HeaderTooLong
		}
		text = text[:len(text)+1]
		if _, err := io.ReadFull(conn, text[len(text)-1:]); err != nil {
			return nil, err
		}
	}
	return text, nil
}

func readBinary(conn io.Reader, text []byte) ([]byte, error) {
	fixed := append(text, make([]byte, fixed2-len(text))...)
	if _, err := io.ReadFull(conn, fixed[len(text):]); err != nil {
		return nil, err
	}
	rest := int(binary.BigEndian.Uint16(fixed[fixed2-2:]))
	if rest > maxTail2 {
		return nil, proxyproto.ErrInvalidLength
	}
	whole := append(fixed, make([]byte, rest)...)
	_, err := io.ReadFull(conn, whole[fixed2:])
	return whole, err
}

// headerSource is the address that a header vouches for. UNKNOWN, LOCAL and
// everything that is not TCP vouch for none.
func headerSource(h *proxyproto.Header) (Peer, error) {
	if h.Command != proxyproto.PROXY || h.TransportProtocol != proxyproto.TCPv4 && h.TransportProtocol != proxyproto.TCPv6 {
		return Peer{}, errors.New("the header vouches for no TCP client (UNKNOWN or LOCAL)")
	}
	tcp, _, ok := h.TCPAddrs()
	if !ok {
		return Peer{}, proxyproto.ErrInvalidAddress
	}
	from := tcp.AddrPort()
	from = netip.AddrPortFrom(from.Addr().Unmap(), from.Port())
	if a := from.Addr(); a.IsUnspecified() || a.IsMulticast() {
		return Peer{}, fmt.Errorf("%s is no client's address", a)
	}
	return from, nil
}

func peerOf(c net.Conn) Peer {
	ap, err := netip.ParseAddrPort(c.RemoteAddr().String())
	if err != nil {
		return Peer{}
	}
	return netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port())
}
