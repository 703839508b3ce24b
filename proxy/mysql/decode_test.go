package mysql

import (
	"bytes"
	"errors"
	"testing"

	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy"
)

// No bytes bring a decoder down or make it read behind the end.

func FuzzResponse(f *testing.F) {
	f.Add(append(make([]byte, sslRequestLen), "ana\x00\x00shop\x00caching_sha2_password\x00"...))
	f.Add(append([]byte("\x08\x82\x18\x00\x00\x00\x00\x01\x2d"), append(make([]byte, 23), "ana\x00\xfcabshop\x00p\x00\x05\x01k\x02vv"...)...))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := parseResponse(b, 0xffffffff)
		if (r == nil) == (err == nil) {
			t.Fatalf("%v and %v", r, err)
		}
		if r != nil && (r.capabilities&required != required || len(r.user)+len(r.auth)+len(r.database)+len(r.plugin)+len(r.program) > len(b)) {
			t.Errorf("taken: %+v", r)
		}
	})
}

func FuzzGreeting(f *testing.F) {
	f.Add([]byte("\x0a10.11\x00\x01\x00\x00\x00abcdefgh\x00\xff\xff\x2d\x02\x00\xff\xff\x15"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if g, err := parseGreeting(b); err == nil && len(g.Version) > len(b) {
			t.Errorf("%+v", g)
		}
	})
}

func FuzzNext(f *testing.F) {
	for _, b := range []string{"\x09\x00\x00\x00\x03SELECT 1", "\x0c\x00\x00\x00\x03\x00\x01SELECT 1", "\x0a\x00\x00\x00\x17\xff\xff\xff\xff\x00\x01\x00\x00\x00", "\xff\xff\xff\x00\x17\x01\x00\x00\x00"} {
		f.Add([]byte(b), true)
		f.Add([]byte(b), false)
	}
	f.Fuzz(func(t *testing.T, b []byte, attributes bool) {
		q := newTestRequests(attributes)
		for len(b) > 0 {
			fr, err := q.Next(b)
			var r *proxy.Refusal
			switch {
			case err != nil:
				if !errors.As(err, &r) {
					t.Fatalf("% x: %v", b, err)
				}
				return
			case fr.Need > 0:
				if fr.Need <= len(b) || fr.Need > headLen+maxText {
					t.Fatalf("% x: needs %d", b, fr.Need)
				}
				return
			case fr.Len <= 0 || fr.Len > len(b) || fr.Rest < 0 || fr.Rest > 0 && fr.Len != len(b):
				t.Fatalf("a frame of %d and %d of %d bytes", fr.Len, fr.Rest, len(b))
			case fr.Act == proxy.ActAsk && fr.Refusal == nil && fr.Request.Verb == 0:
				t.Fatalf("% x: nothing is asked", b)
			}
			b = b[fr.Len:]
		}
	})
}

func FuzzAttributes(f *testing.F) {
	f.Add([]byte("\x02\x01\x00\x01\xfe\x00\x01n\x08\x00\x01m\x02xy\x01\x02\x03\x04\x05\x06\x07\x08SELECT 1"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if text, ok := skipAttributes(b); ok && !bytes.HasSuffix(b, text) {
			t.Error("the text is not the end")
		}
	})
}

// FuzzReply: what is decoded of the server's packets.
func FuzzReply(f *testing.F) {
	f.Add([]byte{0xfc, 0xff, 0xff, 1})
	f.Add([]byte{0, 0, 0, 2, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		_, _, _ = lenenc(b)
		if s, rest, ok := lenencBytes(b); ok && len(s)+len(rest) >= len(b) {
			t.Error("more than there was")
		}
		if len(b) > 0 {
			_, _, _ = okFields(b)
		}
		fields, _ := textRow(b)
		if n := len(bytes.Join(fields, nil)); n > len(b) {
			t.Errorf("%d bytes of fields in %d", n, len(b))
		}
	})
}

func FuzzKill(f *testing.F) {
	f.Add([]byte("KILL QUERY 7;"))
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, ok := readKill(b); ok && c.id == 0 {
			t.Errorf("%q: %+v", b, c)
		}
	})
}

// The sequence numbers of a command begin anew.
func TestNumbersOutOfOrderAreRefused(t *testing.T) {
	q := &requests{}
	for _, b := range [][]byte{{1, 0, 0, 1, mysql.COM_PING}, {1, 0, 0, 255, mysql.COM_PING}, {0, 0, 0, 0}} {
		if f, err := q.Next(b); err == nil {
			t.Errorf("% x: %+v", b, f)
		}
	}
	if f, err := q.Next([]byte{1, 0, 0, 0, mysql.COM_PING}); err != nil || f.Len != 5 {
		t.Errorf("%+v, %v", f, err)
	}
}
