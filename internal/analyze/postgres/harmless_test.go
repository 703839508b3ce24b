package postgres

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// The proof that the lists of free functions are harmless. A secret word is
// hidden wherever a function could fetch it from; then a superuser calls every
// free function with every kind of argument that could lead there. Nothing may
// show the word, and nothing may change what lasts.

const (
	canary     = "kanarienvogel"
	canarySeed = 20
)

// hide puts the word into a table, its statistics, a large object, a file, a
// setting that only superusers see, a foreign server's password, another
// session's statement; and a verifier that begins like every other into
// pg_authid.
func hide(t *testing.T, o pgtest.Options, seed uint64) (*pgtest.Server, *prober) {
	t.Helper()
	o.Settings = map[string]string{"archive_command": canary}
	s := pgtesting.Start(t, o)
	pgtesting.Exec(t, s, "", `
		CREATE TABLE hoard (word text, doc tsvector); INSERT INTO hoard SELECT '`+canary+`', '`+canary+`' FROM generate_series(1, 5);
		CREATE VIEW hoard_view AS SELECT * FROM hoard; ANALYZE hoard; CREATE SEQUENCE hoard_seq START 731651804 INCREMENT 1000003;
		SELECT lo_from_bytea(4242, '`+canary+`'); CREATE TYPE mood AS ENUM ('a', 'b');
		CREATE ROLE keeper LOGIN PASSWORD 'x'; SELECT nextval('hoard_seq'); SELECT nextval('hoard_seq');
		CREATE FOREIGN DATA WRAPPER w; CREATE SERVER far FOREIGN DATA WRAPPER w; CREATE TABLE empty (LIKE hoard);
		CREATE USER MAPPING FOR keeper SERVER far OPTIONS (password '`+canary+`');`)
	if err := os.WriteFile(filepath.Join(s.Dir, "data", "hoard.txt"), []byte(canary), 0o644); err != nil {
		t.Fatal(err)
	}
	other := connect(t, s)
	if _, err := other.Exec(t.Context(), "SELECT '"+canary+"'").ReadAll(); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, s)
	for key := range knownExtensions {
		sql := "SELECT FROM pg_available_extensions WHERE name = " + quoteText(key.extension)
		if rows, err := rowsOf(conn, sql); err != nil || len(rows) == 0 {
			continue // of another version
		}
		if _, err := rowsOf(conn, "CREATE EXTENSION IF NOT EXISTS "+quoteName(key.extension)+" CASCADE"); err != nil {
			t.Fatal(err)
		}
	}
	// The libraries' own settings are there from now on.
	if _, err := rowsOf(conn, "SELECT show_limit(), isn_weak()"); err != nil {
		t.Fatal(err)
	}
	return s, newProber(t, conn, seed)
}

func connect(t *testing.T, s *pgtest.Server) *pgconn.PgConn {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), s.URL("", ""))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// lasting is a print of what must not change: rows of catalogues, settings,
// the other sessions, and the files beside the data.
func (p *prober) lasting(t *testing.T, s *pgtest.Server) map[string]string {
	t.Helper()
	state := map[string]string{}
	for _, table := range []string{"pg_authid", "pg_auth_members", "pg_db_role_setting", "pg_database", "pg_namespace", "pg_class", "pg_attribute", "pg_proc",
		"pg_operator", "pg_type", "pg_index", "pg_depend", "pg_description", "pg_shdescription", "pg_statistic", "pg_largeobject", "pg_largeobject_metadata",
		"pg_trigger", "pg_rewrite", "pg_sequence", "pg_extension", "pg_user_mapping", "pg_foreign_server", "pg_collation", "pg_replication_origin",
		"pg_replication_slots", "pg_file_settings", "hoard", "hoard_seq", "pg_prepared_xacts"} {
		state[table] = p.run(t, "SELECT md5(string_agg(x::text, '|' ORDER BY x::text)) FROM (SELECT * FROM "+table+") x")[0][0]
	}
	state["sessions"] = p.run(t, "SELECT string_agg(pid || query, '|' ORDER BY pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'")[0][0]
	state["reload"] = p.run(t, "SELECT pg_conf_load_time()")[0][0]
	for _, row := range p.run(t, "SELECT name, setting FROM pg_settings") {
		state["setting "+row[0]] = row[1]
	}
	for _, dir := range []string{".", "data"} {
		entries, err := os.ReadDir(filepath.Join(s.Dir, dir))
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range entries {
			content, _ := os.ReadFile(filepath.Join(s.Dir, dir, e.Name()))
			if e.Name() == "server.log" {
				content = nil
			}
			state["file "+dir+"/"+e.Name()] = string(content)
		}
	}
	return state
}

// ownSettings are the settings of an extension that its free functions set for
// the session, as SET does.
var ownSettings = []string{"setting pg_trgm.similarity_threshold", "setting isn.weak"}

func TestFreeFunctionsAreHarmless(t *testing.T) {
	pgtesting.EachVersion(t, func(t *testing.T, _ int, o pgtest.Options) {
		s, p := hide(t, o, canarySeed)
		p.catchesTheDangerous(t)
		p.harmless(t, s, 20)
	})
}

// As TestFreeFunctionsAreHarmless, with new combinations of arguments for as
// long as SALLYPORT_TORTURE says.
func TestTortureFreeFunctionsAreHarmless(t *testing.T) {
	long, err := time.ParseDuration(os.Getenv("SALLYPORT_TORTURE"))
	if err != nil {
		t.Skip("runs where SALLYPORT_TORTURE is a duration; TestFreeFunctionsAreHarmless is its short version")
	}
	for end := time.Now().Add(long); time.Now().Before(end); {
		pgtesting.EachVersion(t, func(t *testing.T, _ int, o pgtest.Options) {
			s, p := hide(t, o, rand.Uint64())
			p.harmless(t, s, 100)
		})
	}
}

// The same calls of functions that are denied do show the word.
func (p *prober) catchesTheDangerous(t *testing.T) {
	t.Helper()
	caught := map[string]bool{}
	for _, o := range p.overloads(t) {
		switch o.name {
		case "query_to_xml", "table_to_xml", "ts_stat", "pg_read_file", "pg_read_binary_file", "lo_get",
			"pg_stat_get_activity", "pg_show_all_settings", "pg_sequence_last_value":
			caught[o.name] = caught[o.name] || slices.ContainsFunc(p.attempt(t, p.writes(&o, 60)), func(s string) bool { return shown(s) != "" })
		}
	}
	for name, yes := range caught {
		if !yes {
			t.Errorf("%s, which is dangerous, showed nothing: the test has lost its teeth", name)
		}
	}
}

func (p *prober) harmless(t *testing.T, s *pgtest.Server, most int) {
	t.Helper()
	before := p.lasting(t, s)
	var calls []string
	for _, o := range p.overloads(t) {
		if o.free() {
			calls = append(calls, p.writes(&o, most)...)
		}
	}
	failed := 0
	for i, seen := range p.attempt(t, calls) {
		if what := shown(seen); what != "" {
			t.Errorf("SELECT %s shows %q", calls[i], what)
		}
		if strings.HasPrefix(seen, "! ") {
			failed++
		}
	}
	p.run(t, "SELECT pg_advisory_unlock_all()")
	after := p.lasting(t, s)
	for key := range before {
		if before[key] != after[key] && !slices.Contains(ownSettings, key) {
			t.Errorf("%s has changed: %q, then %q", key, before[key], after[key])
		}
	}
	for key := range after {
		if _, was := before[key]; !was {
			t.Errorf("%s was not there before: %q", key, after[key])
		}
	}
	t.Logf("%d calls, %d of them errors; seed %d", len(calls), failed, p.seed)
}
