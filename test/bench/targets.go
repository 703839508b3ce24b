//go:build linux

package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/test/e2e"
)

var targetNames = []string{"direct", "sallyport", "pgbouncer", "haproxy"}

// Who logs in everywhere, and the database's name: Sallyport's token, upstream
// and scope carry the same names, so that pgbench is called the same way.
const role, database = "bench", "bench"

// target is one way to the database.
type target struct {
	name string
	env  []string // libpq's
	pid  int      // of the proxy; 0 without one
	stop func()
}

func (t *target) cpu() (float64, error) {
	if t.pid == 0 {
		return 0, nil
	}
	return cpuTime(t.pid)
}

// environment is for plain TCP on loopback: TLS would measure cipher suites.
func environment(port int, password string) []string {
	return []string{"PGHOST=127.0.0.1", "PGPORT=" + strconv.Itoa(port), "PGDATABASE=" + database, "PGUSER=" + role,
		"PGPASSWORD=" + password, "PGSSLMODE=disable"}
}

// fill makes the role and pgbench's tables.
func fill(ctx context.Context, db *pgtest.Server) error {
	for _, sql := range []string{"CREATE ROLE " + role + " LOGIN PASSWORD '" + role + "'", "CREATE DATABASE " + database} {
		if err := db.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if _, err := pgbench(ctx, append(environment(db.Port, ""), "PGUSER=postgres"), "-i", "-q", "-s", "1"); err != nil {
		return err
	}
	return db.ExecIn(ctx, database, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+role)
}

func startTargets(ctx context.Context, o options, db *pgtest.Server) ([]*target, error) {
	start := map[string]func() (*target, error){
		"direct": func() (*target, error) {
			return &target{env: environment(db.Port, ""), stop: func() {}}, nil
		},
		"sallyport": func() (*target, error) { return sallyport(ctx, o.binary, db) },
		"pgbouncer": func() (*target, error) { return pgbouncer(ctx, db) },
		"haproxy":   func() (*target, error) { return haproxy(ctx, db) },
	}
	var targets []*target
	for _, name := range o.only {
		t, err := start[name]()
		if err != nil {
			return targets, fmt.Errorf("%s: %w", name, err)
		}
		t.name = name
		targets = append(targets, t)
	}
	return targets, nil
}

func sallyport(ctx context.Context, binary string, db *pgtest.Server) (*target, error) {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(binary); err != nil {
		return nil, fmt.Errorf("%w (make build makes it)", err)
	}
	p, err := e2e.Start(ctx, binary, e2e.Upstream{
		Name:     database,
		URL:      fmt.Sprintf("postgres://%s@%s:%d/%s?sslmode=disable", role, db.Host, db.Port, database),
		Password: role,
	})
	if err != nil {
		return nil, err
	}
	stop := func() {
		if err := p.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "bench: sallyport:", err)
		}
	}
	token, err := p.Issue(ctx, role, database+"/public.pgbench_accounts:select", database+"/public.pgbench_branches:select")
	if err != nil {
		stop()
		return nil, err
	}
	return &target{env: environment(p.Port, token), pid: p.PID(), stop: stop}, nil
}

func pgbouncer(ctx context.Context, db *pgtest.Server) (*target, error) {
	return daemon(ctx, "pgbouncer", func(dir string) []string {
		return []string{filepath.Join(dir, "config")}
	}, `[databases]
`+database+` = host=127.0.0.1 port=$DATABASE
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = $PORT
unix_socket_dir =
auth_type = trust
auth_file = $DIR/users
pool_mode = session
default_pool_size = 200
max_client_conn = 300
ignore_startup_parameters = extra_float_digits
log_connections = 0
log_disconnections = 0
`, db.Port)
}

func haproxy(ctx context.Context, db *pgtest.Server) (*target, error) {
	return daemon(ctx, "haproxy", func(dir string) []string {
		return []string{"-db", "-f", filepath.Join(dir, "config")}
	}, `global
    nbthread 1
    maxconn 1000
defaults
    mode tcp
    timeout connect 5s
    timeout client 1h
    timeout server 1h
listen postgres
    bind 127.0.0.1:$PORT
    server postgres 127.0.0.1:$DATABASE
`, db.Port)
}

// daemon starts a proxy of Debian's in the foreground, with a configuration
// in which $DATABASE is the database's port, $PORT its own and $DIR its directory.
func daemon(ctx context.Context, program string, args func(dir string) []string, config string, dbPort int) (*target, error) {
	path, err := exec.LookPath(program)
	if err != nil {
		if path, err = exec.LookPath("/usr/sbin/" + program); err != nil {
			return nil, fmt.Errorf("%w (install Debian's package %s)", err, program)
		}
	}
	dir, err := os.MkdirTemp("", "sallyport-bench-")
	if err != nil {
		return nil, err
	}
	port, err := e2e.FreePort()
	if err != nil {
		return nil, err
	}
	config = strings.NewReplacer("$DATABASE", strconv.Itoa(dbPort), "$PORT", strconv.Itoa(port), "$DIR", dir).Replace(config)
	files := map[string]string{"config": config, "users": fmt.Sprintf("%q %q\n", role, role)}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil { //nolint:gosec // no secret, for another user
			return nil, err
		}
	}
	if err := os.Chmod(dir, 0o755); err != nil { //nolint:gosec // for another user
		return nil, err
	}
	cmd := exec.Command(path, args(dir)...)
	cmd.SysProcAttr = unprivileged()
	log, err := os.Create(filepath.Join(dir, "log"))
	if err != nil {
		return nil, err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	t := &target{env: environment(port, role), pid: cmd.Process.Pid, stop: func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		_ = cmd.Wait()
		_ = os.RemoveAll(dir)
	}}
	if err := listening(ctx, port); err != nil {
		said, _ := os.ReadFile(log.Name())
		t.stop()
		return nil, fmt.Errorf("%w\n%s", err, said)
	}
	return t, nil
}

// unprivileged is for programs that refuse to run as root.
func unprivileged() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	u, err := user.Lookup("nobody")
	if os.Geteuid() != 0 || err != nil {
		return attr
	}
	uid, err1 := strconv.ParseUint(u.Uid, 10, 32)
	gid, err2 := strconv.ParseUint(u.Gid, 10, 32)
	if err1 == nil && err2 == nil {
		attr.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	}
	return attr
}

func listening(ctx context.Context, port int) error {
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		c, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
		if err == nil {
			return c.Close()
		}
		if time.Now().After(deadline) || ctx.Err() != nil {
			return fmt.Errorf("it does not listen: %w", err)
		}
	}
}
