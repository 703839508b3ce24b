package mysql

import (
	"strings"
	"testing"

	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy"
	"github.com/sallyport-db/sallyport/proxy/proxytest"
)

func newTestRequests(attributes bool) *requests {
	return &requests{attributes: attributes, forget: func([]byte) {}, kill: func(kill) func() error { return nil }}
}

func command(kind byte, body string) []byte {
	return appendPacket(nil, 0, func(p []byte) []byte { return append(append(p, kind), body...) })
}

func TestFraming(t *testing.T) {
	for _, attributes := range []bool{false, true} {
		front := ""
		if attributes {
			front = "\x02\x01\x00\x01\xfe\x00\x01n\x08\x00\x01m\x02xy\x01\x02\x03\x04\x05\x06\x07\x08"
		}
		messages := [][]byte{
			command(mysql.COM_QUERY, front+"SELECT 1"), command(mysql.COM_QUERY, front), command(mysql.COM_QUERY, front+"KILL 7"),
			command(mysql.COM_STMT_PREPARE, "SELECT ?"), command(mysql.COM_STMT_EXECUTE, "\x01\x00\x00\x00\x00\x01\x00\x00\x00"+strings.Repeat("v", 5000)),
			command(mysql.COM_STMT_FETCH, "\x01\x00\x00\x00\x0a\x00\x00\x00"), command(mysql.COM_STMT_SEND_LONG_DATA, "\x01\x00\x00\x00\x00\x00"+strings.Repeat("v", 5000)),
			command(mysql.COM_STMT_RESET, "\x01\x00\x00\x00"), command(mysql.COM_STMT_CLOSE, "\x01\x00\x00\x00"), command(mysql.COM_PING, ""),
			command(mysql.COM_INIT_DB, "shop"), command(mysql.COM_FIELD_LIST, "orders\x00p%"), command(mysql.COM_SET_OPTION, "\x01\x00"),
			command(mysql.COM_SET_OPTION, "\x02\x00"), command(mysql.COM_PROCESS_KILL, "\x01\x00\x00\x00"), command(mysql.COM_STATISTICS, ""),
			command(mysql.COM_RESET_CONNECTION, ""), command(mysql.COM_CHANGE_USER, "root"), command(0x77, "x"), command(mysql.COM_QUIT, ""),
		}
		var all []byte
		for _, m := range messages {
			all = append(all, m...)
		}
		if n := proxytest.Framing(t, newTestRequests(attributes), all); n != len(messages) {
			t.Errorf("%d messages were framed, want %d", n, len(messages))
		}
	}
}

// A payload of 2²⁴−1 bytes or more goes on in packets whose numbers follow and
// wrap, and ends with one that is not full, perhaps empty.
func TestLongPayloads(t *testing.T) {
	full := func(seq byte) []byte { return []byte{0xff, 0xff, 0xff, seq, mysql.COM_STMT_EXECUTE, 1, 0, 0, 0} }
	q := newTestRequests(false)
	f, err := q.Next(full(0))
	if err != nil || f.Act != proxy.ActAsk || f.Rest != maxPayload-5 {
		t.Fatalf("%+v, %v", f, err)
	}
	for seq := 1; seq < 600; seq++ {
		if f, err = q.Next(full(byte(seq))); err != nil || f.Act != proxy.ActForward || f.Owed != 0 || f.Len != 9 || f.Rest != maxPayload-5 {
			t.Fatalf("packet %d: %+v, %v", seq, f, err)
		}
	}
	const next = 600 & 0xff
	if f, err = q.Next([]byte{0, 0, 0, next}); err != nil || f.Act != proxy.ActForward || f.Len != 4 {
		t.Fatalf("%+v, %v", f, err)
	}
	if f, err = q.Next(command(mysql.COM_PING, "")); err != nil || f.Owed != mysql.COM_PING {
		t.Fatalf("behind it: %+v, %v", f, err)
	}
	for name, after := range map[string][]byte{"a number left out": {1, 0, 0, 2, 0}, "the same again": {1, 0, 0, 0, 0}, "a command in between": command(mysql.COM_PING, "")} {
		q := newTestRequests(false)
		if _, err := q.Next(full(0)); err != nil {
			t.Fatal(err)
		}
		if f, err := q.Next(after); err == nil {
			t.Errorf("%s: %+v", name, f)
		}
	}
	// A text of that length is neither held nor cut.
	if f, err := newTestRequests(false).Next([]byte{0xff, 0xff, 0xff, 0, mysql.COM_QUERY, 'S'}); err == nil {
		t.Errorf("%+v", f)
	}
	// Behind a refused one nothing of it may be taken for a command.
	q = newTestRequests(false)
	f, err = q.Next(full(0))
	if err != nil {
		t.Fatal(err)
	}
	_ = q.StandIn(nil, &f, nil)
	if f, err = q.Next([]byte{5, 0, 0, 1, mysql.COM_QUERY, 'S'}); err == nil {
		t.Errorf("%+v", f)
	}
}

// Attributes whose length is not certain would make two texts of one.
func TestAttributesThatAreNotCertain(t *testing.T) {
	for name, b := range map[string]string{
		"two sets": "\x01\x02", "no set": "\x00\x00", "a type that is not known": "\x01\x01\x00\x01\x55\x00\x00SELECT 1",
		"a year": "\x01\x01\x00\x01\x0d\x00\x00\x01\x02SELECT 1", "int24": "\x01\x01\x00\x01\x09\x00\x00\x01\x02\x03\x04SELECT 1", "no types": "\x01\x01\x00\x00SELECT 1",
		"a count cut short": "\xfc\x01", "a name cut short": "\x01\x01\x00\x01\xfe\x00\x05ab", "a value cut short": "\x01\x01\x00\x01\xfe\x00\x00\x09SELECT 1",
		"a long time": "\x01\x01\x00\x01\x0b\x00\x00\x0dSELECT 1 FROM t", "a null as a length": "\xfb\x01", "many": "\xfd\x00\x00\x01\x01", "nothing": "",
	} {
		if f, err := newTestRequests(true).Next(command(mysql.COM_QUERY, b)); err == nil {
			t.Errorf("%s: %q", name, f.Request.Text)
		}
	}
	f, err := newTestRequests(true).Next(command(mysql.COM_QUERY, "\x02\x01\x02\x01\xfe\x00\x01a\xfe\x00\x01b\x01xSELECT 1"))
	if err != nil || string(f.Request.Text) != "SELECT 1" {
		t.Errorf("%q, %v", f.Request.Text, err)
	}
}
