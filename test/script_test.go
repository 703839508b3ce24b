package test

import (
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// shop is what the scripts find in the database.
const shop = `
CREATE TABLE orders (id int PRIMARY KEY, customer text, total numeric);
CREATE TABLE salaries (employee text, monthly numeric);
INSERT INTO orders VALUES (1, 'Harbour Books', 540), (2, 'Mill Lane School', 478.80);
INSERT INTO salaries VALUES ('bookkeeping', 3600);
ALTER TABLE orders OWNER TO shop_svc;
ALTER TABLE salaries OWNER TO shop_svc;
`

const configuration = `listen: {postgres: "127.0.0.1:0", http: "127.0.0.1:0"}
data_dir: data
upstreams:
  shop:
    url: postgres://shop_svc@127.0.0.1:%d/shop?sslmode=disable
    forbid: ["shop/public.salaries:all"]
`

// TestScripts runs test/script/*.txtar against the real binary. The scripts find it as `sallyport` on PATH, a
// configuration for a real PostgreSQL in sallyport.yaml, and the command `ready` that waits until the server serves.
func TestScripts(t *testing.T) {
	bin := build(t)
	server := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, server, "", "CREATE ROLE shop_svc LOGIN")
	pgtesting.Exec(t, server, "", "CREATE DATABASE shop")
	pgtesting.Exec(t, server, "shop", shop)
	testscript.Run(t, testscript.Params{
		Dir:                "script",
		RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("PATH", filepath.Dir(bin)+string(os.PathListSeparator)+e.Getenv("PATH"))
			e.Setenv("NO_COLOR", "1")
			return os.WriteFile(filepath.Join(e.WorkDir, "sallyport.yaml"), fmt.Appendf(nil, configuration, server.Port), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"ready": ready, "occupy": occupy},
	})
}

// build makes the binary once for all scripts.
func build(t *testing.T) string {
	t.Helper()
	// go test keeps a result for as long as what the test itself has looked at is the same, and does not see what
	// go build reads: so look at the sources.
	for _, dir := range []string{"audit", "cmd", "internal", "policy", "proxy", "token"} {
		err := filepath.WalkDir(filepath.Join("..", dir), func(string, fs.DirEntry, error) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
	}
	bin := filepath.Join(t.TempDir(), "sallyport")
	if out, err := exec.Command("go", "build", "-o", bin, "../cmd/sallyport").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// ready waits until the server whose configuration is in the script's folder answers on its admin socket.
func ready(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: ready")
	}
	socket := ts.MkAbs("data/admin.sock")
	for range 400 {
		if c, err := net.Dial("unix", socket); err == nil {
			_ = c.Close()
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	ts.Fatalf("nobody listens on %s", socket)
}

// occupy listens on a port until the script ends, and sets the variable to its address.
func occupy(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: occupy VARIABLE")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = ln.Close() })
	ts.Setenv(args[0], ln.Addr().String())
}
