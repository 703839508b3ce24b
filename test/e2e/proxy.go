// Package e2e runs the program as its users do: the built binary with a
// configuration of its own in a temporary directory, on free ports of
// 127.0.0.1, in front of a throwaway PostgreSQL (internal/pgtest). Its tests
// connect with ordinary clients and kill it at bad moments; test/bench measures
// it.
package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/sallyport-db/sallyport/internal/child"
)

// Upstream is one database behind the proxy.
type Upstream struct {
	Name     string
	URL      string // postgres://role@host:port/database?sslmode=… or mysql://…?ssl-mode=…, without a password
	Password string // of the role; handed over in a file
}

// Proxy is a `sallyport serve` and the directory it lives in. Its methods are
// for one goroutine at a time; Issue and Run may be called from any.
type Proxy struct {
	Host   string // "127.0.0.1"
	Port   int    // of listen.postgres; the same after every Launch
	MySQL  int    // of listen.mysql, if an upstream is MySQL; 0 if none is
	HTTP   int    // of listen.http
	Dir    string // holds everything; removed by Stop
	Config string // path of the configuration
	CA     string // path of the certificate that clients verify with; there once the proxy is ready
	Log    string // path of what the proxy prints

	binary  string
	cmd     *exec.Cmd
	process *child.Process
}

// Start writes a configuration for the binary, launches it and returns when it
// is ready.
func Start(ctx context.Context, binary string, upstreams ...Upstream) (*Proxy, error) {
	return StartWith(ctx, binary, "", upstreams...)
}

// StartWith is Start with more keys for the configuration, as they stand.
func StartWith(ctx context.Context, binary, more string, upstreams ...Upstream) (*Proxy, error) {
	dir, err := os.MkdirTemp("", "sallyport-e2e-")
	if err != nil {
		return nil, err
	}
	p := &Proxy{
		Host: "127.0.0.1", Dir: dir, binary: binary,
		Config: filepath.Join(dir, "sallyport.yaml"),
		CA:     filepath.Join(dir, "data", "tls", "ca.crt"),
		Log:    filepath.Join(dir, "sallyport.log"),
	}
	err = p.configure(more, upstreams)
	if err == nil {
		err = p.Launch(ctx)
	}
	if err != nil {
		return nil, errors.Join(err, p.Stop())
	}
	return p, nil
}

func (p *Proxy) configure(more string, upstreams []Upstream) error {
	var err error
	if p.Port, err = FreePort(); err != nil {
		return err
	}
	if p.HTTP, err = FreePort(); err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "cluster: e2e\nlisten:\n  postgres: %s:%d\n  http: %s:%d\n", p.Host, p.Port, p.Host, p.HTTP)
	if slices.ContainsFunc(upstreams, func(u Upstream) bool { return strings.HasPrefix(u.URL, "mysql:") }) {
		if p.MySQL, err = FreePort(); err != nil {
			return err
		}
		fmt.Fprintf(&b, "  mysql: %s:%d\n", p.Host, p.MySQL)
	}
	b.WriteString("data_dir: data\n" + more + "upstreams:\n")
	for _, u := range upstreams {
		file := filepath.Join(p.Dir, u.Name+".password")
		if err := os.WriteFile(file, []byte(u.Password+"\n"), 0o600); err != nil {
			return err
		}
		fmt.Fprintf(&b, "  %s:\n    url: %q\n    password_file: %s\n", u.Name, u.URL, file)
	}
	return os.WriteFile(p.Config, []byte(b.String()), 0o600)
}

// Launch starts the proxy on its directory, again after Kill, and returns when
// /readyz answers 200.
func (p *Proxy) Launch(ctx context.Context) error {
	log, err := os.OpenFile(p.Log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(p.binary, "serve", "--config", p.Config)
	cmd.Dir, cmd.Stdout, cmd.Stderr, cmd.SysProcAttr = p.Dir, log, log, child.Attributes(nil, syscall.SIGKILL)
	if p.process, err = child.Start(cmd); err != nil {
		return err
	}
	p.cmd = cmd
	for !p.Ready(ctx) {
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for the proxy to be ready: %w\n%s", ctx.Err(), p.tail())
		case <-p.process.Done:
			return fmt.Errorf("the proxy ended at once (%v):\n%s", cmd.ProcessState, p.tail())
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil
}

// Ready reports whether /readyz answers 200.
func (p *Proxy) Ready(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://%s:%d/readyz", p.Host, p.HTTP), nil)
	if err != nil {
		return false
	}
	client := http.Client{Timeout: 5 * time.Second}
	resp, err := client.Do(req)
	if err != nil {
		return false
	}
	defer resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// PID is the process's number.
func (p *Proxy) PID() int { return p.process.PID }

// Kill ends the proxy as kill -9 does and waits for its end. Its directory stays.
func (p *Proxy) Kill() { p.process.Stop() }

// Hangup asks the proxy to read its configuration again.
func (p *Proxy) Hangup() error { return p.cmd.Process.Signal(syscall.SIGHUP) }

// Shutdown ends the proxy with SIGINT and waits for its end; after 20 seconds
// it is killed and an error returned. Its directory stays.
func (p *Proxy) Shutdown() error {
	if p.cmd == nil {
		return nil
	}
	polite := p.process.Stop(child.Step{Signal: os.Interrupt, Wait: 20 * time.Second})
	state := p.cmd.ProcessState
	p.cmd = nil
	if !polite {
		return fmt.Errorf("the proxy did not end within 20 seconds of SIGINT:\n%s", p.tail())
	}
	if code := state.ExitCode(); code > 0 {
		return fmt.Errorf("the proxy ended with status %d:\n%s", code, p.tail())
	}
	return nil
}

// Stop is Shutdown, and removes the directory.
func (p *Proxy) Stop() error {
	return errors.Join(p.Shutdown(), os.RemoveAll(p.Dir))
}

// Run runs one of the binary's commands on the proxy's configuration and
// returns its standard output. The error holds what it printed on the other.
func (p *Proxy) Run(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, p.binary, args...)
	cmd.Dir, cmd.Env = p.Dir, append(os.Environ(), "SALLYPORT_CONFIG="+p.Config)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return out.String(), fmt.Errorf("sallyport %s: %w\n%s", strings.Join(args, " "), err, errs.String())
	}
	return out.String(), nil
}

// Issue returns a token for use from loopback, valid for an hour.
func (p *Proxy) Issue(ctx context.Context, sub string, scopes ...string) (string, error) {
	args := []string{"token", "issue", "--sub", sub, "--from", "127.0.0.1/32", "--ttl", "1h"}
	for _, s := range scopes {
		args = append(args, "--scope", s)
	}
	out, err := p.Run(ctx, args...)
	token := strings.TrimSuffix(out, "\n")
	if err == nil && (!strings.HasPrefix(token, "spt_") || strings.ContainsAny(token, " \n")) {
		err = fmt.Errorf("token issue printed something else than a token alone: %d bytes, %d lines", len(out), strings.Count(out, "\n"))
	}
	return token, err
}

// Env is libpq's environment for logging in to an upstream with a token, the
// proxy's certificate verified.
func (p *Proxy) Env(upstream, sub, token string) []string {
	return []string{
		"PGHOST=" + p.Host, "PGPORT=" + strconv.Itoa(p.Port), "PGDATABASE=" + upstream, "PGUSER=" + sub, "PGPASSWORD=" + token,
		"PGSSLMODE=verify-full", "PGSSLROOTCERT=" + p.CA,
	}
}

func (p *Proxy) tail() []byte {
	content, err := os.ReadFile(p.Log)
	if err != nil {
		return []byte(err.Error())
	}
	return content[max(0, len(content)-4000):]
}

// FreePort is a TCP port of 127.0.0.1 that nobody listens on.
func FreePort() (int, error) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
