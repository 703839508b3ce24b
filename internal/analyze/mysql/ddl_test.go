package mysql

import (
	"context"
	"os"
	"slices"
	"strings"
	"testing"

	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/policy"
)

// ddlPrivileges is what ddl stands for.
const ddlPrivileges = "CREATE, ALTER, DROP, INDEX, CREATE VIEW, SHOW VIEW"

// ddlGrant is an access of DDL as the statement that gives it, or "".
func ddlGrant(a *policy.Access) string {
	switch {
	case a.Kind == policy.KindSchema && a.Op == policy.DDL:
		return "GRANT " + ddlPrivileges + ", CREATE ROUTINE, ALTER ROUTINE ON `" + a.Schema + "`.* TO probe"
	case a.Kind == policy.KindSchema && a.Op == policy.Usage:
		return "GRANT CREATE TEMPORARY TABLES, LOCK TABLES ON `" + a.Schema + "`.* TO probe"
	case a.Kind == policy.KindFunction && a.Op == policy.DDL && a.Object == "tidy":
		return "GRANT ALTER ROUTINE ON PROCEDURE `" + a.Schema + "`.`" + a.Object + "` TO probe"
	case a.Kind == policy.KindFunction && a.Op == policy.DDL:
		return "GRANT ALTER ROUTINE ON FUNCTION `" + a.Schema + "`.`" + a.Object + "` TO probe"
	case a.Op == policy.DDL:
		return "GRANT " + ddlPrivileges + " ON `" + a.Schema + "`.`" + a.Object + "` TO probe"
	case a.Op == policy.Truncate|policy.DDL:
		return "GRANT DROP ON `" + a.Schema + "`.`" + a.Object + "` TO probe"
	}
	return ""
}

// renew brings the schema back to what it was.
func (o *oracle) renew(t testing.TB) {
	t.Helper()
	schema, err := os.ReadFile("testdata/schema.sql")
	if err != nil {
		t.Fatal(err)
	}
	o.must(t, "SET foreign_key_checks = 0")
	for _, sql := range strings.Split("DROP DATABASE IF EXISTS made; DROP DATABASE IF EXISTS hr; DROP DATABASE IF EXISTS shop;"+string(schema), ";") {
		if strings.TrimSpace(sql) != "" {
			o.must(t, sql)
		}
	}
	rows, err := catalog.Read(context.Background(), o.root)
	if err != nil {
		t.Fatal(err)
	}
	o.env = &Env{Catalog: catalog.Build(rows), Schema: "shop"}
}

// narrowerDDL are accesses that MariaDB does not insist on, each with its reason.
var narrowerDDL = map[string]string{
	"CREATE VIEW v AS SELECT COUNT(*) AS n FROM orders":                          "a view without columns of the table's: any right will do, and none",
	"CREATE TABLE hr.fresh (id int, FOREIGN KEY (id) REFERENCES customers (id))": "MariaDB looks for the right in the default database, and refers to the table in the child's",
	"CHECK TABLE orders, customers EXTENDED":                                     "the right on the first table is enough",
	"CREATE VIEW v AS SELECT id, note FROM orders GROUP BY id, note":             "any right on the columns will do; here the view reads with more than its maker's",
}

// withMore are statements for which the server wants more of probe than it
// would of the proxy's user, each with the reason.
var withMore = map[string]string{
	"ALTER VIEW report AS SELECT MAX(id) AS id FROM customers GROUP BY name": "the view's definer stays, and is root",
}

// TestDDLDifferential: what the analysis asks for is enough for the server, and
// all of it is needed.
func TestDDLDifferential(t *testing.T) {
	o := newOracle(t)
	raw, err := os.ReadFile("testdata/ddl.sql")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for sql := range strings.Lines(string(raw)) {
		sql = strings.TrimSpace(sql)
		if sql == "" || strings.HasPrefix(sql, "--") {
			continue
		}
		n++
		parts := Analyze([]byte(sql), o.env)
		if len(parts) != 1 || parts[0].Statement.Fault != nil {
			t.Errorf("%s: not judged: %+v", sql, parts[0].Statement.Fault)
			continue
		}
		list := parts[0].Statement.Accesses
		for i := range list {
			less := slices.Delete(slices.Clone(list), i, i+1)
			code, _ := o.try(t, sql, less)
			if !slices.Contains(missingRights, code) && narrowerDDL[sql] == "" {
				t.Errorf("%s: error %d without %s", sql, code, render(list[i:i+1]))
			}
			if code == 0 {
				o.renew(t)
			}
		}
		code, said := o.try(t, sql, list)
		if code != 0 && withMore[sql] == "" {
			t.Errorf("%s: with all of %s: %s", sql, render(list), said)
		}
		if code == 0 {
			o.renew(t)
		}
	}
	t.Logf("%d statements", n)
}

// What reaches outside of the named tables, or into the server's own, is
// refused, whatever the grants.
func TestDDLRefused(t *testing.T) {
	o := newOracle(t)
	raw, err := os.ReadFile("testdata/ddl_refused.sql")
	if err != nil {
		t.Fatal(err)
	}
	for sql := range strings.Lines(string(raw)) {
		for _, p := range Analyze([]byte(strings.TrimSpace(sql)), o.env) {
			if p.Statement.Fault == nil {
				t.Errorf("%s passes: %s", sql, render(p.Statement.Accesses))
			}
		}
	}
}
