// Command sallyport is the database access proxy and everything that is said to it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = "unknown"

// Exit statuses (SPEC section 4).
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	go func() { <-ctx.Done(); stop() }() // the second signal ends the process at once
	os.Exit(run(ctx, os.Args[1:]))
}

// run executes one command and says how it ended.
func run(ctx context.Context, args []string) int {
	root := newRoot()
	root.SetArgs(args)
	cmd, err := root.ExecuteContextC(ctx)
	var wrong *usageError
	var child *exec.ExitError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errSaid):
		return exitFailed
	case errors.As(err, &wrong):
		fmt.Fprintf(os.Stderr, "sallyport: %s\nSee: %s --help\n", err, cmd.CommandPath())
		return exitUsage
	case errors.As(err, &child):
		return child.ExitCode()
	}
	fmt.Fprintf(os.Stderr, "sallyport: %s\n", err)
	return exitFailed
}

// errSaid ends a command with status 1 where its output has said everything.
var errSaid = errors.New("said already")

// usageError is a command line that makes no sense.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

func usage(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}
