package main

import (
	"errors"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/config"
)

// reload reads the configuration again, and the files that it names: wholly or not at all. Sessions live on. It returns
// the keys that have changed, or every problem, each on a line of its own.
func (s *server) reload(by string) ([]string, error) {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	if s.stopping.Load() {
		return nil, errors.New("the server is shutting down")
	}
	file := s.live.Load().cfg.File
	changed, err := s.replace(file, by)
	if err == nil {
		s.logger.Info("configuration loaded", zap.String("file", file), zap.Strings("changed", changed))
		return changed, nil
	}
	s.reloads.refused()
	problems := strings.Split(err.Error(), "\n")
	s.logger.Error("configuration refused: what was loaded before stays in force", zap.String("file", file), zap.Strings("problems", problems))
	refused := &audit.Event{Event: audit.ConfigRefused, File: file, By: by, Reason: strings.Join(problems, "; ")}
	if err := s.log.Write(refused); err != nil {
		s.logger.Error("the audit log cannot be written", zap.Error(err))
	}
	return nil, err
}

// replace puts the configuration that is in the file in the place of the one that runs.
func (s *server) replace(file, by string) (changed []string, err error) {
	next, err := config.Load(file)
	if err != nil {
		return nil, err
	}
	changed, restart := s.live.Load().cfg.Changes(next)
	if err := errors.Join(restart, next.CheckFiles()); err != nil {
		return nil, err
	}
	l, err := s.prepare(next)
	if err != nil {
		return nil, err
	}
	if err := s.log.Write(loadedEvent(next, changed, by)); err != nil {
		l.discard(s.live.Load())
		return nil, err
	}
	s.apply(l)
	return changed, nil
}

// discard ends what was begun for a configuration that will not run.
func (l *live) discard(instead *live) {
	for name, u := range l.upstreams {
		if instead.upstreams[name] == nil {
			u.close()
		}
	}
}

func loadedEvent(cfg *config.Config, changed []string, by string) *audit.Event {
	e := &audit.Event{Event: audit.ConfigLoaded, File: cfg.File, Changed: changed, By: by}
	if on := cfg.Observing(); on != "" {
		e.Mode, e.Reason = config.Observe, "nothing is forbidden on "+on
	}
	return e
}

// reloads shows whether the configuration in the file is the one that runs.
type reloads struct{ good, at prometheus.Gauge }

func newReloads(r prometheus.Registerer) *reloads {
	m := &reloads{
		good: prometheus.NewGauge(prometheus.GaugeOpts{Name: "sallyport_config_last_reload_successful",
			Help: "1 if the configuration was loaded when it was last read, 0 if it was refused and an older one is in force."}),
		at: prometheus.NewGauge(prometheus.GaugeOpts{Name: "sallyport_config_last_reload_success_timestamp_seconds",
			Help: "When the configuration in force was loaded."}),
	}
	r.MustRegister(m.good, m.at)
	return m
}

func (m *reloads) loaded() {
	m.good.Set(1)
	m.at.SetToCurrentTime()
}

func (m *reloads) refused() { m.good.Set(0) }
