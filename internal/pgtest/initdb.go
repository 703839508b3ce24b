package pgtest

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"

	"github.com/sallyport-db/sallyport/internal/child"
)

// run executes one short program as the account, with nothing of our
// environment but PATH, so that no PG… variable steers it.
func (a account) run(ctx context.Context, dir, program string, args ...string) error {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = dir, environment()
	cmd.SysProcAttr = child.Attributes(a.cred, syscall.SIGQUIT)
	runtime.LockOSThread() // see child.Attributes
	defer runtime.UnlockOSThread()
	out, err := cmd.CombinedOutput()
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(program), err, out)
	}
	return nil
}

func environment() []string {
	return []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C"}
}

// initialise makes a data directory at data: unpacked from the template, which
// initdb fills on first use. initdb takes a second or two, unpacking a tenth.
func (s *Server) initialise(ctx context.Context, data string) error {
	template, err := s.template(ctx)
	if err != nil {
		return err
	}
	if err := os.Mkdir(data, 0o700); err != nil {
		return err
	}
	if err := s.account.own(data); err != nil {
		return err
	}
	return s.account.run(ctx, data, "tar", "-xpf", template)
}

// template returns an archive of what initdb makes with this version of
// PostgreSQL, account, superuser and password. It stays in the temporary
// directory for later starts, of other processes too. It is made aside and
// renamed into place, so that nobody sees half of it, and it is one file, so
// that a cleaner of old files takes all of it or nothing.
func (s *Server) template(ctx context.Context) (string, error) {
	v, err := version(ctx, s.bin)
	if err != nil {
		return "", err
	}
	o := s.options
	sum := sha256.Sum256(fmt.Appendf(nil, "scram %s\x00%s\x00%s\x00%s", s.bin, v, o.Superuser, o.Password))
	path := filepath.Join(os.TempDir(), fmt.Sprintf("sallyport-pg-%d-%x.tar", s.account.uid, sum[:8]))
	if s.account.private(path) {
		return path, nil
	}

	filled, archive := filepath.Join(s.Dir, "template"), filepath.Join(s.Dir, "template.tar")
	if err := s.initdb(ctx, filled); err != nil {
		return "", err
	}
	if err := s.account.run(ctx, filled, "tar", "-cf", archive, "."); err != nil {
		return "", err
	}
	if err := errors.Join(os.RemoveAll(filled), os.Chmod(archive, 0o600)); err != nil {
		return "", err
	}
	if os.Rename(archive, path) != nil {
		return archive, nil //nolint:nilerr // the name is taken by somebody else: do without
	}
	return path, nil
}

func (s *Server) initdb(ctx context.Context, data string) error {
	// The method decides how versions before 14 store the password; who may log in, configure writes anew.
	args := []string{"-D", data, "-U", s.options.Superuser, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C",
		"--no-sync", "--wal-segsize=1"}
	if s.options.Password == "" {
		args = append(args, "-A", "trust")
	} else {
		file, err := s.write("password", []byte(s.options.Password+"\n"))
		if err != nil {
			return err
		}
		defer os.Remove(file)
		args = append(args, "--pwfile="+file)
	}
	return s.account.run(ctx, s.Dir, filepath.Join(s.bin, "initdb"), args...)
}

// write puts a file into the server's directory that only the server can read.
func (s *Server) write(name string, content []byte) (string, error) {
	path := filepath.Join(s.Dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		return "", err
	}
	return path, s.account.own(path)
}
