package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/config"
	"github.com/sallyport-db/sallyport/internal/keyring"
	"github.com/sallyport-db/sallyport/internal/registry"
)

// openRegistry opens what this node, or several together, remember of tokens.
func (s *server) openRegistry() error {
	options := registry.Options{
		Dir: s.dir.State(), Name: s.node, Grace: s.cfg.State.Grace, OnRevoke: s.proxy.EndRevoked, OnReplace: s.carry, OnFence: s.fenced, OnKeys: s.keysChanged,
	}
	if s.cfg.State.Shared() {
		shared, err := shared(&s.cfg.State.NATS, s.cfg.Cluster)
		if err != nil {
			return err
		}
		options.Shared = shared
	}
	r, err := registry.Open(options) // calls the hooks from now on: nobody is in yet
	if err != nil {
		return err
	}
	s.registry = r
	s.opened.Store(r)
	s.onStop(closing(r.Close))
	s.metrics.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "sallyport_fenced",
		Help: "1 while this node has lost the registry that it shares with others, and refuses everything unless it is in its grace."},
		func() float64 {
			if s.lost(time.Now()) {
				return 1
			}
			return 0
		}))
	return nil
}

// openKeys opens the keys that sign: in files of this node, or sealed in what it shares with others.
func (s *server) openKeys() error {
	options := keyring.Options{Keys: s.keys, Signed: s.registry.Signed, Logged: func(err error) { s.logger.Error(err.Error()) }}
	var ring *keyring.Ring
	if s.cfg.State.Shared() {
		seal, err := s.cfg.State.SealingKey()
		if err != nil {
			return fmt.Errorf("state.key_file: %w", err)
		}
		ctx, cancel := context.WithTimeout(s.life, stopWithin)
		defer cancel()
		if ring, err = keyring.OpenShared(ctx, s.registry, seal, options); err != nil {
			return err
		}
	} else {
		var err error
		if ring, err = keyring.OpenFiles(s.dir.Keys(), options); err != nil {
			return err
		}
	}
	s.ring = ring
	s.onStop(closing(ring.Close))
	s.shared.Store(ring)
	return ring.Reload() // with what came meanwhile
}

// keysChanged is called when another node has changed the keys.
func (s *server) keysChanged() {
	ring := s.shared.Load()
	if ring == nil {
		return
	}
	if err := ring.Reload(); err != nil {
		s.logger.Error("tokens that other nodes sign are refused here", zap.Error(err))
	}
}

func shared(c *config.NATS, cluster string) (*registry.Shared, error) {
	s := &registry.Shared{Servers: c.Servers, Credentials: c.Credentials, Replicas: c.Replicas, Bucket: registry.BucketName(cluster)}
	if !c.TLS {
		return s, nil
	}
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	if c.CA != "" {
		text, err := os.ReadFile(c.CA)
		if err != nil {
			return nil, fmt.Errorf("state.nats.tls.ca: %w", err)
		}
		s.TLS.RootCAs = x509.NewCertPool()
		if !s.TLS.RootCAs.AppendCertsFromPEM(text) {
			return nil, fmt.Errorf("state.nats.tls.ca: %s holds no certificate", c.CA)
		}
	}
	if c.Cert != "" {
		pair, err := tls.LoadX509KeyPair(c.Cert, c.Key)
		if err != nil {
			return nil, fmt.Errorf("state.nats.tls: %w", err)
		}
		s.TLS.Certificates = []tls.Certificate{pair}
	}
	return s, nil
}

// fenced tells of a registry that is lost, and of one that is there again.
func (s *server) fenced(lost bool) {
	e := audit.Event{Event: audit.NodeCaughtUp}
	if lost {
		e.Event, e.Reason = audit.NodeFenced, errFenced.Error()
		s.logger.Error(e.Reason)
	} else {
		s.logger.Info("the registry is there again, and nothing of it is missing")
	}
	s.log.Append(&e) // which does not wait: the lease is to be renewed
}

var errFenced = errors.New("this node has lost contact with the registry: it refuses logins and statements until it has caught up")

// lost says whether a revocation may have passed this node by.
func (s *server) lost(now time.Time) bool {
	r := s.opened.Load()
	return r != nil && !r.Vouches(now)
}
