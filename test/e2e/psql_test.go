package e2e_test

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/test/e2e"
)

// psql through the proxy, and the same directly as the proxy's role.
type psqls struct {
	direct, proxied []string
	trail           *e2e.Trail
}

func psqlShop(t *testing.T) (*pgtest.Server, *e2e.Proxy, *psqls) {
	t.Helper()
	db, p := shop(t, map[string]string{"log_statement": "all"})
	return db, p, &psqls{directEnv(db), p.Env("shop", "ana", issue(t, p, "ana", scope)), p.Trail()}
}

func (s *psqls) run(t *testing.T, env []string, args ...string) string {
	t.Helper()
	out, err := command(t, env, "psql", append([]string{"-X", "-v", "ON_ERROR_STOP=1"}, args...)...).CombinedOutput()
	if err != nil {
		t.Errorf("psql %q: %v", args, err)
	}
	return string(out)
}

func TestPsqlConninfo(t *testing.T) {
	_, _, s := psqlShop(t)
	out := s.run(t, s.proxied, "-c", `\conninfo`)
	for _, want := range []string{`database "shop"`, `user "ana"`, "127.0.0.1", "SSL connection (protocol: TLSv1.3"} {
		if !strings.Contains(out, want) {
			t.Errorf("\\conninfo does not say %s: %s", want, out)
		}
	}
}

func TestPsqlVerifyFull(t *testing.T) {
	_, p, s := psqlShop(t)
	if out := s.run(t, s.proxied, "-Atc", "SELECT 1"); out != "1\n" {
		t.Errorf("with the right certificate: %s", out)
	}
	foreign := filepath.Join(t.TempDir(), "ca.crt")
	if err := os.WriteFile(foreign, authority(t), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, wrong := range [][]string{{"PGSSLROOTCERT=" + foreign}, {"PGHOST=elsewhere.example", "PGHOSTADDR=" + p.Host}} {
		out, err := command(t, append(slices.Clone(s.proxied), wrong...), "psql", "-Xc", "SELECT 1").CombinedOutput()
		if err == nil || !strings.Contains(string(out), "certificate") {
			t.Errorf("%v: %v, %s", wrong, err, out)
		}
	}
}

// authority is the certificate of a CA that nobody here trusts.
func authority(t *testing.T) []byte {
	t.Helper()
	pub, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, c, c, pub, key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}

func TestPsqlCopy(t *testing.T) {
	db, _, s := psqlShop(t)
	file := filepath.Join(t.TempDir(), "orders.csv")
	s.run(t, s.proxied, "-c", `\copy (SELECT id, item, quantity FROM orders ORDER BY id) TO '`+file+`' CSV HEADER`)
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, string(content), s.run(t, s.direct, "-c", `COPY (SELECT id, item, quantity FROM orders ORDER BY id) TO STDOUT CSV HEADER`))
	s.run(t, s.proxied, "-c", "DELETE FROM orders", "-c", `\copy orders (id, item, quantity) FROM '`+file+`' CSV HEADER`)
	if got := s.run(t, s.direct, "-Atc", "SELECT count(*), sum(id), max(item) FROM orders"); got != "500|125250|item 99\n" {
		t.Errorf("after \\copy in there is %s", got)
	}
	if d := denied(t, s.trail); d != nil {
		t.Errorf("denied: %v", d)
	}
	for _, no := range []string{`\copy salaries TO '` + file + `'`, `\copy salaries FROM '` + file + `' CSV`,
		`COPY orders TO '/nowhere/file'`, `COPY orders TO PROGRAM 'cat'`} {
		out, err := command(t, s.proxied, "psql", "-X", "-v", "VERBOSITY=verbose", "-v", "ON_ERROR_STOP=1", "-c", no).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "ERROR:  42501") {
			t.Errorf("%s: %v, %s", no, err, out)
		}
	}
	neverForwarded(t, db, "salaries", "PROGRAM", "nowhere")
}

// A denial in a script leaves psql connected, and a transaction aborted. In a
// text of several statements, which is one transaction, those before it are
// undone, as they are by an error of the database.
func TestPsqlDenied(t *testing.T) {
	db, _, s := psqlShop(t)
	cmd := command(t, s.proxied, "psql", "-XAt", "-v", "VERBOSITY=sqlstate")
	cmd.Stdin = strings.NewReader(`SELECT 'before';
		SELECT amount FROM salaries;
		SELECT email FROM customers;
		SELECT 'after';
		BEGIN; UPDATE orders SET quantity = 99 WHERE id = 1; SELECT * FROM salaries; SELECT 'never'; COMMIT;
		SELECT quantity FROM orders WHERE id = 1;
		SELECT 'first' \; DELETE FROM orders \; SELECT amount FROM salaries \; SELECT 'third';
		SELECT 'all ' || count(*) FROM orders;`)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Errorf("psql ended with %v", err)
	}
	compare(t, string(out), `before
ERROR:  42501
ERROR:  42501
after
BEGIN
UPDATE 1
ERROR:  42501
ERROR:  25P02
ROLLBACK
1
first
DELETE 500
ERROR:  42501
all 500`)
	neverForwarded(t, db, "salaries", "email")
}

func TestPsqlWatch(t *testing.T) {
	_, _, s := psqlShop(t)
	cmd := command(t, s.proxied, "psql", "-XAt")
	cmd.Stdin = strings.NewReader("SELECT 'orders: ' || count(*) FROM orders \\watch 0.05\n")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = cmd.Stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	seen := 0
	for scan := bufio.NewScanner(out); seen < 4 && scan.Scan(); {
		if scan.Text() == "orders: 500" {
			seen++
		}
	}
	if err := cmd.Process.Kill(); err != nil { // it would go on for ever
		t.Error(err)
	}
	_ = cmd.Wait() // killed
	if seen < 4 {
		t.Errorf("\\watch answered %d times only", seen)
	}
	if d := denied(t, s.trail); d != nil {
		t.Errorf("denied: %v", d)
	}
}

// Tab completion asks the catalogue in ways of its own. script gives psql the
// terminal without which it completes nothing.
func TestPsqlTabCompletion(t *testing.T) {
	_, _, s := psqlShop(t)
	for _, tt := range []struct{ typed, want string }{
		{"SELECT * FROM ord\t", "orders"},
		{"SELECT * FROM public.cust\t", "customers"},
		{"SELECT * FROM orders WHERE quan\t", "quantity"},
		{"INSERT INTO cust\t", "customers"},
		{"UPDATE orders SET pri\t", "price"},
		{"DROP INDEX orders_i\t", "orders_item"},
		{"SET statement_t\t", "statement_timeout"},
		{"\\d sala\t", "salaries"},
		{"\\dv de\t", "dear"},
		{"\\df pg_catalog.pg_backend_p\t", "pg_backend_pid"},
		{"GRANT SELECT ON orders TO shop_\t", "shop_svc"},
	} {
		t.Run(strings.TrimSpace(tt.typed), func(t *testing.T) {
			if out, ok := typeInto(t, s.proxied, tt.typed, tt.want); !ok {
				t.Errorf("no %s, but:\n%s", tt.want, out)
			}
			for _, d := range denied(t, s.trail) {
				t.Errorf("denied: %s", d)
			}
		})
	}
}

// escapes are what a terminal would swallow.
var escapes = regexp.MustCompile("\x1b\\[[?0-9;]*[a-zA-Z]|[\a\r]|.\b")

// typeInto types into psql on a terminal and waits until it has shown want.
func typeInto(t *testing.T, env []string, typed, want string) (string, bool) {
	t.Helper()
	cmd := command(t, env, "script", "-qec", program(t, "psql")+" -X", "/dev/null")
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	giveUp := time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() }) // ends the reading below
	defer func() {
		giveUp.Stop()
		// ^C leaves the line, ^D ends psql.
		_, _ = in.Write([]byte("\x03\x04"))
		in.Close()
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	}()
	var seen strings.Builder
	ready, r := false, bufio.NewReader(out)
	for {
		b, err := r.ReadByte()
		if err != nil {
			return seen.String(), false
		}
		seen.WriteByte(b)
		text := escapes.ReplaceAllString(seen.String(), "")
		if !ready && strings.HasSuffix(text, "=> ") {
			ready = true
			seen.Reset()
			if _, err := in.Write([]byte(typed)); err != nil {
				t.Fatal(err)
			}
		} else if ready && strings.Contains(text, want) {
			return text, true
		}
	}
}
