package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sallyport-db/sallyport/audit"
	"github.com/sallyport-db/sallyport/internal/api"
)

const (
	home = "127.0.0.1"
	away = "127.0.0.2" // on Linux all of 127.0.0.0/8 is this machine
)

func (s *stage) issue(ctx context.Context, a *act) error {
	s.title(a.title)
	s.ran("$", "sallyport token issue --sub ana --from "+home+"/32 --ttl 5m \\\n       --scope '"+a.scope+"'")
	var err error
	if a.token, err = s.admin.Issue(ctx, a.forAna("5m")); err != nil {
		return err
	}
	s.say("   %s…  (%d characters; it expires %s)",
		a.token.Secret[:24], len(a.token.Secret), when(a.token.ExpiresAt, time.Now()))
	return nil
}

func (a *act) forAna(ttl string) api.IssueRequest {
	return api.IssueRequest{Subject: "ana", Scope: []string{a.scope}, From: []string{home + "/32"}, TTL: ttl}
}

func (s *stage) allowed(ctx context.Context, a *act) error {
	s.title("She logs in with it, over TLS, as the password")
	conn, err := a.login(ctx, s, home)
	if err != nil {
		return err
	}
	defer conn.close()
	s.ran(a.prompt, a.allowed)
	rows, err := conn.ask(ctx, a.allowed)
	if err != nil {
		return fmt.Errorf("what the token allows was refused: %w", err)
	}
	s.good("%d rows", len(rows)-1)
	for i := range rows {
		rows[i] = append([]string{"   "}, rows[i]...)
	}
	return table(s.out, rows)
}

func (s *stage) denied(ctx context.Context, a *act) error {
	s.title("What the token does not cover is refused, in the same session, before the database sees it")
	conn, err := a.login(ctx, s, home)
	if err != nil {
		return err
	}
	defer conn.close()
	for _, sql := range a.denied {
		s.ran(a.prompt, sql)
		_, err := conn.ask(ctx, sql)
		if err == nil {
			return fmt.Errorf("%q passed, and must not have", sql)
		}
		if err := s.refused(err); err != nil {
			return err
		}
	}
	return nil
}

// refused shows what the client was told; any other error comes back.
func (s *stage) refused(err error) error {
	var r *refused
	if !errors.As(err, &r) {
		return err
	}
	s.bad("%s", r.message)
	for _, more := range r.more {
		s.say("           %s", more)
	}
	return nil
}

func (s *stage) elsewhere(ctx context.Context, a *act) error {
	s.title("Stolen, the token is worth nothing: the same login from " + away)
	conn, err := a.login(ctx, s, away)
	if err == nil {
		conn.close()
		return errors.New("the token was taken from a source that it is not bound to")
	}
	return s.refused(err)
}

func (s *stage) revoked(ctx context.Context, a *act) error {
	s.title("A statement is running when the token is revoked")
	conn, err := a.login(ctx, s, home)
	if err != nil {
		return err
	}
	defer conn.close()
	s.ran(a.prompt, a.slow)
	var heard time.Time
	ended := make(chan error, 1)
	go func() {
		_, err := conn.ask(ctx, a.slow)
		heard = time.Now()
		ended <- err
	}()
	if err := s.busy(ctx, a, ended); err != nil {
		return err
	}
	s.ran("$", "sallyport token revoke "+a.token.ID)
	begin := time.Now()
	r, err := s.admin.Revoke(ctx, api.RevokeRequest{ID: a.token.ID})
	if err != nil {
		return err
	}
	returned := time.Since(begin)
	err = <-ended
	s.say("   the command returned after %s, sessions ended: %d; the client had its answer after %s:",
		milliseconds(returned), r.SessionsEnded, milliseconds(heard.Sub(begin)))
	if err := s.refused(err); err != nil {
		return fmt.Errorf("the session was not ended as it should have been: %w", err)
	}
	return nil
}

// busy waits until the proxy has a session at work.
func (s *stage) busy(ctx context.Context, a *act, ended <-chan error) error {
	for {
		list, err := s.admin.Sessions(ctx)
		if err != nil {
			return err
		}
		for _, x := range list {
			if x.TokenID == a.token.ID && x.State == "active" {
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

// trail shows the whole log, up to the end of the last session that was revoked: that is recorded a moment later.
func (s *stage) trail(ctx context.Context) error {
	s.title("The audit trail of all of it; no statement was forwarded before its line was written")
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	open, revoked := 0, 0
	err := audit.Follow(ctx, s.server.dir.Audit(), 0, audit.Filter{}, func(r *audit.Record) error {
		s.say("%s", audit.Format(r, bool(s.paint)))
		switch r.Event {
		case audit.SessionOpened:
			open++
		case audit.SessionClosed:
			open--
		case audit.TokenRevoked:
			revoked++
		}
		if revoked == len(s.acts) && open == 0 {
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
