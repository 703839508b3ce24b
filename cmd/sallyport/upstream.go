package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/zap"

	analyze "github.com/sallyport-db/sallyport/internal/analyze/postgres"
	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/internal/config"
	"github.com/sallyport-db/sallyport/proxy"
)

// upstream is a configured database and what is known of its schema.
type upstream struct {
	*config.Upstream
	catalog *catalog.Catalog
	reader  *analyze.Reader
}

// openUpstreams begins to read the catalogues. A database that cannot be reached now may be there later: that is a
// warning, not a failure.
func (s *server) openUpstreams() error {
	for i := range s.cfg.Upstreams {
		u := &upstream{Upstream: &s.cfg.Upstreams[i]}
		if _, err := u.connectConfig(); err != nil {
			return err
		}
		u.catalog = catalog.Open(u.connectConfig, catalog.Options{Failed: func(err error) {
			s.logger.Warn("the catalogue of an upstream cannot be read; its statements are refused until it can",
				zap.String("upstream", u.Name), zap.Error(err))
		}})
		u.reader = analyze.NewReader(u.catalog, proxy.EncodeAccesses)
		s.upstreams = append(s.upstreams, u)
		s.onStop(func(string) error { u.catalog.Close(); return nil })
		s.serving.Go(func() { s.firstLook(u) })
	}
	return nil
}

// firstLook reads a catalogue before the first client needs it.
func (s *server) firstLook(u *upstream) {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	if u.catalog.Refresh(ctx) != nil {
		return // Failed has said so
	}
	if snap, err := u.catalog.Current(ctx); err == nil && snap.Superuser {
		s.logger.Warn("the proxy logs in as a superuser, so the database itself forbids nothing: "+
			"use a role with no more rights than all tokens together need",
			zap.String("upstream", u.Name), zap.String("role", snap.Role))
	}
}

// connectConfig says how to log in. The password is read afresh, so that a changed one needs no restart.
func (u *upstream) connectConfig() (*pgconn.Config, error) {
	cfg, err := pgconn.ParseConfig(u.URL)
	if err != nil {
		return nil, fmt.Errorf("upstream %s: its URL cannot be used: %w", u.Name, err)
	}
	if cfg.Password, err = u.Password(); err != nil {
		return nil, fmt.Errorf("upstream %s: %w", u.Name, err)
	}
	cfg.RuntimeParams = map[string]string{"application_name": "sallyport"}
	return cfg, nil
}

func (s *server) upstream(name string) *upstream {
	for _, u := range s.upstreams {
		if u.Name == name {
			return u
		}
	}
	return nil
}

// passwordVariable says whether an upstream's password is in the variable.
func passwordVariable(cfg *config.Config, name string) bool {
	for i := range cfg.Upstreams {
		if cfg.Upstreams[i].PasswordEnv == name {
			return true
		}
	}
	return false
}

func nameOf(variable string) string {
	name, _, _ := strings.Cut(variable, "=")
	return name
}

// cause is what is behind net's "listen tcp 127.0.0.1:6432: bind: …", with what to do where that is known.
func cause(err error) error {
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return errors.New("the address is in use: is another server running? (another port goes into the configuration)")
	case errors.Is(err, syscall.EACCES):
		return errors.New("this user may not: ports below 1024 need a privilege")
	case errors.Is(err, syscall.EADDRNOTAVAIL):
		return errors.New("this machine does not have that address")
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err
	}
	return err
}
