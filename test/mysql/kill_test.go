package mysql

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	my "github.com/go-mysql-org/go-mysql/mysql"
)

const forever = "SELECT COUNT(*) FROM wide a, wide b, wide c, wide d"

// number is by what others know a session: that of the greeting, or the
// server's own.
func number(t *testing.T, c *client.Conn, greeting bool) uint32 {
	t.Helper()
	if greeting {
		return c.GetConnectionID()
	}
	r, err := c.Execute("SELECT CONNECTION_ID()")
	if err != nil {
		t.Fatal(err)
	}
	id, err := r.GetInt(0, 0)
	if err != nil {
		t.Fatal(err)
	}
	return uint32(id)
}

// running waits until the server runs n statements that contain part.
func (g *gate) running(t *testing.T, part string, n int) {
	t.Helper()
	direct, err := g.server.Connect("")
	if err != nil {
		t.Fatal(err)
	}
	defer direct.Close()
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		r, err := direct.Execute("SELECT COUNT(*) FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND info LIKE ?", "%"+part+"%")
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := r.GetInt(0, 0); int(got) == n {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("the server does not come to run %d statements with %q", n, part)
		}
	}
}

func wants(t *testing.T, what string, err error, code uint16, part string) {
	t.Helper()
	var e *my.MyError
	if !errors.As(err, &e) || e.Code != code || !strings.Contains(e.Message, part) {
		t.Errorf("%s: %v, want %d with %q", what, err, code, part)
	}
}

// KILL QUERY stops what another session of the same user runs, KILL the
// session, by either number.
func TestKill(t *testing.T) {
	g := newShop(t)
	for _, greeting := range []bool{true, false} {
		for _, c := range []struct {
			kill string
			code uint16
			ends bool
		}{{"KILL QUERY %d", 1317, false}, {"KILL %d", 1053, true}, {"kill connection %d;", 1053, true}, {"command", 1053, true}} {
			a, b := g.connect(t, shopScope), g.connect(t, shopScope)
			id := number(t, a, greeting)
			done := make(chan error, 1)
			go func() {
				_, err := a.Execute(forever)
				done <- err
			}()
			g.running(t, "wide a", 1)
			if c.kill == "command" {
				raw(t, b, my.COM_PROCESS_KILL, binary.LittleEndian.AppendUint32(nil, id)...)
				if p := packets(t, b, 1); p[0] != 0 {
					t.Errorf("COM_PROCESS_KILL: %q", p)
				}
			} else if _, err := b.Execute(fmt.Sprintf(c.kill, id)); err != nil {
				t.Fatal(err)
			}
			wants(t, c.kill, <-done, c.code, "")
			g.running(t, "wide a", 0)
			if _, err := a.Execute("SELECT 1"); (err != nil) != c.ends {
				t.Errorf("%s: afterwards %v", c.kill, err)
			}
			if err := b.Ping(); err != nil {
				t.Error(err)
			}
		}
	}
	if out := g.trail(t); strings.Count(out, `"statement":"KILL`) != 6 || strings.Count(out, `"statement":"kill`) != 2 {
		t.Errorf("not every KILL is in the audit log")
	}
}

// Nobody else's sessions, none through a form that is not read, and a session
// that ends itself.
func TestKillOfOthers(t *testing.T) {
	g := newShop(t)
	other, err := g.server.Connect("")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	c := g.connect(t, shopScope)
	theirs := number(t, other, false)
	for _, sql := range []string{
		fmt.Sprintf("KILL QUERY %d", theirs), fmt.Sprintf("KILL %d", theirs), "KILL QUERY 4294967295", "KILL CONNECTION 1", "KILL QUERY ID 1",
		"KILL QUERY 1, 2", "KILL HARD 1", "KILL USER root", "KILL CONNECTION_ID()", "KILL (SELECT 1)",
	} {
		_, err := c.Execute(sql)
		if err == nil || !strings.Contains(err.Error(), "(session ") {
			t.Errorf("%s: %v", sql, err)
		}
	}
	raw(t, c, my.COM_PROCESS_KILL, binary.LittleEndian.AppendUint32(nil, theirs)...)
	if p := packets(t, c, 1); p[0] != 0xff || !strings.Contains(string(p), "no session of yours") {
		t.Errorf("%q", p)
	}
	if err := other.Ping(); err != nil {
		t.Errorf("another's session was ended: %v", err)
	}
	_, err = c.Execute(fmt.Sprintf("KILL %d", number(t, c, true)))
	wants(t, "its own end", err, 1053, "administrator command")
	if c.Ping() == nil {
		t.Error("the session goes on")
	}
	// An unrestricted token may, as the proxy's user may.
	u := g.connect(t, "shop:unrestricted")
	raw(t, u, my.COM_PROCESS_KILL, binary.LittleEndian.AppendUint32(nil, theirs)...)
	if p := packets(t, u, 1); p[0] != 0 {
		t.Errorf("%q", p)
	}
	if other.Ping() == nil {
		t.Error("an unrestricted KILL did nothing")
	}
}
