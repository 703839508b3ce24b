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

// checkRoles looks in the background at what the upstreams' roles can do that no token needs.
func (s *server) checkRoles(l *live) {
	for _, u := range l.upstreams {
		if u.mysql != nil {
			continue
		}
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
		cfg, err := u.connectConfig()
		if err == nil {
			var r *excess.Report
			if r, err = excess.Look(ctx, cfg); err == nil {
				s.warnOfRole(u, r)
				return
			}
		}
		select { // that it cannot be reached is said by the catalogue
		case <-ctx.Done():
			return
		case <-time.After(roleAgain):
		}
	}
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
		if u.Protocol == config.MySQL {
			all = checkMySQL(ctx, w, p, u) && all
			continue
		}
		cfg, err := connectConfig(u)
		var r *excess.Report
		if err == nil {
			r, err = excess.Look(ctx, cfg)
		}
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
	showSQL(w, p, "     ", r.Least())
}

// showSQL prints statements, a line each.
func showSQL(w io.Writer, p paint, indent, sql string) {
	for line := range strings.Lines(sql) {
		fmt.Fprintln(w, indent+p.in(cyan, visible(strings.TrimSuffix(line, "\n"))))
	}
}

// checkMySQL logs in to a MySQL upstream. What its account can do too much of is not looked at in this version.
func checkMySQL(ctx context.Context, w io.Writer, p paint, u *config.Upstream) bool {
	wire := mysql.Upstream{Config: func() (*mysql.Config, error) { return mysqlConfig(u) }}
	c, err := wire.Connect(ctx)
	if err != nil {
		fmt.Fprintf(w, "\n%s\n  %s\n", p.in(red, "upstream "+u.Name+": cannot be reached"), visible(err.Error()))
		return false
	}
	fmt.Fprintf(w, "\n%s: logged in; what its account can do is not looked at for MySQL\n", p.in(green, "upstream "+u.Name))
	return c.Close() == nil
}
