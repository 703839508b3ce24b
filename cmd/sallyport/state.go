package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/config"
	"github.com/sallyport-db/sallyport/internal/registry"
)

// openRegistry opens what this node, or several together, remember of tokens.
func (s *server) openRegistry() error {
	options := registry.Options{
		Dir: s.dir.State(), Name: s.node, Grace: s.cfg.State.Grace, OnRevoke: s.proxy.EndRevoked, OnFence: s.fenced,
	}
	if s.cfg.State.Shared() {
		return errors.New("state.nats: signing keys that several nodes share are not in this build yet")
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
