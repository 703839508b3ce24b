package mysql

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/go-mysql-org/go-mysql/client"
	my "github.com/go-mysql-org/go-mysql/mysql"
)

func noDeprecateEOF(c *client.Conn) error {
	c.UnsetCapability(my.CLIENT_DEPRECATE_EOF)
	return nil
}

// Results find their ends where the numbers of packets wrap, with an EOF behind
// the definitions and without, in text and prepared; so do 4,096 columns, and
// the several results of a procedure.
func TestResultsEnd(t *testing.T) {
	g := newGate(t)
	if err := g.server.Exec("", `CREATE DATABASE d; CREATE PROCEDURE d.three() BEGIN SELECT 1; SELECT 2, 3; SELECT seq FROM seq_1_to_300; END`); err != nil {
		t.Fatal(err)
	}
	names := make([]string, 4096)
	for i := range names {
		names[i] = fmt.Sprintf("%d AS c%d", i, i)
	}
	wide := "SELECT " + strings.Join(names, ", ")
	g.schema.Store("d")
	for _, option := range []client.Option{func(*client.Conn) error { return nil }, noDeprecateEOF} {
		c := g.connect(t, "shop:unrestricted", option, func(c *client.Conn) error {
			return errors.Join(c.SetCapability(my.CLIENT_MULTI_STATEMENTS), c.SetCapability(my.CLIENT_MULTI_RESULTS))
		})
		var sizes []int
		for n := 250; n <= 260; n++ {
			sizes = append(sizes, n, 250+n)
		}
		for _, n := range append(sizes, 0, 511, 512, 513, 514, 515, 516, 517, 518, 519, 520) {
			r, err := c.Execute("SELECT seq FROM seq_1_to_600 LIMIT " + fmt.Sprint(n))
			if err != nil || r.RowNumber() != n {
				t.Fatalf("%d rows: %v", n, err)
			}
			if r, err = c.Execute("SELECT seq FROM seq_1_to_600 WHERE seq <= ?", n); err != nil || r.RowNumber() != n {
				t.Fatalf("prepared, %d rows: %v", n, err)
			}
		}
		if r, err := c.Execute(wide); err != nil || r.ColumnNumber() != 4096 {
			t.Fatal(err)
		}
		if r, err := c.Execute(wide+" WHERE 1 = ?", 1); err != nil || r.ColumnNumber() != 4096 {
			t.Fatal(err)
		}
		results := 0
		if _, err := c.ExecuteMultiple("CALL d.three()", func(_ *my.Result, err error) {
			if results++; err != nil {
				t.Error(err)
			}
		}); err != nil || results != 4 {
			t.Errorf("%d results of a procedure, %v", results, err)
		}
		if r, err := c.Execute("SELECT 42"); err != nil || r.RowNumber() != 1 {
			t.Error(err)
		}
	}
}

// raw sends one command as it is.
func raw(t *testing.T, c *client.Conn, command byte, body ...byte) {
	t.Helper()
	c.ResetSequence()
	if err := c.WritePacket(append([]byte{0, 0, 0, 0, command}, body...)); err != nil {
		t.Fatal(err)
	}
}

// packets reads n packets and returns the last.
func packets(t *testing.T, c *client.Conn, n int) (last []byte) {
	t.Helper()
	for range n {
		var err error
		if last, err = c.ReadPacket(); err != nil {
			t.Fatal(err)
		}
	}
	return last
}

// prepare sends a PREPARE and returns the number of the statement.
func prepare(t *testing.T, c *client.Conn, sql string, rest int) []byte {
	t.Helper()
	raw(t, c, my.COM_STMT_PREPARE, []byte(sql)...)
	p := packets(t, c, 1)
	if p[0] != 0 {
		t.Fatalf("%s: %q", sql, p)
	}
	packets(t, c, rest)
	return append([]byte{}, p[1:5]...)
}

// A cursor's rows stay with the server until they are fetched; long data goes
// to a parameter in pieces. A denial between leaves both alone.
func TestCursorAndLongData(t *testing.T) {
	g := newShop(t)
	c := g.connect(t, shopScope, noDeprecateEOF)
	id := prepare(t, c, "SELECT id FROM orders ORDER BY id", 2)
	raw(t, c, my.COM_STMT_EXECUTE, append(append([]byte{}, id...), 1, 1, 0, 0, 0)...)
	if p := packets(t, c, 3); p[0] != 0xfe || binary.LittleEndian.Uint16(p[3:])&0x40 == 0 {
		t.Fatalf("no cursor: %x", p)
	}
	denied := func() {
		t.Helper()
		if _, err := c.Execute("SELECT amount FROM salaries"); err == nil || !strings.Contains(err.Error(), "1142") {
			t.Fatal(err)
		}
	}
	rows := 0
	for last := false; !last; {
		denied()
		raw(t, c, my.COM_STMT_FETCH, append(append([]byte{}, id...), 130, 0, 0, 0)...)
		for {
			p := packets(t, c, 1)
			if p[0] == 0xfe {
				last = binary.LittleEndian.Uint16(p[3:])&0x80 != 0 // SERVER_STATUS_LAST_ROW_SENT
				break
			}
			if p[0] == 0xff {
				t.Fatalf("%q", p)
			}
			rows++
		}
	}
	if rows != 500 {
		t.Errorf("%d rows", rows)
	}
	long := prepare(t, c, "SELECT LENGTH(?)", 4)
	for range 3 {
		raw(t, c, my.COM_STMT_SEND_LONG_DATA, append(append([]byte{}, long...), append([]byte{0, 0}, make([]byte, 100_000)...)...)...)
	}
	denied()
	raw(t, c, my.COM_STMT_EXECUTE, append(append([]byte{}, long...), 0, 1, 0, 0, 0, 0, 1, my.MYSQL_TYPE_LONG_BLOB, 0)...)
	packets(t, c, 3)
	if p := packets(t, c, 1); len(p) < 6 || binary.LittleEndian.Uint32(p[2:]) != 300_000 {
		t.Errorf("the length is %x", p)
	}
	packets(t, c, 1)
	if _, err := c.Execute("SELECT 1"); err != nil {
		t.Error(err)
	}
}

// A client that sends EXECUTE of "the last prepared" behind a PREPARE that is
// denied gets two errors, and what was prepared before is not run again.
func TestPipelinedExecuteOfADeniedPrepare(t *testing.T) {
	g := newShop(t)
	c := g.connect(t, shopScope, noDeprecateEOF)
	prepare(t, c, "UPDATE orders SET price = price + 1 WHERE id = 1", 0)
	last := []byte{0xff, 0xff, 0xff, 0xff, 0, 1, 0, 0, 0}
	raw(t, c, my.COM_STMT_EXECUTE, last...)
	if p := packets(t, c, 1); p[0] != 0 {
		t.Fatalf("%q", p)
	}
	for range 3 {
		raw(t, c, my.COM_STMT_PREPARE, []byte("DELETE FROM salaries")...)
		raw(t, c, my.COM_STMT_EXECUTE, last...)
		for _, what := range []string{"PREPARE", "EXECUTE"} {
			c.ResetSequence()
			c.Sequence = 1
			if p := packets(t, c, 1); p[0] != 0xff {
				t.Fatalf("%s: %q", what, p)
			}
		}
	}
	r, err := c.Execute("SELECT price FROM orders WHERE id = 1")
	if err != nil {
		t.Fatal(err)
	}
	if s, _ := r.GetString(0, 0); s != "2.50" {
		t.Errorf("the statement before was run again: %s", s)
	}
	direct, err := g.server.Connect("shop")
	if err != nil {
		t.Fatal(err)
	}
	defer direct.Close()
	if r, err := direct.Execute("SELECT COUNT(*) FROM salaries"); err != nil {
		t.Fatal(err)
	} else if n, _ := r.GetInt(0, 0); n != 1 {
		t.Error("the denied statement was run")
	}
}
