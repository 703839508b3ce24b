package main

import (
	"io"
	"net"
	"net/http"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/sallyport-db/sallyport/internal/api"
)

// exhausted is a listener without descriptors for a while.
type exhausted struct {
	net.Listener
	left atomic.Int32
}

func (e *exhausted) Accept() (net.Conn, error) {
	if e.left.Add(-1) >= 0 {
		return nil, &net.OpError{Op: "accept", Err: syscall.EMFILE}
	}
	return e.Listener.Accept()
}

// Whoever uses up the descriptors of the process does not end the server.
func TestForkOutlivesExhaustion(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	e := &exhausted{Listener: ln}
	e.left.Store(3)
	f := newFork(e)
	failures, ended := 0, make(chan error, 1)
	go func() { ended <- f.run(func(error) { failures++ }) }()
	h := api.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }))
	go func() { _ = h.Serve(f.plain) }()
	resp, err := http.Get("http://" + ln.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = resp.Body.Close()
	if err := h.Close(); err != nil {
		t.Error(err)
	}
	if err := <-ended; err == nil || failures != 3 {
		t.Errorf("after %d failures: %v", failures, err)
	}
}
