package main

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	"go.uber.org/zap"

	"github.com/sallyport-db/sallyport/internal/analyze"
	analyzer "github.com/sallyport-db/sallyport/internal/analyze/mysql"
	"github.com/sallyport-db/sallyport/internal/api"
	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/internal/config"
	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/proxy/mysql"
)

// mysqlSide is what an upstream has if it is MySQL or MariaDB.
type mysqlSide struct {
	wire    *mysql.Upstream
	catalog *catalog.Catalog
	reader  *analyzer.Reader

	mu       sync.Mutex
	greeting mysql.Greeting // as it was last seen
	asked    time.Time
}

func (s *server) openMySQL(u *upstream) *mysqlSide {
	m := &mysqlSide{}
	m.wire = &mysql.Upstream{
		Config: func() (*mysql.Config, error) { return mysqlConfig(u.conf.Load()) },
		Mind: func(start mysql.Start) mysql.Mind {
			return m.reader.Session(start.Schema, start.SQLMode, start.Charset)
		},
	}
	m.catalog = catalog.Open(func(ctx context.Context) (*client.Conn, error) {
		c, err := m.wire.Connect(ctx)
		if err != nil {
			s.logger.Warn("the catalogue of an upstream cannot be read; its statements are refused until it can",
				zap.String("upstream", u.name), zap.Error(err))
		}
		return c, err
	})
	m.reader = analyzer.NewReader(m.catalog, proxy.EncodeAccesses)
	return m
}

// mysqlConfig says how to log in. The password is read afresh, so that a changed one needs no restart.
func mysqlConfig(u *config.Upstream) (*mysql.Config, error) {
	password, err := u.Password()
	if err != nil {
		return nil, fmt.Errorf("upstream %s: %w", u.Name, err)
	}
	secure, err := u.MySQLTLS()
	if err != nil {
		return nil, fmt.Errorf("upstream %s: %w", u.Name, err)
	}
	key, err := u.MySQLKey()
	if err != nil {
		return nil, fmt.Errorf("upstream %s: %w", u.Name, err)
	}
	return &mysql.Config{
		Network: "tcp", Address: u.Hosts[0], User: u.User, Password: password, Database: u.Database, TLS: secure, PublicKey: key,
	}, nil
}

// greetingLife is how long a greeting is taken for the upstream's own; a server that was upgraded is seen by then. One
// that does not answer is asked again after greetingAgain.
const (
	greetingLife  = time.Minute
	greetingAgain = 5 * time.Second
)

// fallbackGreeting is shown while no upstream has been seen: the session fails later, when it is to be opened.
var fallbackGreeting = mysql.Greeting{Version: "8.0.0-sallyport", Capabilities: 0xffffffff, Charset: 45}

// greet is how the MySQL upstreams present themselves. A client says which one it means only after the greeting, so
// that of the first by name stands for all, with what all of them can do.
func (l *live) greet(ctx context.Context) mysql.Greeting {
	all, first := fallbackGreeting, true
	for i := range l.cfg.Upstreams {
		u := l.upstreams[l.cfg.Upstreams[i].Name]
		if u.mysql == nil {
			continue
		}
		g := u.mysql.greet(ctx)
		if first {
			all.Version, all.Charset, first = g.Version, g.Charset, false
		}
		all.Capabilities &= g.Capabilities
	}
	return all
}

func (m *mysqlSide) greet(ctx context.Context) mysql.Greeting {
	m.mu.Lock()
	defer m.mu.Unlock()
	if time.Since(m.asked) < greetingLife {
		return m.greeting
	}
	cfg, err := m.wire.Config()
	if err == nil {
		var g mysql.Greeting
		ctx, stop := context.WithTimeout(ctx, 2*time.Second)
		defer stop()
		if g, err = mysql.ReadGreeting(ctx, cfg); err == nil {
			m.greeting, m.asked = g, time.Now()
			return g
		}
	}
	if m.greeting.Version == "" {
		m.greeting = fallbackGreeting
	}
	m.asked = time.Now().Add(greetingAgain - greetingLife) // nobody waits for it meanwhile
	return m.greeting
}

// explain reads a text as a fresh session of the upstream would have it read.
func (m *mysqlSide) explain(u *config.Upstream, sql string) ([]*analyze.Piece, error) {
	reading := m.reader.Session(u.Database, "", "utf8mb4").Read(&analyze.Request{Verb: analyze.VerbQuery, Text: []byte(sql), Seq: 1})
	if reading.Wait || reading.Look {
		return nil, &api.Error{Status: http.StatusBadRequest, Message: "what this text does depends on the session that it is sent in"}
	}
	return reading.Pieces, nil
}
