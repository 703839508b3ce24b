//go:build linux

// Command bench runs pgbench -S against a throwaway PostgreSQL directly and
// through Sallyport, PgBouncer and HAProxy, in interleaved rounds, and prints
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

	"github.com/sallyport-db/sallyport/internal/pgtest"
)

// options are the command line.
type options struct {
	binary   string
	rounds   int
	seconds  int
	clients  []int
	modes    []string
	only     []string
	markdown string
}

// cell is one combination that is measured, once a round.
type cell struct {
	mode    string // pgbench -M
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
	var clients, modes, only string
	flag.StringVar(&o.binary, "sallyport", "bin/sallyport", "the binary to measure")
	flag.IntVar(&o.rounds, "rounds", 3, "how often each cell is measured")
	flag.IntVar(&o.seconds, "seconds", 3, "how long each time")
	flag.StringVar(&clients, "clients", "1,8,64", "numbers of connections")
	flag.StringVar(&modes, "modes", "simple,prepared", "pgbench -M")
	flag.StringVar(&only, "only", strings.Join(targetNames, ","), "targets")
	flag.StringVar(&o.markdown, "markdown", "", "also write the table to this file, with the machine's size")
	flag.Parse()
	o.modes, o.only = strings.Split(modes, ","), strings.Split(only, ",")
	for _, t := range o.only {
		if !slices.Contains(targetNames, t) {
			return o, fmt.Errorf("-only: no target %q; there are %v", t, targetNames)
		}
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
	db, err := pgtest.Start(ctx, pgtest.Options{Settings: map[string]string{"max_connections": "300", "shared_buffers": "256MB"}})
	if err != nil {
		return err
	}
	defer func() { _ = db.Stop() }()
	if err := fill(ctx, db); err != nil {
		return err
	}
	targets, err := startTargets(ctx, o, db)
	defer func() {
		for _, t := range targets {
			t.stop()
		}
	}()
	if err != nil {
		return err
	}
	results, err := measureAll(ctx, o, targets)
	if err != nil {
		return err
	}
	text := table(o, results)
	fmt.Print("\n" + text)
	if o.markdown == "" {
		return nil
	}
	return os.WriteFile(o.markdown, []byte(text+"\n"+machine(ctx, o)), 0o644) //nolint:gosec // a page of the documentation
}

// measureAll takes turns between the targets, so that what else the machine
// does falls on all of them.
func measureAll(ctx context.Context, o options, targets []*target) (map[cell][]sample, error) {
	results := map[cell][]sample{}
	cells := len(o.modes) * len(o.clients) * len(targets)
	fmt.Fprintf(os.Stderr, "%d cells, %d rounds of %d s: about %v\n", cells, o.rounds, o.seconds,
		time.Duration(cells*o.rounds*(o.seconds+1))*time.Second)
	for round := range o.rounds {
		for _, mode := range o.modes {
			for _, clients := range o.clients {
				for i := range targets {
					t := targets[(i+round)%len(targets)] // nobody is always first
					s, err := t.measure(ctx, mode, clients, o.seconds)
					if err != nil {
						return nil, fmt.Errorf("%s, %s, %d clients: %w", t.name, mode, clients, err)
					}
					c := cell{mode, clients, t.name}
					results[c] = append(results[c], s)
					fmt.Fprintf(os.Stderr, "round %d  %-9s %-9s %3d clients  %8.0f tps  %7.3f ms  %6.1f CPU µs/query\n",
						round+1, t.name, mode, clients, s.tps, s.latency, s.cpu/float64(s.queries))
				}
			}
		}
	}
	return results, nil
}
