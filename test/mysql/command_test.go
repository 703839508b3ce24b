package mysql

import (
	"strings"
	"testing"

	"github.com/go-mysql-org/go-mysql/client"
	my "github.com/go-mysql-org/go-mysql/mysql"
)

func several(c *client.Conn) error { return c.SetCapability(my.CLIENT_MULTI_STATEMENTS) }

// Commands that are no text: what is taken, and what is refused with the
// session left as it was.
func TestCommands(t *testing.T) {
	g := newShop(t)
	for _, option := range []client.Option{func(*client.Conn) error { return nil }, noDeprecateEOF} {
		c := g.connect(t, shopScope, option)
		if _, err := c.Execute("SELECT 1; SELECT 2"); err == nil {
			t.Error("several statements are on by default")
		}
		ask := func(command byte, body string) string {
			t.Helper()
			raw(t, c, command, []byte(body)...)
			return string(packets(t, c, 1))
		}
		for _, on := range []string{"\x00\x00", "\x01\x00", "\x00\x00"} {
			if p := ask(my.COM_SET_OPTION, on); p[0] != 0xfe && p[0] != 0 {
				t.Errorf("SET_OPTION %x: %q", on, p)
			}
			results := 0
			_, err := c.ExecuteMultiple("SELECT 1; SELECT 2", func(_ *my.Result, err error) {
				if err == nil {
					results++
				}
			})
			if want := on == "\x00\x00"; err != nil || (results == 2) != want {
				t.Errorf("after %x: %d results, %v", on, results, err)
			}
		}
		if p := ask(my.COM_STATISTICS, ""); !strings.Contains(p, "Uptime") {
			t.Errorf("%q", p)
		}
		for name, p := range map[string]string{
			"option 2": ask(my.COM_SET_OPTION, "\x02\x00"), "no option": ask(my.COM_SET_OPTION, ""),
			"sleep": "", "create": ask(my.COM_CREATE_DB, "x"), "drop": ask(my.COM_DROP_DB, "shop"), "refresh": ask(my.COM_REFRESH, "\xff"),
			"shutdown": ask(my.COM_SHUTDOWN, ""), "processes": ask(my.COM_PROCESS_INFO, ""), "debug": ask(my.COM_DEBUG, ""),
			"time": ask(my.COM_TIME, ""), "change user": ask(my.COM_CHANGE_USER, "root\x00\x00\x00"), "binlog": ask(my.COM_BINLOG_DUMP, "\x04\x00\x00\x00\x00\x00\x01\x00\x00\x00"),
			"dump": ask(my.COM_TABLE_DUMP, "\x04shop\x06orders"), "replica": ask(my.COM_REGISTER_SLAVE, "\x01\x00\x00\x00"), "daemon": ask(my.COM_DAEMON, ""),
			"gtid": ask(my.COM_BINLOG_DUMP_GTID, ""), "clone": ask(my.COM_CLONE, ""), "bulk": ask(0xfa, "\x01\x00\x00\x00\x80\x00"), "multi": ask(0xfe, "\x01\x0e"),
			"unknown": ask(0x77, ""),
		} {
			if name != "sleep" && (p[0] != 0xff || !strings.Contains(p, "(session ")) {
				t.Errorf("%s: %q", name, p)
			}
		}
		if _, err := c.FieldList("orders", "p%"); err != nil {
			t.Error(err)
		}
		if list, err := c.FieldList("orders", ""); err != nil || len(list) != 5 {
			t.Errorf("%d fields, %v", len(list), err)
		}
		if _, err := c.FieldList("nothing", ""); err == nil {
			t.Error("fields of nothing")
		}
		if err := c.Ping(); err != nil {
			t.Error(err)
		}
	}
}

// COM_RESET_CONNECTION ends the transaction and what was prepared, and what is
// judged afterwards is judged in the state that the server then has.
func TestResetConnection(t *testing.T) {
	g := newShop(t)
	c := g.connect(t, shopScope)
	id := prepare(t, c, "SELECT id FROM orders WHERE id = 1", 1)
	for _, sql := range []string{"START TRANSACTION", "UPDATE orders SET note = 'gone' WHERE id = 1", "SET @x = 1"} {
		if _, err := c.Execute(sql); err != nil {
			t.Fatal(err)
		}
	}
	raw(t, c, my.COM_RESET_CONNECTION)
	if p := packets(t, c, 1); p[0] != 0 {
		t.Fatalf("%q", p)
	}
	raw(t, c, my.COM_STMT_EXECUTE, append(id, 0, 1, 0, 0, 0)...)
	if p := packets(t, c, 1); p[0] != 0xff {
		t.Errorf("a prepared statement outlives the reset: %q", p)
	}
	r, err := c.Execute("SELECT note, @x FROM orders WHERE id = 1")
	if err != nil {
		t.Fatal(err)
	}
	note, _ := r.GetString(0, 0)
	x, _ := r.GetString(0, 1)
	if note != "" || x != "" {
		t.Errorf("after the reset: %q %q", note, x)
	}
	if _, err := c.Execute("SELECT amount FROM salaries"); err == nil {
		t.Error("let through after a reset")
	}
}

// A text of several statements runs up to the one that is denied, as the
// server's own refusal would have it, and the client is told of the denial.
func TestDeniedBehindOthers(t *testing.T) {
	g := newShop(t)
	c := g.connect(t, shopScope, several)
	for i, sql := range []string{
		"UPDATE orders SET note = 'a' WHERE id = %; SELECT amount FROM salaries",
		"UPDATE orders SET note = 'a' WHERE id = %; -- x\n/* y */ SELECT amount FROM salaries; SELECT 1",
		"UPDATE orders SET note = 'a' WHERE id = %;SELECT 1;\n\n;SELECT amount FROM salaries",
		"UPDATE orders SET note = 'a' WHERE id = %; #;\nDROP TABLE orders",
	} {
		id := string(rune('1' + i))
		sql = strings.ReplaceAll(sql, "%", id)
		var last error
		_, err := c.ExecuteMultiple(sql, func(_ *my.Result, err error) {
			if err != nil {
				last = err
			}
		})
		if err == nil {
			err = last
		}
		if err == nil || !strings.Contains(err.Error(), "(session ") {
			t.Errorf("%s: %v", sql, err)
		}
		r, err := c.Execute("SELECT COUNT(*) FROM orders WHERE note = 'a' AND id = " + id)
		if err != nil {
			t.Fatal(err)
		}
		if n, _ := r.GetInt(0, 0); n != 1 {
			t.Errorf("%s: what stands before did not run", sql)
		}
	}
}

// A local file is asked of nobody, whatever the token: the capability is on
// neither side.
func TestLocalFiles(t *testing.T) {
	g := newShop(t, "local-infile=1")
	for _, scope := range []string{shopScope, "shop:unrestricted"} {
		c := g.connect(t, scope, func(c *client.Conn) error { return c.SetCapability(my.CLIENT_LOCAL_FILES) })
		if strings.Contains(c.CapabilityString(), "CLIENT_LOCAL_FILES") {
			t.Error("it is offered")
		}
		raw(t, c, my.COM_QUERY, []byte("LOAD DATA LOCAL INFILE '/etc/hostname' INTO TABLE orders")...)
		if p := packets(t, c, 1); p[0] != 0xff {
			t.Errorf("%s: %q", scope, p)
		}
		if err := c.Ping(); err != nil {
			t.Error(err)
		}
	}
}

// What the server tells of the session's state in its OK packets reaches a
// client that asks for it, and a denial between changes nothing of it.
func TestSessionTrack(t *testing.T) {
	g := newShop(t)
	c := g.connect(t, shopScope, func(c *client.Conn) error { return c.SetCapability(my.CLIENT_SESSION_TRACK) })
	for range 2 {
		raw(t, c, my.COM_QUERY, []byte("USE information_schema")...)
		if p := packets(t, c, 1); p[0] != 0 || !strings.Contains(string(p), "information_schema") {
			t.Errorf("%q", p)
		}
		if _, err := c.Execute("SELECT amount FROM shop.salaries"); err == nil || !strings.Contains(err.Error(), "1142") {
			t.Error(err)
		}
		raw(t, c, my.COM_INIT_DB, []byte("shop")...)
		if p := packets(t, c, 1); p[0] != 0 || !strings.Contains(string(p), "shop") {
			t.Errorf("%q", p)
		}
		if r, err := c.Execute("SELECT COUNT(*) FROM orders"); err != nil || r.RowNumber() != 1 {
			t.Error(err)
		}
	}
}
