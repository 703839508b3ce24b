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

	"github.com/sallyport-db/sallyport/test/e2e"
)

// Who logs in everywhere, and the database's name: Sallyport's token, upstream
// and scope carry the same names, so that the programs are called the same way.
const role, database = "bench", "bench"

// target is one way to the database, at a port of 127.0.0.1.
type target struct {
	name     string
	port     int
	password string
	pid      int // of the proxy; 0 without one
	stop     func()
}

func (t *target) cpu() (float64, error) {
	if t.pid == 0 {
		return 0, nil
	}
	return cpuTime(t.pid)
}

func startTargets(names []string, start map[string]func() (*target, error)) ([]*target, error) {
	var targets []*target
	for _, name := range names {
		t, err := start[name]()
		if err != nil {
			return targets, fmt.Errorf("%s: %w", name, err)
		}
		t.name = name
		targets = append(targets, t)
	}
	return targets, nil
}

func sallyport(ctx context.Context, binary, url string, scopes ...string) (*target, error) {
	binary, err := filepath.Abs(binary)
	if err != nil {
		return nil, err
	}
	if _, err := os.Stat(binary); err != nil {
		return nil, fmt.Errorf("%w (make build makes it)", err)
	}
	p, err := e2e.Start(ctx, binary, e2e.Upstream{Name: database, URL: url, Password: role})
	if err != nil {
		return nil, err
	}
	stop := func() {
		if err := p.Stop(); err != nil {
			fmt.Fprintln(os.Stderr, "bench: sallyport:", err)
		}
	}
	token, err := p.Issue(ctx, role, scopes...)
	if err != nil {
		stop()
		return nil, err
	}
	port := p.Port
	if p.MySQL != 0 {
		port = p.MySQL
	}
	return &target{port: port, password: token, pid: p.PID(), stop: stop}, nil
}

func pgbouncer(ctx context.Context, dbPort int) (*target, error) {
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
`, dbPort)
}

func haproxy(ctx context.Context, dbPort int) (*target, error) {
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
listen database
    bind 127.0.0.1:$PORT
    server database 127.0.0.1:$DATABASE
`, dbPort)
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
	t := &target{port: port, password: role, pid: cmd.Process.Pid, stop: func() {
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
