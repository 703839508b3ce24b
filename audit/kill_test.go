package audit

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"sync"
	"testing"
)

const killDir = "SALLYPORT_AUDIT_KILL_DIR"

// TestMain lets the test binary be the process that is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(killDir); dir != "" {
		writeUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// writeUntilKilled prints each statement once the log has acknowledged it.
func writeUntilKilled(dir string) {
	l, err := Open(dir, Options{SegmentBytes: 20_000})
	if err == nil {
		err = l.Write(&Event{Event: ServerStarted, PID: os.Getpid()})
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	var wg sync.WaitGroup
	for s := range 4 {
		wg.Go(func() {
			name := fmt.Sprintf("%d-%d", os.Getpid(), s)
			for id := uint64(1); ; id++ {
				if l.Write(allowed(name, id)) != nil {
					os.Exit(1)
				}
				os.Stdout.WriteString(fmt.Sprintf("%s/%d\n", name, id))
				l.Append(finished(name, id))
			}
		})
	}
	wg.Wait()
}

// Whatever was acknowledged before a kill -9 is in the log, and at the next
// start every statement has its end.
func TestKill(t *testing.T) {
	dir := newDir(t)
	acknowledged := map[string]bool{}
	for round := range 8 {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), killDir+"="+dir)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		for n := 0; lines.Scan(); n++ {
			acknowledged[lines.Text()] = true
			if n == 50+round*37 {
				if err := cmd.Process.Kill(); err != nil {
					t.Fatal(err)
				}
			}
		}
		_ = cmd.Wait() // killed
	}
	l := open(t, dir, Options{})
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	ends := map[string]int{}
	for _, r := range all(t, dir) {
		key := fmt.Sprintf("%s/%d", r.Session, r.ID)
		switch r.Event {
		case StatementAllowed:
			delete(acknowledged, key)
			ends[key] += 0
		case StatementFinished:
			ends[key]++
		}
	}
	if len(acknowledged) > 0 {
		t.Errorf("acknowledged and missing: %v", acknowledged)
	}
	for key, n := range ends {
		if n != 1 {
			t.Errorf("%s has %d ends", key, n)
		}
	}
	if len(ends) < 8*50 {
		t.Errorf("only %d statements", len(ends))
	}
}
