package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Main is a TestMain's work: it builds the program as `make build` does, tells
// where it is, runs the tests and returns the status to exit with.
func Main(m *testing.M, built func(binary string)) int {
	dir, err := os.MkdirTemp("", "sallyport-bin-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "sallyport")
	build := exec.Command("go", "build", "-trimpath", "-o", binary, "github.com/sallyport-db/sallyport/cmd/sallyport")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	build.Stdout, build.Stderr = os.Stderr, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Fprintln(os.Stderr, "building the binary to test:", err)
		return 1
	}
	built(binary)
	return m.Run()
}
