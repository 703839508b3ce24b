package differential

import (
	"context"
	"fmt"
	"math/rand/v2"
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
	"github.com/sallyport-db/sallyport/policy"
	"github.com/sallyport-db/sallyport/test/e2e"
)

// postgresRig is a server with the schema of testdata, and the program in front of it,
// which enters as superuser: the database itself refuses nothing there.
type postgresRig struct {
	server    *pgtest.Server
	proxy     *e2e.Proxy
	admin     *api.Client
	boss      *pgconn.PgConn
	inventory *inventory
	catalog   *catalog.Catalog
	env       *postgres.Env
	pairs     int
}

func newPostgres(t *testing.T) *postgresRig { return newPostgresOn(t, pgtest.Options{}) }

func newPostgresOn(t *testing.T, o pgtest.Options) *postgresRig {
	t.Helper()
	o.Settings = map[string]string{
		"statement_timeout": "5s", "lock_timeout": "2s", "jit": "off", "max_connections": "60", "max_prepared_transactions": "5", "client_min_messages": "error"}
	r := &postgresRig{server: pgtesting.Start(t, o)}
	pgtesting.Exec(t, r.server, "", "CREATE DATABASE "+upstream)
	cfg, err := pgconn.ParseConfig(r.server.URL("", upstream))
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
func (r *postgresRig) fill(t *testing.T) {
	t.Helper()
	version, _ := strconv.Atoi(strings.Split(r.boss.ParameterStatus("server_version"), ".")[0])
	files, err := filepath.Glob("testdata/postgres/schema/*.sql")
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

func (r *postgresRig) launch(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	p, err := e2e.Start(ctx, binary, e2e.Upstream{Name: upstream, Password: "unused",
		URL: fmt.Sprintf("postgres://postgres@%s:%d/%s?sslmode=disable", r.server.Host, r.server.Port, upstream)})
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

func (r *postgresRig) exec(ctx context.Context, sql string) error {
	_, err := r.boss.Exec(ctx, sql).ReadAll()
	return err
}

func (r *postgresRig) needs(c *statement, random *rand.Rand) (scope, *policy.Fault) {
	var all []policy.Statement
	for _, part := range postgres.Analyze([]byte(strings.Join(c.steps, ";\n")), r.env) {
		all = append(all, part.Statement)
	}
	return r.inventory.needs(all, random)
}

func (r *postgresRig) generator(seed uint64) grammar { return newPostgresGenerator(r.inventory, seed) }

func (r *postgresRig) everything() scope {
	return mustScope("shop/*.*:select,insert,update,delete,truncate,references,trigger,usage,execute")
}

// none has USAGE on the schemas, and nothing else.
func (r *postgresRig) none() scope {
	return mustScope("shop/public.none:select shop/app.none:select shop/hr.none:select shop/ext.none:select shop/part.none:select shop/remote.none:select shop/sec.none:select")
}

// excused: without USAGE on its schema a role is told that an object does not
// exist.
func (r *postgresRig) excused(ctx context.Context, f *finding) class {
	if f.class == deniedInstead && f.role.missing() {
		if boss := try(ctx, r.boss, f.statement); boss.code != f.role.code {
			return unseen
		}
	}
	return f.class
}
