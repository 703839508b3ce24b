package datadir

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestOpenMakesAndReopens(t *testing.T) {
	path := filepath.Join(t.TempDir(), "data")
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, d.Keys(), d.State(), d.Audit(), d.TLS()} {
		info, err := os.Stat(p)
		if err != nil {
			t.Fatal(err)
		}
		if mode := info.Mode().Perm(); mode != 0o700 {
			t.Errorf("%s has mode %04o, want 0700", p, mode)
		}
	}
	if got, want := d.AdminSocket(), filepath.Join(path, "admin.sock"); got != want {
		t.Errorf("AdminSocket = %s, want %s", got, want)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := Open(path)
	if err != nil {
		t.Fatalf("second start: %v", err)
	}
	again.Close()
}

func TestOpenTakesAnEmptyPrivateFolder(t *testing.T) {
	path := t.TempDir()
	if err := os.Chmod(path, 0o700); err != nil {
		t.Fatal(err)
	}
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	d.Close()
}

func TestOpenRefuses(t *testing.T) {
	tests := []struct {
		name    string
		prepare func(t *testing.T, path string) // path exists, empty, 0700
		want    []string
	}{
		{"somebody else's folder", func(t *testing.T, path string) {
			write(t, filepath.Join(path, "thesis.doc"), "")
		}, []string{"not made by Sallyport", "sallyport.dir"}},
		{"open to the group", func(t *testing.T, path string) { chmod(t, path, 0o750) }, []string{"mode 0750", "chmod 700"}},
		{"open to the world", func(t *testing.T, path string) { chmod(t, path, 0o701) }, []string{"mode 0701", "chmod 700"}},
		{"ours, opened up later", func(t *testing.T, path string) {
			open(t, path).Close()
			chmod(t, path, 0o755)
		}, []string{"mode 0755"}},
		{"a subfolder opened up", func(t *testing.T, path string) {
			d := open(t, path)
			d.Close()
			chmod(t, d.Keys(), 0o755)
		}, []string{"keys", "mode 0755"}},
		{"a newer layout", func(t *testing.T, path string) {
			write(t, filepath.Join(path, marker), "sallyport data_dir, layout 2\n")
		}, []string{"layout that this version does not know", "layout 2"}},
		{"a file", func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			write(t, path, "")
		}, []string{"is a file"}},
		{"no folder above", func(t *testing.T, path string) {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			if err := os.Remove(filepath.Dir(path)); err != nil {
				t.Fatal(err)
			}
		}, []string{"does not exist", "make it first"}},
		{"in use", func(t *testing.T, path string) {
			d := open(t, path)
			t.Cleanup(func() { d.Close() })
		}, []string{"in use by another Sallyport", "process "}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "above", "data")
			if err := os.MkdirAll(path, 0o700); err != nil {
				t.Fatal(err)
			}
			tt.prepare(t, path)
			d, err := Open(path)
			if err == nil {
				d.Close()
				t.Fatal("was opened")
			}
			for _, want := range tt.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("error %q does not say %q", err, want)
				}
			}
			if _, err := os.Stat(filepath.Join(path, "thesis.doc")); err == nil {
				if _, err := os.Stat(filepath.Join(path, marker)); err == nil {
					t.Error("wrote into a folder that is not ours")
				}
			}
		})
	}
}

// Ownership can only be changed by root; where the tests do not run as root, the check is tested from the other side: a
// folder of root's.
func TestOpenRefusesAnotherOwner(t *testing.T) {
	path := t.TempDir()
	chmod(t, path, 0o700)
	if os.Geteuid() == 0 {
		if err := os.Chown(path, 65534, -1); err != nil {
			t.Fatal(err)
		}
	} else {
		path = "/"
		if info, err := os.Stat(path); err != nil || info.Sys().(*syscall.Stat_t).Uid != 0 {
			t.Fatalf("/ is not root's: %v", err)
		}
	}
	_, err := Open(path)
	if err == nil || !strings.Contains(err.Error(), "belongs to the user") {
		t.Errorf("error %v does not say whose folder it is", err)
	}
}

func TestOpenRefusesALongPath(t *testing.T) {
	_, err := Open(filepath.Join(t.TempDir(), strings.Repeat("x", 120)))
	if err == nil || !strings.Contains(err.Error(), "choose a shorter data_dir") {
		t.Errorf("error %v does not say that the path is too long", err)
	}
}

func open(t *testing.T, path string) *Dir {
	t.Helper()
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
