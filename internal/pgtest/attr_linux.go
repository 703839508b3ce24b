package pgtest

import "syscall"

// attributes runs a program as the account, out of reach of the terminal's
// Ctrl-C, and has the kernel stop it when we die without having stopped it.
// The signal comes when the starting thread ends, so that the caller must stay
// locked to its thread until the program has ended (prctl(2), PR_SET_PDEATHSIG).
// SIGQUIT is the postmaster's immediate shutdown.
func attributes(a account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: a.cred, Setpgid: true, Pdeathsig: syscall.SIGQUIT}
}
