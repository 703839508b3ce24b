package token

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A key file is one PKCS #8 key (RFC 5958) in PEM, named after the time it was
// made at and the head of its id: 20260102T150405Z-abcdefgh.pem.
const (
	keySuffix  = ".pem"
	keyTemp    = ".new" // of a file that is still being written
	keyTime    = "20060102T150405Z"
	maxKeyFile = 4 << 10
	pemType    = "PRIVATE KEY"
)

func openKeyDir(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("key directory: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("key directory: %w", err)
	}
	if !info.IsDir() {
		return fmt.Errorf("key directory %s is not a directory", dir)
	}
	return private("key directory", dir, info)
}

// private refuses what belongs to somebody else or is open to others.
func private(what, path string, info fs.FileInfo) error {
	if st, ok := info.Sys().(*syscall.Stat_t); !ok || st.Uid != uint32(os.Geteuid()) {
		return fmt.Errorf("%s %s does not belong to the user that Sallyport runs as (uid %d); chown it", what, path, os.Geteuid())
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return fmt.Errorf("%s %s has mode %04o, open to others; if nobody has used that, `chmod go= %s`, otherwise make a new key", what, path, mode, path)
	}
	return nil
}

// listKeyFiles returns the names of the key files, the oldest first. A
// half-written one, left by a crash before anything was signed with it, is
// removed; any other file does not belong here.
func listKeyFiles(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return nil, fmt.Errorf("key directory: %w", err)
	}
	var names []string
	for _, e := range entries {
		switch name := e.Name(); {
		case strings.HasSuffix(name, keySuffix+keyTemp):
			if err := os.Remove(filepath.Join(dir, name)); err != nil {
				return nil, fmt.Errorf("key directory: %w", err)
			}
		case validKeyName(name):
			names = append(names, name)
		default:
			return nil, fmt.Errorf("key directory %s holds %q, which is not a key file; move it away", dir, name)
		}
	}
	return names, nil
}

func validKeyName(name string) bool {
	if len(name) <= len(keyTime) || name[len(keyTime)] != '-' || !strings.HasSuffix(name, keySuffix) {
		return false
	}
	_, err := time.Parse(keyTime, name[:len(keyTime)])
	return err == nil
}

func readKeyFile(path string) (ed25519.PrivateKey, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NOFOLLOW|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	defer f.Close()
	info, err := f.Stat() // of what was opened, not of what the path is by now
	if err != nil {
		return nil, fmt.Errorf("signing key: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("signing key %s is not a regular file", path)
	}
	if err := private("signing key", path, info); err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxKeyFile+1))
	if err != nil {
		return nil, fmt.Errorf("signing key %s: %w", path, err)
	}
	key, err := parseKey(data)
	if err != nil {
		return nil, fmt.Errorf("signing key %s: %w", path, err)
	}
	return key, nil
}

func parseKey(data []byte) (ed25519.PrivateKey, error) {
	block, rest := pem.Decode(data)
	if block == nil || block.Type != pemType || len(block.Headers) > 0 || len(bytes.TrimSpace(rest)) > 0 || len(data) > maxKeyFile {
		return nil, fmt.Errorf("not one PEM block of type %q and nothing else", pemType)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("not a PKCS #8 key") // the parser's own words might quote it
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, errors.New("not an Ed25519 key")
	}
	return key, nil
}

// createKeyFile makes a key. It is on disk before anything is signed with it.
//
//	open(O_CREAT|O_EXCL, 0600)  write  fsync  rename  fsync(dir)
func createKeyFile(dir string) (name string, err error) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", fmt.Errorf("make a signing key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", fmt.Errorf("make a signing key: %w", err)
	}
	name = time.Now().UTC().Format(keyTime) + "-" + keyID(public)[:8] + keySuffix
	path := filepath.Join(dir, name)
	data := pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der})
	if err := writeSynced(path+keyTemp, data); err != nil {
		return "", fmt.Errorf("make a signing key: %w", err)
	}
	if err := os.Rename(path+keyTemp, path); err != nil {
		return "", fmt.Errorf("make a signing key: %w", err)
	}
	d, err := os.Open(dir)
	if err != nil {
		return "", fmt.Errorf("make a signing key: %w", err)
	}
	return name, errors.Join(d.Sync(), d.Close())
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}
