package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.uber.org/zap"

	"github.com/sallyport-db/sallyport/internal/config"
	"github.com/sallyport-db/sallyport/internal/excess"
	"github.com/sallyport-db/sallyport/proxy/mysql"
)

// roleAgain is how long a database that cannot be reached is left alone until its role is looked at again.
const roleAgain = 30 * time.Second

// roleWithin bounds the questions to a MySQL server; those to PostgreSQL bound themselves.
const roleWithin = 15 * time.Second

// checkRoles looks in the background at what the upstreams' roles can do that no token needs.
func (s *server) checkRoles(l *live) {
	for _, u := range l.upstreams {
		if u.endCheck != nil {
			u.endCheck() // one that still waits for the database
		}
		ctx, cancel := context.WithCancel(s.life)
		u.endCheck = cancel
		s.serving.Go(func() { s.checkRole(ctx, u) })
	}
}

func (s *server) checkRole(ctx context.Context, u *upstream) {
	for {
		if r, err := lookAtRole(ctx, u.conf.Load()); err == nil {
			s.warnOfRole(u, r)
			return
		}
		select { // that it cannot be reached is said by the catalogue
		case <-ctx.Done():
			return
		case <-time.After(roleAgain):
		}
	}
}

// lookAtRole logs in to an upstream and sees what its role, or account, can do.
func lookAtRole(ctx context.Context, u *config.Upstream) (*excess.Report, error) {
	if u.Protocol == config.MySQL {
		wire := mysql.Upstream{Config: func() (*mysql.Config, error) { return mysqlConfig(u) }}
		c, err := wire.Connect(ctx)
		if err != nil {
			return nil, err
		}
		defer func() { _ = c.Close() }()
		ctx, stop := context.WithTimeout(ctx, roleWithin)
		defer stop()
		return excess.LookMySQL(ctx, c)
	}
	cfg, err := connectConfig(u)
	if err != nil {
		return nil, err
	}
	return excess.Look(ctx, cfg)
}

// warnOfRole says what was found, if it is not what was said before.
func (s *server) warnOfRole(u *upstream, r *excess.Report) {
	s.excess.WithLabelValues(u.name).Set(float64(len(r.Findings)))
	said := r.Role + ": " + strings.Join(r.Summary(), "; ")
	if before := u.told.Swap(&said); before != nil && *before == said {
		return
	}
	fields := []zap.Field{zap.String("upstream", u.name), zap.String("role", r.Role), zap.Strings("it", r.Summary()),
		zap.String("see", "sallyport config check --connect")}
	switch {
	case r.Grave():
		s.logger.Warn("the role of an upstream can do what no token needs: an error of judgement would win that", fields...)
	case len(r.Findings) > 0:
		s.logger.Info("the role of an upstream can do a little more than tokens need", fields...)
	}
}

func newExcess(r prometheus.Registerer) *prometheus.GaugeVec {
	g := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "sallyport_upstream_excess",
		Help: "Things that the upstream's role can do and no token needs; `sallyport config check --connect` names them."}, []string{"upstream"})
	r.MustRegister(g)
	return g
}

// checkConnections logs in to every upstream and says what its role can do too much of, and what to do about it. It
// reports whether all could be reached.
func checkConnections(ctx context.Context, w io.Writer, p paint, c *config.Config) bool {
	forgetLibpq(c, zap.NewNop())
	all := true
	for i := range c.Upstreams {
		u := &c.Upstreams[i]
		r, err := lookAtRole(ctx, u)
		if err != nil {
			all = false
			fmt.Fprintf(w, "\n%s\n  %s\n", p.in(red, "upstream "+u.Name+": cannot be reached"), visible(err.Error()))
			continue
		}
		showRole(w, p, u.Name, r)
	}
	return all
}

func showRole(w io.Writer, p paint, name string, r *excess.Report) {
	if len(r.Findings) == 0 {
		fmt.Fprintf(w, "\n%s: role %s can do nothing that no token needs\n", p.in(green, "upstream "+name), visible(r.Role))
		return
	}
	fmt.Fprintf(w, "\n%s: role %s can do what no token needs. An error in our judgement of a statement would win this:\n",
		p.in(yellow, "upstream "+name), visible(r.Role))
	for _, f := range r.Findings {
		fmt.Fprintf(w, "\n  it %s\n     %s\n", p.in(bold, visible(f.Is)), visible(f.Why))
		showSQL(w, p, "     ", f.Fix)
	}
	fmt.Fprintf(w, "\n  Or give the proxy another role, as a starting point:\n\n")
	showSQL(w, p, "     ", r.Least)
}

// showSQL prints statements, a line each.
func showSQL(w io.Writer, p paint, indent, sql string) {
	for line := range strings.Lines(sql) {
		fmt.Fprintln(w, indent+p.in(cyan, visible(strings.TrimSuffix(line, "\n"))))
	}
}
