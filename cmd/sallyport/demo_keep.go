package main

import (
	"context"
	"net"
	"strings"
)

// keep leaves everything running and says how to use it.
func (s *stage) keep(ctx context.Context) error {
	s.title("It stays up until Ctrl-C. In another terminal:")
	command := strings.Join([]string{program(), "--config", s.file}, " ")
	last := ""
	for _, a := range s.acts {
		t, err := s.admin.Issue(ctx, a.forAna("1h"))
		if err != nil {
			return err
		}
		a.token, last = t, t.ID
		line, err := s.clientLine(a)
		if err != nil {
			return err
		}
		s.say("%s\n", line)
	}
	for _, a := range s.acts {
		s.say("%s connect %s --scope '%s'", command, a.upstream, a.grant)
	}
	for _, line := range []string{"session list", "token list", "token revoke " + last, "audit tail -f"} {
		s.say("%s %s", command, line)
	}
	for _, a := range s.acts {
		s.say("%s policy explain --upstream %s --scope '%s' '%s'", command, a.upstream, a.grant, a.sample)
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

// clientLine logs in with the client of every day.
func (s *stage) clientLine(a *act) (string, error) {
	authority := s.server.live.Load().info.CAFile
	if a.mysql {
		host, port, err := net.SplitHostPort(s.server.info.MySQL)
		return "MYSQL_PWD=" + a.token.Secret + " \\\n  mariadb --host=" + host + " --port=" + port + " --user=ana --database=" + a.upstream +
			" \\\n  --ssl-ca=" + authority + " --ssl-verify-server-cert", err
	}
	host, port, err := net.SplitHostPort(s.server.info.Postgres)
	return "PGPASSWORD=" + a.token.Secret + " \\\n  psql \"host=" + host + " port=" + port + " dbname=" + a.upstream +
		" user=ana sslmode=verify-full sslrootcert=" + authority + "\"", err
}
