package excess

import (
	"strings"
	"testing"

	"github.com/go-mysql-org/go-mysql/client"

	"github.com/sallyport-db/sallyport/internal/mytest"
	"github.com/sallyport-db/sallyport/internal/mytest/mytesting"
)

func lookMySQL(t *testing.T, s *mytest.Server, user string) *Report {
	t.Helper()
	c, err := client.Connect(s.Addr(), user, "", "")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	r, err := LookMySQL(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const worldOfMySQL = "CREATE DATABASE shop; CREATE DATABASE `odd ``one`; CREATE TABLE shop.orders (id int);" +
	`CREATE USER plain@'127.0.0.1', wide@'127.0.0.1', mighty@'127.0.0.1', other; CREATE ROLE team;
	GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON shop.* TO plain@'127.0.0.1';
	GRANT ALL ON *.* TO mighty@'127.0.0.1' WITH GRANT OPTION;
	GRANT ALL ON shop.* TO wide@'127.0.0.1' WITH GRANT OPTION;` +
	"GRANT ALL ON `odd ``one`.* TO wide@'127.0.0.1';" +
	`GRANT SELECT ON shop.orders TO wide@'127.0.0.1' WITH GRANT OPTION;
	GRANT SELECT, PROCESS, FILE, SHOW DATABASES ON *.* TO wide@'127.0.0.1';
	GRANT SELECT ON mysql.user TO wide@'127.0.0.1'; GRANT SELECT ON mysql.* TO wide@'127.0.0.1';
	GRANT team TO wide@'127.0.0.1'`

// Everything that an account can do too much of is found, and what is said against it takes it away. The account that is
// proposed exists afterwards, and can do nothing too much.
func TestFindingsOfMySQL(t *testing.T) {
	for name, start := range map[string]func(*testing.T) *mytest.Server{
		"MariaDB": func(t *testing.T) *mytest.Server { return mytesting.Start(t) },
		"MySQL":   func(t *testing.T) *mytest.Server { return mytesting.StartOther(t, mytesting.MySQL) },
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			if err := s.Exec("", worldOfMySQL); err != nil {
				t.Fatal(err)
			}
			if err := s.Exec("", "GRANT PROXY ON other TO wide@'127.0.0.1'"); err != nil {
				t.Fatal(err)
			}
			if r := lookMySQL(t, s, "plain"); len(r.Findings) != 0 || r.Role != "plain@127.0.0.1" {
				t.Errorf("a plain account: %s: %q", r.Role, r.Summary())
			}
			mighty := lookMySQL(t, s, "mighty").Summary()
			if len(mighty) < 10 || mighty[0] != "may SUPER" || mighty[1] != "may FILE" || mighty[2] != "may GRANT OPTION" {
				t.Errorf("a mighty one: %q", mighty)
			}
			if err := s.Exec("", strings.ReplaceAll(lookMySQL(t, s, "mighty").Least, "'…'", "''")); err != nil {
				t.Fatal(err)
			}
			if r := lookMySQL(t, s, "sallyport"); len(r.Findings) != 0 {
				t.Errorf("the account that is proposed: %q", r.Summary())
			}
			want := []string{
				"may FILE", "may PROCESS", "may SELECT in every schema", "has SHOW DATABASES for the whole server",
				"may hand on its rights in schemas: shop", "has rights in the server's own schemas: mysql",
				"may make events in schemas: odd `one, shop", "may change what is defined in schemas: odd `one, shop",
				"may hand on its rights on tables: shop.orders", "has rights on the server's own tables: SELECT on mysql.user",
				"is a member of", "may act as another account",
			}
			all := strings.Join(lookMySQL(t, s, "wide").Summary(), "\n")
			for _, w := range want {
				if !strings.Contains(all, w) {
					t.Errorf("nothing of %q in\n%s", w, all)
				}
			}
			for _, user := range []string{"wide", "mighty"} {
				for _, f := range lookMySQL(t, s, user).Findings {
					sql, _, _ := strings.Cut(f.Fix, "\nGRANT ") // what is to be given in its place is the operator's to say
					if err := s.Exec("", sql); err != nil {
						t.Errorf("%s: %v", sql, err)
					}
				}
				if r := lookMySQL(t, s, user); len(r.Findings) != 0 {
					t.Errorf("what is left to %s: %q", user, r.Summary())
				}
			}
		})
	}
}
