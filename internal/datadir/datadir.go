// Package datadir opens the folder in which Sallyport keeps its keys, its state, its audit log and its admin socket.
//
// Whoever can read this folder can issue tokens, and whoever can write to it can change what the log says. So it is
// used only if it is certainly ours: made by Sallyport (a marker file says so), owned by the user who runs it, closed to
// everybody else, and held by one server at a time.
package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	marker = "sallyport.dir"
	// markerText begins the marker file. The number is the layout's version, so that an older binary refuses a newer one.
	markerText = "sallyport data_dir, layout 1\n"
	lockFile   = "server.lock"
	socketFile = "admin.sock"
)

// maxSocketPath is what fits sun_path of Linux with its closing NUL (unix(7): 108 bytes).
const maxSocketPath = 107

// Dir is an open data_dir. Its methods may be called from any goroutine.
type Dir struct {
	path string
	lock *os.File
}

// Open makes or opens the folder at path, checks that it is ours and locks it until Close. The folder above it must
// exist.
func Open(path string) (*Dir, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("data_dir %s: %w", path, err)
	}
	if s := AdminSocket(abs); len(s) > maxSocketPath {
		return nil, fmt.Errorf("data_dir %s: the admin socket's path would have %d bytes, and the system allows %d: choose a shorter data_dir", abs, len(s), maxSocketPath)
	}
	if err := create(abs); err != nil {
		return nil, err
	}
	if err := check(abs); err != nil {
		return nil, err
	}
	d := &Dir{path: abs}
	if d.lock, err = acquire(abs); err != nil {
		return nil, err
	}
	if err := d.folders(); err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// folders makes what is missing inside.
func (d *Dir) folders() error {
	for _, sub := range []string{d.Keys(), d.State(), d.Audit(), d.TLS()} {
		if err := os.Mkdir(sub, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return fmt.Errorf("data_dir: %w", err)
		}
		if err := private(sub); err != nil {
			return err
		}
	}
	return nil
}

// Path is the absolute path of the folder.
func (d *Dir) Path() string { return d.path }

// Keys is the folder of the token signing keys.
func (d *Dir) Keys() string { return filepath.Join(d.path, "keys") }

// State is the folder of issued and revoked tokens.
func (d *Dir) State() string { return filepath.Join(d.path, "state") }

// Audit is the folder of the audit log.
func (d *Dir) Audit() string { return filepath.Join(d.path, "audit") }

// TLS is the folder of the private CA and the server's certificate.
func (d *Dir) TLS() string { return filepath.Join(d.path, "tls") }

// AdminSocket is the path of the unix socket that commands speak to.
func (d *Dir) AdminSocket() string { return AdminSocket(d.path) }

// AdminSocket is the path of the admin socket of a data_dir that somebody else has open.
func AdminSocket(path string) string { return filepath.Join(path, socketFile) }

// Close gives the folder free for another server.
func (d *Dir) Close() error { return d.lock.Close() }

// create makes the folder and its marker where there is none, or only an empty folder.
func create(path string) error {
	err := os.Mkdir(path, 0o700)
	switch {
	case errors.Is(err, fs.ErrExist):
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("data_dir %s: the folder %s does not exist: make it first", path, filepath.Dir(path))
	case err != nil:
		return fmt.Errorf("data_dir: %w", err)
	}
	if err := private(path); err != nil { // before anything is written into it
		return err
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return fmt.Errorf("data_dir: %w", err)
	}
	if len(entries) > 0 {
		return nil
	}
	// Two servers may get here together: both write the same text, and the lock then lets one of them through.
	if err := os.WriteFile(filepath.Join(path, marker), []byte(markerText), 0o600); err != nil {
		return fmt.Errorf("data_dir: %w", err)
	}
	return nil
}

// check refuses a folder without our marker: it holds something else, and we would write keys and logs between it.
func check(path string) error {
	text, err := os.ReadFile(filepath.Join(path, marker))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("data_dir %s is not empty and was not made by Sallyport (it has no %s): name an empty or a new folder", path, marker)
	case err != nil:
		return fmt.Errorf("data_dir: %w", err)
	case string(text) != markerText:
		line, _, _ := strings.Cut(string(text), "\n")
		return fmt.Errorf("data_dir %s has a layout that this version does not know (%.60q in %s): use the version that made it", path, line, marker)
	}
	return nil
}

// private refuses a folder that another user owns or may enter.
func private(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("data_dir: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("data_dir %s is a file, not a folder", path)
	}
	if st, ok := info.Sys().(*syscall.Stat_t); ok && int(st.Uid) != os.Geteuid() {
		return fmt.Errorf("data_dir %s belongs to the user with id %d, and Sallyport runs as %d: run it as that user, or name another folder", path, st.Uid, os.Geteuid())
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("data_dir %s has mode %04o, open to other users: whoever reads it can issue tokens. Run chmod 700 %s", path, mode, path)
	}
	return nil
}
