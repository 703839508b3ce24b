package differential

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/api"
)

// postgresPair is a role with a scope's grants on the server, and a token of
// that scope on the proxy.
type postgresPair struct {
	r           *postgresRig
	role        string
	scope       scope
	secret      string
	direct, via *pgconn.PgConn
}

// pair makes the role and the token, and logs in on both sides.
func (r *postgresRig) pair(ctx context.Context, s scope) (pair, error) {
	r.pairs++
	p := &postgresPair{r: r, scope: s, role: fmt.Sprintf("scope_%d", r.pairs)}
	sql := append([]string{"CREATE ROLE " + p.role + " LOGIN"}, r.inventory.grants(p.role, s)...)
	if err := r.exec(ctx, strings.Join(sql, ";")); err != nil {
		return nil, fmt.Errorf("%w, in %s", err, sql)
	}
	// What is not granted is not there, and what is granted alone is no scope.
	issued, err := r.admin.Issue(ctx, api.IssueRequest{Subject: p.role, Scope: []string{s.String()}, From: []string{"127.0.0.1/32"}, TTL: "1h"})
	if err != nil {
		return nil, fmt.Errorf("%w, for %s", err, s)
	}
	p.secret = issued.Secret
	return p, p.connect(ctx)
}

func (p *postgresPair) connect(ctx context.Context) (err error) {
	if p.direct == nil || p.direct.IsClosed() {
		if p.direct, err = pgconn.Connect(ctx, p.r.server.URL(p.role, upstream)); err != nil {
			return err
		}
	}
	if p.via == nil || p.via.IsClosed() {
		p.via, err = pgconn.Connect(ctx, fmt.Sprintf("postgres://%s:%s@%s:%d/%s?sslmode=disable", p.role, p.secret, p.r.proxy.Host, p.r.proxy.Port, upstream))
	}
	return err
}

// close hangs up, and removes the role.
func (p *postgresPair) close(ctx context.Context) error {
	err := errors.Join(p.direct.Close(ctx), p.via.Close(ctx))
	return errors.Join(err, p.r.exec(ctx, fmt.Sprintf("REASSIGN OWNED BY %s TO postgres; DROP OWNED BY %s; DROP ROLE %s", p.role, p.role, p.role)))
}

// run runs a case on both sides.
func (p *postgresPair) run(ctx context.Context, c *statement) (role, proxy outcome, err error) {
	if err := p.connect(ctx); err != nil {
		return role, proxy, err
	}
	return try(ctx, p.direct, c), try(ctx, p.via, c), nil
}

// try runs a case in a transaction of its own, which is rolled back, and stops
// at the first error.
func try(ctx context.Context, conn *pgconn.PgConn, c *statement) (o outcome) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	if !c.alone {
		if err := step(ctx, conn, "BEGIN", false, &o); err != nil {
			o.lost = err
			return o
		}
	}
	for _, sql := range c.steps {
		if err := step(ctx, conn, sql, c.extended, &o); err != nil {
			o.lost = err
			return o
		}
		if o.code != "" {
			break
		}
	}
	var ignored outcome
	for _, sql := range []string{"ROLLBACK", "DEALLOCATE ALL", "RESET ALL"}[:c.cleaning()] {
		if err := step(ctx, conn, sql, false, &ignored); err != nil {
			o.lost = err
		}
	}
	return o
}

// step runs one text and notes its answer. The error is a lost connection.
func step(ctx context.Context, conn *pgconn.PgConn, sql string, extended bool, o *outcome) error {
	var err error
	switch {
	case strings.Contains(strings.ToUpper(sql), "FROM STDIN"):
		var tag pgconn.CommandTag
		tag, err = conn.CopyFrom(ctx, strings.NewReader(""), sql)
		o.tags += tag.String() + ";"
	case extended:
		r := conn.ExecParams(ctx, sql, nil, nil, nil, nil).Read()
		err = r.Err
		o.tags += r.CommandTag.String() + ";"
	default:
		var results []*pgconn.Result
		results, err = conn.Exec(ctx, sql).ReadAll()
		for _, r := range results {
			o.tags += r.CommandTag.String() + ";"
		}
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Severity != "FATAL" {
		o.code, o.message, o.hint, o.where = pg.Code, pg.Message, pg.Hint, pg.Where
		o.refused = pg.Code == "42501"
		o.inside = o.refused && insideFunction.MatchString(pg.Where)
		return nil
	}
	return err
}

// insideFunction matches the context that the server gives to an error inside
// of a function's body: plpgsql_exec_error_callback (pl_exec.c), and
// sql_exec_error_callback (executor/functions.c).
var insideFunction = regexp.MustCompile(`(?m)^(PL/pgSQL function |SQL function )`)

// missing says that the error is that something does not exist.
func (o *outcome) missing() bool {
	switch o.code {
	case "42P01", "42703", "42883", "42704", "3F000", "42725":
		return true
	}
	return false
}
