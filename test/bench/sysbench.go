//go:build linux

package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"

	"github.com/sallyport-db/sallyport/internal/mytest"
)

// sysbenchRows is what pgbench's scale of 1 has.
const sysbenchRows = 100_000

func startMySQL(ctx context.Context, binary string, names []string) ([]*target, string, func(), error) {
	db, err := mytest.Start(ctx, "max-connections=300", "innodb-buffer-pool-size=256M")
	if err != nil {
		return nil, "", func() {}, err
	}
	stop := func() { _ = db.Stop() }
	if err := fillMySQL(ctx, db); err != nil {
		return nil, "", stop, err
	}
	targets, err := startTargets(names, map[string]func() (*target, error){
		"direct": func() (*target, error) { return &target{port: db.Port, password: role, stop: func() {}}, nil },
		"sallyport": func() (*target, error) {
			return sallyport(ctx, binary, fmt.Sprintf("mysql://%s@%s:%d/%s?ssl-mode=DISABLED", role, db.Host, db.Port, database),
				database+"/"+database+".sbtest1:select")
		},
		"haproxy": func() (*target, error) { return haproxy(ctx, db.Port) },
	})
	return targets, first(ctx, "mariadbd", "--version"), stop, err
}

// fillMySQL makes the account and sysbench's table.
func fillMySQL(ctx context.Context, db *mytest.Server) error {
	if err := db.Exec("", "CREATE DATABASE "+database+"; CREATE USER "+role+" IDENTIFIED BY '"+role+"'; GRANT ALL ON "+database+".* TO "+role); err != nil {
		return err
	}
	_, err := sysbenchRun(ctx, &target{port: db.Port, password: role}, "prepare")
	return err
}

// The lines of sysbench's report.
var (
	rateLine   = regexp.MustCompile(`(?m)^\s+queries:\s+[0-9]+\s+\(([0-9.]+) per sec\.\)$`)
	countLine  = regexp.MustCompile(`(?m)^\s+queries:\s+([0-9]+)\s`)
	bucketLine = regexp.MustCompile(`(?m)^\s+([0-9.]+) \|\**\s+([0-9]+)$`)
)

// sysbench runs oltp_point_select: one query a transaction, as text or by a
// statement that is prepared once.
func sysbench(ctx context.Context, t *target, mode string, clients, seconds int) (sample, error) {
	prepare := "auto"
	if mode == "simple" {
		prepare = "disable"
	}
	out, err := sysbenchRun(ctx, t, "run", "--db-ps-mode="+prepare, "--threads="+strconv.Itoa(clients), "--time="+strconv.Itoa(seconds), "--histogram=on")
	if err != nil {
		return sample{}, err
	}
	var s sample
	if err := find(out, rateLine, &s.tps); err != nil {
		return s, err
	}
	if err := find(out, countLine, &s.queries); err != nil {
		return s, err
	}
	s.p50, s.p99, err = percentiles(out)
	return s, err
}

// percentiles reads the histogram: a latency in ms, and how many had it.
func percentiles(out string) (p50, p99 float64, err error) {
	var all, value, count float64
	buckets := bucketLine.FindAllStringSubmatch(out, -1)
	for pass, seen := 0, 0.0; pass < 2; pass++ {
		for _, b := range buckets {
			if value, err = strconv.ParseFloat(b[1], 64); err != nil {
				return 0, 0, err
			}
			if count, err = strconv.ParseFloat(b[2], 64); err != nil {
				return 0, 0, err
			}
			if pass == 0 {
				all += count
				continue
			}
			seen += count
			if p50 == 0 && seen >= all/2 {
				p50 = value
			}
			if p99 == 0 && seen >= all*0.99 {
				p99 = value
			}
		}
	}
	if p99 == 0 {
		return 0, 0, fmt.Errorf("sysbench printed no histogram:\n%s", out)
	}
	return p50, p99, nil
}

// sysbenchRun is for plain TCP on loopback: TLS would measure cipher suites.
func sysbenchRun(ctx context.Context, t *target, command string, args ...string) (string, error) {
	program, err := exec.LookPath("sysbench")
	if err != nil {
		return "", fmt.Errorf("%w (install Debian's package sysbench)", err)
	}
	args = append([]string{"oltp_point_select", "--mysql-host=127.0.0.1", "--mysql-port=" + strconv.Itoa(t.port), "--mysql-user=" + role,
		"--mysql-password=" + t.password, "--mysql-db=" + database, "--tables=1", "--table-size=" + strconv.Itoa(sysbenchRows)}, args...)
	// Its threads log in at once, and MariaDB's library fails where two of them load the plug-in of clear passwords.
	return output(ctx, []string{"LIBMYSQL_PLUGINS=mysql_clear_password"}, program, append(args, command)...)
}
