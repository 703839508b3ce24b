package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// maxSecretBytes bounds a password file: something larger is the wrong file.
const maxSecretBytes = 4096

// Password reads the upstream's password afresh, so that a changed file is picked up by the next login. It is empty
// when the configuration names none (certificate or peer authentication). The error never holds the secret.
func (u *Upstream) Password() (string, error) {
	switch {
	case u.PasswordFile != "":
		return readSecret(u.PasswordFile)
	case u.PasswordEnv != "":
		s := os.Getenv(u.PasswordEnv)
		if s == "" {
			return "", fmt.Errorf("the environment variable %s is not set or empty", u.PasswordEnv)
		}
		return s, nil
	}
	return "", nil
}

// readSecret reads one line. A file that any user may read or change is refused; group access is left to the operator,
// because container platforms share secrets through a group.
func readSecret(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", plain(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", plain(err)
	}
	if err := private(path, info); err != nil {
		return "", err
	}
	buf := make([]byte, maxSecretBytes+1)
	n, err := f.Read(buf)
	if n == 0 {
		if err != nil && info.Size() > 0 {
			return "", plain(err)
		}
		return "", fmt.Errorf("%s is empty", path)
	}
	s := strings.TrimSuffix(strings.TrimSuffix(string(buf[:n]), "\n"), "\r")
	switch {
	case n > maxSecretBytes:
		return "", fmt.Errorf("%s is larger than %d bytes: not a password", path, maxSecretBytes)
	case s == "":
		return "", fmt.Errorf("%s is empty", path)
	case strings.ContainsAny(s, "\n\x00"):
		return "", fmt.Errorf("%s must hold the password on one line and nothing else", path)
	}
	return s, nil
}

func private(path string, info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case info.IsDir():
		return fmt.Errorf("%s is a folder, not a file", path)
	case !mode.IsRegular():
		return fmt.Errorf("%s is not a regular file", path)
	case mode.Perm()&0o006 != 0:
		return fmt.Errorf("%s has mode %04o, so any user can read or change it: run chmod o-rwx %s, or mount the secret with mode 0440", path, mode.Perm(), path)
	}
	return nil
}

// plain turns "open /x: no such file or directory" into "/x: no such file or directory".
func plain(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return fmt.Errorf("%s: %w", at.Path, at.Err)
	}
	return err
}

// CheckFiles reports every file and variable that the configuration names and that is not there or not fit for use,
// at the place where it is named. Load does not do this, so that a configuration can be checked where it is written.
func (c *Config) CheckFiles() error {
	var errs Errors
	report := func(place Problem, name string, err error) {
		if err != nil {
			place.Message = name + ": " + err.Error()
			errs = append(errs, place)
		}
	}
	check := func(name string, err error) { report(c.places[name], name, err) }
	check("tls.cert", readable(c.TLS.Cert, false))
	check("tls.key", readable(c.TLS.Key, true))
	check("tls.client_ca", readable(c.TLS.ClientCA, false))
	check("state.nats.credentials", readable(c.State.NATS.Credentials, true))
	check("state.nats.tls.ca", readable(c.State.NATS.CA, false))
	check("state.nats.tls.cert", readable(c.State.NATS.Cert, false))
	check("state.nats.tls.key", readable(c.State.NATS.Key, true))
	if c.State.KeyFile != "" {
		_, err := c.State.SealingKey()
		check("state.key_file", err)
	}
	for i := range c.Upstreams {
		u := &c.Upstreams[i]
		name := "upstreams." + u.Name + ".password_file"
		if u.PasswordEnv != "" {
			name = "upstreams." + u.Name + ".password_env"
		}
		_, err := u.Password()
		check(name, err)
	}
	for _, f := range c.urlTLS {
		report(f.place, f.place.Message, readable(f.path, f.secret))
	}
	if len(errs) == 0 {
		return nil
	}
	errs.sort()
	return errs
}

// readable reports why a file cannot be read; an empty path names no file.
func readable(path string, secret bool) error {
	if path == "" {
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return plain(err)
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return plain(err)
	case secret:
		return private(path, info)
	case info.IsDir():
		return fmt.Errorf("%s is a folder, not a file", path)
	}
	return nil
}
