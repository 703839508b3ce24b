package audit

import (
	"os"
	"runtime"
	"syscall"
	"unsafe"
)

// writeQuick is Write without telling Go's scheduler. The kernel copies a few
// hundred bytes into its page cache, which takes some µs; telling the scheduler
// of a system call wakes its monitor thread (runtime.entersyscall) wherever the
// process was idle for a moment, and that costs several times as much.
func (f diskFile) writeQuick(p []byte) (n int, err error) {
	fd := f.Fd()
	for n < len(p) {
		done, _, errno := syscall.RawSyscall(syscall.SYS_WRITE, fd, uintptr(unsafe.Pointer(&p[n])), uintptr(len(p)-n))
		switch {
		case errno == syscall.EINTR:
		case errno != 0:
			return n, &os.PathError{Op: "write", Path: f.Name(), Err: errno}
		case done == 0:
			return n, nil // a short write, which the caller reports
		default:
			n += int(done)
		}
	}
	runtime.KeepAlive(f.File)
	return n, nil
}
