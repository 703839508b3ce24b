package mysql

import (
	"bytes"
	"testing"

	"github.com/go-mysql-org/go-mysql/mysql"
)

// FuzzDecode: no bytes bring the decoders down or make them read behind the
// end, and what they return lies within what they were given.
func FuzzDecode(f *testing.F) {
	f.Add([]byte{})
	f.Add(append(make([]byte, sslRequestLen), "ana\x00\x00shop\x00caching_sha2_password\x00"...))
	f.Add([]byte("\x0a10.11\x00\x01\x00\x00\x00abcdefgh\x00\xff\xff\x2d\x02\x00\xff\xff\x15"))
	f.Add([]byte{0, 1, 'S', 'E', 'L'})
	f.Add([]byte{1, 1, 0, 1, 8, 0, 1, 'a', 1, 2, 3, 4, 5, 6, 7, 8, 'S'})
	f.Add([]byte{0xfc, 0xff, 0xff, 1})
	f.Add([]byte{0, 0, 0, 2, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		if r, err := parseResponse(b, 0xffffffff); err == nil && r.capabilities&required != required {
			t.Error("a client without what is required")
		}
		_, _ = parseGreeting(b)
		_, _, _ = lenenc(b)
		if s, rest, ok := lenencBytes(b); ok && len(s)+len(rest) >= len(b) {
			t.Error("more than there was")
		}
		if text, ok := skipAttributes(b); ok && !bytes.HasSuffix(b, text) {
			t.Error("the text is not the end")
		}
		if len(b) > 0 {
			_, _, _ = okFields(b)
		}
		_, _ = textRow(b)
		q := &requests{attributes: len(b)%2 == 0, forget: func([]byte) {}, kill: func(kill) func() error { return nil }}
		if fr, err := q.Next(b); err == nil && fr.Need == 0 && (fr.Len <= 0 || fr.Len > len(b) || fr.Rest < 0) {
			t.Errorf("a frame of %d and %d of %d bytes", fr.Len, fr.Rest, len(b))
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
