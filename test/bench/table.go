//go:build linux

package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"unicode/utf8"
)

// summary is a cell over all rounds.
type summary struct {
	tps, p50, p99 float64 // medians
	cpu           float64 // µs a query, over all queries
}

func summarise(samples []sample) summary {
	if len(samples) == 0 {
		return summary{}
	}
	var tps, p50, p99 []float64
	var cpu, queries float64
	for _, s := range samples {
		tps, p50, p99 = append(tps, s.tps), append(p50, s.p50), append(p99, s.p99)
		cpu, queries = cpu+s.cpu, queries+float64(s.queries)
	}
	return summary{median(tps), median(p50), median(p99), cpu / queries}
}

func median(v []float64) float64 {
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// table is Markdown whose columns also line up on a terminal.
func (l *load) table(o options, targets []*target, results map[cell][]sample) string {
	rows := [][]string{{l.program, "clients", "target", "tps", "× direct", "p50 ms", "× direct", "p99 ms", "× direct", "CPU µs/query", "× HAProxy"}}
	for _, mode := range l.modes {
		for _, clients := range o.clients {
			direct := summarise(results[cell{mode, clients, "direct"}])
			haproxy := summarise(results[cell{mode, clients, "haproxy"}])
			for _, t := range targets {
				s := summarise(results[cell{mode, clients, t.name}])
				cpu := "–"
				if t.pid != 0 {
					cpu = fmt.Sprintf("%.1f", s.cpu)
				}
				rows = append(rows, []string{mode, fmt.Sprint(clients), t.name,
					fmt.Sprintf("%.0f", s.tps), ratio(s.tps, direct.tps),
					fmt.Sprintf("%.3f", s.p50), ratio(s.p50, direct.p50), fmt.Sprintf("%.3f", s.p99), ratio(s.p99, direct.p99),
					cpu, ratio(s.cpu, haproxy.cpu)})
			}
		}
	}
	return markdown(rows)
}

func ratio(a, b float64) string {
	if a == 0 || b == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", a/b)
}

func markdown(rows [][]string) string {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, s := range row {
			width[i] = max(width[i], utf8.RuneCountInString(s))
		}
	}
	var b strings.Builder
	for n, row := range rows {
		for i, s := range row {
			pad := strings.Repeat(" ", width[i]-utf8.RuneCountInString(s))
			if i < 3 && i != 1 { // words to the left, numbers to the right
				s, pad = s+pad, ""
			}
			fmt.Fprintf(&b, "| %s%s ", pad, s)
		}
		b.WriteString("|\n")
		if n > 0 {
			continue
		}
		for i, w := range width {
			rule := strings.Repeat("-", w+1) + ":"
			if i < 3 && i != 1 {
				rule = strings.Repeat("-", w+2)
			}
			b.WriteString("|" + rule)
		}
		b.WriteString("|\n")
	}
	return b.String()
}

// machine says what the table was measured on, and how.
func machine(ctx context.Context, o options) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Medians of %d interleaved rounds of %d s; CPU over all of them, logins included. Client, proxy and database share one machine: "+
		"%d cores (%s), %s of memory, %s, %s.\n\n", o.rounds, o.seconds, runtime.NumCPU(), field("/proc/cpuinfo", "model name"), memory(),
		first(ctx, "uname", "-sr"), strings.TrimPrefix(runtime.Version(), "go version "))
	fmt.Fprintf(&b, "Plain TCP on loopback; HAProxy with one thread in TCP mode, PgBouncer pooling sessions.\n")
	b.WriteString("\n")
	for _, program := range [][]string{{o.binary, "version"}, {"/usr/sbin/pgbouncer", "--version"}, {"/usr/sbin/haproxy", "-v"}, {"sysbench", "--version"}} {
		fmt.Fprintf(&b, "- %s\n", first(ctx, program[0], program[1]))
	}
	return b.String()
}

// first is the first line that a program prints.
func first(ctx context.Context, program, arg string) string {
	out, err := exec.CommandContext(ctx, program, arg).Output()
	if err != nil {
		return program + ": version unknown"
	}
	line, _, _ := strings.Cut(string(out), "\n")
	return strings.TrimSpace(line)
}

func memory() string {
	var kib int
	if _, err := fmt.Sscanf(field("/proc/meminfo", "MemTotal"), "%d kB", &kib); err != nil {
		return "unknown size"
	}
	return fmt.Sprintf("%.0f GiB", float64(kib)/(1<<20))
}

// field is the value of the first line "name: value" of a file of /proc.
func field(file, name string) string {
	f, err := os.Open(file)
	if err != nil {
		return "unknown"
	}
	defer f.Close()
	for s := bufio.NewScanner(f); s.Scan(); {
		if key, value, ok := strings.Cut(s.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}
