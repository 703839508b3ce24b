package postgres

import (
	"bufio"
	"context"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/catalog"
	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/policy"
)

// stricter lists what is asked for although PostgreSQL would not ask: the
// statement, and a word of the access. Each has its reason.
var stricter = map[string]string{
	// The server asks at EXECUTE; what is prepared is judged at once (and again).
	"PREPARE q AS SELECT secret FROM orders WHERE id = $1": "orders",
	// The server leaves out what cannot change the result.
	"SELECT id FROM b.subquery": "execute f",
	// Columns that nobody reads are told apart at the uppermost view only.
	"SELECT id FROM b.joined": "execute f",
	"SELECT x FROM b.nested":  "execute f1",
	// Where rows are changed or locked, whole rows of a view are taken to be read.
	"SELECT c.id FROM b.columns c FOR UPDATE":                       "execute f",
	"UPDATE b.base SET a = 1 FROM b.columns c WHERE c.id = base.id": "execute f",
	"UPDATE b.columns SET id = 1 RETURNING y":                       "execute f",
	// The policies for UPDATE are taken whole, WITH CHECK included.
	"SELECT id FROM b.guarded FOR UPDATE": "execute f3",
	// Below a view it is not known which roles its owner is a member of.
	"SELECT id FROM b.guarded_owner": "execute eq",
	"DELETE FROM b.guarded_owner":    "execute eq",
	// A rule that does nothing instead takes the whole statement away.
	"DELETE FROM b.ruled": "delete ruled",
}

// oracle is a real server and a role whose rights each case sets.
type oracle struct {
	conn    *pgconn.PgConn
	catalog *catalog.Catalog
	env     *Env
}

func newOracle(t testing.TB) *oracle {
	t.Helper()
	return newOracleOn(t, pgtesting.Start(t, pgtest.Options{}))
}

func newOracleOn(t testing.TB, server *pgtest.Server) *oracle {
	t.Helper()
	return newOracleAs(t, server, "")
}

// newOracleAs reads the catalogue as a role does, "" for a superuser.
func newOracleAs(t testing.TB, server *pgtest.Server, role string) *oracle {
	t.Helper()
	schema, err := os.ReadFile("testdata/schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	pgtesting.Exec(t, server, "", string(schema)+`
		CREATE ROLE probe; GRANT USAGE ON SCHEMA public, app TO probe;
		REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public, app FROM PUBLIC;
		REVOKE EXECUTE ON ALL PROCEDURES IN SCHEMA public, app FROM PUBLIC;`)
	cfg, err := pgconn.ParseConfig(server.URL("", ""))
	if err != nil {
		t.Fatal(err)
	}
	own, err := pgconn.ParseConfig(server.URL(role, ""))
	if err != nil {
		t.Fatal(err)
	}
	c := catalog.Open(func() (*pgconn.Config, error) { return own.Copy(), nil }, catalog.Options{})
	t.Cleanup(c.Close)
	conn, err := pgconn.ConnectConfig(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	o := &oracle{conn: conn, catalog: c}
	o.reload(t)
	return o
}

// reload reads the catalogue anew.
func (o *oracle) reload(t testing.TB) {
	t.Helper()
	if err := o.catalog.Refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	snap, err := o.catalog.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	o.env = &Env{Catalog: snap, SearchPath: []string{"$user", "public"}, MaxSleep: time.Minute}
}

// try runs a statement as the probe with exactly these accesses granted, and
// returns the SQLSTATE, "" for success. Everything is rolled back.
func (o *oracle) try(t *testing.T, sql string, accesses []policy.Access) string {
	t.Helper()
	setup := "BEGIN;"
	for i := range accesses {
		setup += own(&accesses[i]) // which takes away whatever was granted
	}
	for i := range accesses {
		if a := &accesses[i]; !a.Free { // USAGE on every schema that a grant names
			setup += "GRANT USAGE ON SCHEMA " + quoteName(a.Schema) + " TO probe;" + grant(a)
		}
	}
	setup += "SAVEPOINT s; SET LOCAL ROLE probe;"
	if err := o.exec(setup); err != nil {
		t.Fatalf("%s: %v", setup, err)
	}
	err := o.run(sql)
	if e := o.exec("ROLLBACK; DEALLOCATE ALL"); e != nil {
		t.Fatal(e)
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code
	}
	if err != nil {
		t.Fatal(err)
	}
	return ""
}

// run is exec, and gives COPY … FROM a row.
func (o *oracle) run(sql string) error {
	if !strings.HasPrefix(sql, "COPY") || !strings.HasSuffix(sql, "FROM STDIN") {
		return o.exec(sql)
	}
	columns, _, listed := strings.Cut(sql, ")")
	row := "1" + strings.Repeat("\t1", strings.Count(columns, ","))
	if !listed {
		row = "1\t1\t1\t1"
	}
	_, err := o.conn.CopyFrom(context.Background(), strings.NewReader(row+"\n"), sql)
	return err
}

func (o *oracle) exec(sql string) error {
	_, err := o.conn.Exec(context.Background(), sql).ReadAll()
	return err
}

func quoteName(s string) string { return `"` + strings.ReplaceAll(s, `"`, `""`) + `"` }

// own makes the probe the owner of what an access asks ddl on, without the
// rights that an owner has by itself.
func own(a *policy.Access) string {
	object := quoteName(a.Schema) + "." + quoteName(a.Object)
	switch {
	case a.Free || a.Op&policy.DDL == 0:
		return ""
	case a.Kind == policy.KindNew:
		return "GRANT CREATE ON SCHEMA " + quoteName(a.Schema) + " TO probe;"
	case a.Kind == policy.KindSchema:
		return "ALTER TYPE " + object + " OWNER TO probe;"
	}
	return "ALTER TABLE " + object + " OWNER TO probe; REVOKE ALL ON " + object + " FROM probe;"
}

// grant writes an access as a GRANT.
func grant(a *policy.Access) string {
	object := quoteName(a.Schema) + "." + quoteName(a.Object)
	switch {
	case a.Free || a.Op&policy.DDL != 0:
		return ""
	case a.Kind == policy.KindSchema:
		return "GRANT USAGE ON SCHEMA " + quoteName(a.Schema) + " TO probe;"
	case a.Kind == policy.KindFunction:
		return `DO $$ DECLARE r regprocedure; BEGIN
			FOR r IN SELECT oid FROM pg_proc WHERE pronamespace = '` + quoteName(a.Schema) + `'::regnamespace AND proname = '` + a.Object + `' LOOP
				EXECUTE format('GRANT EXECUTE ON ROUTINE %s TO probe', r);
			END LOOP; END $$;`
	case a.Kind == policy.KindSequence:
		op, _, _ := strings.Cut(a.Op.String(), ",")
		return "GRANT " + op + " ON SEQUENCE " + object + " TO probe;"
	case a.WholeObject:
		return "GRANT " + a.Op.String() + " ON " + object + " TO probe;"
	case len(a.Columns) == 0:
		return "" // any one column: granted by the caller
	}
	var cols []string
	for _, c := range a.Columns {
		if systemNames[c] {
			return "GRANT " + a.Op.String() + " ON " + object + " TO probe;"
		}
		cols = append(cols, quoteName(c))
	}
	return "GRANT " + a.Op.String() + " (" + strings.Join(cols, ",") + ") ON " + object + " TO probe;"
}

var systemNames = map[string]bool{"ctid": true, "xmin": true, "xmax": true, "cmin": true, "cmax": true, "tableoid": true}

// exact replaces "any one column" by one column, so that it can be granted.
func (o *oracle) exact(accesses []policy.Access) []policy.Access {
	out := slices.Clone(accesses)
	for i := range out {
		a := &out[i]
		if a.Kind == policy.KindRelation && !a.WholeObject && len(a.Columns) == 0 && !a.Free {
			rel := o.env.Catalog.Lookup(a.Schema, a.Object)
			a.Columns = []string{rel.Columns[len(rel.Columns)-1].Name}
		}
	}
	return out
}

// less yields the list without one thing: a column, or an access.
func less(accesses []policy.Access, yield func(dropped string, rest []policy.Access)) {
	for i := range accesses {
		a := &accesses[i]
		if a.Free {
			continue
		}
		if len(a.Columns) < 2 || a.WholeObject || slices.ContainsFunc(a.Columns, func(c string) bool { return systemNames[c] }) {
			rest := slices.Delete(slices.Clone(accesses), i, i+1)
			if a.Kind == policy.KindNew { // they share one right
				rest = slices.DeleteFunc(rest, func(b policy.Access) bool { return b.Kind == a.Kind && b.Schema == a.Schema })
			}
			yield(a.Op.String()+" "+a.Object, rest)
			continue
		}
		for k, c := range a.Columns {
			rest := slices.Clone(accesses)
			rest[i].Columns = slices.Delete(slices.Clone(a.Columns), k, k+1)
			yield(a.Op.String()+" "+a.Object+"."+c, rest)
		}
	}
}

func readLines(t testing.TB, name string) []string {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var out []string
	for s := bufio.NewScanner(f); s.Scan(); {
		if line := s.Text(); line != "" && !strings.HasPrefix(line, "--") {
			out = append(out, line)
		}
	}
	return out
}

// TestAsPostgreSQLWould grants a role what the analysis asks for: the server
// must not refuse (else something is let through that it would refuse). Then
// it takes one thing away: the server must refuse (else more is asked for than
// the reference does).
func TestAsPostgreSQLWould(t *testing.T) {
	o := newOracle(t)
	statements := readLines(t, "testdata/differential.sql")
	if len(statements) < 150 {
		t.Fatalf("only %d statements", len(statements))
	}
	for _, sql := range statements {
		o.check(t, sql)
	}
}

func (o *oracle) check(t *testing.T, sql string) {
	t.Helper()
	parts := Analyze([]byte(sql), o.env)
	if len(parts) != 1 {
		t.Errorf("%s: %d parts", sql, len(parts))
		return
	}
	if f := parts[0].Statement.Fault; f != nil {
		t.Errorf("%s: %s: %s", sql, f.Rule, f.Reason)
		return
	}
	needs := o.exact(parts[0].Statement.Accesses)
	if code := o.try(t, sql, needs); code != "" {
		t.Errorf("%s: SQLSTATE %s with %s granted", sql, code, render(&parts[0].Statement))
	}
	less(needs, func(dropped string, rest []policy.Access) {
		code := o.try(t, sql, rest)
		if code == "42501" {
			return
		}
		if word, ok := stricter[sql]; ok && strings.Contains(dropped, word) {
			return
		}
		t.Errorf("%s: stricter than the server: it takes the statement without %q (SQLSTATE %q)", sql, dropped, code)
	})
}
