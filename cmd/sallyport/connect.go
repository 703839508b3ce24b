package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/sallyport-db/sallyport/internal/api"
)

func connectCommand(e *env) *cobra.Command {
	q := api.IssueRequest{Subject: osUser()}
	var ttl time.Duration
	cmd := &cobra.Command{
		Use:   "connect UPSTREAM --scope GRANTS [-- COMMAND [ARG]...]",
		Short: "Get a token and run psql, mariadb, mysql or COMMAND with the environment to connect (PGHOST…, MYSQL_HOST…)",
		Example: `  sallyport connect shop --scope 'shop/public.*:select'
  sallyport connect shop --scope 'shop/public.orders:select' -- pg_dump -t orders`,
		Args: func(cmd *cobra.Command, args []string) error {
			if dash := cmd.ArgsLenAtDash(); dash >= 0 {
				if dash == len(args) {
					return usage("a command is missing after --")
				}
				args = args[:dash]
			}
			return exactly("the UPSTREAM")(cmd, args)
		},
	}
	f := cmd.Flags()
	f.StringVar(&q.Subject, "sub", q.Subject, "who the token is for")
	f.StringArrayVar(&q.Scope, "scope", nil, "what it allows; may be repeated")
	f.StringSliceVar(&q.From, "from", []string{"127.0.0.1/32", "::1/128"}, "where it may be used from")
	f.DurationVar(&ttl, "ttl", 0, "how long it lives (default: the server's default_ttl)")
	cmd.RunE = func(cmd *cobra.Command, args []string) error {
		if err := need(cmd, "scope"); err != nil {
			return err
		}
		if cmd.Flags().Changed("ttl") {
			q.TTL = ttl.String()
		}
		return e.connect(cmd, args[0], q, args[1:])
	}
	return cmd
}

func osUser() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return os.Getenv("USER")
}

// connect replaces this process by the command, so that the terminal, signals and the exit status are its own.
func (e *env) connect(cmd *cobra.Command, upstream string, q api.IssueRequest, command []string) error {
	c, err := e.client()
	if err != nil {
		return err
	}
	info, err := c.Info(cmd.Context())
	if err != nil {
		return err
	}
	if !slices.Contains(info.Upstreams, upstream) {
		return fmt.Errorf("no upstream is named %q; configured: %s", upstream, strings.Join(info.Upstreams, ", "))
	}
	mysql := slices.Contains(info.MySQLUpstreams, upstream)
	if !mysql && len(command) == 0 {
		command = []string{"psql"}
	}
	if len(command) > 0 { // before a token is made
		if _, err := find(command[0]); err != nil {
			return err
		}
	}
	t, err := c.Issue(cmd.Context(), q)
	if err != nil {
		return err
	}
	vars, command, err := setting(info, upstream, t, command, mysql)
	if err != nil {
		return err
	}
	program, err := find(command[0])
	if err != nil {
		return err
	}
	err = syscall.Exec(program, command, vars)
	return fmt.Errorf("%s: %w", program, err)
}

func find(command string) (string, error) {
	program, err := exec.LookPath(command)
	if err != nil {
		return "", fmt.Errorf("%s was not found: install it, or name another command after --", command)
	}
	return program, nil
}

// clientVars are libpq's environment for a login with a token (PostgreSQL documentation, 34.15).
func clientVars(info api.Info, upstream string, t api.Issued) ([]string, error) {
	host, port, err := net.SplitHostPort(reachable(info.Postgres))
	if err != nil {
		return nil, err
	}
	vars := []string{
		"PGHOST=" + host, "PGPORT=" + port, "PGDATABASE=" + upstream, "PGUSER=" + t.Subject, "PGPASSWORD=" + t.Secret,
		"PGSSLMODE=verify-full",
	}
	if info.CAFile != "" {
		return append(vars, "PGSSLROOTCERT="+info.CAFile), nil
	}
	if own := os.Getenv("PGSSLROOTCERT"); own != "" { // a configured certificate: its CA is known to the user
		vars = append(vars, "PGSSLROOTCERT="+own)
	}
	return vars, nil
}

// reachable turns the address of a listener on every interface into one to connect to.
func reachable(addr string) string {
	host, port, err := net.SplitHostPort(addr)
	if ip := net.ParseIP(host); err == nil && (host == "" || ip != nil && ip.IsUnspecified()) {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return addr
}

// withoutPG drops what would steer libpq elsewhere (PGOPTIONS, PGSERVICE, PGHOSTADDR…).
func withoutPG(environ []string) []string {
	var out []string
	for _, v := range environ {
		if name, _, _ := strings.Cut(v, "="); !libpqVariable(name) {
			out = append(out, v)
		}
	}
	return out
}

// libpqVariable says whether libpq, or pgconn, reads its connection parameters from it. psql's own (PGPAGER…) are not
// among them, nor what is a matter of taste (PGTZ, PGDATESTYLE, PGAPPNAME).
func libpqVariable(name string) bool {
	if strings.HasPrefix(name, "PGSSL") {
		return true
	}
	return slices.Contains([]string{"PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGPASSFILE",
		"PGOPTIONS", "PGSERVICE", "PGSERVICEFILE", "PGREQUIREAUTH", "PGCHANNELBINDING", "PGREQUIREPEER", "PGREQUIRESSL",
		"PGGSSENCMODE", "PGKRBSRVNAME", "PGGSSLIB", "PGGSSDELEGATION", "PGTARGETSESSIONATTRS", "PGLOADBALANCEHOSTS",
		"PGMINPROTOCOLVERSION", "PGMAXPROTOCOLVERSION"}, name)
}
