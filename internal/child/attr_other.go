//go:build !linux

package child

import "syscall"

// Attributes runs a program as cred, out of reach of the terminal's Ctrl-C. A
// program whose starter is killed stays behind here.
func Attributes(cred *syscall.Credential, _ syscall.Signal) *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: cred, Setpgid: true}
}
