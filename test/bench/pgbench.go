//go:build linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/sallyport-db/sallyport/internal/pgtest"
)

func startPostgres(ctx context.Context, binary string, names []string) ([]*target, string, func(), error) {
	db, err := pgtest.Start(ctx, pgtest.Options{Settings: map[string]string{"max_connections": "300", "shared_buffers": "256MB"}})
	if err != nil {
		return nil, "", func() {}, err
	}
	stop := func() { _ = db.Stop() }
	if err := fillPostgres(ctx, db); err != nil {
		return nil, "", stop, err
	}
	targets, err := startTargets(names, map[string]func() (*target, error){
		"direct": func() (*target, error) { return &target{port: db.Port, stop: func() {}}, nil },
		"sallyport": func() (*target, error) {
			return sallyport(ctx, binary, fmt.Sprintf("postgres://%s@%s:%d/%s?sslmode=disable", role, db.Host, db.Port, database),
				database+"/public.pgbench_accounts:select", database+"/public.pgbench_branches:select")
		},
		"pgbouncer": func() (*target, error) { return pgbouncer(ctx, db.Port) },
		"haproxy":   func() (*target, error) { return haproxy(ctx, db.Port) },
	})
	return targets, postgresVersion(ctx), stop, err
}

func postgresVersion(ctx context.Context) string {
	dir, err := pgtest.FindPrograms()
	if err != nil {
		return ""
	}
	return first(ctx, dir+"/postgres", "--version")
}

// fillPostgres makes the role and pgbench's tables.
func fillPostgres(ctx context.Context, db *pgtest.Server) error {
	for _, sql := range []string{"CREATE ROLE " + role + " LOGIN PASSWORD '" + role + "'", "CREATE DATABASE " + database} {
		if err := db.Exec(ctx, sql); err != nil {
			return err
		}
	}
	if _, err := pgbenchRun(ctx, append(libpq(&target{port: db.Port}), "PGUSER=postgres"), "-i", "-q", "-s", "1"); err != nil {
		return err
	}
	return db.ExecIn(ctx, database, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+role)
}

// libpq is for plain TCP on loopback: TLS would measure cipher suites.
func libpq(t *target) []string {
	return []string{"PGHOST=127.0.0.1", "PGPORT=" + strconv.Itoa(t.port), "PGDATABASE=" + database, "PGUSER=" + role,
		"PGPASSWORD=" + t.password, "PGSSLMODE=disable"}
}

var (
	tpsLine     = regexp.MustCompile(`(?m)^tps = ([0-9.]+) \(without initial connection time\)$`)
	queriesLine = regexp.MustCompile(`(?m)^number of transactions actually processed: ([0-9]+)`)
)

// pgbench runs the select-only script. One query of five is logged with its
// latency.
func pgbench(ctx context.Context, t *target, mode string, clients, seconds int) (sample, error) {
	dir, err := os.MkdirTemp("", "sallyport-bench-")
	if err != nil {
		return sample{}, err
	}
	defer os.RemoveAll(dir)
	out, err := pgbenchRun(ctx, libpq(t), "-S", "-n", "-M", mode, "-c", strconv.Itoa(clients), "-j", strconv.Itoa(min(clients, 2)),
		"-T", strconv.Itoa(seconds), "-l", "--log-prefix="+filepath.Join(dir, "log"), "--sampling-rate=0.2")
	if err != nil {
		return sample{}, err
	}
	var s sample
	if err := find(out, tpsLine, &s.tps); err != nil {
		return s, err
	}
	if err := find(out, queriesLine, &s.queries); err != nil {
		return s, err
	}
	s.p50, s.p99, err = pgbenchLatencies(dir)
	return s, err
}

// pgbenchLatencies reads the third field of every line of pgbench's logs, the
// latency in µs.
func pgbenchLatencies(dir string) (p50, p99 float64, err error) {
	files, err := filepath.Glob(filepath.Join(dir, "log.*"))
	if err != nil {
		return 0, 0, err
	}
	var all []float64
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return 0, 0, err
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			if fields := strings.Fields(lines.Text()); len(fields) > 2 {
				if us, err := strconv.ParseFloat(fields[2], 64); err == nil {
					all = append(all, us/1e3)
				}
			}
		}
		_ = f.Close()
	}
	if len(all) == 0 {
		return 0, 0, fmt.Errorf("pgbench logged no query in %d files", len(files))
	}
	slices.Sort(all)
	return all[len(all)/2], all[len(all)*99/100], nil
}

func pgbenchRun(ctx context.Context, env []string, args ...string) (string, error) {
	program, err := exec.LookPath("pgbench")
	if err != nil {
		dir, err := pgtest.FindPrograms()
		if err != nil {
			return "", err
		}
		program = filepath.Join(dir, "pgbench")
	}
	return output(ctx, env, program, args...)
}

// output is what a program prints.
func output(ctx context.Context, env []string, program string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}, env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("%s: %w\n%s", filepath.Base(program), err, out)
	}
	return string(out), nil
}

// find reads the first group of line's first match.
func find(out string, line *regexp.Regexp, into any) error {
	m := line.FindStringSubmatch(out)
	if m == nil {
		return fmt.Errorf("no line like %v was printed:\n%s", line, out)
	}
	_, err := fmt.Sscan(m[1], into)
	return err
}
