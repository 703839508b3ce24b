package child

import "syscall"

// Attributes runs a program as cred (nil: as ourselves), out of reach of the
// terminal's Ctrl-C, and has the kernel send it sig when we die without having
// stopped it. The kernel does that when the starting thread ends, so that the
// caller must stay locked to its thread until the program has ended (prctl(2),
// PR_SET_PDEATHSIG); Start does.
func Attributes(cred *syscall.Credential, sig syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: cred, Setpgid: true, Pdeathsig: sig}
}
