package pgtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/child"
)

func (s *Server) settings() map[string]string {
	set := map[string]string{
		"listen_addresses":        s.Host,
		"port":                    strconv.Itoa(s.Port),
		"unix_socket_directories": "",
		"fsync":                   "off",
		"full_page_writes":        "off",
		"synchronous_commit":      "off",
		"autovacuum":              "off",
		"wal_level":               "minimal",
		"max_wal_senders":         "0",
		"password_encryption":     "scram-sha-256",
	}
	if s.options.TLSCert != nil {
		set["ssl"] = "on"
		set["ssl_cert_file"] = filepath.Join(s.Dir, "server.crt")
		set["ssl_key_file"] = filepath.Join(s.Dir, "server.key")
	}
	maps.Copy(set, s.options.Settings)
	return set
}

// launch starts the postmaster on the data directory and waits until it is
// ready, has ended, or ctx is done.
func (s *Server) launch(ctx context.Context) error {
	args := []string{"-D", s.data()}
	set := s.settings()
	for _, name := range slices.Sorted(maps.Keys(set)) {
		args = append(args, "-c", name+"="+set[name])
	}
	log, err := os.OpenFile(s.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(s.bin, "postgres"), args...)
	cmd.Dir, cmd.Env, cmd.SysProcAttr = s.Dir, environment(), child.Attributes(s.account.cred, syscall.SIGQUIT)
	cmd.Stdout, cmd.Stderr = log, log
	if s.process, err = child.Start(cmd); err != nil {
		return err
	}
	for !s.ready() {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.process.Done:
			return fmt.Errorf("the server ended at once (%v):\n%s", s.process.Err, tail(s.LogFile))
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

// ready reports whether the postmaster takes connections. It says so in line 8
// of its lock file (LOCK_FILE_LINE_PM_STATUS, utils/pidfile.h).
func (s *Server) ready() bool {
	content, err := os.ReadFile(filepath.Join(s.data(), "postmaster.pid"))
	if err != nil {
		return false
	}
	lines := bytes.Split(content, []byte("\n"))
	return len(lines) >= 8 && string(lines[0]) == strconv.Itoa(s.process.PID) &&
		string(bytes.TrimSpace(lines[7])) == "ready"
}

// shutdown is what pg_ctl stop does: fast, then immediate. SIGQUIT is the
// postmaster's immediate shutdown.
var shutdown = []child.Step{{Signal: syscall.SIGINT, Wait: 10 * time.Second}, {Signal: syscall.SIGQUIT, Wait: 5 * time.Second}}

// Stop shuts the server down, waits for its end and removes its directory.
// A second call does nothing.
func (s *Server) Stop() error {
	if s.process != nil {
		s.process.Stop(shutdown...)
		s.process = nil
	}
	return os.RemoveAll(s.Dir)
}

// Restart stops the server, its sessions with it, and starts it again on the
// same port with what it stored. After an error the server is down: call Stop.
func (s *Server) Restart(ctx context.Context) error {
	s.process.Stop(shutdown...)
	return s.launch(ctx)
}

// URL is what a client gives to log in. An empty user is the superuser, an
// empty database "postgres". It holds the superuser's password, nobody else's,
// and asks for TLS (unverified) where the server offers it.
func (s *Server) URL(user, db string) string {
	if user == "" {
		user = s.options.Superuser
	}
	if db == "" {
		db = "postgres"
	}
	u := url.URL{Scheme: "postgres", User: url.User(user), Host: net.JoinHostPort(s.Host, strconv.Itoa(s.Port)),
		Path: "/" + db, RawQuery: "sslmode=disable"}
	if user == s.options.Superuser && s.options.Password != "" {
		u.User = url.UserPassword(user, s.options.Password)
	}
	if s.options.TLSCert != nil {
		u.RawQuery = "sslmode=require"
	}
	return u.String()
}

// Exec runs SQL, of one statement or several, as the superuser in the database
// postgres, on a connection of its own.
func (s *Server) Exec(ctx context.Context, sql string) error { return s.ExecIn(ctx, "", sql) }

// ExecIn is Exec in a database of that name.
func (s *Server) ExecIn(ctx context.Context, db, sql string) error {
	conn, err := pgconn.Connect(ctx, s.URL("", db))
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql).ReadAll()
	return errors.Join(err, conn.Close(ctx))
}

func freePort() (int, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// tail is the end of the server's log, which says why it did not start.
func tail(path string) []byte {
	content, err := os.ReadFile(path)
	if err != nil {
		return []byte(err.Error())
	}
	return content[max(0, len(content)-2000):]
}
