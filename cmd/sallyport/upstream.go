package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync/atomic"
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
	name    string
	conf    atomic.Pointer[config.Upstream] // a reload changes it
	mysql   *mysqlSide                      // nil for PostgreSQL, which has the next two
	catalog *catalog.Catalog
	reader  *analyze.Reader

	endCheck context.CancelFunc     // of the check of its role
	told     atomic.Pointer[string] // what was said of its role last
}

// openUpstream begins to read a catalogue. A database that cannot be reached now may be there later: that is a warning,
// not a failure.
func (s *server) openUpstream(c *config.Upstream) *upstream {
	u := &upstream{name: c.Name}
	u.conf.Store(c)
	if c.Protocol == config.MySQL {
		u.mysql = s.openMySQL(u)
		return u
	}
	u.catalog = catalog.Open(u.connectConfig, catalog.Options{Failed: func(err error) {
		s.logger.Warn("the catalogue of an upstream cannot be read; its statements are refused until it can",
			zap.String("upstream", u.name), zap.Error(err))
	}})
	u.reader = analyze.NewReader(u.catalog, proxy.EncodeAccesses)
	s.serving.Go(func() { s.firstLook(u) })
	return u
}

func (s *server) closeUpstreams(string) error {
	if l := s.live.Load(); l != nil {
		for _, u := range l.upstreams {
			u.close()
		}
	}
	return nil
}

func (u *upstream) close() {
	if u.mysql != nil {
		u.mysql.catalog.Close()
		return
	}
	u.catalog.Close()
}

// configure applies what a reload may change.
func (u *upstream) configure(c *config.Upstream) {
	u.conf.Store(c)
	if u.mysql == nil {
		u.reader.MaxSleep(c.MaxSleep)
		u.catalog.SetStrict(c.Catalog == config.Strict)
	}
}

// firstLook reads a catalogue before the first client needs it.
func (s *server) firstLook(u *upstream) {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	_ = u.catalog.Refresh(ctx) // Failed says so
}

func (u *upstream) connectConfig() (*pgconn.Config, error) { return connectConfig(u.conf.Load()) }

// connectConfig says how to log in. The password is read afresh, so that a changed one needs no restart.
func connectConfig(u *config.Upstream) (*pgconn.Config, error) {
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
