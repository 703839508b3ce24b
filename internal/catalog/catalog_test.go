package catalog

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// open returns the catalogue of a server's database, as seen by a user.
func open(t *testing.T, s *pgtest.Server, user, db string, o Options) *Catalog {
	t.Helper()
	cfg, err := pgconn.ParseConfig(s.URL(user, db))
	if err != nil {
		t.Fatal(err)
	}
	c := Open(func() (*pgconn.Config, error) { return cfg.Copy(), nil }, o)
	t.Cleanup(c.Close)
	return c
}

// slow keeps the keeper out of a test: nothing is read that was not asked for.
var slow = Options{Interval: time.Hour}

func current(t *testing.T, c *Catalog) *Snapshot {
	t.Helper()
	s, err := c.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func refreshed(t *testing.T, c *Catalog) *Snapshot {
	t.Helper()
	if err := c.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	return current(t, c)
}

const schema = `
CREATE ROLE ana LOGIN;
CREATE SCHEMA shop; CREATE SCHEMA locked; CREATE SCHEMA ana AUTHORIZATION ana;
GRANT USAGE ON SCHEMA shop TO ana;
ALTER ROLE ana SET search_path = "$user", shop, public;
CREATE TABLE shop."Order Items" (id serial PRIMARY KEY, gone int, "Unit Price" numeric DEFAULT 0,
	twice numeric GENERATED ALWAYS AS ("Unit Price" * 2) STORED);
ALTER TABLE shop."Order Items" DROP COLUMN gone;
ALTER TABLE shop."Order Items" RENAME COLUMN twice TO doubled;
CREATE VIEW shop.cheap AS SELECT id FROM shop."Order Items";
CREATE MATERIALIZED VIEW shop.frozen AS SELECT 1 AS one;
CREATE TABLE shop.parted (id int) PARTITION BY RANGE (id);
CREATE FUNCTION shop.refund(a int, b int DEFAULT 0, VARIADIC c int[] DEFAULT '{}') RETURNS int
	LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION shop.refund(text) RETURNS int LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON FUNCTION shop.refund(text) FROM PUBLIC;
CREATE PROCEDURE shop.tidy() LANGUAGE sql AS '';
CREATE TYPE shop.mood AS ENUM ('sad', 'ok');
CREATE DOMAIN shop.positive AS int CHECK (VALUE > 0);
CREATE TYPE shop.pair AS (a int, b int);
CREATE OPERATOR shop.%% (LEFTARG = int, RIGHTARG = int, FUNCTION = int4mod);`

func TestSnapshotIsWhatTheServerHas(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, server, "", schema)
	s := current(t, open(t, server, "ana", "", slow))

	if s.Role != "ana" || s.Superuser || s.Database != "postgres" || s.Encoding != "UTF8" || s.ServerVersion < 130000 {
		t.Errorf("role %q, superuser %v, database %q, encoding %q, version %d",
			s.Role, s.Superuser, s.Database, s.Encoding, s.ServerVersion)
	}
	if s.SearchPath != `"$user", shop, public` {
		t.Errorf("search_path %s, want what a login of ana is given", s.SearchPath)
	}
	if !s.Schemas["shop"].Usage || s.Schemas["locked"].Usage || !s.Schemas["pg_catalog"].Usage {
		t.Error("USAGE is not what was granted")
	}

	items := s.Lookup("shop", "Order Items")
	want := []Column{{Name: "id", Number: 1, Default: true, Key: true}, {Name: "Unit Price", Number: 3, Default: true},
		{Name: "doubled", Number: 4, Default: true, Generated: true}}
	if items == nil || len(items.Columns) != len(want) {
		t.Fatalf("got %+v", items)
	}
	for i, w := range want {
		got := items.Columns[i]
		if got.Type == 0 {
			t.Errorf("column %s has no type", got.Name)
		}
		if got.Type = 0; got != w {
			t.Errorf("column %d is %+v, want %+v", i, got, w)
		}
	}
	for name, kind := range map[string]byte{"Order Items": 'r', "cheap": 'v', "frozen": 'm', "parted": 'p',
		"Order Items_id_seq": 'S', "Order Items_pkey": 'i', "pair": 'c'} {
		if r := s.Lookup("shop", name); r == nil || r.Kind != kind {
			t.Errorf("%s is %+v, want kind %c", name, r, kind)
		}
	}
	if s.Lookup("pg_catalog", "pg_class").Column("relname") == nil {
		t.Error("pg_class has lost its columns")
	}
	if s.Lookup("information_schema", "columns") == nil {
		t.Error("information_schema.columns is missing")
	}
}

func TestSnapshotFunctionsTypesOperators(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, server, "", schema)
	s := current(t, open(t, server, "", "", slow))

	if !s.Superuser {
		t.Error("the superuser is not seen as one")
	}
	refunds := s.Functions([]string{"shop"}, "refund")
	if len(refunds) != 2 {
		t.Fatalf("%d functions refund, want 2", len(refunds))
	}
	f, withheld := refunds[0], refunds[1]
	if f.Args != 3 || f.Defaults != 2 || !f.Variadic || f.Kind != 'f' || f.Volatile != 's' || !f.PublicExecute {
		t.Errorf("got %+v", f)
	}
	if withheld.Args != 1 || withheld.PublicExecute {
		t.Errorf("EXECUTE was revoked from PUBLIC: %+v", withheld)
	}
	if p := s.Functions([]string{"shop"}, "tidy"); len(p) != 1 || p[0].Kind != 'p' {
		t.Errorf("the procedure is %+v", p)
	}
	if c := s.Functions(nil, "count"); len(c) == 0 || c[0].Kind != 'a' {
		t.Errorf("count is %+v", c)
	}
	if f := s.Functions(nil, "pg_read_file"); len(f) == 0 || f[0].PublicExecute {
		t.Errorf("pg_read_file is %+v", f)
	}

	for name, kind := range map[string]byte{"mood": 'e', "positive": 'd', "pair": 'c'} {
		if ty := s.Schemas["shop"].Types[name]; ty == nil || ty.Kind != kind {
			t.Errorf("type %s is %+v, want kind %c", name, ty, kind)
		}
	}
	for _, name := range []string{"_mood", "cheap", "Order Items"} {
		if ty := s.Schemas["shop"].Types[name]; ty != nil {
			t.Errorf("array and row types are left out: %+v", ty)
		}
	}
	if ty := s.Schemas["pg_catalog"].Types["int4"]; ty == nil || ty.Kind != 'b' {
		t.Errorf("int4 is %+v", ty)
	}
	op := s.Operators([]string{"shop"}, "%%")
	if len(op) != 1 || op[0].FunctionSchema != "pg_catalog" || op[0].Function != "int4mod" {
		t.Errorf("operator %%%% is %+v", op)
	}
}

func TestExtensionsOwnTheirObjects(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	if err := server.Exec(t.Context(), "CREATE EXTENSION pg_trgm; CREATE EXTENSION citext"); err != nil {
		t.Fatalf("PostgreSQL's contrib modules are needed: %v", err)
	}
	s := current(t, open(t, server, "", "", slow))
	if f := s.Functions([]string{"public"}, "similarity"); len(f) != 1 || f[0].Extension != "pg_trgm" {
		t.Errorf("similarity is %+v", f)
	}
	if op := s.Operators([]string{"public"}, "<->>>"); len(op) != 1 || op[0].Extension != "pg_trgm" {
		t.Errorf("operator <->>> is %+v", op)
	}
	if ty := s.Schemas["public"].Types["citext"]; ty == nil || ty.Extension != "citext" {
		t.Errorf("citext is %+v", ty)
	}
	if f := s.Functions(nil, "lower"); len(f) == 0 || f[0].Extension != "" {
		t.Errorf("lower is %+v", f)
	}
}

// A schema in front of pg_catalog, full of objects with the names that the
// reading uses, must change nothing about it.
func TestReadingIsImmuneToHostileObjects(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, server, "", `
		CREATE SCHEMA trap;
		CREATE FUNCTION trap.current_setting(text) RETURNS text LANGUAGE sql AS 'SELECT ''lies''';
		CREATE FUNCTION trap.set_config(text, text, bool) RETURNS text LANGUAGE sql AS 'SELECT ''lies''';
		CREATE FUNCTION trap.current_database() RETURNS name LANGUAGE sql AS 'SELECT ''lies''::name';
		CREATE FUNCTION trap.has_schema_privilege(oid, text) RETURNS bool LANGUAGE sql AS 'SELECT false';
		CREATE FUNCTION trap.no(oid, oid) RETURNS bool LANGUAGE sql AS 'SELECT false';
		CREATE OPERATOR trap.= (LEFTARG = oid, RIGHTARG = oid, FUNCTION = trap.no);
		CREATE TABLE trap.pg_class (oid oid, relnamespace oid, relname name, relkind "char");
		CREATE DOMAIN trap.regclass AS text;
		ALTER ROLE postgres SET search_path = trap, pg_catalog, public;
		CREATE TABLE public.real (id int)`)
	s := current(t, open(t, server, "", "", slow))
	if s.Database != "postgres" || s.SearchPath != "trap, pg_catalog, public" || !s.Schemas["public"].Usage {
		t.Errorf("database %q, search_path %q", s.Database, s.SearchPath)
	}
	if r := s.Lookup("public", "real"); r == nil || len(r.Columns) != 1 {
		t.Errorf("public.real is %+v", r)
	}
	if r := s.Resolve([]string{"trap", "pg_catalog"}, "pg_class"); r == nil || r.Schema != "trap" {
		t.Errorf("pg_class under that path is %+v, want trap's", r)
	}
}

func TestVersionGrowsWithContentOnly(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	c := open(t, server, "", "", slow)
	first := current(t, c)
	if again := refreshed(t, c); again != first {
		t.Errorf("nothing changed, but version %d became %d", first.Version, again.Version)
	}
	pgtesting.Exec(t, server, "", "CREATE TEMP TABLE passing (id int); CREATE TABLE news (id int)")
	second := refreshed(t, c)
	if second.Version != first.Version+1 || second.Lookup("public", "news") == nil {
		t.Errorf("version %d after %d, news %v", second.Version, first.Version, second.Lookup("public", "news"))
	}
	if first.Lookup("public", "news") != nil {
		t.Error("the first snapshot has changed")
	}
	pgtesting.Exec(t, server, "", "REVOKE EXECUTE ON FUNCTION pg_sleep FROM PUBLIC")
	third := refreshed(t, c)
	if third.Version != second.Version+1 || third.Functions(nil, "pg_sleep")[0].PublicExecute {
		t.Error("a revoked EXECUTE went unseen")
	}
}

func TestTemporaryObjectsAreLeftOut(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	conn, err := pgconn.Connect(t.Context(), server.URL("", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	c := open(t, server, "", "", slow)
	before := current(t, c)
	if _, err := conn.Exec(t.Context(), "CREATE TEMP TABLE passing (id text)").ReadAll(); err != nil {
		t.Fatal(err)
	}
	for name := range refreshed(t, c).Schemas {
		if len(name) > 7 && (name[:7] == "pg_temp" || name[:8] == "pg_toast" && name != "pg_toast") {
			t.Errorf("schema %s is in the snapshot", name)
		}
	}
	if refreshed(t, c) != before {
		t.Error("another session's temporary table made a new version")
	}
}

func TestKeeperSeesChangesWhileInUse(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	c := open(t, server, "", "", Options{Interval: 10 * time.Millisecond})
	current(t, c)
	pgtesting.Exec(t, server, "", "CREATE TABLE news (id int)")
	for current(t, c).Lookup("public", "news") == nil { // go test's own timeout bounds it
		time.Sleep(time.Millisecond)
	}
}

func TestUnusedCatalogueHangsUp(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	c := open(t, server, "", "", Options{Interval: time.Millisecond})
	version := current(t, c).Version
	connected := func() bool {
		c.reader.mu.Lock()
		defer c.reader.mu.Unlock()
		return c.reader.conn != nil
	}
	for c.current.Load() != nil || connected() {
		time.Sleep(time.Millisecond)
	}
	pgtesting.Exec(t, server, "", "CREATE TABLE news (id int)")
	if s := current(t, c); s.Version != version+1 || s.Lookup("public", "news") == nil {
		t.Errorf("the first use after a rest got version %d without a look at the server", s.Version)
	}
}

func TestFailedReadingServesTheOldSnapshotForAWhileOnly(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	var told sync.Once
	failed := make(chan error, 1)
	c := open(t, server, "", "", Options{Interval: time.Hour, Failed: func(err error) { told.Do(func() { failed <- err }) }})
	s := current(t, c)
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := c.Refresh(t.Context()); err == nil {
		t.Fatal("a reading from a dead server succeeded")
	}
	if err := <-failed; err == nil {
		t.Error("told of a failure that is none")
	}
	if got := current(t, c); got != s {
		t.Error("the old snapshot does not serve")
	}
	c.mu.Lock()
	c.valid = c.valid.Add(-2 * defaultMaxAge)
	c.mu.Unlock()
	c.Refresh(t.Context())
	if got, err := c.Current(t.Context()); err == nil {
		t.Errorf("a snapshot of long ago (version %d) still serves", got.Version)
	}
}

func TestKeptConnectionThatDiedIsReplaced(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	c := open(t, server, "", "", slow)
	current(t, c)
	if err := server.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := c.Refresh(t.Context()); err != nil {
		t.Errorf("after the server's restart: %v", err)
	}
}

// Whoever asks gets what was there when they asked, however many ask at once.
func TestConcurrentRefreshesSeeWhatCameBefore(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	c := open(t, server, "", "", slow)
	var wg sync.WaitGroup
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
		wg.Go(func() {
			if err := server.Exec(t.Context(), "CREATE TABLE t_"+name+" (id int)"); err != nil {
				t.Error(err)
				return
			}
			if err := c.Refresh(t.Context()); err != nil {
				t.Error(err)
				return
			}
			if s, err := c.Current(t.Context()); err != nil || s.Lookup("public", "t_"+name) == nil {
				t.Errorf("t_%s was there before the call and is not seen (%v)", name, err)
			}
		})
	}
	wg.Wait()
}

func TestClosedCatalogueAnswersWithAnError(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	c := open(t, server, "", "", slow)
	c.Close()
	if _, err := c.Current(t.Context()); !errors.Is(err, errClosed) {
		t.Errorf("got %v", err)
	}
}

func TestCurrentDoesNotAllocate(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	c := open(t, server, "", "", slow)
	current(t, c)
	ctx := t.Context()
	if n := testing.AllocsPerRun(100, func() { c.Current(ctx) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkReading(b *testing.B) {
	server := pgtesting.Start(b, pgtest.Options{})
	cfg, err := pgconn.ParseConfig(server.URL("", ""))
	if err != nil {
		b.Fatal(err)
	}
	c := Open(func() (*pgconn.Config, error) { return cfg.Copy(), nil }, slow)
	defer c.Close()
	for b.Loop() {
		if err := c.Refresh(b.Context()); err != nil {
			b.Fatal(err)
		}
	}
}
