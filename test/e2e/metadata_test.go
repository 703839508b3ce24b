package e2e_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Where Debian's libpostgresql-jdbc-java puts the driver.
const jdbcDriver = "/usr/share/java/postgresql.jar"

// Drivers and ORMs ask the catalogue by themselves. Through the proxy, with a
// scope of one table, each prints what it prints directly, and nothing is denied.
func TestClientMetadata(t *testing.T) {
	db, p := stocked(t)
	trail := p.Trail()
	for _, c := range []struct {
		name    string
		program string
		args    []string // below test/clients
	}{
		{"psycopg 3", "/usr/bin/python3", []string{"psycopg3/metadata.py"}},
		{"SQLAlchemy", "/usr/bin/python3", []string{"sqlalchemy/reflect.py"}},
		{"Django", "/usr/bin/python3", []string{"django/introspect.py"}},
		{"pgjdbc", "java", []string{"-cp", jdbcDriver, "jdbc/Metadata.java"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			run := func(env []string) string {
				cmd := command(t, append(env, "PYTHONHASHSEED=0"), c.program, c.args...)
				cmd.Dir = filepath.Join("..", "clients")
				cmd.Stderr = os.Stderr
				out, err := cmd.Output()
				if err != nil {
					t.Errorf("%v: %s", err, out[max(0, len(out)-2000):])
				}
				return string(out)
			}
			direct := run(directEnv(db))
			if !strings.Contains(direct, "item 1") {
				t.Errorf("even directly it prints only %s", direct)
			}
			compare(t, run(p.Env("shop", "ana", issue(t, p, "ana", narrow))), direct)
			for _, d := range denied(t, trail) {
				t.Errorf("denied: %s", d)
			}
		})
	}
}
