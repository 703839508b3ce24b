package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.uber.org/zap"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/internal/config"
	"github.com/sallyport-db/sallyport/internal/datadir"
	"github.com/sallyport-db/sallyport/internal/keyring"
	"github.com/sallyport-db/sallyport/internal/registry"
	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/token"
)

// stopWithin bounds an orderly end.
const stopWithin = 10 * time.Second

// server is everything that runs: `serve` runs one, and so does `demo`.
type server struct {
	cfg    *config.Config // of the start; what cannot change while the server runs
	logger *zap.Logger
	info   api.Info // likewise
	live   atomic.Pointer[live]

	dir      *datadir.Dir
	log      *audit.Log
	node     string
	registry *registry.Registry
	shared   atomic.Pointer[keyring.Ring]      // likewise
	opened   atomic.Pointer[registry.Registry] // the same, for whoever may ask before it is
	keys     *token.Keys
	ring     *keyring.Ring
	verifier *token.Verifier
	proxy    *proxy.Server
	metrics  *prometheus.Registry
	figures  *proxy.Metrics
	reloads  *reloads
	excess   *prometheus.GaugeVec
	pg, web  net.Listener
	my       net.Listener // nil where no upstream is MySQL
	admin    net.Listener

	life context.Context // until stop
	end  context.CancelFunc

	// undo ends what was started, in the reverse order; each is told why the server ends.
	undo      []func(why string) error
	serving   sync.WaitGroup
	broken    chan error // a listener failed
	stopping  atomic.Bool
	reloading sync.Mutex
}

// start starts a server and returns when it takes connections.
func start(cfg *config.Config, logger *zap.Logger) (*server, error) {
	s := &server{cfg: cfg, logger: logger, metrics: prometheus.NewRegistry(), broken: make(chan error, 3)}
	s.metrics.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	s.figures, s.reloads = proxy.NewMetrics(s.metrics), newReloads(s.metrics)
	s.excess = newExcess(s.metrics)
	s.life, s.end = context.WithCancel(context.Background())
	// The order matters: nothing runs before it can be recorded, and nobody is let in before everything runs.
	for _, step := range []func() error{s.openDir, s.listen, s.openAudit, s.openTokens, s.openProxy, s.serve} {
		if err := step(); err != nil {
			return nil, errors.Join(err, s.stop(err.Error()))
		}
	}
	return s, nil
}

// stop ends everything in order. A second call does nothing.
func (s *server) stop(why string) error {
	s.end()
	s.reloading.Lock() // a reload that has begun ends first, and none begins any more
	s.stopping.Store(true)
	s.reloading.Unlock()
	var errs []error
	for i := len(s.undo) - 1; i >= 0; i-- {
		errs = append(errs, s.undo[i](why))
	}
	s.undo = nil
	s.serving.Wait()
	return errors.Join(errs...)
}

func (s *server) onStop(f func(why string) error) { s.undo = append(s.undo, f) }

func closing(f func() error) func(string) error { return func(string) error { return f() } }

func (s *server) openDir() (err error) {
	if s.dir, err = datadir.Open(s.cfg.DataDir); err != nil {
		return err
	}
	s.onStop(closing(s.dir.Close))
	return nil
}

// openAudit opens the log and says in it that the server has started. What comes before this can fail only by what the
// operator sees on the terminal.
func (s *server) openAudit() (err error) {
	if s.node, err = os.Hostname(); err != nil {
		s.node = "localhost"
	}
	signer, err := audit.LoadSigner(s.dir.Path(), s.dir.Audit(), s.cfg.Cluster, s.node)
	if err != nil {
		return err
	}
	options := audit.Options{Cluster: s.cfg.Cluster, Node: s.node, OnWrite: s.figures.AuditWrite, Signer: signer, Disk: s.cfg.Audit.Durability == "disk"}
	if s.cfg.State.Grace > 0 {
		options.Lost = s.lost
	}
	if s.log, err = audit.Open(s.dir.Audit(), options); err != nil {
		return err
	}
	s.onStop(func(why string) error {
		return errors.Join(s.log.Write(&audit.Event{Event: audit.ServerStopped, PID: os.Getpid(), Reason: why}), s.log.Close())
	})
	return errors.Join(
		s.log.Write(&audit.Event{Event: audit.ServerStarted, Version: version, PID: os.Getpid(), Lost: s.log.Recovered().Lost}),
		s.log.Write(loadedEvent(s.cfg, nil, "")),
	)
}

func (s *server) openTokens() error {
	s.keys = &token.Keys{} // the ring fills them
	s.verifier = &token.Verifier{
		Keys: s.keys, Issuer: s.cfg.Cluster, Audience: s.cfg.Cluster, MaxTTL: s.cfg.Tokens.MaxTTL, Now: time.Now,
		Revoked: func(c *token.Claims) bool { return s.registry.Revoked(c.ID) }, Replaced: s.replaced, Stored: s.stored,
	}
	s.proxy = proxy.NewServer(proxy.Options{
		Verifier: s.verifier, Log: s.log, Logger: s.logger, Metrics: s.figures, Now: time.Now, Parent: s.parent, OnMisuse: s.misuse,
		Held: func(now time.Time) bool { return s.registry.Held(now) },
	})
	if err := s.openRegistry(); err != nil {
		return err
	}
	return s.openKeys()
}

// openProxy makes the upstreams, and all else that depends on the configuration.
func (s *server) openProxy() error {
	l, err := s.prepare(s.cfg)
	if err != nil {
		return err
	}
	s.apply(l)
	s.onStop(s.closeUpstreams)
	return nil
}

// listen takes the addresses before anything is recorded: that one is in use is the likeliest failure of all.
func (s *server) listen() (err error) {
	if s.pg, err = listenTCP("listen.postgres", s.cfg.Listen.Postgres); err != nil {
		return err
	}
	s.onStop(closeListener(s.pg))
	if s.cfg.Listen.MySQL != "" {
		if s.my, err = listenTCP("listen.mysql", s.cfg.Listen.MySQL); err != nil {
			return err
		}
		s.onStop(closeListener(s.my))
		s.info.MySQL = s.my.Addr().String()
	}
	if s.web, err = listenTCP("listen.http", s.cfg.Listen.HTTP); err != nil {
		return err
	}
	s.onStop(closeListener(s.web))
	if s.admin, err = api.ListenSocket(s.dir.AdminSocket()); err != nil {
		return err
	}
	s.onStop(closeListener(s.admin))
	s.info.Version, s.info.Cluster, s.info.PID = version, s.cfg.Cluster, os.Getpid()
	s.info.Postgres, s.info.HTTP = s.pg.Addr().String(), s.web.Addr().String()
	return nil
}

// serve lets clients in. At the end it goes the other way round: nobody new is let in, the sessions end, and only then
// do the commands and /readyz fall silent.
func (s *server) serve() error {
	public := &api.Public{Ready: s.ready, Metrics: s.metrics, JWKS: s.keys.JWKS}
	s.runHTTP("the admin socket", s.admin, api.NewServer(current{&s.live}))
	web := newFork(s.web)
	s.runHTTP("listen.http", web.plain, api.NewServer(public.Handler()))
	s.runHTTP("listen.http", tls.NewListener(web.tls, s.tlsConfig()), api.NewServer(s.secure(public.Handler())))
	s.run("listen.http", s.web, func() error {
		return web.run(func(err error) { s.logger.Warn("cannot accept a connection on listen.http", zap.Error(err)) })
	})
	s.onStop(func(string) error {
		ctx, cancel := context.WithTimeout(context.Background(), stopWithin)
		defer cancel()
		s.proxy.Shutdown(ctx)
		return nil
	})
	if s.my != nil {
		s.run("listen.mysql", s.my, func() error { return s.proxy.Serve(s.my, currentMySQL{&s.live}) })
	}
	s.run("listen.postgres", s.pg, func() error { return s.proxy.Serve(s.pg, current{&s.live}) })
	return nil
}

func (s *server) runHTTP(name string, ln net.Listener, h *http.Server) {
	h.ErrorLog = zap.NewStdLog(s.logger)
	s.run(name, ln, func() error { return h.Serve(ln) })
	s.onStop(func(string) error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if h.Shutdown(ctx) != nil {
			return h.Close()
		}
		return nil
	})
}

// run accepts connections until the listener is closed; if that was not us, the server ends.
func (s *server) run(name string, ln net.Listener, accept func() error) {
	s.onStop(closeListener(ln))
	s.serving.Go(func() {
		if err := accept(); err != nil && !s.stopping.Load() {
			s.broken <- fmt.Errorf("%s: %w", name, err)
		}
	})
}

// ready says why the server cannot serve.
func (s *server) ready() error {
	switch {
	case s.stopping.Load():
		return errors.New("shutting down")
	case !s.log.Healthy():
		return errors.New("the audit log cannot be written")
	case !s.registry.Held(time.Now()):
		return errFenced
	}
	return nil
}

func listenTCP(key, addr string) (net.Listener, error) {
	ln, err := net.Listen("tcp", addr)
	if err == nil {
		return ln, nil
	}
	return nil, fmt.Errorf("%s: cannot listen on %s: %w", key, addr, cause(err))
}

func closeListener(ln net.Listener) func(string) error {
	return func(string) error {
		if err := ln.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			return err
		}
		return nil
	}
}
