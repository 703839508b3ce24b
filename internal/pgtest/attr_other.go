//go:build !linux

package pgtest

import "syscall"

// attributes runs a program as the account, out of reach of the terminal's
// Ctrl-C. A server whose starter is killed stays behind here.
func attributes(a account) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: a.cred, Setpgid: true}
}
