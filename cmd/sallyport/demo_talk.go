package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"

	my "github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/jackc/pgx/v5/pgconn"
)

// talk is a client's session.
type talk interface {
	// ask runs a statement. The first row names the columns. What the server refuses is a *refused.
	ask(ctx context.Context, sql string) ([][]string, error)
	close()
}

// refused is what a client is told.
type refused struct {
	message string
	more    []string
}

func (r *refused) Error() string { return r.message }

// as logs in as any client would: TLS, the server's certificate verified, the token as the password.
func (a *act) login(ctx context.Context, s *stage, from string) (talk, error) {
	dialer := &net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.MustParseAddr(from), 0))}
	if a.mysql {
		return loginMySQL(ctx, s, a, dialer)
	}
	return loginPostgres(ctx, s, a, dialer)
}

type postgresTalk struct{ conn *pgconn.PgConn }

func loginPostgres(ctx context.Context, s *stage, a *act, dialer *net.Dialer) (talk, error) {
	host, port, err := net.SplitHostPort(s.server.info.Postgres)
	if err != nil {
		return nil, err
	}
	cfg, err := pgconn.ParseConfig(fmt.Sprintf(
		"host=%s port=%s dbname=%s user=%s sslmode=verify-full sslrootcert='%s' application_name=demo",
		host, port, a.upstream, a.token.Subject, s.server.live.Load().info.CAFile))
	if err != nil {
		return nil, err
	}
	cfg.Password, cfg.DialFunc = a.token.Secret, dialer.DialContext
	conn, err := pgconn.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, saidByPostgres(err)
	}
	return postgresTalk{conn}, nil
}

func (t postgresTalk) ask(ctx context.Context, sql string) ([][]string, error) {
	results, err := t.conn.Exec(ctx, sql).ReadAll()
	if err != nil {
		return nil, saidByPostgres(err)
	}
	var head []string
	for _, f := range results[0].FieldDescriptions {
		head = append(head, f.Name)
	}
	lines := [][]string{head}
	for _, row := range results[0].Rows {
		var line []string
		for _, v := range row {
			line = append(line, string(v))
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func (t postgresTalk) close() { _ = t.conn.Close(context.Background()) }

func saidByPostgres(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return err
	}
	r := &refused{message: fmt.Sprintf("%s: %s (SQLSTATE %s)", e.Severity, e.Message, e.Code)}
	for _, more := range []string{e.Detail, e.Hint} {
		if more != "" {
			r.more = append(r.more, more)
		}
	}
	return r
}

type mysqlTalk struct{ conn *my.Conn }

func loginMySQL(ctx context.Context, s *stage, a *act, dialer *net.Dialer) (talk, error) {
	authority, err := os.ReadFile(s.server.live.Load().info.CAFile)
	if err != nil {
		return nil, err
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(authority)
	host, _, err := net.SplitHostPort(s.server.info.MySQL)
	if err != nil {
		return nil, err
	}
	conn, err := my.ConnectWithDialer(ctx, "tcp", s.server.info.MySQL, a.token.Subject, a.token.Secret, a.upstream, dialer.DialContext,
		func(c *my.Conn) error {
			c.SetAttributes(map[string]string{"program_name": "demo"})
			c.SetTLSConfig(&tls.Config{RootCAs: roots, ServerName: host, MinVersion: tls.VersionTLS12})
			return nil
		})
	if err != nil {
		return nil, saidByMySQL(err)
	}
	return mysqlTalk{conn}, nil
}

func (t mysqlTalk) ask(_ context.Context, sql string) ([][]string, error) {
	r, err := t.conn.Execute(sql)
	if err != nil {
		return nil, saidByMySQL(err)
	}
	defer r.Close()
	var head []string
	for _, f := range r.Fields {
		head = append(head, string(f.Name))
	}
	lines := [][]string{head}
	for i := range r.RowNumber() {
		var line []string
		for j := range r.ColumnNumber() {
			v, err := r.GetString(i, j)
			if err != nil {
				return nil, err
			}
			line = append(line, strings.Clone(v)) // it is the result's, which is used again
		}
		lines = append(lines, line)
	}
	return lines, nil
}

func (t mysqlTalk) close() { _ = t.conn.Quit() }

func saidByMySQL(err error) error {
	var e *mysql.MyError
	if !errors.As(err, &e) {
		return err
	}
	message, hint, _ := strings.Cut(e.Message, "; hint: ")
	r := &refused{message: fmt.Sprintf("ERROR %d (%s): %s", e.Code, e.State, message)}
	if hint != "" {
		r.more = []string{hint}
	}
	return r
}
