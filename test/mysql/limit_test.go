package mysql

import (
	"errors"
	"strings"
	"testing"

	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/token"
)

// A limit cuts a result before the first row beyond it and ends the session.
func TestLimitsCutAResult(t *testing.T) {
	g := newShop(t)
	for _, c := range []struct {
		name, sql string
		limits    token.Limits
		want      string
		rows      int
	}{
		{"rows", "SELECT id, pad FROM wide", token.Limits{Rows: 1000}, "limit of 1000 rows", 1000},
		{"bytes", "SELECT pad FROM wide", token.Limits{Bytes: 100_000}, "limit of 100000 bytes", 100},
		{"statements", "SELECT 1", token.Limits{Statements: 1}, "limit of 1 statements", 0},
		{"not reached", "SELECT id FROM wide", token.Limits{Rows: 20000, Statements: 2}, "", 20000},
	} {
		secret, _, err := g.issuer.Issue(token.Request{Subject: "ana", Scope: shopScope, From: []string{"127.0.0.1"}, Limits: c.limits})
		if err != nil {
			t.Fatal(err)
		}
		conn := g.connectWith(t, secret)
		if c.limits.Statements == 1 {
			if _, err := conn.Execute("SELECT 1"); err != nil {
				t.Fatal(err)
			}
		}
		rows := 0
		var result mysql.Result
		err = conn.ExecuteSelectStreaming(c.sql, &result, func([]mysql.FieldValue) error { rows++; return nil }, nil)
		var told *mysql.MyError
		switch {
		case c.want == "":
			if err != nil || rows != c.rows {
				t.Errorf("%s: %d rows, %v", c.name, rows, err)
			}
		case !errors.As(err, &told) || told.Code != 1226 || !strings.Contains(told.Message, c.want):
			t.Errorf("%s: %v", c.name, err)
		case rows > c.rows || rows < c.rows-c.rows/10:
			t.Errorf("%s: %d rows, want %d", c.name, rows, c.rows)
		}
	}
}
