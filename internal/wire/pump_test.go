package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"testing"
)

// pairs are a socket's two ends, once with the raw path and once without.
func pairs(t *testing.T) map[string]func() (*Conn, net.Conn) {
	t.Helper()
	tcp := func() (*Conn, net.Conn) {
		ln, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer ln.Close()
		theirs, err := net.Dial("tcp", ln.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		ours, err := ln.Accept()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { ours.Close(); theirs.Close() })
		return NewConn(ours), theirs
	}
	return map[string]func() (*Conn, net.Conn){
		"raw": tcp,
		"net.Conn": func() (*Conn, net.Conn) {
			c, theirs := tcp()
			c.raw = nil
			return c, theirs
		},
	}
}

// framed takes whole messages only: a length, and as many bytes.
func framed(into *[]byte) Consume {
	return func(chunk []byte) (int, error) {
		taken := 0
		for len(chunk)-taken >= 4 {
			n := 4 + int(binary.BigEndian.Uint32(chunk[taken:]))
			if n > len(chunk)-taken {
				break
			}
			*into = append(*into, chunk[taken:taken+n]...)
			taken += n
		}
		return taken, nil
	}
}

func frames(sizes ...int) []byte {
	var out []byte
	for i, n := range sizes {
		out = binary.BigEndian.AppendUint32(out, uint32(n))
		out = append(out, bytes.Repeat([]byte{byte(i)}, n)...)
	}
	return out
}

func TestPumpHandsOnEveryByteOnce(t *testing.T) {
	for name, pair := range pairs(t) {
		for _, step := range []int{1 << 20, 5000, 97} {
			c, peer := pair()
			want := frames(0, 1, 70_000, 3, 16<<10-4, 64<<10-4, 64<<10-3, 200_000, 0, 5)
			go func() {
				for rest := want; len(rest) > 0; rest = rest[min(step, len(rest)):] {
					if _, err := peer.Write(rest[:min(step, len(rest))]); err != nil {
						return
					}
				}
				peer.Close()
			}()
			var got []byte
			if err := c.Pump(256<<10, framed(&got)); err != nil {
				t.Errorf("%s, steps of %d: %v", name, step, err)
			}
			if !bytes.Equal(got, want) {
				t.Errorf("%s, steps of %d: %d bytes came, want %d", name, step, len(got), len(want))
			}
		}
	}
}

func TestPumpEnds(t *testing.T) {
	stop := errors.New("enough")
	for name, pair := range pairs(t) {
		c, peer := pair()
		peer.Write(frames(10)[:9])
		peer.Close()
		if err := c.Pump(1<<20, framed(new([]byte))); !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("%s: a message cut in two ends with %v", name, err)
		}
		c, peer = pair()
		go peer.Write(frames(200_000))
		if err := c.Pump(100_000, framed(new([]byte))); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: a message beyond the limit ends with %v", name, err)
		}
		c, peer = pair()
		peer.Write([]byte("x"))
		if err := c.Pump(1<<20, func([]byte) (int, error) { return 0, stop }); err != stop {
			t.Errorf("%s: the consumer's error came back as %v", name, err)
		}
		c, _ = pair()
		go c.WakeReader()
		if err := c.Pump(1<<20, framed(new([]byte))); !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: a reader that was woken ends with %v", name, err)
		}
	}
}

func TestSendWaitsForRoomAndIsWoken(t *testing.T) {
	big := bytes.Repeat([]byte("0123456789abcdef"), 1<<20)
	for name, pair := range pairs(t) {
		c, peer := pair()
		sent := make(chan error, 1)
		go func() { sent <- c.Send(big) }()
		got := make([]byte, len(big))
		if _, err := io.ReadFull(peer, got); err != nil || !bytes.Equal(got, big) {
			t.Errorf("%s: what came is not what was sent (%v)", name, err)
		}
		if err := <-sent; err != nil {
			t.Errorf("%s: %v", name, err)
		}
		go func() { sent <- c.Send(big) }()
		if _, err := io.ReadFull(peer, got[:1]); err != nil {
			t.Fatal(err)
		}
		c.WakeWriter()
		if err := <-sent; !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("%s: a writer that was woken ends with %v", name, err)
		}
	}
}
