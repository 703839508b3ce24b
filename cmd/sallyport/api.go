package main

import (
	"bufio"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/sallyport-db/sallyport/internal/config"
	"github.com/sallyport-db/sallyport/internal/federation"
)

// listen.http answers to both: whoever begins with a TLS record gets HTTPS, and there the API too; whoever speaks
// plain HTTP gets what anybody may see. So probes and scrapers go on as they were when `api` is set.

// firstByte is how long a client may take to send one.
const firstByte = 5 * time.Second

// acceptAgain is how long to wait for descriptors to come back.
const acceptAgain = 50 * time.Millisecond

// recordHandshake is what a TLS connection begins with (RFC 8446, section 5.1).
const recordHandshake = 0x16

// fork accepts from ln and hands connections on by their first byte.
type fork struct {
	net.Listener
	tls, plain *branch
}

func newFork(ln net.Listener) *fork {
	return &fork{Listener: ln, tls: newBranch(ln), plain: newBranch(ln)}
}

// run accepts until the listener is closed. Other failures pass: whoever opens
// so many connections that descriptors run out must not end the server.
func (f *fork) run(failed func(error)) error {
	for {
		c, err := f.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			f.tls.end(err)
			f.plain.end(err)
			return err
		case err != nil:
			failed(err)
			time.Sleep(acceptAgain)
		default:
			go f.sort(c)
		}
	}
}

func (f *fork) sort(c net.Conn) {
	_ = c.SetReadDeadline(time.Now().Add(firstByte))
	r := bufio.NewReaderSize(c, 1)
	first, err := r.Peek(1)
	if err != nil {
		_ = c.Close()
		return
	}
	_ = c.SetReadDeadline(time.Time{})
	to := f.plain
	if first[0] == recordHandshake {
		to = f.tls
	}
	to.offer(&peeked{c, r})
}

// peeked is a connection of which a byte has been looked at.
type peeked struct {
	net.Conn
	r *bufio.Reader
}

func (p *peeked) Read(b []byte) (int, error) { return p.r.Read(b) }

// branch is a listener that is given its connections.
type branch struct {
	net.Listener
	conns chan net.Conn
	over  chan struct{}
	err   error
}

func newBranch(ln net.Listener) *branch {
	return &branch{Listener: ln, conns: make(chan net.Conn), over: make(chan struct{})}
}

func (b *branch) offer(c net.Conn) {
	select {
	case b.conns <- c:
	case <-b.over:
		_ = c.Close()
	}
}

func (b *branch) end(err error) {
	b.err = err
	close(b.over)
}

func (b *branch) Accept() (net.Conn, error) {
	select {
	case c := <-b.conns:
		return c, nil
	case <-b.over:
		return nil, b.err
	}
}

// origin refuses what another site has a browser send: a client certificate
// goes with it unasked.
var origin = http.NewCrossOriginProtection()

// secure is the HTTPS side: the API where the configuration in force offers it, and what anybody may see.
func (s *server) secure(public *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l := s.live.Load()
		if _, pattern := public.Handler(r); pattern != "" || l.cfg.API.URL == "" {
			public.ServeHTTP(w, r)
			return
		}
		origin.Handler(l.admin).ServeHTTP(w, r)
	})
}

// tlsConfig is that of the configuration in force.
func (s *server) tlsConfig() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"},
		GetConfigForClient: func(*tls.ClientHelloInfo) (*tls.Config, error) {
			c := s.live.Load().tls.Clone()
			c.NextProtos = []string{"http/1.1"} // the databases' own names are not for here
			return c, nil
		},
	}
}

// trust makes the federation of a configuration. Issuers that stay as they are keep their keys.
func (s *server) trust(cfg *config.Config, before *live) (*federation.Federation, []*federation.Issuer) {
	if len(cfg.Grants) == 0 {
		return nil, nil
	}
	f := &federation.Federation{}
	var fresh []*federation.Issuer
	for _, c := range cfg.Issuers {
		i := before.issuer(c)
		if i == nil {
			i = &federation.Issuer{
				URL: c.URL, Audience: c.Audience, Claim: c.Claim, Prefix: c.Prefix, JWKSFile: c.JWKSFile, JWKSURL: c.JWKSURL,
			}
			fresh = append(fresh, i)
		}
		f.Issuers = append(f.Issuers, i)
	}
	for _, g := range cfg.Grants {
		f.Grants = append(f.Grants, federation.Grant{
			Issuer: g.Issuer, Match: g.Match, Scope: g.Scope, MaxTTL: g.MaxTTL, From: g.From, Rights: g.Rights,
		})
	}
	return f, fresh
}

// issuer is the running one of a configured issuer, or nil.
func (l *live) issuer(c config.Issuer) *federation.Issuer {
	if l == nil || l.federation == nil {
		return nil
	}
	at := slices.Index(l.cfg.Issuers, c)
	if at < 0 {
		return nil
	}
	return l.federation.Issuers[at]
}

// keepKeys has the keys of issuers fetched while they are part of the configuration.
func (s *server) keepKeys(fresh []*federation.Issuer) {
	for _, i := range fresh {
		needed := func() bool {
			f := s.live.Load().federation
			return f != nil && slices.Contains(f.Issuers, i)
		}
		s.serving.Go(func() {
			i.Keep(s.life, needed, func(err error) {
				s.logger.Warn("the keys of an identity provider cannot be read: its tokens are refused once the old ones are an hour old", zap.Error(err))
			})
		})
	}
}
