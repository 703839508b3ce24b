package differential

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/analyze/postgres"
	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/internal/datadir"
	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/test/e2e"
)

const upstream, database = "shop", "shop"

var binary string

func TestMain(m *testing.M) {
	os.Exit(e2e.Main(m, func(path string) { binary = path }))
}

// rig is a server with the schema of testdata, and the program in front of it,
// which enters as superuser: the database itself refuses nothing there.
type rig struct {
	server    *pgtest.Server
	proxy     *e2e.Proxy
	admin     *api.Client
	boss      *pgconn.PgConn
	inventory *inventory
	catalog   *catalog.Catalog
	env       *postgres.Env
	pairs     int
}

func newRig(t *testing.T) *rig { return newRigOn(t, pgtest.Options{}) }

func newRigOn(t *testing.T, o pgtest.Options) *rig {
	t.Helper()
	o.Settings = map[string]string{
		"statement_timeout": "5s", "lock_timeout": "2s", "jit": "off", "max_connections": "60", "max_prepared_transactions": "5", "client_min_messages": "error"}
	r := &rig{server: pgtesting.Start(t, o)}
	pgtesting.Exec(t, r.server, "", "CREATE DATABASE "+database)
	cfg, err := pgconn.ParseConfig(r.server.URL("", database))
	if err != nil {
		t.Fatal(err)
	}
	if r.boss, err = pgconn.ConnectConfig(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.boss.Close(context.Background()) })
	r.fill(t)
	r.catalog = catalog.Open(func() (*pgconn.Config, error) { return cfg.Copy(), nil }, catalog.Options{Interval: time.Hour})
	t.Cleanup(r.catalog.Close)
	snap, err := r.catalog.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	r.env = &postgres.Env{Catalog: snap, SearchPath: []string{"$user", "public"}, MaxSleep: postgres.DefaultMaxSleep}
	r.launch(t)
	return r
}

// fill makes the schema, and takes from PUBLIC what it must not have.
func (r *rig) fill(t *testing.T) {
	t.Helper()
	version, _ := strconv.Atoi(strings.Split(r.boss.ParameterStatus("server_version"), ".")[0])
	files, err := filepath.Glob("testdata/schema/*.sql")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	slices.Sort(files)
	for _, file := range files {
		sql := strings.ReplaceAll(forVersion(t, file, version), "@PORT@", strconv.Itoa(r.server.Port))
		if err := r.exec(t.Context(), sql); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
	}
	if r.inventory, err = readInventory(t.Context(), r.boss, version); err != nil {
		t.Fatal(err)
	}
	var revoke []string
	for _, schema := range r.inventory.schemas {
		for _, f := range r.inventory.functions[schema] {
			if !slices.Contains(harmless, f.extension) {
				revoke = append(revoke, "REVOKE EXECUTE ON ROUTINE "+f.signature+" FROM PUBLIC")
			}
		}
	}
	if err := r.exec(t.Context(), strings.Join(revoke, ";")); err != nil {
		t.Fatal(err)
	}
}

// harmless are the extensions whose functions everybody may go on calling.
var harmless = []string{"pg_trgm", "citext", "hstore"}

// forVersion reads a file without the paragraphs that need a newer server:
// those that begin with "-- from N".
func forVersion(t *testing.T, file string, version int) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, paragraph := range strings.Split(string(content), "\n\n") {
		var from int
		if _, err := fmt.Sscanf(paragraph, "-- from %d", &from); err == nil && from > version {
			continue
		}
		out = append(out, paragraph)
	}
	return strings.Join(out, "\n\n")
}

func (r *rig) launch(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p, err := e2e.Start(ctx, binary, e2e.Upstream{Name: upstream, Password: "unused",
		URL: fmt.Sprintf("postgres://postgres@%s:%d/%s?sslmode=disable", r.server.Host, r.server.Port, database)})
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
}

func (r *rig) exec(ctx context.Context, sql string) error {
	_, err := r.boss.Exec(ctx, sql).ReadAll()
	return err
}
