// Package mytesting gives tests a throwaway MariaDB or MySQL server.
package mytesting

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/internal/mytest"
)

// Start returns a server that ends with the test. Where MariaDB is not
// installed the test is skipped, and under CI=true it fails: a check that
// could not be made must not look like one that passed.
func Start(t testing.TB, settings ...string) *mytest.Server {
	t.Helper()
	return kept(t, func(ctx context.Context) (*mytest.Server, error) { return mytest.Start(ctx, settings...) })
}

// The servers that scripts/mysql-versions.sh fetches.
const (
	MySQL   = "mysql"   // the newest
	MariaDB = "mariadb" // a newer one than this machine's
)

// StartOther is Start with a server of those.
func StartOther(t testing.TB, name string, settings ...string) *mytest.Server {
	t.Helper()
	tree := Tree(t, name)
	return kept(t, func(ctx context.Context) (*mytest.Server, error) { return mytest.StartTree(ctx, tree, settings...) })
}

// Tree is where one of those is, with its clients.
func Tree(t testing.TB, name string) string {
	t.Helper()
	tree, err := tree(name)
	if err != nil && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func tree(name string) (string, error) {
	root, err := filepath.Abs(".")
	if err != nil {
		return "", err
	}
	for ; root != filepath.Dir(root); root = filepath.Dir(root) {
		if _, err := os.Stat(filepath.Join(root, "scripts", "mysql-versions.sh")); err == nil {
			tree := filepath.Join(root, "test", "mysql", "servers", name)
			if _, err := os.Stat(filepath.Join(tree, ".fetched")); err != nil {
				return "", fmt.Errorf("the server %s is not here: scripts/mysql-versions.sh fetches it, on Debian on x86-64", name)
			}
			return tree, nil
		}
	}
	return "", errors.New("scripts/mysql-versions.sh was not found above the working directory")
}

func kept(t testing.TB, start func(context.Context) (*mytest.Server, error)) *mytest.Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	s, err := start(ctx)
	var missing *mytest.MissingError
	if errors.As(err, &missing) && os.Getenv("CI") != "true" {
		t.Skip(err)
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Stop(); err != nil {
			t.Error(err)
		}
	})
	return s
}
