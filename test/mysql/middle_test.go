package mysql

import (
	"bytes"
	"io"
	"net"
	"sync/atomic"
	"testing"
)

// middle stands between the proxy and the server and changes what the server
// says: from the statement trigger on it answers in its place, or has each
// piece of its answers pass through change.
type middle struct {
	answer atomic.Value // []byte, written when trigger is seen; then it is silent
	change atomic.Value // func([]byte) []byte
}

const trigger = "SELECT 'trigger'"

func (g *gate) inTheMiddle(t *testing.T) *middle {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	g.middle.Store(ln.Addr().String())
	m := &middle{}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go m.carry(c, g.server.Addr())
		}
	}()
	return m
}

func (m *middle) carry(proxy net.Conn, addr string) {
	defer proxy.Close()
	server, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer server.Close()
	var triggered atomic.Bool
	go func() {
		defer proxy.Close()
		buf := make([]byte, 64<<10)
		for {
			n, err := server.Read(buf)
			if err != nil {
				return
			}
			out := buf[:n]
			if triggered.Load() {
				change, ok := m.change.Load().(func([]byte) []byte)
				if !ok {
					continue
				}
				out = change(bytes.Clone(out))
			}
			if _, err := proxy.Write(out); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 64<<10)
	for {
		n, err := proxy.Read(buf)
		if err != nil {
			return
		}
		if bytes.Contains(buf[:n], []byte(trigger)) {
			triggered.Store(true)
			if a, ok := m.answer.Load().([]byte); ok {
				_, _ = proxy.Write(a)
				_, _ = io.Copy(io.Discard, proxy) // until it is cut off
				return
			}
		}
		if _, err := server.Write(buf[:n]); err != nil {
			return
		}
	}
}
