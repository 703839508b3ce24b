package hostile

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"
)

type message = pgproto3.FrontendMessage

func query(s string) message       { return &pgproto3.Query{String: s} }
func parse(name, s string) message { return &pgproto3.Parse{Name: name, Query: s} }
func bind(portal, name string) message {
	return &pgproto3.Bind{DestinationPortal: portal, PreparedStatement: name}
}
func execute(portal string) message { return &pgproto3.Execute{Portal: portal} }
func sync() message                 { return &pgproto3.Sync{} }

// run is Parse, Bind and Execute of one statement without a name.
func run(s string) []message { return []message{parse("", s), bind("", ""), execute("")} }

func list(parts ...any) []message {
	var all []message
	for _, p := range parts {
		switch p := p.(type) {
		case message:
			all = append(all, p)
		case []message:
			all = append(all, p...)
		case string:
			all = append(all, query(p))
		}
	}
	return all
}

var long = strings.Repeat("n", 63)

// Each attack tries to make a name that was judged as public.orders mean
// hr.orders, or to have something run under another's verdict.
var attacks = []struct {
	name     string
	messages []message
}{
	{"straight", list("SELECT * FROM hr.orders", "SELECT * FROM salaries")},
	{"path", list("SET search_path = hr", "SELECT * FROM orders")},
	{"rollback to, then commit, in a failed transaction", list(
		"BEGIN; SET search_path = hr; SAVEPOINT s", "SELECT 1/0", "ROLLBACK TO s; COMMIT", "SELECT * FROM orders")},
	{"rollback to, then commit, in two executes", list(
		"BEGIN; SET search_path = hr; SAVEPOINT s", "SELECT 1/0",
		run("ROLLBACK TO s"), run("COMMIT"), sync(), "SELECT * FROM orders")},
	{"commit of a second transaction after a failed one", list(
		"BEGIN", "SELECT 1/0", "ROLLBACK; BEGIN; SET search_path = hr; COMMIT", "SELECT * FROM orders")},
	{"chain after a failure", list(
		"BEGIN", "SELECT 1/0", "ROLLBACK AND CHAIN; SET search_path = hr; COMMIT", "SELECT * FROM orders")},
	{"copy bound under another path", list("BEGIN",
		parse("c", "COPY orders TO STDOUT"), bind("pc", "c"), run("SET search_path = hr"), execute("pc"), sync())},
	{"explain analyse bound under another path", list("BEGIN",
		parse("c", "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM orders"), bind("pc", "c"), run("SET search_path = hr"), execute("pc"), sync())},
	{"declare bound under another path", list("BEGIN",
		parse("c", "DECLARE cur CURSOR FOR SELECT * FROM orders"), bind("pc", "c"), run("SET search_path = hr"), execute("pc"), sync(), "FETCH cur")},
	{"prepare bound under another path", list("BEGIN",
		parse("c", "PREPARE pr AS SELECT * FROM orders"), bind("pc", "c"), run("SET search_path = hr"), execute("pc"), sync(),
		"EXECUTE pr")},
	{"execute bound under another path", list("PREPARE pr AS SELECT * FROM orders", "BEGIN",
		parse("c", "EXECUTE pr"), bind("pc", "c"), run("SET search_path = hr"), execute("pc"), sync())},
	{"set_config in a portal that is run twice", list("BEGIN",
		parse("c", "SELECT set_config('search_path', 'public', false)"), bind("pc", "c"), execute("pc"),
		run("SET search_path = hr"), execute("pc"), sync(), "SELECT * FROM orders")},
	{"set_config that is not reached", list("SET search_path = hr",
		"SELECT set_config('search_path', 'public', false) WHERE false", "SELECT * FROM orders")},
	{"set_config in a cursor", list(
		"BEGIN; DECLARE c CURSOR FOR SELECT set_config('search_path', 'hr', false)", "FETCH c", "SELECT * FROM orders")},
	{"set_config behind EXECUTE, exchanged", list("PREPARE q AS SELECT 1",
		parse("x", "EXECUTE q"), sync(), "DEALLOCATE q",
		parse("q", "SELECT set_config('search_path', 'hr', false)"), sync(),
		bind("", "x"), execute(""), sync(), "SELECT * FROM orders")},
	{"statements that run each other in a circle", list(
		parse("x", "SELECT 1"), parse("y", "EXECUTE x"), sync(), "DEALLOCATE x", parse("x", "EXECUTE y"), sync(),
		"SET search_path = hr", "EXECUTE x", bind("", "x"), sync())},
	{"a statement that runs itself", list("PREPARE x AS SELECT 1",
		parse("x", "EXECUTE x"), run("SET search_path = hr"), parse("", "EXECUTE x"), sync(), "EXECUTE x")},
	{"a describe under one path, an execute under another", list(
		parse("s", "SELECT * FROM orders"), sync(), "SET search_path = hr", bind("", "s"), execute(""), sync())},
	{"a race across Sync", list(run("SET search_path = hr"), sync(), run("SELECT * FROM orders"), sync(), "SELECT * FROM orders")},
	{"a race with a rollback", list(
		"SET search_path = hr", run("BEGIN"), run("SET search_path = public"), run("ROLLBACK"), run("SELECT * FROM orders"), sync(),
		run("SELECT * FROM orders"), sync(), "SELECT * FROM orders")},
	{"an implicit transaction that fails", list("SET search_path = hr",
		"SET search_path = public; SELECT 1/0", "SELECT * FROM orders")},
	{"a set that is skipped", list("SET search_path = hr",
		run("SELECT 1/0"), run("SET search_path = public"), sync(), run("SELECT * FROM orders"), sync())},
	{"local without a transaction", list("SET search_path = hr", run("SET LOCAL search_path = public"), sync(), "SELECT * FROM orders")},
	{"discard in a transaction", list("SET search_path = hr", "BEGIN", "DISCARD ALL", "ROLLBACK", "SELECT * FROM orders")},
	{"long names that differ behind the 63rd byte", list(
		parse(long+"a", "SELECT 1"), parse(long+"b", "SELECT * FROM hr.orders"), sync(),
		bind("", long+"a"), execute(""), sync())},
	{"a refused parse's name", list(parse("s", "SELECT * FROM hr.orders"), sync(), bind("", "s"), execute(""), sync(), "EXECUTE s")},
	{"an unsynced segment", list(parse("s", "SELECT * FROM hr.orders"), bind("", "s"), execute(""), sync(), "SELECT * FROM hr.orders")},
	{"a query in an open segment", list(run("SELECT 1"), "SELECT * FROM hr.orders", sync())},
	{"a portal after commit", list(run("BEGIN"), parse("s", "SELECT * FROM orders"), bind("p", "s"), run("COMMIT"),
		run("SET search_path = hr"), execute("p"), sync())},
	{"comment at the cut", list("SELECT 1; -- x\nSELECT * FROM hr.orders", "SELECT 1 /* a ; */; /* SELECT */ SELECT * FROM hr.orders",
		"SELECT 1; /* /* ; */ */ SELECT * FROM hr.orders --")},
	{"dollar quotes at the cut", list("SELECT $a$;$a$; SELECT * FROM hr.orders; SELECT $b$", "SELECT $a$ ; $a$ ; SELECT * FROM hr.orders; SELECT $$;$$")},
	{"carriage return ends a comment", list("SELECT 1 --\rFROM hr.orders", "SELECT item --\r FROM hr.orders")},
	{"the stand-in's own text", list("SELECT sallyport_refused", "PREPARE s AS SELECT sallyport_refused", "SELECT 1 AS sallyport_refused; SELECT * FROM salaries")},
	{"copy out of the scope", list("COPY hr.orders TO STDOUT", "COPY (TABLE hr.orders) TO STDOUT", "COPY salaries (amount) TO STDOUT")},
	{"unicode escapes", list(`SELECT * FROM U&"h\0072".orders`, `SELECT * FROM U&"!0068r".orders UESCAPE '!'`)},
}

func TestNarrowTokenStaysInItsScope(t *testing.T) {
	p := start(t)
	for _, a := range attacks {
		for _, pipelined := range []bool{false, true} {
			t.Run(a.name, func(t *testing.T) {
				_, f := p.login(t, "")
				var got answer
				if pipelined {
					got = exchange(t, f, ends(a.messages), a.messages...)
				} else {
					for rest := a.messages; len(rest) > 0; {
						n := 1
						for !isEnd(rest[n-1]) {
							n++
						}
						g := exchange(t, f, 1, rest[:n]...)
						got.rows, got.codes, got.texts = got.rows+g.rows, got.codes+g.codes, got.texts+g.texts
						rest = rest[n:]
					}
				}
				if strings.Contains(got.rows, "SECRET") || strings.Contains(got.rows, "hr.orders") || strings.Contains(got.rows, "7321337") {
					t.Errorf("pipelined %v: out of the scope: %+v", pipelined, got)
				}
				if testing.Verbose() {
					t.Logf("%+v", got)
				}
				if strings.Contains(got.texts, "sallyport_") && !strings.Contains(a.name, "stand-in") || strings.Contains(got.texts, "ast.") {
					t.Errorf("the client is shown our own workings: %s", got.texts)
				}
			})
		}
	}
	p.alive(t)
}

func isEnd(m message) bool {
	switch m.(type) {
	case *pgproto3.Query, *pgproto3.Sync:
		return true
	}
	return false
}

func ends(all []message) (n int) {
	for _, m := range all {
		if isEnd(m) {
			n++
		}
	}
	return n
}
