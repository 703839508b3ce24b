package api

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"time"
)

// ListenSocket listens on the admin socket at path, for this user only. A socket that an earlier server left behind is
// removed; one that somebody answers on is not. The folder must be closed to others already: the mode of the socket is
// set only once it is there.
func ListenSocket(path string) (net.Listener, error) {
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		_ = c.Close()
		return nil, fmt.Errorf("admin socket %s: another server answers on it", path)
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, fmt.Errorf("admin socket: %w", err)
	case info.Mode().Type() != fs.ModeSocket:
		return nil, fmt.Errorf("admin socket %s: something else is there; move it away", path)
	default:
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("admin socket: %w", err)
		}
	}
	ln, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("admin socket: %w", err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(fmt.Errorf("admin socket: %w", err), ln.Close())
	}
	return ln, nil
}

// NewServer returns an HTTP server with every timeout set, for the admin socket as for the public listener.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       10 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ConnContext:       withPeer,
	}
}

type peerKey struct{}

// withPeer remembers who is at the other end of a unix socket.
func withPeer(ctx context.Context, c net.Conn) context.Context {
	if u, ok := c.(*net.UnixConn); ok {
		if uid, ok := peerUID(u); ok {
			return context.WithValue(ctx, peerKey{}, uid)
		}
	}
	return ctx
}

// socketPeer says for the records who asks over the admin socket, and whether the request came over it at all.
func socketPeer(r *http.Request) (string, bool) {
	if _, unix := r.Context().Value(http.LocalAddrContextKey).(*net.UnixAddr); !unix {
		return "", false
	}
	if uid, ok := r.Context().Value(peerKey{}).(uint32); ok {
		return fmt.Sprintf("admin socket uid %d", uid), true
	}
	return "admin socket", true
}

type callerKey struct{}

// callerOf is who sends the request, as it was found before the handler was called.
func callerOf(r *http.Request) *Caller {
	if c, ok := r.Context().Value(callerKey{}).(*Caller); ok {
		return c
	}
	return &Caller{Name: "nobody"}
}

// caller says for the records who asked.
func caller(r *http.Request) string { return callerOf(r).Name }
