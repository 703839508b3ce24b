package pki

import (
	"encoding/pem"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestConfiguredPairRefused(t *testing.T) {
	tests := []struct {
		name   string
		change func(t *testing.T, o *Options, dir string)
		want   []string
	}{
		{"no certificate", func(t *testing.T, o *Options, dir string) { remove(t, dir, "server.crt") }, []string{"server.crt: no such file"}},
		{"no key", func(t *testing.T, o *Options, dir string) { remove(t, dir, "server.key") }, []string{"server.key: no such file"}},
		{"swapped", func(t *testing.T, o *Options, dir string) {
			o.CertFile, o.KeyFile = o.KeyFile, o.CertFile
			chmod(t, o.KeyFile, 0o600)
		}, []string{"server.key: holds a private key where a certificate is expected"}},
		{"certificate for a key", func(t *testing.T, o *Options, dir string) {
			copyFile(t, o.CertFile, o.KeyFile)
		}, []string{"server.key: holds a certificate where a private key is expected"}},
		{"another pair's key", func(t *testing.T, o *Options, dir string) {
			copyFile(t, filepath.Join(dir, "ca.key"), o.KeyFile)
		}, []string{"server.crt and", "server.key do not belong together"}},
		{"empty certificate", func(t *testing.T, o *Options, dir string) { write0(t, o.CertFile, "") }, []string{"server.crt: holds no certificate in PEM form"}},
		{"garbage in PEM", func(t *testing.T, o *Options, dir string) {
			write0(t, o.CertFile, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: []byte("no")})))
		}, []string{"server.crt: x509:"}},
		{"encrypted key", func(t *testing.T, o *Options, dir string) {
			write0(t, o.KeyFile, string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("no")})))
		}, []string{"server.key: is encrypted"}},
		{"key open to all", func(t *testing.T, o *Options, dir string) { chmod(t, o.KeyFile, 0o604) }, []string{"server.key has mode 0604", "chmod 600"}},
		{"expired", func(t *testing.T, o *Options, dir string) {
			o.Now = (&clock{start.Add(2 * 365 * 24 * time.Hour)}).Now
		}, []string{"server.crt expired on 2027-01-02T02:04:05Z"}},
		{"not yet valid", func(t *testing.T, o *Options, dir string) {
			o.Now = (&clock{start.Add(-2 * 24 * time.Hour)}).Now
		}, []string{"server.crt is not valid before 2026-01-02T02:04:05Z"}},
		{"no client CA", func(t *testing.T, o *Options, dir string) { o.ClientCAFile = filepath.Join(dir, "none.crt") }, []string{"tls.client_ca", "none.crt: no such file"}},
		{"key for a client CA", func(t *testing.T, o *Options, dir string) { o.ClientCAFile = o.KeyFile }, []string{"tls.client_ca", "holds a private key"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			c := &clock{start}
			open(t, Options{Dir: dir, Now: c.Now})
			o := Options{CertFile: filepath.Join(dir, "server.crt"), KeyFile: filepath.Join(dir, "server.key"), Now: c.Now}
			tt.change(t, &o, dir)
			_, err := Open(o)
			refused(t, err, tt.want)
		})
	}
}

func TestPrivateCARefused(t *testing.T) {
	tests := []struct {
		name   string
		change func(t *testing.T, o *Options)
		want   []string
	}{
		{"CA's key open to the group", func(t *testing.T, o *Options) { chmod(t, filepath.Join(o.Dir, "ca.key"), 0o640) }, []string{"ca.key has mode 0640", "chmod 600"}},
		{"CA's key lost", func(t *testing.T, o *Options) { remove(t, o.Dir, "ca.key") }, []string{"ca.key is needed", "put it back"}},
		{"another CA's key", func(t *testing.T, o *Options) {
			other := t.TempDir()
			open(t, Options{Dir: other})
			copyFile(t, filepath.Join(other, "ca.key"), filepath.Join(o.Dir, "ca.key"))
		}, []string{"ca.crt and", "ca.key", "match"}},
		{"CA expired", func(t *testing.T, o *Options) { o.Now = (&clock{start.Add(11 * 365 * 24 * time.Hour)}).Now }, []string{"ca.crt expired on", "remove it"}},
		{"not a CA", func(t *testing.T, o *Options) {
			write0(t, filepath.Join(o.Dir, "ca.crt"), "")
		}, []string{"ca.crt: holds no certificate"}},
		{"a leaf for a CA", func(t *testing.T, o *Options) {
			other := t.TempDir()
			open(t, Options{Dir: other, Now: o.Now})
			copyFile(t, filepath.Join(other, "server.crt"), filepath.Join(o.Dir, "ca.crt"))
		}, []string{"ca.crt is not the certificate of a CA"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			c := &clock{start}
			open(t, Options{Dir: dir, Now: c.Now})
			remove(t, dir, "server.crt") // so that the CA is needed
			o := Options{Dir: dir, Now: c.Now}
			tt.change(t, &o)
			_, err := Open(o)
			refused(t, err, tt.want)
		})
	}
}

func refused(t *testing.T, err error, want []string) {
	t.Helper()
	if err == nil {
		t.Fatal("was accepted")
	}
	for _, w := range want {
		if !strings.Contains(err.Error(), w) {
			t.Errorf("error %q does not say %q", err, w)
		}
	}
}

func chmod(t *testing.T, file string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(file, mode); err != nil {
		t.Fatal(err)
	}
}

func write0(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
