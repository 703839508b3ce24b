package excess

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/go-mysql-org/go-mysql/client"
)

// LookMySQL finds out what the account of a connection to MySQL or MariaDB can do.
func LookMySQL(ctx context.Context, c *client.Conn) (r *Report, err error) {
	defer func() {
		if p := recover(); p != nil { // go-mysql panics at answers that are cut short
			r, err = nil, fmt.Errorf("the server's answer cannot be read: %v", p)
		}
	}()
	if deadline, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(deadline); err != nil {
			return nil, err
		}
	}
	m := account{conn: c}
	who := m.ask("SELECT CURRENT_USER()")
	global := m.ask("SELECT PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.USER_PRIVILEGES WHERE GRANTEE = " + self + " AND PRIVILEGE_TYPE <> 'USAGE' ORDER BY 1")
	schemas := m.ask("SELECT TABLE_SCHEMA, PRIVILEGE_TYPE, IS_GRANTABLE FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = " + self + " ORDER BY 1, 2")
	grantable := m.ask("SELECT DISTINCT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLE_PRIVILEGES WHERE GRANTEE = " + self + " AND IS_GRANTABLE = 'YES' ORDER BY 1, 2")
	system := m.ask("SELECT TABLE_SCHEMA, TABLE_NAME, PRIVILEGE_TYPE FROM information_schema.TABLE_PRIVILEGES WHERE GRANTEE = " + self +
		" AND TABLE_SCHEMA IN ('mysql', 'performance_schema', 'sys') ORDER BY 1, 2")
	said := m.ask("SHOW GRANTS")
	users := m.ask("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME NOT IN " + systemSchemas + " ORDER BY 1")
	if m.err != nil {
		return nil, m.err
	}
	m.name = quoteAccount(who[0][0])
	m.Role = who[0][0]
	m.powers(global)
	m.onSchemas(schemas)
	m.onTables(grantable, system)
	m.lent(said)
	m.Least = leastMySQL(who[0][0], users)
	return &m.Report, nil
}

// self is the grantee as the privileges' tables write it: an account's name and host in quotes, which are not doubled.
const self = "CONCAT('''', REPLACE(CURRENT_USER(), '@', '''@'''), '''')"

const systemSchemas = "('mysql', 'information_schema', 'performance_schema', 'sys')"

// account gathers what one can do.
type account struct {
	Report
	conn *client.Conn
	err  error
	name string // quoted
}

func (m *account) ask(query string) (rows [][]string) {
	if m.err != nil {
		return nil
	}
	result, err := m.conn.Execute(query)
	if err != nil {
		m.err = err
		return nil
	}
	defer result.Close()
	for i := range result.RowNumber() {
		row := make([]string, result.ColumnNumber())
		for j := range row {
			s, err := result.GetString(i, j)
			m.err, row[j] = err, strings.Clone(s) // it is the result's, which is used again
		}
		rows = append(rows, row)
	}
	return rows
}

// powers makes findings of what holds everywhere (*.*), the gravest first.
func (m *account) powers(rows [][]string) {
	var held []string
	for _, row := range rows {
		held = append(held, row[0])
		if row[1] == "YES" && !slices.Contains(held, "GRANT OPTION") {
			held = append(held, "GRANT OPTION")
		}
	}
	take := func(names []string) string {
		return "REVOKE " + strings.Join(names, ", ") + " ON *.* FROM " + m.name + ";"
	}
	var data, rest []string
	for _, p := range powers {
		switch {
		case !slices.Contains(held, p.name):
		case p.name == "GRANT OPTION": // taken alone it stays with MySQL's dynamic privileges, which then cannot be taken either
			m.add("may "+p.name, p.why, "REVOKE ALL PRIVILEGES, GRANT OPTION FROM "+m.name+"; -- and give back what tokens need")
		default:
			m.add("may "+p.name, p.why, take([]string{p.name}))
		}
	}
	for _, name := range held {
		switch {
		case slices.ContainsFunc(powers, func(p power) bool { return p.name == name }):
		case slices.Contains(everywhere, name):
			data = append(data, name)
		default:
			rest = append(rest, name)
		}
	}
	if data != nil {
		m.add("may "+some(data)+" in every schema", "it reaches those of other applications, and the accounts and their passwords' hashes in the schema mysql",
			take(data)+"\nGRANT "+strings.Join(data, ", ")+" ON … TO "+m.name+"; -- the schemas behind the proxy")
	}
	if rest != nil {
		m.add("has "+some(rest)+" for the whole server", "no statement of a token needs it", take(rest))
	}
}

// onSchemas makes findings of what holds in whole schemas.
func (m *account) onSchemas(rows [][]string) {
	found := map[string][]string{}
	note := func(what, schema string) {
		if !slices.Contains(found[what], schema) {
			found[what] = append(found[what], schema)
		}
	}
	for _, row := range rows {
		schema, privilege := row[0], row[1]
		if row[2] == "YES" {
			note("grant", schema)
		}
		switch {
		case schema == "mysql" || schema == "sys" || schema == "performance_schema" || schema == "%":
			note("system", schema)
		case privilege == "EVENT":
			note("event", schema)
		case slices.Contains(definitions, privilege):
			note("define", schema)
		}
	}
	m.schemas(found["grant"], "GRANT OPTION", "may hand on its rights in schemas: ", "it gives to other accounts what was given to it")
	m.schemas(found["system"], "ALL", "has rights in the server's own schemas: ", "they hold the accounts, and what other people run")
	m.schemas(found["event"], "EVENT", "may make events in schemas: ", "the server runs them later, when nobody looks")
	m.schemas(found["define"], strings.Join(definitions, ", "), "may change what is defined in schemas: ",
		"it alters and drops tables, and a routine or view of its making runs with its rights for whoever uses it (needed only where tokens have ddl)")
}

func (m *account) schemas(names []string, privileges, is, why string) {
	if names == nil {
		return
	}
	var fixes []string
	for _, n := range names {
		fixes = append(fixes, "REVOKE "+privileges+" ON "+tick(n)+".* FROM "+m.name+";")
	}
	m.add(is+some(names), why, strings.Join(fixes, "\n"))
}

// onTables makes findings of what holds on single tables.
func (m *account) onTables(grantable, system [][]string) {
	var names, fixes []string
	for _, row := range grantable {
		names = append(names, row[0]+"."+row[1])
		fixes = append(fixes, "REVOKE GRANT OPTION ON "+tick(row[0])+"."+tick(row[1])+" FROM "+m.name+";")
	}
	if names != nil {
		m.add("may hand on its rights on tables: "+some(names), "it gives to other accounts what was given to it", strings.Join(fixes, "\n"))
	}
	names, fixes = nil, nil
	for _, row := range system {
		names = append(names, row[2]+" on "+row[0]+"."+row[1])
		fixes = append(fixes, "REVOKE "+row[2]+" ON "+tick(row[0])+"."+tick(row[1])+" FROM "+m.name+";")
	}
	if names != nil {
		m.add("has rights on the server's own tables: "+some(names), "they hold the accounts, and what other people run", strings.Join(fixes, "\n"))
	}
}

// lent makes findings of roles and of other accounts' rights, which SHOW GRANTS alone tells on every server.
func (m *account) lent(rows [][]string) {
	for _, row := range rows {
		what, _, to := strings.Cut(strings.TrimPrefix(row[0], "GRANT "), " TO ")
		switch {
		case strings.HasPrefix(what, "PROXY ON "):
			m.add("may act as another account ("+what+")", "it does what that one may", "REVOKE "+what+" FROM "+m.name+";")
		case to && strings.HasPrefix(row[0], "GRANT ") && !strings.Contains(what, " ON "):
			m.add("is a member of "+what, "it may do what that role may, which is not looked at here", "REVOKE "+what+" FROM "+m.name+";")
		}
	}
}

// leastMySQL writes SQL that makes an account for the proxy, as Report.least does for PostgreSQL.
func leastMySQL(current string, schemas [][]string) string {
	at := strings.LastIndexByte(current, '@')
	name := quoteAccount("sallyport" + current[max(at, 0):])
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("-- As an administrator, with a password in the place of the dots. Then name the account in the upstream's url.")
	line("-- Leave out what no token needs; SHOW VIEW and TRIGGER are for seeing what views read and which tables have triggers.")
	line("CREATE USER %s IDENTIFIED BY '…';", name)
	for _, s := range schemas {
		line("GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE, SHOW VIEW, TRIGGER, CREATE TEMPORARY TABLES, LOCK TABLES ON %s.* TO %s;", tick(s[0]), name)
	}
	return b.String()
}

// quoteAccount writes "name@host" as a statement does.
func quoteAccount(account string) string {
	at := strings.LastIndexByte(account, '@')
	if at < 0 {
		return tick(account)
	}
	return tick(account[:at]) + "@" + tick(account[at+1:])
}

func tick(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }
