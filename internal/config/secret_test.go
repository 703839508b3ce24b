package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestPasswordFromAFile(t *testing.T) {
	tests := []struct {
		name, text string
		mode       os.FileMode
		want, err  string
	}{
		{"one line", "hunter2\n", 0o600, "hunter2", ""},
		{"no line end", "hunter2", 0o400, "hunter2", ""},
		{"Windows line end", "hunter2\r\n", 0o600, "hunter2", ""},
		{"blanks belong to it", " hunter 2 \n", 0o600, " hunter 2 ", ""},
		{"shared with a group", "hunter2", 0o440, "hunter2", ""},
		{"world-readable", "hunter2", 0o644, "", "has mode 0644"},
		{"world-writable", "hunter2", 0o602, "", "has mode 0602"},
		{"empty", "", 0o600, "", "is empty"},
		{"only a line end", "\n", 0o600, "", "is empty"},
		{"two lines", "hunter2\nuser=a\n", 0o600, "", "on one line"},
		{"too large", strings.Repeat("hunter2", 1000), 0o600, "", "is larger than"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "secret")
			write(t, file, tt.text, tt.mode)
			got, err := (&Upstream{PasswordFile: file}).Password()
			checkSecret(t, got, err, tt.want, tt.err)
		})
	}
}

func TestPasswordIsReadAfresh(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	u := &Upstream{PasswordFile: file}
	for _, want := range []string{"first", "second"} {
		write(t, file, want, 0o600)
		if got, err := u.Password(); got != want || err != nil {
			t.Errorf("Password = %q, %v, want %q", got, err, want)
		}
	}
}

func TestPasswordMissing(t *testing.T) {
	_, err := (&Upstream{PasswordFile: filepath.Join(t.TempDir(), "none")}).Password()
	checkSecret(t, "", err, "", "none: no such file")
	_, err = (&Upstream{PasswordFile: t.TempDir()}).Password()
	checkSecret(t, "", err, "", "is a folder")
	got, err := (&Upstream{}).Password()
	checkSecret(t, got, err, "", "")
}

func TestPasswordFromTheEnvironment(t *testing.T) {
	u := &Upstream{PasswordEnv: "SALLYPORT_TEST_PASSWORD"}
	_, err := u.Password()
	checkSecret(t, "", err, "", "SALLYPORT_TEST_PASSWORD is not set")
	t.Setenv("SALLYPORT_TEST_PASSWORD", "hunter2")
	got, err := u.Password()
	checkSecret(t, got, err, "hunter2", "")
}

func TestCheckFilesNamesThePlace(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "server.crt"), "", 0o644)
	write(t, filepath.Join(dir, "server.key"), "", 0o644)
	write(t, filepath.Join(dir, "shop"), "hunter2", 0o600)
	text := `tls: {cert: server.crt, key: server.key, client_ca: none.crt}
upstreams:
  crm:
    url: postgres://a@b/c?sslrootcert=/nowhere/ca.crt
    password_env: SALLYPORT_TEST_UNSET
  shop:
    url: postgres://a@b/c
    password_file: shop
`
	c, err := Parse(filepath.Join(dir, "s.yaml"), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	err = c.CheckFiles()
	if err == nil {
		t.Fatal("found nothing wrong")
	}
	got := strings.Split(err.Error(), "\n")
	want := []string{
		"s.yaml:1:30: tls.key: " + dir + "/server.key has mode 0644",
		"s.yaml:1:53: tls.client_ca: " + dir + "/none.crt: no such file",
		"s.yaml:4:10: upstreams.crm.url: sslrootcert: /nowhere/ca.crt: no such file",
		"s.yaml:5:19: upstreams.crm.password_env: the environment variable SALLYPORT_TEST_UNSET is not set",
	}
	if len(got) != len(want) {
		t.Fatalf("problems:\n%v", err)
	}
	for i := range want {
		if !strings.HasPrefix(got[i], filepath.Join(dir, "")+"/"+want[i]) {
			t.Errorf("problem %d is\n%s, want\n%s", i, got[i], want[i])
		}
	}
	if strings.Contains(err.Error(), "hunter2") {
		t.Error("shows a password")
	}
}

func checkSecret(t *testing.T, got string, err error, want, wantErr string) {
	t.Helper()
	if wantErr == "" {
		if err != nil || got != want {
			t.Errorf("Password = %q, %v, want %q", got, err, want)
		}
		return
	}
	if err == nil || !strings.Contains(err.Error(), wantErr) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("error %v, want one that says %q and no secret", err, wantErr)
	}
}

func write(t *testing.T, file, text string, mode os.FileMode) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, mode); err != nil { // past the umask
		t.Fatal(err)
	}
}
