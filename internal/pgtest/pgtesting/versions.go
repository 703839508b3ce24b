package pgtesting

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/sallyport-db/sallyport/internal/pgtest"
)

// The major versions of PostgreSQL that Sallyport speaks to.
const (
	OldestVersion = 13
	NewestVersion = 18
)

// EachVersion runs a subtest for every major version of PostgreSQL, with the
// directory of that version's programs. It is for what depends on the version;
// everything else is tested once, on the version that the machine has. A
// version that is missing is skipped, and under CI=true it fails.
func EachVersion(t *testing.T, test func(t *testing.T, version int, o pgtest.Options)) {
	for v := OldestVersion; v <= NewestVersion; v++ {
		t.Run(fmt.Sprintf("PostgreSQL %d", v), func(t *testing.T) {
			dir, err := programs(v)
			if err != nil && os.Getenv("CI") == "true" {
				t.Fatal(err)
			}
			if err != nil {
				t.Skip(err)
			}
			test(t, v, pgtest.Options{Programs: dir})
		})
	}
}

// programs is where scripts/postgres-versions.sh puts the programs of a version.
func programs(version int) (string, error) {
	root, err := filepath.Abs(".")
	if err != nil {
		return "", err
	}
	for ; root != filepath.Dir(root); root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "test", "postgres", "package.json")); err == nil {
			dir := filepath.Join(root, "test", "postgres", "node_modules", fmt.Sprintf("postgres-%d", version), "native", "bin")
			_, err := os.Stat(filepath.Join(dir, "postgres"))
			if err != nil {
				return "", fmt.Errorf("PostgreSQL %d is not here (%w): scripts/postgres-versions.sh fetches it, on Linux on x86-64", version, err)
			}
			return dir, nil
		}
	}
	return "", fmt.Errorf("the repository's folder test/postgres was not found above the working directory")
}
