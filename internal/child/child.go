// Package child runs programs that end with us: servers that tests and the
// demo start.
package child

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// Process is one running program.
type Process struct {
	PID  int
	Done chan struct{} // closed when it has ended
	Err  error         // how it ended; read after Done is closed
}

// Start starts cmd with Attributes in force and waits for its end on a thread
// of its own, which is kept until then: the kernel takes the thread's end for
// ours.
func Start(cmd *exec.Cmd) (*Process, error) {
	p := &Process{Done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		p.PID = cmd.Process.Pid
		started <- nil
		p.Err = cmd.Wait()
		close(p.Done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

// Signal sends a signal, unless the program has ended.
func (p *Process) Signal(sig os.Signal) {
	select {
	case <-p.Done: // its number may be another's by now
	default:
		_ = syscall.Kill(p.PID, sig.(syscall.Signal))
	}
}

// Step is one way to ask a program to end, and how long to wait for it.
type Step struct {
	Signal os.Signal
	Wait   time.Duration
}

// Stop ends the program, step by step less politely, at last with SIGKILL, and
// waits for its end. It reports whether a step was enough.
func (p *Process) Stop(steps ...Step) bool {
	for _, step := range steps {
		p.Signal(step.Signal)
		select {
		case <-p.Done:
			return true
		case <-time.After(step.Wait):
		}
	}
	p.Signal(syscall.SIGKILL)
	<-p.Done
	return false
}
