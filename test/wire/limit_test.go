package wire

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
	"github.com/sallyport-db/sallyport/token"
)

// limited returns the password of a token with these limits.
func (g *gate) limited(t *testing.T, l token.Limits) string {
	t.Helper()
	secret, _, err := g.issuer.Issue(token.Request{Subject: "ana", Scope: "shop/public.wares:select,update", From: []string{"127.0.0.1"}, TTL: time.Minute, Limits: l})
	if err != nil {
		t.Fatal(err)
	}
	return secret
}

// all reads to the end of the connection: how many messages of each type, and
// the last error.
func (r *raw) all() (count map[byte]int, last string) {
	count = map[byte]int{}
	for {
		m, err := r.read()
		if err != nil {
			return count, last
		}
		count[m[0]]++
		if m[0] == 'E' {
			last = fmt.Sprintf("%q", m[5:])
		}
	}
}

// A limit cuts a result before the first row beyond it, whatever brings the
// rows, and ends the session with the protocol's own error.
func TestLimitsCutAResult(t *testing.T) {
	server := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, server, "", "CREATE TABLE wares (id int, name text); INSERT INTO wares SELECT n, repeat('x', 93) FROM generate_series(1, 5000) n")
	g := newGate(t, server)
	extended := append(parse("", "SELECT id, name FROM wares"), message('B', zero, zero, uint16(0), uint16(0), uint16(0))...)
	extended = append(append(extended, message('E', zero, uint32(0))...), message('S')...)
	for _, c := range []struct {
		name   string
		limits token.Limits
		send   []byte
		rows   int // at most; -1: not looked at
		kind   byte
		code   string
	}{
		{"rows", token.Limits{Rows: 1000}, query("SELECT id, name FROM wares"), 1000, 'D', "1000 rows"},
		{"rows, extended", token.Limits{Rows: 1000}, extended, 1000, 'D', "1000 rows"},
		{"rows, of one text", token.Limits{Rows: 1000}, query("SELECT id FROM wares LIMIT 600; SELECT id FROM wares LIMIT 600"), 1000, 'D', "1000 rows"},
		{"rows, returned by a change", token.Limits{Rows: 10}, query("UPDATE wares SET id = id RETURNING id"), 10, 'D', "10 rows"},
		{"rows, by COPY", token.Limits{Rows: 1000}, query("COPY wares TO STDOUT"), 1000, 'd', "1000 rows"},
		{"bytes", token.Limits{Bytes: 100_000}, query("SELECT name FROM wares"), 961, 'D', "100000 bytes"},
		{"bytes, in one row", token.Limits{Bytes: 100_000}, query("SELECT string_agg(name, '') FROM wares"), 0, 'D', "100000 bytes"},
		{"bytes, in errors", token.Limits{Bytes: 200}, query("SELECT ('x' || name)::int FROM wares WHERE id = 1"), 0, 'D', ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := login(t, g.addr, "ana", "shop", g.limited(t, c.limits))
			s.send(c.send)
			if c.code == "" { // an error is short: several of them
				for range 2 {
					s.send(c.send)
				}
				c.code = "200 bytes"
			}
			count, last := s.all()
			if count[c.kind] != c.rows || !strings.Contains(last, "SFATAL") || !strings.Contains(last, "C53400") || !strings.Contains(last, c.code+" is used up") {
				t.Errorf("%d rows, ended by %s", count[c.kind], last)
			}
		})
	}
}

// Statements are counted one by one, those that are denied too, by all
// sessions of the token together; what is used up stays used up.
func TestLimitOfStatements(t *testing.T) {
	server, _ := shop(t)
	g := newGate(t, server)
	secret := g.limited(t, token.Limits{Statements: 4})
	a, b := login(t, g.addr, "ana", "shop", secret), login(t, g.addr, "ana", "shop", secret)
	a.send(query("SELECT id FROM wares; SELECT id FROM wares"))
	a.until("Z")
	b.send(query("SELECT id FROM secrets"))
	b.until("EZ")
	a.send(query("SELECT id FROM wares"))
	a.until("Z")
	b.send(query("SELECT id FROM wares"))
	if count, last := b.all(); count['C'] != 0 || !strings.Contains(last, "C53400") {
		t.Errorf("a fifth statement: %v %s", count, last)
	}
	again := g.dialFrom(t, nil, "")
	if end, _ := again.enter(secret); end != 'E' {
		t.Errorf("a login with a token that is used up ends with %q", end)
	}
	a.send(query("SELECT id FROM wares"))
	if count, last := a.all(); count['C'] != 0 || !strings.Contains(last, "C53400") {
		t.Errorf("in the other session: %v %s", count, last)
	}
	login(t, g.addr, "ana", "shop", g.limited(t, token.Limits{Statements: 4})) // another token's limits are its own
}
