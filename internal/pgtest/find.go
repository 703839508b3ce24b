package pgtest

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// MissingError says that no PostgreSQL server was found on this machine.
type MissingError struct {
	Looked []string // where it was looked for
}

func (e *MissingError) Error() string {
	return "PostgreSQL's server programs (initdb, postgres) were not found in " + strings.Join(e.Looked, ", ") +
		"; install them, on Debian and Ubuntu with: apt-get install postgresql"
}

// where packages put the server's programs without linking them into PATH.
var programDirs = []string{
	"/usr/lib/postgresql/*/bin", // Debian, Ubuntu
	"/usr/pgsql-*/bin",          // the PostgreSQL project's RPMs
	"/usr/local/pgsql/bin",      // built from source
}

// FindPrograms returns the directory that holds initdb and postgres: the one
// on PATH, else the newest one that a package installed. The error is a
// *MissingError if there is none.
func FindPrograms() (string, error) {
	if p, err := exec.LookPath("initdb"); err == nil {
		if p, err = filepath.EvalSymlinks(p); err == nil && hasPrograms(filepath.Dir(p)) {
			return filepath.Dir(p), nil
		}
	}
	for _, pattern := range programDirs {
		dirs, _ := filepath.Glob(pattern)
		slices.SortFunc(dirs, func(a, b string) int { return cmp.Compare(majorIn(b), majorIn(a)) })
		for _, dir := range dirs {
			if hasPrograms(dir) {
				return dir, nil
			}
		}
	}
	return "", &MissingError{Looked: append([]string{"PATH"}, programDirs...)}
}

func hasPrograms(dir string) bool {
	for _, name := range []string{"initdb", "postgres"} {
		if st, err := os.Stat(filepath.Join(dir, name)); err != nil || st.IsDir() {
			return false
		}
	}
	return true
}

// majorIn is the number in a path such as /usr/lib/postgresql/15/bin, or 0.
func majorIn(path string) int {
	digits := strings.FieldsFunc(path, func(r rune) bool { return r < '0' || r > '9' })
	if len(digits) == 0 {
		return 0
	}
	n, _ := strconv.Atoi(digits[0])
	return n
}

// version is what `postgres --version` prints, without the program's name.
func version(ctx context.Context, bin string) (string, error) {
	out, err := exec.CommandContext(ctx, filepath.Join(bin, "postgres"), "--version").Output()
	if err != nil {
		return "", fmt.Errorf("asking %s/postgres for its version: %w", bin, err)
	}
	return strings.TrimPrefix(strings.TrimSpace(string(out)), "postgres "), nil
}
