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
	"slices"
	"strings"
	"syscall"
	"time"
)

// A key file is one PKCS #8 key (RFC 5958) in PEM, named after the time it was
// made at and the head of its id: 20260102T150405.000000Z-abcdefgh.pem.
const (
	keySuffix  = ".pem"
	keyTemp    = ".new" // of a file that is still being written
	keyTime    = "20060102T150405.000000Z"
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
	_, err := timeOf(name)
	return err == nil && strings.HasSuffix(name, keySuffix)
}

// timeOf reads when a key was made from its file's name. The fraction of the
// second may be missing.
func timeOf(name string) (time.Time, error) {
	made, _, ok := strings.Cut(name, "-")
	if !ok {
		return time.Time{}, errors.New("not the name of a key file")
	}
	return time.Parse("20060102T150405Z", made)
}

// ReadKeys reads the signing keys of a directory, the oldest first, and makes
// both the directory (mode 0700) and a first key (mode 0600) if there are none.
// Whatever is not ours alone is refused: a key that others can read signs
// anything for them.
func ReadKeys(dir string) ([]Key, error) {
	if err := openKeyDir(dir); err != nil {
		return nil, err
	}
	names, err := listKeyFiles(dir)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		key, err := CreateKey(dir)
		if err != nil {
			return nil, err
		}
		names = []string{key.name()}
	}
	var list []Key
	for _, name := range names {
		private, err := readKeyFile(filepath.Join(dir, name))
		if err != nil {
			return nil, err
		}
		made, err := timeOf(name)
		if err != nil {
			return nil, err
		}
		kid := keyID(private.Public().(ed25519.PublicKey))
		if slices.ContainsFunc(list, func(k Key) bool { return k.id == kid }) {
			return nil, fmt.Errorf("signing key %s: another file in %s holds the same key; remove one", name, dir)
		}
		list = append(list, Key{id: kid, made: made, private: private, file: name})
	}
	return list, nil
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

// NewKey makes a key, of that moment.
func NewKey(now time.Time) (Key, error) {
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return Key{}, fmt.Errorf("make a signing key: %w", err)
	}
	return Key{id: keyID(public), made: now.UTC(), private: key}, nil
}

// Encode writes the key as PKCS #8 in PEM. It is the secret itself.
func (k Key) Encode() ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(k.private)
	if err != nil {
		return nil, fmt.Errorf("write a signing key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der}), nil
}

// DecodeKey reads what Encode has written of a key made at that time.
func DecodeKey(text []byte, made time.Time) (Key, error) {
	key, err := parseKey(text)
	if err != nil {
		return Key{}, err
	}
	return Key{id: keyID(key.Public().(ed25519.PublicKey)), made: made, private: key}, nil
}

// name is the name of the key's file.
func (k Key) name() string { return k.made.UTC().Format(keyTime) + "-" + k.id[:8] + keySuffix }

// CreateKey makes a key in a directory. It is on disk before anything is signed
// with it.
//
//	open(O_CREAT|O_EXCL, 0600)  write  fsync  rename  fsync(dir)
func CreateKey(dir string) (Key, error) {
	key, err := NewKey(time.Now().Truncate(time.Microsecond))
	if err != nil {
		return Key{}, err
	}
	data, err := key.Encode()
	if err != nil {
		return Key{}, err
	}
	path := filepath.Join(dir, key.name())
	if err := writeSynced(path+keyTemp, data); err != nil {
		return Key{}, fmt.Errorf("make a signing key: %w", err)
	}
	if err := os.Rename(path+keyTemp, path); err != nil {
		return Key{}, fmt.Errorf("make a signing key: %w", err)
	}
	key.file = filepath.Base(path)
	return key, syncDir(dir)
}

// RemoveKey removes the file of a key that CreateKey or ReadKeys returned.
func RemoveKey(dir string, key Key) error {
	if err := os.Remove(filepath.Join(dir, key.file)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("remove a signing key: %w", err)
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("key directory: %w", err)
	}
	return errors.Join(d.Sync(), d.Close())
}

func writeSynced(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}
