package postgres

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/sallyport-db/sallyport/proxy"
)

func packet(parts ...string) []byte {
	return append([]byte{0, 3, 0, 0}, strings.Join(parts, "\x00")+"\x00\x00"...)
}

func TestParseStartup(t *testing.T) {
	many := []string{}
	for i := range maxParams + 1 {
		many = append(many, fmt.Sprintf("_pq_.%d", i), "")
	}
	for _, c := range []struct {
		name, refusal string
		body          []byte
	}{
		{"plain", "", packet("user", "ana", "database", "shop")},
		{"nothing at all", "", []byte{0, 3, 0, 0, 0}},
		{"no terminator", "terminator", []byte{0, 3, 0, 0}},
		{"bytes behind the end", "terminator", append(packet("user", "ana"), 'x')},
		{"a name without a value", "terminator", []byte("\x00\x03\x00\x00user\x00")},
		{"a value without its end", "terminator", []byte("\x00\x03\x00\x00user\x00ana")},
		{"a name twice", "twice", packet("user", "ana", "user", "root")},
		{"a name twice in another case", "twice", packet("user", "ana", "USER", "root")},
		{"too many", "more than 64", packet(many...)},
	} {
		s, err := parseStartup(c.body)
		if c.refusal == "" {
			if err != nil || s.version != version3 {
				t.Errorf("%s: %+v, %v", c.name, s, err)
			}
			continue
		}
		var r *proxy.Refusal
		if !errors.As(err, &r) || r.Code != proxy.CodeProtocol || !strings.Contains(r.Message, c.refusal) {
			t.Errorf("%s: %v, want %q", c.name, err, c.refusal)
		}
	}
}

func TestSettingsKeepLittle(t *testing.T) {
	for _, s := range []*startup{
		{user: strings.Repeat("u", maxKept+1)},
		{options: strings.Repeat("-cdatestyle=ISO ", maxParams+1)},
		{params: []param{{"application_name", strings.Repeat("a", maxKept)}}},
	} {
		if _, refusal := s.settings(); refusal == nil || refusal.Code != proxy.CodeParameter {
			t.Errorf("%.40v: %v", s, refusal)
		}
	}
}

func TestSplitOptions(t *testing.T) {
	for _, c := range []struct {
		in, want string
		ok       bool
	}{
		{"", "[]", true},
		{"-c a=b --c-d=e\\ f -cg=h=i", "[{a b} {c_d e f} {g h=i}]", true},
		{" \t\n-c\va=b ", "[{a b}]", true},
		{"-c", "", false}, {"-ca", "", false}, {"-c =b", "", false}, {"-d 5", "", false}, {"a=b", "", false}, {"-", "", false},
	} {
		got, ok := splitOptions(c.in)
		if ok != c.ok || ok && fmt.Sprint(got) != c.want {
			t.Errorf("%q: %v %v, want %s", c.in, got, ok, c.want)
		}
	}
}

// Every type of message with every short length must be framed, wait for more,
// or be a breach of the protocol that the client may be told.
func TestNextTakesEveryTypeAndLength(t *testing.T) {
	q := &requests{missing: secretName()}
	for kind := range 256 {
		for _, length := range []uint32{0, 1, 2, 3, 4, 5, 6, 9, 4 << 10, 1 << 20, 0x3fffffff, 1<<31 - 1, 1 << 31, 1<<32 - 1} {
			for have := 0; have < 40; have++ {
				b := make([]byte, max(5, have))
				b[0] = byte(kind)
				binary.BigEndian.PutUint32(b[1:], length)
				checkFrame(t, q, b[:have])
			}
		}
	}
}

func checkFrame(t *testing.T, q *requests, b []byte) {
	t.Helper()
	f, err := q.Next(b)
	var r *proxy.Refusal
	switch {
	case err != nil:
		if !errors.As(err, &r) || r.Code != proxy.CodeProtocol {
			t.Fatalf("% x: error %v", b, err)
		}
	case f.Need > 0:
		if f.Need <= len(b) || f.Need > maxText {
			t.Fatalf("% x: needs %d", b, f.Need)
		}
	case f.Act == proxy.ActRefuse || f.Len <= 0 || f.Len > len(b) || f.Rest < 0 || f.Rest > 0 && f.Len != len(b):
		t.Fatalf("% x: frame %+v", b, f)
	case f.Act == proxy.ActAsk && f.Refusal == nil && f.Request.Verb == 0:
		t.Fatalf("% x: nothing is asked", b)
	}
}

// Two names are one where the server's are (NAMEDATALEN).
func TestNamesAreCutAsTheServerCutsThem(t *testing.T) {
	q := &requests{}
	long := strings.Repeat("é", 40)
	m := []byte{'E', 0, 0, 0, byte(4 + len(long) + 1 + 4)}
	m = append(append(m, long...), 0, 0, 0, 0, 0)
	f, err := q.Next(m)
	if err != nil || string(f.Request.Portal) != long[:63] {
		t.Fatalf("%q, %v", f.Request.Portal, err)
	}
}

func FuzzStartup(f *testing.F) {
	f.Add(packet("user", "ana", "options", "-c a=b"))
	f.Add([]byte{0, 3, 0, 2, 0})
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) < 4 {
			return
		}
		s, err := parseStartup(body)
		if (s == nil) == (err == nil) {
			t.Fatalf("%v and %v", s, err)
		}
		if s != nil && (body[len(body)-1] != 0 || len(s.params)+len(s.asked) > maxParams) {
			t.Fatalf("taken: %q", body)
		}
	})
}

func FuzzNext(f *testing.F) {
	f.Add([]byte("Q\x00\x00\x00\x0dSELECT 1\x00"))
	f.Add([]byte("P\x00\x00\x00\x10s\x00SELECT 1\x00\x00\x00"))
	f.Add([]byte("B\x00\x00\x00\x0c\x00s\x00\x00\x00\x00\x00\x00"))
	f.Add([]byte("E\x00\x00\x00\x09\x00\x00\x00\x00\x00S\x00\x00\x00\x04"))
	f.Fuzz(func(t *testing.T, b []byte) { checkFrame(t, &requests{missing: "m"}, b) })
}

func FuzzConsume(f *testing.F) {
	f.Add([]byte("SERROR\x00VERROR\x00C42703\x00Mno\x00\x00"))
	f.Fuzz(func(t *testing.T, body []byte) {
		severity, code := errorFields(body)
		if strings.Contains(severity+code, "\x00") || len(severity)+len(code) > len(body) {
			t.Fatalf("%q: %q %q", body, severity, code)
		}
		_, _ = parameter(body)
	})
}

func FuzzOptions(f *testing.F) {
	f.Add("-c a=b --c-d=e\\ f")
	f.Fuzz(func(t *testing.T, s string) {
		list, ok := splitOptions(s)
		for _, p := range list {
			if !ok || p.name == "" || strings.ContainsAny(p.name, "=-") {
				t.Fatalf("%q: %+v", s, list)
			}
		}
	})
}
