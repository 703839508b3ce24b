package differential

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/client"

	analyze "github.com/sallyport-db/sallyport/internal/analyze/mysql"
	"github.com/sallyport-db/sallyport/internal/api"
	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/internal/datadir"
	"github.com/sallyport-db/sallyport/internal/mytest"
	"github.com/sallyport-db/sallyport/internal/mytest/mytesting"
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/test/e2e"
)

// mysqlRig is a MariaDB server with the schema of testdata, and the program in
// front of it, which enters with every privilege.
type mysqlRig struct {
	server    *mytest.Server
	proxy     *e2e.Proxy
	admin     *api.Client
	boss      *client.Conn
	inventory *inventory
	env       *analyze.Env
	tls       *tls.Config // of clients of the proxy
	lab       string      // makes the schemas in which DDL is tried
	pairs     int
}

func newMySQL(t *testing.T) *mysqlRig {
	t.Helper()
	r := &mysqlRig{server: mytesting.Start(t, "max-statement-time=5", "lock-wait-timeout=3", "innodb-lock-wait-timeout=3", "max-connections=100",
		"character-set-server=utf8mb4", "local-infile=0", "innodb-flush-method=nosync", "innodb-doublewrite=0", "sync-frm=0")} // it makes schemas anew, again and again
	if err := r.server.Exec("", "CREATE USER svc IDENTIFIED BY 'unused'; GRANT ALL ON *.* TO svc WITH GRANT OPTION"); err != nil {
		t.Fatal(err)
	}
	r.fill(t)
	var err error
	if r.boss, err = r.server.Connect(upstream); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.boss.Close() })
	if r.inventory, err = readMySQLInventory(r.boss); err != nil {
		t.Fatal(err)
	}
	rows, err := catalog.Read(t.Context(), r.boss)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.boss.SetDeadline(time.Time{}); err != nil {
		t.Fatal(err)
	}
	r.env = &analyze.Env{Catalog: catalog.Build(rows), Schema: upstream}
	r.launch(t)
	return r
}

func (r *mysqlRig) fill(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob("testdata/mysql/schema/*.sql")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	slices.Sort(files)
	for _, file := range files {
		sql, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.server.Exec("", "SET NAMES utf8mb4;"+string(sql)); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		r.lab = string(sql) // the last one
	}
}

func (r *mysqlRig) launch(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p, err := e2e.Start(ctx, binary, e2e.Upstream{Name: upstream, Password: "unused",
		URL: fmt.Sprintf("mysql://svc@%s/%s?ssl-mode=DISABLED", r.server.Addr(), upstream)})
	if err != nil {
		t.Fatal(err)
	}
	r.proxy, r.admin = p, api.NewClient(datadir.AdminSocket(filepath.Join(p.Dir, "data")))
	t.Cleanup(func() {
		if t.Failed() {
			if log, err := os.ReadFile(p.Log); err == nil {
				t.Logf("what the proxy printed, at the end:\n%s", log[max(0, len(log)-4000):])
			}
		}
		if err := p.Stop(); err != nil {
			t.Error(err)
		}
	})
	pem, err := os.ReadFile(p.CA)
	if err != nil {
		t.Fatal(err)
	}
	r.tls = &tls.Config{RootCAs: x509.NewCertPool(), ServerName: p.Host}
	r.tls.RootCAs.AppendCertsFromPEM(pem)
}

func (r *mysqlRig) addr() string { return net.JoinHostPort(r.proxy.Host, strconv.Itoa(r.proxy.MySQL)) }

// restore makes the schemas anew in which DDL was tried.
func (r *mysqlRig) restore() error { return errors.Join(r.server.Exec("", r.lab), r.boss.Ping()) }

func (r *mysqlRig) needs(c *statement, random *rand.Rand) (scope, *policy.Fault) {
	var all []policy.Statement
	for _, part := range analyze.Analyze([]byte(strings.Join(c.steps, ";\n")), r.env) {
		all = append(all, part.Statement)
	}
	pieces, fault := r.inventory.needs(all, random)
	// What the inventory leaves out has no grants.
	return slices.DeleteFunc(pieces, func(g grant) bool { return !slices.Contains(r.inventory.schemas, g.schema) }), fault
}

func (r *mysqlRig) generator(seed uint64) grammar { return newMySQLGenerator(r.inventory, seed) }

func (r *mysqlRig) everything() (s scope) {
	for _, schema := range r.inventory.schemas {
		s = append(s, grant{schema: schema, object: "*",
			ops: []string{"select", "insert", "update", "delete", "truncate", "references", "trigger", "usage", "execute", "ddl"}})
	}
	return s
}

// none may choose the schemas, and has no right to anything there.
func (r *mysqlRig) none() scope {
	return mustScope("shop/shop.none:select shop/hr.none:select shop/Odd%20Schema.none:select shop/lab.none:select")
}

// excused: names and definitions are no secret, and the server filters them by
// the account's rights.
func (r *mysqlRig) excused(_ context.Context, f *finding) class {
	switch {
	case f.class == letThrough && (f.proxy.code == "1305" || f.proxy.code == "1054"): // what does not exist, which an account without rights is not told
		return unseen
	case f.proxy.byProxy() || !f.statement.describes():
		return f.class
	}
	switch f.class {
	case letThrough, otherwise, differentResult:
		return shown
	}
	return f.class
}

// describes says that a statement asks for names and definitions alone.
func (c *statement) describes() bool {
	words := strings.Fields(strings.ToUpper(c.steps[len(c.steps)-1]))
	switch words[0] {
	case "SHOW":
		return true
	case "DESC", "DESCRIBE", "EXPLAIN": // of a table
		return len(words) < 4
	}
	return strings.Contains(strings.ToLower(c.String()), "information_schema")
}
