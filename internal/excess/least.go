package excess

import (
	"fmt"
	"strings"
)

// least writes SQL that makes a role for the proxy with no more than rows to read and change in the user's schemas, as a
// starting point: what the tokens do not need should be taken out.
func (r *Report) least() string {
	role, db := quote("sallyport_"+r.Database), quote(r.Database)
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("-- As a superuser, in the database %s. Then set its password (psql: \\password %s) and name it in the", r.Database, role)
	line("-- upstream's url. Leave out what no token needs.")
	line("CREATE ROLE %s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS;", role)
	line("GRANT CONNECT, TEMPORARY ON DATABASE %s TO %s;", db, role)
	for _, s := range r.schemas {
		name := quote(s.name)
		line("GRANT USAGE ON SCHEMA %s TO %s;", name, role)
		line("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %s TO %s;", name, role)
		line("GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA %s TO %s;", name, role)
		for _, owner := range s.owners { // and what they make later
			line("ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA %s GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %s;", quote(owner), name, role)
			line("ALTER DEFAULT PRIVILEGES FOR ROLE %s IN SCHEMA %s GRANT USAGE, SELECT, UPDATE ON SEQUENCES TO %s;", quote(owner), name, role)
		}
	}
	if len(r.creates) > 0 {
		line("-- Before PostgreSQL 15, everybody may make tables in the schema public. This takes that from everybody:")
		for _, s := range r.creates {
			line("-- REVOKE CREATE ON SCHEMA %s FROM PUBLIC;", quote(s))
		}
	}
	if len(r.databases) > 0 {
		line("-- PostgreSQL lets everybody connect to every database. This takes that from everybody, not only from this role:")
		for _, d := range sorted(r.databases) {
			line("-- REVOKE CONNECT ON DATABASE %s FROM PUBLIC;", quote(d))
		}
	}
	return b.String()
}

// quote writes a name as an identifier.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }
