package catalog

import (
	"sync"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// strict is slow, and looks each time.
var strict = Options{Interval: time.Hour, Strict: true}

func judged(t *testing.T, c *Catalog) *Snapshot {
	t.Helper()
	s, err := c.Judged(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestStrictSeesEveryChange: after each statement the mark differs, so that
// nothing is judged by what was there before it.
func TestStrictSeesEveryChange(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, server, "", `CREATE TABLE t (a int, b int); CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE c (a int);
		CREATE VIEW v AS SELECT a FROM t; CREATE SCHEMA s; CREATE ROLE ana; CREATE ROLE eva;
		CREATE FUNCTION f(x int) RETURNS int LANGUAGE sql AS 'SELECT 1';
		CREATE FUNCTION fire() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'`)
	c := open(t, server, "", "", strict)
	judged(t, c)
	for _, sql := range []string{
		"ALTER TABLE t ADD COLUMN d int", "ALTER TABLE t RENAME COLUMN d TO e", "ALTER TABLE t DROP COLUMN e",
		"ALTER TABLE t ALTER a SET DEFAULT 1", "ALTER TABLE t ALTER a SET DEFAULT 2", "ALTER TABLE t ADD CHECK (a > 0)",
		"ALTER TABLE t ALTER b TYPE text", "CREATE OR REPLACE VIEW v AS SELECT a + 1 AS a FROM t", "ALTER VIEW v SET (security_invoker = true)",
		"CREATE OR REPLACE FUNCTION f(x int) RETURNS int LANGUAGE sql AS 'SELECT 2'", "ALTER FUNCTION f(int) RENAME TO g", "ALTER FUNCTION g(int) SET SCHEMA s",
		"ALTER TABLE t RENAME TO u", "ALTER TABLE u SET SCHEMA s", "GRANT SELECT ON s.u TO ana", "REVOKE EXECUTE ON FUNCTION s.g(int) FROM PUBLIC",
		"ALTER TABLE s.u ENABLE ROW LEVEL SECURITY", "CREATE POLICY x ON s.u USING (true)", "ALTER POLICY x ON s.u USING (false)",
		"ALTER TABLE s.u FORCE ROW LEVEL SECURITY", "ALTER TABLE s.u OWNER TO ana", "ALTER TABLE p ATTACH PARTITION c FOR VALUES IN (1)",
		"CREATE TRIGGER r AFTER INSERT ON c FOR EACH ROW EXECUTE FUNCTION fire()", "ALTER TABLE c DISABLE TRIGGER r",
		"CREATE RULE r AS ON INSERT TO c DO NOTHING", "CREATE INDEX ON c ((a + 1))", "CREATE DOMAIN d AS int", "ALTER DOMAIN d ADD CHECK (VALUE > 1)",
		"CREATE TYPE k AS (a int)", "CREATE OPERATOR s.&&& (LEFTARG = int, RIGHTARG = int, FUNCTION = int4pl)", "CREATE CAST (k AS text) WITH INOUT",
		"ALTER SCHEMA s RENAME TO s2", "GRANT USAGE ON SCHEMA s2 TO ana", "ALTER ROLE ana BYPASSRLS", "GRANT ana TO eva", "CREATE EXTENSION pg_trgm",
		"DROP VIEW v", "DROP TABLE s2.u",
	} {
		before := c.reader.mark.sum
		pgtesting.Exec(t, server, "", sql)
		s := judged(t, c)
		if after := c.reader.mark.sum; after == before || before == "" {
			t.Errorf("%s: the mark was %.60q and is %.60q", sql, before, after)
		}
		if want := refreshed(t, c); want != s {
			t.Errorf("%s: judged by version %d, there is %d", sql, s.Version, want.Version)
		}
	}
}

// TestStrictReadsLittle: what changes no schema has nothing read again.
func TestStrictReadsLittle(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, server, "", "CREATE TABLE t (a int)")
	c := open(t, server, "", "", strict)
	first := judged(t, c)
	read := c.reader.born
	c.reader.hash++ // another reading would give another snapshot
	for _, sql := range []string{"INSERT INTO t VALUES (1)", "CREATE TEMP TABLE x (a int DEFAULT 1 CHECK (a > 0)); INSERT INTO x VALUES (1)", "ANALYZE t", "VACUUM t"} {
		pgtesting.Exec(t, server, "", sql)
		if s := judged(t, c); s != first {
			t.Errorf("%s: everything was read again", sql)
			first = s
		}
	}
	if c.reader.born != read {
		t.Error("another connection was made")
	}
}

// TestStrictIsNeverEarlier: whoever asks after a change sees it, however many
// ask at the same time.
func TestStrictIsNeverEarlier(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	c := open(t, server, "", "", strict)
	stop := make(chan struct{})
	var others sync.WaitGroup
	for range 4 {
		others.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					_, _ = c.Judged(t.Context())
				}
			}
		})
	}
	for range 20 {
		pgtesting.Exec(t, server, "", "CREATE TABLE x (a int)")
		if judged(t, c).Lookup("public", "x") == nil {
			t.Error("a table that was made is not there")
		}
		pgtesting.Exec(t, server, "", "DROP TABLE x")
		if judged(t, c).Lookup("public", "x") != nil {
			t.Error("a table that was dropped is there")
		}
	}
	close(stop)
	others.Wait()
}

// TestStrictFailsClosed: a server that cannot be asked has nothing judged.
func TestStrictFailsClosed(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	c := open(t, server, "", "", strict)
	judged(t, c)
	if err := server.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Judged(t.Context()); err == nil {
		t.Error("judged by what was there before the server went down")
	}
}
