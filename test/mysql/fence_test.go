package mysql

import (
	"errors"
	"testing"
	"time"

	my "github.com/go-mysql-org/go-mysql/mysql"
)

// A node that has lost the registry forwards nothing, brings nothing to its
// end, and goes on with its sessions when it has caught up.
func TestALostRegistryRefusesStatements(t *testing.T) {
	g := newShop(t)
	c := g.short(t, time.Minute)
	prepared, err := c.Prepare("UPDATE orders SET note = 'half' WHERE id = ?")
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{"BEGIN", "UPDATE orders SET note = 'half' WHERE id = 1"} {
		if _, err := c.Execute(sql); err != nil {
			t.Fatal(err)
		}
	}
	g.lost.Store(true)
	for name, run := range map[string]func() error{
		"a text":    func() error { _, err := c.Execute("UPDATE orders SET note = 'half' WHERE id = 2"); return err },
		"a SELECT":  func() error { _, err := c.Execute("SELECT id FROM orders"); return err },
		"prepared":  func() error { _, err := prepared.Execute(1); return err },
		"PREPARE":   func() error { _, err := c.Prepare("SELECT id FROM orders"); return err },
		"a COMMIT":  func() error { _, err := c.Execute("COMMIT"); return err },
		"a new USE": func() error { return c.UseDB("shop") },
	} {
		var refused *my.MyError
		if err := run(); !errors.As(err, &refused) || refused.Code != my.ER_SERVER_SHUTDOWN {
			t.Errorf("%s: %v", name, err)
		}
	}
	g.lost.Store(false)
	if _, err := c.Execute("SELECT id FROM orders"); err != nil {
		t.Errorf("after it has caught up: %v", err)
	}
	if err := c.Rollback(); err != nil {
		t.Error(err)
	}
	if n := g.asRoot(t, "SELECT COUNT(*) FROM orders WHERE note = 'half'"); n != "0" {
		t.Errorf("%s rows were changed", n)
	}
}
