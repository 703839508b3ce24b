package e2e

import "syscall"

// attributes has the kernel end the proxy when we die without having ended it,
// as a test that runs into its time limit does. The signal comes when the
// starting thread ends (prctl(2), PR_SET_PDEATHSIG).
func attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
