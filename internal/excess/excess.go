// Package excess finds what the role, or MySQL's account, of an upstream can do that no scope needs. It is what an error in our judgement
// would win, so it should be nothing.
package excess

import (
	"cmp"
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// Finding is one thing that the role can do.
type Finding struct {
	Is  string // what it is or may, in words that follow "the role": "is a superuser"
	Why string // what that wins
	Fix string // SQL that takes it away; several statements, each on a line

	Usual bool // the database gives it to everybody
}

// Report is what was found of one upstream.
type Report struct {
	Role, Database string
	Findings       []Finding // the gravest first
	Least          string    // SQL that makes a role that can do what tokens need, as a starting point

	schemas   []schema
	creates   []string // schemas that it may create objects in
	databases []string // others that it may connect to
}

// schema is one of the user's, and who makes tables in it.
type schema struct {
	name   string
	owners []string
}

//go:embed excess.sql
var query string

// within bounds connecting and asking.
const within = 15 * time.Second

// Look connects as config says and finds out.
func Look(ctx context.Context, config *pgconn.Config) (*Report, error) {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	conn, err := pgconn.ConnectConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	defer conn.Close(context.Background())
	results, err := conn.Exec(ctx, query).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(results) != 3 || len(results[2].Rows) != 1 {
		return nil, fmt.Errorf("the database gave %d results instead of 3", len(results))
	}
	r := &Report{Role: string(results[2].Rows[0][0]), Database: string(results[2].Rows[0][1])}
	seen := map[string][]string{}
	for _, row := range results[0].Rows {
		seen[string(row[0])] = append(seen[string(row[0])], string(row[1]))
	}
	r.databases = seen["database"]
	for _, row := range results[1].Rows {
		s := schema{name: string(row[0])}
		if row[1] != nil {
			s.owners = strings.Split(string(row[1]), "\n")
		}
		r.schemas = append(r.schemas, s)
	}
	r.judge(seen)
	r.Least = r.least()
	return r, nil
}

// judge makes findings of the rows, in the order of what they win.
func (r *Report) judge(seen map[string][]string) {
	role := quote(r.Role)
	for _, a := range attributes {
		if seen[a.kind] != nil {
			r.add(a.is, a.why, "ALTER ROLE "+role+" "+a.fix+";")
		}
	}
	for _, of := range sorted(seen["member"]) {
		r.add("is a member of "+of, cmp.Or(predefined[of], "it may do what that role may, and become it"), "REVOKE "+quote(of)+" FROM "+role+";")
	}
	if seen["passwords"] != nil {
		r.add("may read pg_authid", "it reads the password hashes of all roles", "REVOKE SELECT ON pg_catalog.pg_authid FROM "+role+";")
	}
	for _, f := range sorted(seen["function"]) {
		r.add("may call "+f, "it reaches the server's files or its configuration", "REVOKE EXECUTE ON FUNCTION "+f+" FROM PUBLIC, "+role+";")
	}
	if seen["owns-database"] != nil {
		r.add("owns the database", "it may drop it, and make schemas and trusted extensions in it",
			"ALTER DATABASE "+quote(r.Database)+" OWNER TO …; -- a role that nobody logs in as")
	}
	if seen["creates-schemas"] != nil {
		r.add("may create schemas", "it makes objects there that others may use by mistake", "REVOKE CREATE ON DATABASE "+quote(r.Database)+" FROM PUBLIC, "+role+";")
	}
	r.creates = sorted(seen["creates"])
	if r.creates != nil {
		r.add("may create objects in schemas: "+some(r.creates), "a function of its own, made there, may be called by others in place of theirs (needed only where tokens have ddl)",
			lines("REVOKE CREATE ON SCHEMA %s FROM PUBLIC, "+role+";", r.creates))
	}
	r.tables(seen["row-security"], "owns tables that have row-level security", "it does not bind their owner", "ALTER TABLE %s FORCE ROW LEVEL SECURITY;")
	r.tables(seen["owns-tables"], "owns tables", "it may alter and drop them, and row-level security would not bind it (needed only where tokens have ddl)",
		"ALTER TABLE %s OWNER TO …; -- a role that nobody logs in as")
	for _, l := range sorted(seen["language"]) {
		r.add("finds the untrusted language "+l, "its functions do what the server's operating system user may", "DROP EXTENSION "+quote(l)+";")
	}
	for _, e := range sorted(seen["extension"]) {
		if why := extensions[e]; why != "" {
			r.add("finds the extension "+e, why, "DROP EXTENSION "+quote(e)+";")
		}
	}
	if names := sorted(r.databases); names != nil {
		r.add("may connect to other databases: "+some(names), "its password opens those, too",
			lines("REVOKE CONNECT ON DATABASE %s FROM PUBLIC, "+role+";", names))
		r.usual()
	}
}

func (r *Report) add(is, why, fix string) {
	r.Findings = append(r.Findings, Finding{Is: is, Why: why, Fix: fix})
}

func (r *Report) tables(names []string, is, why, fix string) {
	if names == nil {
		return
	}
	names = sorted(names)
	var lines []string
	for _, n := range names {
		lines = append(lines, fmt.Sprintf(fix, n))
	}
	r.add(is+": "+some(names), why, strings.Join(lines, "\n"))
}

// lines writes a statement for each name.
func lines(format string, names []string) string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = fmt.Sprintf(format, quote(n))
	}
	return strings.Join(list, "\n")
}

// Grave says that there is something that PostgreSQL does not give to everybody.
func (r *Report) Grave() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return !f.Usual })
}

// usual marks the last finding as one that goes for everybody.
func (r *Report) usual() { r.Findings[len(r.Findings)-1].Usual = true }

// Summary names the findings in one line each.
func (r *Report) Summary() []string {
	list := make([]string, len(r.Findings))
	for i, f := range r.Findings {
		list[i] = f.Is
	}
	return list
}

func sorted(names []string) []string {
	slices.Sort(names)
	return names
}

// some names at most five.
func some(names []string) string {
	const most = 5
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}
