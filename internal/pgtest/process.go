package pgtest

import (
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// process is one running program. It belongs to the goroutine that started it.
type process struct {
	pid  int
	done chan struct{} // closed when it has ended
	err  error         // how it ended; read after done is closed
}

// spawn starts cmd and waits for its end on a thread of its own, which is kept
// until then: see attributes.
func spawn(cmd *exec.Cmd) (*process, error) {
	p := &process{done: make(chan struct{})}
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		p.pid = cmd.Process.Pid
		started <- nil
		p.err = cmd.Wait()
		close(p.done)
	}()
	if err := <-started; err != nil {
		return nil, err
	}
	return p, nil
}

func (p *process) signal(sig os.Signal) {
	select {
	case <-p.done: // its number may be another's by now
	default:
		_ = syscall.Kill(p.pid, sig.(syscall.Signal))
	}
}

// stop shuts a postmaster down, ever less politely, and waits for its end.
// The signals are those of pg_ctl stop: fast, then immediate.
func (p *process) stop() {
	for _, step := range []struct {
		sig  os.Signal
		wait time.Duration
	}{{syscall.SIGINT, 10 * time.Second}, {syscall.SIGQUIT, 5 * time.Second}} {
		p.signal(step.sig)
		select {
		case <-p.done:
			return
		case <-time.After(step.wait):
		}
	}
	p.signal(syscall.SIGKILL)
	<-p.done
}
