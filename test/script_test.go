package test

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/internal/mytest"
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
			e.Setenv("PGTEST_PORT", strconv.Itoa(server.Port))
			return os.WriteFile(filepath.Join(e.WorkDir, "sallyport.yaml"), fmt.Appendf(nil, configuration, server.Port), 0o600)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"mariadb": startMariaDB, "ready": ready, "occupy": occupy, "hangup": hangup, "metric": metric, "port": port,
			"idp": idp, "addresses": addresses,
		},
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

// port sets the variable to the port that the script's server takes PostgreSQL's clients on.
func port(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: port VARIABLE")
	}
	info, err := api.NewClient(ts.MkAbs("data/admin.sock")).Info(context.Background())
	ts.Check(err)
	_, number, err := net.SplitHostPort(info.Postgres)
	ts.Check(err)
	ts.Setenv(args[0], number)
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

// hangup sends SIGHUP to the server of the script and waits until it has loaded, or refused, its configuration.
func hangup(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || args[0] != "loaded" && args[0] != "refused" {
		ts.Fatalf("usage: hangup loaded|refused")
	}
	const loaded = "sallyport_config_last_reload_success_timestamp_seconds"
	before, since := len(events(ts, "config.")), figure(ts, loaded)
	pid, err := strconv.Atoi(strings.TrimSpace(ts.ReadFile("data/server.lock")))
	ts.Check(err)
	ts.Check(syscall.Kill(pid, syscall.SIGHUP))
	for range 400 {
		if after := events(ts, "config."); len(after) > before {
			if last := after[len(after)-1]; !strings.Contains(last, `"config.`+args[0]+`"`) {
				ts.Fatalf("the configuration was not %s: %s", args[0], last)
			}
			if args[0] == "refused" || figure(ts, loaded) != since {
				return
			}
		}
		time.Sleep(25 * time.Millisecond)
	}
	ts.Fatalf("nothing came of SIGHUP")
}

// events are the lines of the audit log whose event begins so.
func events(ts *testscript.TestScript, name string) (lines []string) {
	files, err := filepath.Glob(ts.MkAbs("data/audit/*.jsonl"))
	ts.Check(err)
	for _, f := range files {
		for line := range strings.Lines(ts.ReadFile(f)) {
			if strings.Contains(line, `"event":"`+name) && strings.HasSuffix(line, "\n") {
				lines = append(lines, line)
			}
		}
	}
	return lines
}

// metric waits until one line of /metrics is what it should be.
func metric(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: metric NAME VALUE")
	}
	got := ""
	for range 400 {
		if got = figure(ts, args[0]); got == args[1] {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	ts.Fatalf("%s is %q, want %s", args[0], got, args[1])
}

// figure is the value of a metric as the server shows it; empty where there is none.
func figure(ts *testscript.TestScript, name string) string {
	info, err := api.NewClient(ts.MkAbs("data/admin.sock")).Info(context.Background())
	ts.Check(err)
	resp, err := http.Get("http://" + info.HTTP + "/metrics")
	ts.Check(err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	ts.Check(err)
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), name+" "); ok {
			return rest
		}
	}
	return ""
}

// startMariaDB starts a MariaDB server with a shop in it, until the script ends, and sets the variable to its port.
func startMariaDB(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: mariadb VARIABLE")
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	server, err := mytest.Start(ctx)
	ts.Check(err)
	ts.Defer(func() { ts.Check(server.Stop()) })
	ts.Check(server.Exec("", shopOfMariaDB))
	ts.Setenv(args[0], strconv.Itoa(server.Port))
}

const shopOfMariaDB = `CREATE DATABASE shop; USE shop; CREATE USER shop_svc IDENTIFIED BY 'svc'; GRANT ALL ON shop.* TO shop_svc;
CREATE TABLE orders (id int PRIMARY KEY, customer text, total numeric(10,2));
CREATE TABLE salaries (employee text, monthly int);
INSERT INTO orders VALUES (1, 'Harbour Books', 540), (2, 'Mill Lane School', 478.80);
INSERT INTO salaries VALUES ('bookkeeping', 3600)`
