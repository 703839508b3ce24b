package proxy

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics are the proxy's figures. Labels are bounded: they come from lists in
// the code and from the configuration, never from a client.
type Metrics struct {
	sessions   prometheus.Gauge
	opened     prometheus.Counter
	allowed    prometheus.Counter
	observed   prometheus.Counter
	statements *prometheus.CounterVec
	observing  *prometheus.GaugeVec
	refusals   *prometheus.CounterVec
	gate       prometheus.Histogram
	dial       prometheus.Histogram
	auditWrite prometheus.Histogram
	auditError prometheus.Counter
}

// NewMetrics registers the proxy's figures with r.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		sessions:   prometheus.NewGauge(prometheus.GaugeOpts{Name: "sallyport_sessions", Help: "Sessions now open."}),
		opened:     prometheus.NewCounter(prometheus.CounterOpts{Name: "sallyport_sessions_opened_total", Help: "Sessions opened."}),
		statements: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sallyport_statements_total", Help: "Statements judged, by verdict; observe: let pass, where the mode enforce would have denied."}, []string{"verdict"}),
		observing:  prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "sallyport_upstream_observe", Help: "1 where the mode is observe: nothing is forbidden on this upstream."}, []string{"upstream"}),
		refusals:   prometheus.NewCounterVec(prometheus.CounterOpts{Name: "sallyport_refusals_total", Help: "Refusals, by code."}, []string{"code"}),
		gate: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "sallyport_gate_seconds",
			Help: "Seconds added by judging and recording a request.", Buckets: prometheus.ExponentialBuckets(1e-6, 4, 12)}),
		dial: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "sallyport_upstream_dial_seconds",
			Help: "Seconds to connect and log in to an upstream.", Buckets: prometheus.ExponentialBuckets(1e-3, 2, 14)}),
		auditWrite: prometheus.NewHistogram(prometheus.HistogramOpts{Name: "sallyport_audit_write_seconds",
			Help: "Seconds of one write to the audit log.", Buckets: prometheus.ExponentialBuckets(1e-6, 4, 12)}),
		auditError: prometheus.NewCounter(prometheus.CounterOpts{Name: "sallyport_audit_write_errors_total", Help: "Writes to the audit log that failed."}),
	}
	r.MustRegister(m.sessions, m.opened, m.statements, m.observing, m.refusals, m.gate, m.dial, m.auditWrite, m.auditError)
	m.allowed = m.statements.WithLabelValues("allow")
	m.observed = m.statements.WithLabelValues("observe")
	m.statements.WithLabelValues("deny")
	for c := range codeCount {
		m.refusals.WithLabelValues(c.String())
	}
	return m
}

// mode shows whether an upstream forbids anything.
func (m *Metrics) mode(u *Upstream) {
	observe := 0.0
	if u.Observe {
		observe = 1
	}
	m.observing.WithLabelValues(u.Name).Set(observe)
}

func (m *Metrics) denied(c Code) {
	m.statements.WithLabelValues("deny").Inc()
	m.refusal(c)
}

func (m *Metrics) refusal(c Code) { m.refusals.WithLabelValues(c.String()).Inc() }

// AuditWrite fits audit.Options.OnWrite.
func (m *Metrics) AuditWrite(d time.Duration, _, _ int, err error) {
	m.auditWrite.Observe(d.Seconds())
	if err != nil {
		m.auditError.Inc()
	}
}
