//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/sallyport-db/sallyport/internal/pgtest"
)

// sample is one run of pgbench.
type sample struct {
	tps     float64 // without the time to connect
	latency float64 // ms, average
	queries int
	cpu     float64 // µs that the proxy's process spent meanwhile, logins included; 0 for the direct connection
}

var (
	tpsLine     = regexp.MustCompile(`(?m)^tps = ([0-9.]+) \(without initial connection time\)$`)
	latencyLine = regexp.MustCompile(`(?m)^latency average = ([0-9.]+) ms$`)
	queriesLine = regexp.MustCompile(`(?m)^number of transactions actually processed: ([0-9]+)`)
)

// measure runs pgbench's select-only script, which sends one query a
// transaction.
func (t *target) measure(ctx context.Context, mode string, clients, seconds int) (sample, error) {
	before, err := t.cpu()
	if err != nil {
		return sample{}, err
	}
	out, err := pgbench(ctx, t.env, "-S", "-n", "-M", mode, "-c", strconv.Itoa(clients), "-j", strconv.Itoa(min(clients, 2)),
		"-T", strconv.Itoa(seconds))
	if err != nil {
		return sample{}, err
	}
	after, err := t.cpu()
	if err != nil {
		return sample{}, err
	}
	s := sample{cpu: after - before}
	for _, f := range []struct {
		line *regexp.Regexp
		into any
	}{{tpsLine, &s.tps}, {latencyLine, &s.latency}, {queriesLine, &s.queries}} {
		m := f.line.FindStringSubmatch(out)
		if m == nil {
			return s, fmt.Errorf("pgbench printed no line like %v:\n%s", f.line, out)
		}
		if _, err := fmt.Sscan(m[1], f.into); err != nil {
			return s, err
		}
	}
	if s.queries == 0 {
		return s, fmt.Errorf("pgbench ran no query:\n%s", out)
	}
	return s, nil
}

func pgbench(ctx context.Context, env []string, args ...string) (string, error) {
	program, err := exec.LookPath("pgbench")
	if err != nil {
		dir, err := pgtest.FindPrograms()
		if err != nil {
			return "", err
		}
		program = filepath.Join(dir, "pgbench")
	}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}, env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("pgbench %s: %w\n%s", strings.Join(args, " "), err, out)
	}
	return string(out), nil
}

// clockTick is USER_HZ: /proc counts in hundredths of a second on every
// architecture that Go knows (proc(5)).
const clockTick = 100

// cpuTime is the user and system time that a process has spent, in µs: fields
// 14 and 15 of /proc/<pid>/stat (proc(5)).
func cpuTime(pid int) (float64, error) {
	content, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0, err
	}
	// The second field is the program's name in brackets, and may hold anything.
	fields := strings.Fields(string(content[strings.LastIndexByte(string(content), ')')+1:]))
	if len(fields) < 13 {
		return 0, fmt.Errorf("/proc/%d/stat is not as proc(5) says", pid)
	}
	user, err1 := strconv.ParseUint(fields[11], 10, 64)
	system, err2 := strconv.ParseUint(fields[12], 10, 64)
	if err1 != nil || err2 != nil {
		return 0, fmt.Errorf("/proc/%d/stat is not as proc(5) says", pid)
	}
	return float64(user+system) * 1e6 / clockTick, nil
}
