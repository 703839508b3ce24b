package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/api"
)

const (
	demoScope = "shop/public.customers(id,name):select shop/public.orders:select,insert shop/public.products:select"
	home      = "127.0.0.1"
	away      = "127.0.0.2" // on Linux all of 127.0.0.0/8 is this machine
)

func (s *stage) issue(ctx context.Context) error {
	s.title("A token for ana: two columns of the customers, the orders, the products; from this address only")
	s.ran("$", "sallyport token issue --sub ana --from "+home+"/32 --ttl 5m \\\n       --scope '"+demoScope+"'")
	var err error
	if s.token, err = s.admin.Issue(ctx, forAna("5m")); err != nil {
		return err
	}
	s.say("   %s…  (%d characters; it expires %s)",
		s.token.Secret[:24], len(s.token.Secret), when(s.token.ExpiresAt, time.Now()))
	return nil
}

func forAna(ttl string) api.IssueRequest {
	return api.IssueRequest{Subject: "ana", Scope: []string{demoScope}, From: []string{home + "/32"}, TTL: ttl}
}

// login connects as any client would: TLS, the server's certificate verified, the token as the password.
func (s *stage) login(ctx context.Context, from string) (*pgconn.PgConn, error) {
	host, port, err := net.SplitHostPort(s.server.info.Postgres)
	if err != nil {
		return nil, err
	}
	cfg, err := pgconn.ParseConfig(fmt.Sprintf(
		"host=%s port=%s dbname=shop user=%s sslmode=verify-full sslrootcert='%s' application_name=demo",
		host, port, s.token.Subject, s.server.live.Load().info.CAFile))
	if err != nil {
		return nil, err
	}
	cfg.Password = s.token.Secret
	dialer := net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(from), 0))}
	cfg.DialFunc = dialer.DialContext
	return pgconn.ConnectConfig(ctx, cfg)
}

func (s *stage) allowed(ctx context.Context) error {
	s.title("She logs in with it, over TLS, as the password")
	sql := "SELECT c.name, p.name AS product, o.quantity FROM orders o" +
		" JOIN customers c ON c.id = o.customer_id JOIN products p ON p.id = o.product_id ORDER BY o.id"
	conn, err := s.login(ctx, home)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	s.ran("shop=>", sql)
	results, err := conn.Exec(ctx, sql).ReadAll()
	if err != nil {
		return fmt.Errorf("what the token allows was refused: %w", err)
	}
	s.good("%d rows", len(results[0].Rows))
	return s.rows(results[0])
}

func (s *stage) rows(r *pgconn.Result) error {
	head := []string{"   "}
	for _, f := range r.FieldDescriptions {
		head = append(head, f.Name)
	}
	lines := [][]string{head}
	for _, row := range r.Rows {
		line := []string{"   "}
		for _, v := range row {
			line = append(line, string(v))
		}
		lines = append(lines, line)
	}
	return table(s.out, lines)
}

func (s *stage) denied(ctx context.Context) error {
	s.title("What the token does not cover is refused, in the same session, before the database sees it")
	conn, err := s.login(ctx, home)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	for _, sql := range []string{
		"SELECT name, email FROM customers",
		"DELETE FROM orders",
		"SELECT * FROM salaries",
	} {
		s.ran("shop=>", sql)
		_, err := conn.Exec(ctx, sql).ReadAll()
		var refusal *pgconn.PgError
		switch {
		case err == nil:
			return fmt.Errorf("%q passed, and must not have", sql)
		case !errors.As(err, &refusal):
			return err
		}
		s.refused(refusal)
	}
	return nil
}

// refused shows what the client was told.
func (s *stage) refused(e *pgconn.PgError) {
	s.bad("%s: %s (SQLSTATE %s)", e.Severity, e.Message, e.Code)
	for _, more := range []string{e.Detail, e.Hint} {
		if more != "" {
			s.say("           %s", more)
		}
	}
}

func (s *stage) elsewhere(ctx context.Context) error {
	s.title("Stolen, the token is worth nothing: the same login from " + away)
	conn, err := s.login(ctx, away)
	var refusal *pgconn.PgError
	switch {
	case err == nil:
		return errors.Join(errors.New("the token was taken from a source that it is not bound to"), conn.Close(ctx))
	case !errors.As(err, &refusal):
		return err
	}
	s.refused(refusal)
	return nil
}

func (s *stage) revoked(ctx context.Context) error {
	s.title("A statement is running when the token is revoked")
	conn, err := s.login(ctx, home)
	if err != nil {
		return err
	}
	defer conn.Close(ctx)
	const sql = "SELECT pg_sleep(30)"
	s.ran("shop=>", sql)
	var heard time.Time
	ended := make(chan error, 1)
	go func() {
		_, err := conn.Exec(ctx, sql).ReadAll()
		heard = time.Now()
		ended <- err
	}()
	if err := s.busy(ctx, ended); err != nil {
		return err
	}
	s.ran("$", "sallyport token revoke "+s.token.ID)
	begin := time.Now()
	r, err := s.admin.Revoke(ctx, s.token.ID)
	if err != nil {
		return err
	}
	returned := time.Since(begin)
	err = <-ended
	s.say("   the command returned after %s, sessions ended: %d; the client had its answer after %s:",
		milliseconds(returned), r.SessionsEnded, milliseconds(heard.Sub(begin)))
	var refusal *pgconn.PgError
	if !errors.As(err, &refusal) {
		return fmt.Errorf("the session was not ended as it should have been: %w", errors.Join(err))
	}
	s.refused(refusal)
	return nil
}

// busy waits until the proxy has a session at work.
func (s *stage) busy(ctx context.Context, ended <-chan error) error {
	for {
		list, err := s.admin.Sessions(ctx)
		if err != nil {
			return err
		}
		for _, x := range list {
			if x.TokenID == s.token.ID && x.State == "active" {
				return nil
			}
		}
		select {
		case err := <-ended:
			return fmt.Errorf("the statement ended too early: %w", errors.Join(err))
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// trail shows the whole log, up to the end of the session that was revoked: that is recorded a moment later.
func (s *stage) trail(ctx context.Context) error {
	s.title("The audit trail of all of it; no statement was forwarded before its line was written")
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	open, revoked := 0, false
	err := audit.Follow(ctx, s.server.dir.Audit(), 0, audit.Filter{}, func(r *audit.Record) error {
		s.say("%s", audit.Format(r, bool(s.paint)))
		switch r.Event {
		case audit.SessionOpened:
			open++
		case audit.SessionClosed:
			open--
		case audit.TokenRevoked:
			revoked = true
		}
		if revoked && open == 0 {
			return audit.ErrStop
		}
		return nil
	})
	if err == nil && ctx.Err() != nil {
		err = fmt.Errorf("the end of a session is missing in the audit log: %w", ctx.Err())
	}
	return err
}

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.1f ms", d.Seconds()*1000) }

// keep leaves everything running and says how to use it.
func (s *stage) keep(ctx context.Context) error {
	t, err := s.admin.Issue(ctx, forAna("1h"))
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(s.server.info.Postgres)
	if err != nil {
		return err
	}
	command := strings.Join([]string{program(), "--config", s.file}, " ")
	s.title("It stays up until Ctrl-C. In another terminal:")
	s.say("PGPASSWORD=%s \\\n  psql \"host=%s port=%s dbname=shop user=ana sslmode=verify-full sslrootcert=%s\"\n",
		t.Secret, host, port, s.server.live.Load().info.CAFile)
	for _, line := range []string{
		"connect shop --scope 'shop/public.*:select'",
		"session list",
		"token list",
		"token revoke " + t.ID,
		"audit tail -f",
		"policy explain --upstream shop --scope 'shop/public.orders:select' 'SELECT * FROM orders JOIN customers ON true'",
	} {
		s.say("%s %s", command, line)
	}
	s.say("\nMetrics and health: http://%s/metrics, /readyz", s.server.info.HTTP)
	select {
	case <-ctx.Done():
		s.say("\nStopping and cleaning up.")
		return nil
	case err := <-s.server.broken:
		return err
	}
}
