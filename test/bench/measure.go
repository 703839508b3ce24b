//go:build linux

package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
)

// sample is one run of a benchmark program.
type sample struct {
	tps      float64
	p50, p99 float64 // latencies, ms
	queries  int
	cpu      float64 // µs that the proxy's process spent meanwhile, logins included; 0 for the direct connection
}

// measure runs the program, which sends one query a transaction, on one target.
func (t *target) measure(ctx context.Context, l *load, mode string, clients, seconds int) (sample, error) {
	before, err := t.cpu()
	if err != nil {
		return sample{}, err
	}
	s, err := l.run(ctx, t, mode, clients, seconds)
	if err != nil {
		return s, err
	}
	after, err := t.cpu()
	s.cpu = after - before
	if err == nil && s.queries == 0 {
		err = fmt.Errorf("%s ran no query", l.program)
	}
	return s, err
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
