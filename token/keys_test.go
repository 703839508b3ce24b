package token

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestKeysAreMadeOnceAndPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	first, err := OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := OpenKeys(dir)
	if err != nil || again.Active() != first.Active() || len(again.IDs()) != 1 {
		t.Fatalf("opened again: %v, %v", again.IDs(), err)
	}
	info, err := os.Stat(dir)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("directory has mode %v, %v", info.Mode(), err)
	}
	info, err = os.Stat(keyFile(t, dir))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("key has mode %v, %v", info.Mode(), err)
	}
}

func keyFile(t *testing.T, dir string) string {
	t.Helper()
	names, err := filepath.Glob(dir + "/*.pem")
	if err != nil || len(names) != 1 {
		t.Fatalf("key files %v, %v", names, err)
	}
	return names[0]
}

func TestNewestKeySignsAllVerify(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	old, err := OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	path := keyFile(t, dir)
	if err := os.Rename(path, filepath.Join(dir, "20200101T000000Z-old.pem")); err != nil {
		t.Fatal(err)
	}
	if _, err := CreateKey(dir); err != nil {
		t.Fatal(err)
	}
	both, err := OpenKeys(dir)
	if err != nil || len(both.IDs()) != 2 || both.Active() == old.Active() {
		t.Fatalf("keys %v, active %s, %v", both.IDs(), both.Active(), err)
	}
	if _, ok := both.PublicKey(old.Active()); !ok {
		t.Error("the older key does not verify")
	}
	var set struct{ Keys []map[string]string }
	if err := json.Unmarshal(both.JWKS(), &set); err != nil || len(set.Keys) != 2 {
		t.Fatalf("%s: %v", both.JWKS(), err)
	}
	for _, k := range set.Keys {
		if k["kty"] != "OKP" || k["crv"] != "Ed25519" || k["alg"] != "EdDSA" || k["use"] != "sig" || len(k["x"]) != 43 || k["d"] != "" {
			t.Errorf("key %v", k)
		}
	}
}

// The example of RFC 8037, appendix A.3.
func TestKeyIDIsTheThumbprint(t *testing.T) {
	x, err := base64.RawURLEncoding.DecodeString("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo")
	if err != nil {
		t.Fatal(err)
	}
	if got := keyID(ed25519.PublicKey(x)); got != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("thumbprint %s", got)
	}
}

func TestKeysRefuse(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir, file string)
		want  string
	}{
		"readable by the group": {func(t *testing.T, _, file string) { check(t, os.Chmod(file, 0o640)) }, "mode 0640"},
		"readable by all":       {func(t *testing.T, _, file string) { check(t, os.Chmod(file, 0o604)) }, "chmod go="},
		"open directory":        {func(t *testing.T, dir, _ string) { check(t, os.Chmod(dir, 0o755)) }, "mode 0755"},
		"a symbolic link": {func(t *testing.T, dir, file string) {
			check(t, os.Rename(file, filepath.Join(dir, "..", "real.pem")))
			check(t, os.Symlink("../real.pem", file))
		}, "symbolic links"},
		"a directory": {func(t *testing.T, dir, file string) { check(t, os.Remove(file)); check(t, os.Mkdir(file, 0o700)) }, "regular file"},
		"another file": {func(t *testing.T, dir, _ string) {
			check(t, os.WriteFile(filepath.Join(dir, "backup.pem~"), nil, 0o600))
		}, "backup.pem~"},
		"a bad name": {func(t *testing.T, dir, _ string) {
			check(t, os.WriteFile(filepath.Join(dir, "key.pem"), nil, 0o600))
		}, "key.pem"},
		"the same key twice": {func(t *testing.T, dir, file string) {
			data, err := os.ReadFile(file)
			check(t, err)
			check(t, os.WriteFile(filepath.Join(dir, "20990101T000000Z-copy.pem"), data, 0o600))
		}, "same key"},
		"cut":     {func(t *testing.T, _, file string) { check(t, os.Truncate(file, 60)) }, "one PEM block"},
		"garbage": {func(t *testing.T, _, file string) { check(t, os.WriteFile(file, []byte("secret"), 0o600)) }, "one PEM block"},
		"two blocks": {func(t *testing.T, _, file string) {
			data, err := os.ReadFile(file)
			check(t, err)
			check(t, os.WriteFile(file, append(data, data...), 0o600))
		}, "nothing else"},
		"another kind of key": {func(t *testing.T, _, file string) {
			key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
			check(t, err)
			der, err := x509.MarshalPKCS8PrivateKey(key)
			check(t, err)
			check(t, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der}), 0o600))
		}, "not an Ed25519 key"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "keys")
			_, err := OpenKeys(dir)
			check(t, err)
			c.spoil(t, dir, keyFile(t, dir))
			if _, err := OpenKeys(dir); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %q", err, c.want)
			}
		})
	}
}

func TestKeysOfAnotherUserAreRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("needs root to give a file away")
		}
		t.Skip("needs root to give a file away")
	}
	dir := filepath.Join(t.TempDir(), "keys")
	_, err := OpenKeys(dir)
	check(t, err)
	check(t, os.Chown(keyFile(t, dir), 1, 1))
	if _, err := OpenKeys(dir); err == nil || !strings.Contains(err.Error(), "does not belong to the user") {
		t.Errorf("error %v", err)
	}
}

// A crash in the middle of making a key leaves nothing to trip over.
func TestHalfWrittenKeyIsRemoved(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "keys")
	k, err := OpenKeys(dir)
	check(t, err)
	half := filepath.Join(dir, "20990101T000000Z-abc.pem.new")
	check(t, os.WriteFile(half, []byte("half"), 0o600))
	again, err := OpenKeys(dir)
	check(t, err)
	if _, err := os.Stat(half); !os.IsNotExist(err) || again.Active() != k.Active() {
		t.Errorf("the half-written key is still there, or counts: %v", err)
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
