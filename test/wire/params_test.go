package wire

import (
	"context"
	"encoding/binary"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// A parameter's type may be declared by number alone. What making a value of it
// calls is asked for, in the text's own judgement and in that of every later
// Bind, and another session's reading of the same text does not stand in.
func TestTypesOfParameters(t *testing.T) {
	s := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, s, "", `
		CREATE FUNCTION seen(text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'it ran'; RETURN true; END $$;
		CREATE DOMAIN guarded AS text CHECK (seen(VALUE));
		CREATE TYPE holder AS (a guarded); CREATE TYPE mood AS ENUM ('good')`)
	g := newGate(t, s)
	c, able := g.connect(t, "shop/public.wares:select"), g.connect(t, "shop/public.seen():execute")
	c.whole, able.whole = true, true
	say := func(c *raw, m []byte) string {
		t.Helper()
		c.send(m)
		return strings.Join(c.until("Z"), "\n")
	}
	bound := func(name, value string) []byte {
		return message('B', zero, name, zero, uint16(0), uint16(1), uint32(len(value)), value, uint16(0))
	}
	for _, p := range []struct {
		typ, value string
		free       bool
	}{
		{"guarded", "x", false}, {"holder", "(x)", false}, {"guarded[]", "{x}", false}, {"holder[]", "{(x)}", false},
		{"mood", "good", true}, {"mood[]", "{good}", true}, {"text", "x", true},
	} {
		typed := message('P', "p", zero, "SELECT $1", zero, uint16(1), typeOID(t, s, p.typ))
		script := join(typed, bound("p", p.value), execute(""), closing("S", "p"), synced())
		if got := say(c, script); strings.Contains(got, "it ran") || strings.Contains(got, "42501") == p.free {
			t.Errorf("%s: %q", p.typ, got)
		}
		if got := say(able, script); strings.Contains(got, "42501") || strings.Contains(got, "it ran") == p.free {
			t.Errorf("%s with execute: %q", p.typ, got)
		}
	}
	if got := say(c, join(message('P', zero, "SELECT $1", zero, uint16(1), uint32(1<<31)), synced())); !strings.Contains(got, "42704") {
		t.Errorf("an unknown type: %q", got)
	}
}

func typeOID(t *testing.T, s *pgtest.Server, name string) uint32 {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), s.URL("", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	r := conn.ExecParams(t.Context(), "SELECT $1::regtype::oid", [][]byte{[]byte(name)}, nil, nil, []int16{1}).Read()
	if r.Err != nil {
		t.Fatal(r.Err)
	}
	return binary.BigEndian.Uint32(r.Rows[0][0])
}
