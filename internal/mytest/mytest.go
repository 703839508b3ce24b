// Package mytest starts a throwaway MariaDB or MySQL server on a free port of
// loopback.
package mytest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/internal/child"
)

// Server is one running server. Root may log in from loopback without a
// password.
type Server struct {
	Host    string // "127.0.0.1"
	Port    int
	Dir     string // holds everything; removed by Stop
	LogFile string // what the server printed

	process *child.Process
}

// MissingError says that no MariaDB server was found on this machine.
type MissingError struct{ Program string }

func (e *MissingError) Error() string {
	return "MariaDB's " + e.Program + " was not found; install it, on Debian and Ubuntu with: apt-get install mariadb-server"
}

// Start makes a data directory and starts the MariaDB of this machine on it,
// with these settings beside our own ("sql-mode=ANSI").
func Start(ctx context.Context, settings ...string) (*Server, error) {
	install, err := find("mariadb-install-db")
	if err != nil {
		return nil, err
	}
	program, err := find("mariadbd")
	if err != nil {
		return nil, err
	}
	return start(ctx, mariadb{install: install, program: program}, settings)
}

func start(ctx context.Context, k kind, settings []string) (s *Server, err error) {
	s = &Server{Host: "127.0.0.1"}
	if s.Dir, err = os.MkdirTemp("", "sallyport-mysql-"); err != nil {
		return nil, err
	}
	s.LogFile = filepath.Join(s.Dir, "log")
	if err = s.install(ctx, k); err == nil {
		err = s.launch(ctx, k, settings)
	}
	if err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

func find(program string) (string, error) {
	if path, err := exec.LookPath(program); err == nil {
		return path, nil
	}
	if path, err := exec.LookPath(filepath.Join("/usr/sbin", program)); err == nil {
		return path, nil
	}
	return "", &MissingError{program}
}

// ours are the options that all programs take. A MariaDB that starts removes
// all temporary tables from its tmpdir, other servers' too (mysql_rm_tmp_tables,
// sql_base.cc), which then crash: each has its own.
func (s *Server) ours() []string {
	args := []string{"--no-defaults", "--datadir=" + filepath.Join(s.Dir, "data"), "--tmpdir=" + s.Dir}
	if os.Geteuid() == 0 {
		args = append(args, "--user=root") // it refuses to guess
	}
	return args
}

func (s *Server) install(ctx context.Context, k kind) error {
	cmd := k.installer(ctx, s)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd.Path, err, out)
	}
	return nil
}

func (s *Server) launch(ctx context.Context, k kind, settings []string) (err error) {
	l, err := net.Listen("tcp4", s.Host+":0")
	if err != nil {
		return err
	}
	s.Port = l.Addr().(*net.TCPAddr).Port
	_ = l.Close()
	log, err := os.OpenFile(s.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	args := append(s.ours(), "--bind-address="+s.Host, "--port="+strconv.Itoa(s.Port), "--socket="+filepath.Join(s.Dir, "sock"),
		"--pid-file="+filepath.Join(s.Dir, "pid"), "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve", "--skip-log-bin")
	for _, set := range settings {
		args = append(args, "--"+set)
	}
	program, own := k.server(s)
	cmd := exec.Command(program, append(args, own...)...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.Dir, log, log
	cmd.SysProcAttr = child.Attributes(nil, syscall.SIGKILL)
	if s.process, err = child.Start(cmd); err != nil {
		return err
	}
	for {
		c, err := s.Connect("")
		if err == nil {
			return c.Close()
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-s.process.Done:
			said, _ := os.ReadFile(s.LogFile)
			return fmt.Errorf("the server ended at once (%w):\n%s", s.process.Err, said)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Addr is where the server listens.
func (s *Server) Addr() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// Connect logs in as root, in a database of that name if it is not empty.
func (s *Server) Connect(db string) (*client.Conn, error) {
	return client.Connect(s.Addr(), "root", "", db, func(c *client.Conn) error {
		return c.SetCapability(mysql.CLIENT_MULTI_STATEMENTS)
	})
}

// Exec runs SQL, of one statement or several, as root.
func (s *Server) Exec(db, sql string) error {
	c, err := s.Connect(db)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	var failed error
	_, err = c.ExecuteMultiple(sql, func(_ *mysql.Result, err error) { failed = errors.Join(failed, err) })
	return errors.Join(err, failed)
}

// Stop ends the server and removes its directory. A second call does nothing.
func (s *Server) Stop() error {
	if s.process != nil {
		s.process.Stop(child.Step{Signal: syscall.SIGTERM, Wait: 10 * time.Second})
		s.process = nil
	}
	return os.RemoveAll(s.Dir)
}
