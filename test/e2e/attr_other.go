//go:build !linux

package e2e

import "syscall"

// attributes asks for nothing: a proxy whose starter is killed stays behind here.
func attributes() *syscall.SysProcAttr { return nil }
