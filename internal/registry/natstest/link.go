package natstest

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// Link is the way to a NATS server, that can be cut: nothing moves on it then,
// and nobody is told.
type Link struct {
	ln     net.Listener
	to     string
	mu     sync.Mutex
	cut    bool
	opened *sync.Cond
}

// NewLink makes a way to a server, for as long as the test.
func NewLink(t testing.TB, to string) *Link {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &Link{ln: ln, to: strings.TrimPrefix(to, "nats://")}
	l.opened = sync.NewCond(&l.mu)
	t.Cleanup(func() { _ = ln.Close(); l.Cut(false) })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go l.carry(c)
		}
	}()
	return l
}

// URL is where the way begins.
func (l *Link) URL() string { return "nats://" + l.ln.Addr().String() }

// Cut cuts the way, or opens it again.
func (l *Link) Cut(cut bool) {
	l.mu.Lock()
	l.cut = cut
	l.mu.Unlock()
	l.opened.Broadcast()
}

// wait waits while the way is cut.
func (l *Link) wait() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.cut {
		l.opened.Wait()
	}
}

func (l *Link) carry(c net.Conn) {
	defer c.Close()
	l.wait()
	s, err := net.Dial("tcp", l.to)
	if err != nil {
		return
	}
	defer s.Close()
	go l.copy(s, c)
	l.copy(c, s)
}

func (l *Link) copy(to, from net.Conn) {
	buf := make([]byte, 64<<10)
	for {
		n, err := from.Read(buf)
		l.wait()
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			if err == io.EOF {
				_ = to.Close()
			}
			return
		}
	}
}
