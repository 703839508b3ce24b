package wire

import (
	"syscall"
	"unsafe"
)

// rawRead and rawWrite call the kernel without telling Go's scheduler. That is
// right for sockets that never block, and only for them: handing the processor
// over and taking it back costs more than the call itself.

func rawRead(fd int, p []byte) (int, error) { return raw(syscall.SYS_READ, fd, p) }

func rawSend(fd int, p []byte) (int, error) { return raw(syscall.SYS_WRITE, fd, p) }

func raw(call uintptr, fd int, p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, _, errno := syscall.RawSyscall(call, uintptr(fd), uintptr(unsafe.Pointer(&p[0])), uintptr(len(p)))
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
