package main

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/internal/config"
	"github.com/sallyport-db/sallyport/internal/federation"
	"github.com/sallyport-db/sallyport/internal/pki"
	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/proxy/mysql"
	"github.com/sallyport-db/sallyport/proxy/postgres"
	"github.com/sallyport-db/sallyport/token"
)

// live is what a configuration comes to in a running server. It does not change: a reload makes another one beside it,
// which may fail, and puts that in its place, which cannot.
type live struct {
	cfg       *config.Config
	info      api.Info
	upstreams map[string]*upstream
	judged    map[string]*proxy.Upstream
	wire      *postgres.Protocol
	mysql     *mysql.Protocol
	admin     http.Handler
	tls       *tls.Config

	federation *federation.Federation
	fresh      []*federation.Issuer // of federation, whose keys nobody fetches yet
}

// prepare makes of a configuration what will run, and changes nothing that runs.
func (s *server) prepare(cfg *config.Config) (*live, error) {
	l := &live{cfg: cfg, info: s.info, upstreams: map[string]*upstream{}, judged: map[string]*proxy.Upstream{}}
	cert, err := pki.Open(pki.Options{
		CertFile: cfg.TLS.Cert, KeyFile: cfg.TLS.Key, ClientCAFile: cfg.TLS.ClientCA,
		Dir: s.dir.TLS(), Cluster: cfg.Cluster, Hosts: hosts(cfg.Listen.Postgres, cfg.Listen.MySQL),
	})
	if err != nil {
		return nil, err
	}
	l.info.CAFile = cert.CAFile()
	for i := range cfg.Upstreams {
		if err := connectable(&cfg.Upstreams[i]); err != nil {
			return nil, err
		}
	}
	reached, mysqls := map[string]*postgres.Upstream{}, map[string]*mysql.Upstream{}
	for i := range cfg.Upstreams { // nothing fails from here on
		c := &cfg.Upstreams[i]
		u := s.upstream(c.Name)
		if u == nil {
			u = s.openUpstream(c)
		}
		l.upstreams[c.Name] = u
		l.judged[c.Name] = &proxy.Upstream{Name: c.Name, Forbid: c.Forbid, Observe: c.Mode == config.Observe, Hints: cfg.DenialHints}
		l.info.Upstreams = append(l.info.Upstreams, c.Name)
		if u.mysql != nil {
			mysqls[c.Name] = u.mysql.wire
			l.info.MySQLUpstreams = append(l.info.MySQLUpstreams, c.Name)
		} else {
			reached[c.Name] = &postgres.Upstream{Config: u.connectConfig, Reader: u.reader}
		}
	}
	l.mysql = mysql.New(mysql.Options{
		TLS: cert.ServerTLS(), PlaintextFrom: cfg.InsecurePlaintextFrom, Upstreams: mysqls, Greeting: l.greet,
	})
	l.tls = cert.ServerTLS()
	l.federation, l.fresh = s.trust(cfg, s.live.Load())
	l.wire = postgres.New(postgres.Options{TLS: cert.ServerTLS(), PlaintextFrom: cfg.InsecurePlaintextFrom, Upstreams: reached})
	l.admin = (&api.Admin{
		Info: l.info, Registry: s.registry, Log: s.log, Sessions: s.proxy, Keys: s.ring, Explain: s.explain, Reload: s.reload,
		ClientCertificates: cfg.TLS.ClientCA != "",
		Verifier:           s.verifier, Federation: l.federation, AuditDir: s.dir.Audit(), URL: cfg.API.URL,
		Issuer: &token.Issuer{
			Keys: s.keys, Issuer: cfg.Cluster, Audience: cfg.Cluster,
			DefaultTTL: cfg.Tokens.DefaultTTL, MaxTTL: cfg.Tokens.MaxTTL, Now: time.Now,
		},
	}).Handler()
	return l, nil
}

// apply lets l run: for new connections and commands at once, for live sessions from their next statement on.
func (s *server) apply(l *live) {
	for i := range l.cfg.Upstreams {
		c := &l.cfg.Upstreams[i]
		l.upstreams[c.Name].configure(c)
	}
	s.verifier.AllowTTL(l.cfg.Tokens.MaxTTL)
	s.live.Store(l)
	s.keepKeys(l.fresh)
	s.proxy.Configure(l.judged)
	s.proxy.Believe(l.cfg.ProxyProtocolFrom)
	for _, w := range l.cfg.Warnings {
		s.logger.Warn(w.Error())
	}
	s.checkRoles(l)
	s.reloads.loaded()
}

// upstream is the running one of that name, or nil.
func (s *server) upstream(name string) *upstream {
	if l := s.live.Load(); l != nil {
		return l.upstreams[name]
	}
	return nil
}

// hosts are the names that the certificate must have because of where it is listened.
func hosts(addresses ...string) (names []string) {
	for _, address := range addresses {
		if host, _, err := net.SplitHostPort(address); err == nil && !slices.Contains(names, host) {
			names = append(names, host)
		}
	}
	return names
}

// connectable says why an upstream cannot be logged in to with what is configured.
func connectable(c *config.Upstream) (err error) {
	if c.Protocol == config.MySQL {
		_, err = mysqlConfig(c)
	} else {
		_, err = connectConfig(c)
	}
	return err
}

// currentMySQL is the MySQL wire of the configuration that is in force.
type currentMySQL struct{ *atomic.Pointer[live] }

// Name implements proxy.Protocol.
func (c currentMySQL) Name() string { return c.Load().mysql.Name() }

// Login implements proxy.Protocol.
func (c currentMySQL) Login(ctx context.Context, conn net.Conn, door *proxy.Door) (*proxy.Link, error) {
	return c.Load().mysql.Login(ctx, conn, door)
}

// current is the PostgreSQL wire and the admin handler of the configuration that is in force when they are asked for.
type current struct{ *atomic.Pointer[live] }

// Name implements proxy.Protocol.
func (c current) Name() string { return c.Load().wire.Name() }

// Login implements proxy.Protocol.
func (c current) Login(ctx context.Context, conn net.Conn, door *proxy.Door) (*proxy.Link, error) {
	return c.Load().wire.Login(ctx, conn, door)
}

// ServeHTTP implements http.Handler.
func (c current) ServeHTTP(w http.ResponseWriter, r *http.Request) { c.Load().admin.ServeHTTP(w, r) }
