//go:build linux

// Command bench runs pgbench -S against a throwaway PostgreSQL, and sysbench's
// oltp_point_select against a throwaway MariaDB, directly and through
// Sallyport, HAProxy and PgBouncer, in interleaved rounds, and prints
// throughput, latency and the proxies' CPU time per query side by side. It
// reads CPU time from /proc, so it runs on Linux only.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are the command line.
type options struct {
	binary   string
	rounds   int
	seconds  int
	clients  []int
	loads    []*load
	only     []string
	markdown string
}

// load is a database and what measures it.
type load struct {
	database string
	program  string // as the table calls it
	targets  []string
	modes    []string // how statements are sent
	start    func(ctx context.Context, binary string, names []string) (ts []*target, version string, stop func(), err error)
	run      func(ctx context.Context, t *target, mode string, clients, seconds int) (sample, error)
}

// The modes of both programs: statements as text, and prepared ones.
var modes = []string{"simple", "prepared"}

// loads are the databases, in the table's order.
var loads = []*load{
	{database: "postgres", program: "pgbench -S", targets: []string{"direct", "sallyport", "pgbouncer", "haproxy"}, modes: modes, start: startPostgres, run: pgbench},
	{database: "mysql", program: "sysbench point select", targets: []string{"direct", "sallyport", "haproxy"}, modes: modes, start: startMySQL, run: sysbench},
}

// cell is one combination that is measured, once a round.
type cell struct {
	mode    string
	clients int
	target  string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	o, err := parse()
	if err == nil {
		err = bench(ctx, o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		os.Exit(1)
	}
}

func parse() (options, error) {
	var o options
	var clients, databases, only string
	flag.StringVar(&o.binary, "sallyport", "bin/sallyport", "the binary to measure")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each cell is measured")
	flag.IntVar(&o.seconds, "seconds", 3, "how long each time")
	flag.StringVar(&clients, "clients", "1,8,64", "numbers of connections")
	flag.StringVar(&databases, "databases", "postgres,mysql", "which databases")
	flag.StringVar(&only, "only", "", "targets, if not all")
	flag.StringVar(&o.markdown, "markdown", "", "also write the tables to this file, with the machine's size")
	flag.Parse()
	for _, name := range strings.Split(databases, ",") {
		i := slices.IndexFunc(loads, func(l *load) bool { return l.database == name })
		if i < 0 {
			return o, fmt.Errorf("-databases: %q is none of postgres and mysql", name)
		}
		o.loads = append(o.loads, loads[i])
	}
	if only != "" {
		o.only = strings.Split(only, ",")
	}
	for _, c := range strings.Split(clients, ",") {
		var n int
		if _, err := fmt.Sscan(c, &n); err != nil || n < 1 {
			return o, fmt.Errorf("-clients: %q is no number of connections", c)
		}
		o.clients = append(o.clients, n)
	}
	if flag.NArg() > 0 || o.rounds < 1 || o.seconds < 1 {
		return o, errors.New("takes flags only, and at least one round of one second; see -help")
	}
	return o, nil
}

func bench(ctx context.Context, o options) error {
	var page strings.Builder
	for _, l := range o.loads {
		text, version, err := l.bench(ctx, o)
		if err != nil {
			return fmt.Errorf("%s: %w", l.database, err)
		}
		fmt.Print("\n" + text)
		fmt.Fprintf(&page, "\n%s\n%s\n", text, version)
	}
	if o.markdown == "" {
		return nil
	}
	return os.WriteFile(o.markdown, []byte(strings.TrimPrefix(page.String(), "\n")+"\n"+machine(ctx, o)), 0o644) //nolint:gosec // a page of the documentation
}

func (l *load) bench(ctx context.Context, o options) (text, version string, err error) {
	targets, version, stop, err := l.start(ctx, o.binary, l.wanted(o))
	defer func() {
		for _, t := range targets {
			t.stop()
		}
		stop()
	}()
	if err != nil {
		return "", "", err
	}
	results, err := l.measure(ctx, o, targets)
	if err != nil {
		return "", "", err
	}
	return l.table(o, targets, results), version, nil
}

// wanted are the targets to start.
func (l *load) wanted(o options) []string {
	return slices.DeleteFunc(slices.Clone(l.targets), func(name string) bool {
		return len(o.only) > 0 && !slices.Contains(o.only, name)
	})
}

// measure takes turns between the targets, so that what else the machine does
// falls on all of them.
func (l *load) measure(ctx context.Context, o options, targets []*target) (map[cell][]sample, error) {
	results := map[cell][]sample{}
	cells := len(l.modes) * len(o.clients) * len(targets)
	fmt.Fprintf(os.Stderr, "%s: %d cells, %d rounds of %d s: about %v\n", l.database, cells, o.rounds, o.seconds,
		time.Duration(cells*o.rounds*(o.seconds+1))*time.Second)
	for round := range o.rounds {
		for _, mode := range l.modes {
			for _, clients := range o.clients {
				for i := range targets {
					t := targets[(i+round)%len(targets)] // nobody is always first
					s, err := t.measure(ctx, l, mode, clients, o.seconds)
					if err != nil {
						return nil, fmt.Errorf("%s, %s, %d clients: %w", t.name, mode, clients, err)
					}
					c := cell{mode, clients, t.name}
					results[c] = append(results[c], s)
					fmt.Fprintf(os.Stderr, "round %d  %-9s %-9s %3d clients  %8.0f tps  p50 %7.3f ms  p99 %7.3f ms  %6.1f CPU µs/query\n",
						round+1, t.name, mode, clients, s.tps, s.p50, s.p99, s.cpu/float64(s.queries))
				}
			}
		}
	}
	return results, nil
}
