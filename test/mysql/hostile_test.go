package mysql

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	my "github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy"
)

func body(seq byte, b string) []byte {
	return append([]byte{byte(len(b)), byte(len(b) >> 8), byte(len(b) >> 16), seq}, b...)
}

// drained reads a connection to its end, which must come.
func drained(t *testing.T, what string, c net.Conn) []byte {
	t.Helper()
	_ = c.SetDeadline(time.Now().Add(30 * time.Second))
	got, err := io.ReadAll(c)
	if err != nil && os.IsTimeout(err) {
		t.Fatalf("%s: the connection stays open", what)
	}
	return got
}

// A server that does not keep to the protocol is cut off, and its client told
// so. In a text protocol result the client has no other way to know.
func TestHostileServer(t *testing.T) {
	g := newShop(t)
	m := g.inTheMiddle(t)
	const column, eof = "\x03def\x00\x00\x00\x011\x00\x0c\x3f\x00\x01\x00\x00\x00\x03\x81\x00\x00\x00\x00", "\xfe\x00\x00\x02\x00"
	for _, c := range []struct {
		name string
		send []byte
		want string // of what the client gets
	}{
		{"a request for a local file", body(1, "\xfb/etc/passwd"), "lost synchronisation"},
		{"a request for a local file as the second result", slices.Concat(body(1, "\x00\x00\x00\x0a\x00\x00\x00"), body(2, "\xfb/etc/passwd")), "lost synchronisation"},
		{"no columns", body(1, "\xfc\x00\x00"), "lost synchronisation"},
		{"2⁶⁴−1 columns", body(1, "\xfe\xff\xff\xff\xff\xff\xff\xff\xff"), "lost synchronisation"},
		{"a column count with more behind it", body(1, "\x01\x00"), "lost synchronisation"},
		{"fewer columns than said", slices.Concat(body(1, "\x02"), body(2, column), body(3, eof)), "lost synchronisation"},
		{"more columns than said", slices.Concat(body(1, "\x01"), body(2, column), body(3, column)), "lost synchronisation"},
		{"an error among definitions", slices.Concat(body(1, "\x02"), body(2, column), body(3, "\xff\x15\x05#HY000broken")), "broken"},
		{"an error behind definitions", slices.Concat(body(1, "\x01"), body(2, column), body(3, "\xff\x15\x05#HY000broken")), "broken"},
		{"an error of two bytes", body(1, "\xff\x15"), "lost synchronisation"},
		{"an OK that is cut short", body(1, "\x00\xfc\x01"), "lost synchronisation"},
		{"an empty packet", body(1, ""), "lost synchronisation"},
		{"a number left out", slices.Concat(body(1, "\x01"), body(3, column)), "lost synchronisation"},
		{"an OK that is too long", body(1, "\x00"+strings.Repeat("x", 70_000)), "lost synchronisation"},
		{"an error that is too long", body(1, "\xff"+strings.Repeat("x", 70_000)), "lost synchronisation"},
		{"an answer to nothing", slices.Concat(body(1, "\x00\x00\x00\x02\x00\x00\x00"), body(2, "\x00\x00\x00\x02\x00\x00\x00")), "lost synchronisation"},
		{"an end of session", body(0, "\xff\x87\x07#70100Connection was killed"), "Connection was killed"},
	} {
		m.answer.Store(c.send)
		conn, cl := g.plain(t, noDeprecateEOF)
		raw(t, cl, my.COM_QUERY, []byte(trigger)...)
		if strings.Contains(c.want, "lost") {
			if got := drained(t, c.name, conn); !bytes.Contains(got, []byte(c.want)) || bytes.Contains(got, []byte("passwd")) {
				t.Errorf("%s: the client gets %.300q", c.name, got)
			}
			continue
		}
		var got []byte
		for !bytes.Contains(got, []byte(c.want)) {
			p, err := readPacket(conn)
			if err != nil {
				t.Errorf("%s: %v after %q", c.name, err, got)
				break
			}
			got = append(got, p...)
		}
	}
	// Rows that never end wait for their reader.
	m.answer.Store(slices.Concat(body(1, "\x01"), body(2, column), body(3, eof)))
	before := heap()
	for range 8 {
		_, cl := g.plain(t, noDeprecateEOF)
		raw(t, cl, my.COM_QUERY, []byte(trigger)...)
	}
	if grown := heap() - before; grown > 8*perSession {
		t.Errorf("%d KiB a session", grown>>13)
	}
}

func heap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc + m.StackInuse)
}

// mutate changes a few bytes anywhere, cuts, repeats or inserts.
func mutate(r *rand.Rand, b []byte) []byte {
	b = bytes.Clone(b)
	for range 1 + r.IntN(4) {
		at := r.IntN(len(b))
		switch r.IntN(6) {
		case 0, 1:
			b[at] = byte(r.Uint32())
		case 2:
			b[at] ^= 1 << r.IntN(8)
		case 3:
			b = slices.Delete(b, at, min(len(b), at+1+r.IntN(6)))
		case 4:
			b = slices.Insert(b, at, b[at:min(len(b), at+1+r.IntN(20))]...)
		case 5:
			b[at] = []byte{0, 1, 0xfb, 0xfc, 0xfd, 0xfe, 0xff}[r.IntN(7)]
		}
		if len(b) == 0 {
			return []byte{0}
		}
	}
	return b
}

// rounds is how often something is tried: more where there is time.
func rounds(n int) int {
	if os.Getenv("SALLYPORT_TORTURE") != "" {
		return 20 * n
	}
	return n
}

func seeded(t *testing.T) *rand.Rand {
	const seed = 20261124
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// Bytes after login: whatever a client with a narrow token sends, it sees
// nothing of what it may not see, changes nothing, and the session ends.
func TestMutatedConversations(t *testing.T) {
	g := newShop(t)
	r, all := seeded(t), recorded()
	for i := range rounds(120) {
		conn, _ := g.plain(t)
		sent := mutate(r, all)
		go func() {
			_, _ = conn.Write(sent)
			_ = conn.(*net.TCPConn).CloseWrite()
		}()
		if got := drained(t, fmt.Sprintf("round %d", i), conn); bytes.Contains(got, []byte("7321337")) {
			t.Fatalf("round %d: out of the scope: %q\nsent %q", i, got, sent)
		}
		_ = conn.Close()
	}
	if n := g.asRoot(t, "SELECT CONCAT(COUNT(*), ' ', SUM(amount)) FROM salaries"); n != "1 7321337" {
		t.Errorf("salaries are now %s", n)
	}
	if _, err := g.connect(t, shopScope).Execute("SELECT 1"); err != nil {
		t.Error(err)
	}
}

// Bytes before login.
func TestMutatedLogins(t *testing.T) {
	g := newShop(t)
	r := seeded(t)
	login := func(secret string) []byte {
		p := binary.LittleEndian.AppendUint32(nil, my.CLIENT_PROTOCOL_41|my.CLIENT_SECURE_CONNECTION|my.CLIENT_PLUGIN_AUTH|my.CLIENT_CONNECT_WITH_DB|my.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA)
		p = append(append(p, 0, 0, 0, 1, 45), make([]byte, 23)...)
		p = append(p, "ana\x00"...)
		p = append(my.AppendLengthEncodedInteger(p, uint64(len(secret))), secret...)
		p = append(p, "shop\x00mysql_clear_password\x00"...)
		return slices.Concat(body(1, string(p)), query("SELECT item FROM orders WHERE id = 1"), packet(my.COM_QUIT, ""))
	}
	good := login(g.token(t, shopScope))
	talk := func(what string, b []byte) []byte {
		c, err := net.Dial("tcp", g.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		go func() {
			_, _ = c.Write(b)
			_ = c.(*net.TCPConn).CloseWrite()
		}()
		return drained(t, what, c)
	}
	if got := talk("unchanged", good); !bytes.Contains(got, []byte("item 1")) {
		t.Fatalf("the login that is changed below does not work: %q", got)
	}
	bad := login("spt_x")
	for i := range rounds(150) {
		talk(fmt.Sprintf("round %d", i), mutate(r, good))
		if got := talk(fmt.Sprintf("round %d", i), mutate(r, bad)); bytes.Contains(got, []byte("item 1")) {
			t.Fatalf("round %d: let in without a token: %q", i, got)
		}
	}
	for _, n := range []int{0, 1, 4, 5, 36, 100} {
		talk(fmt.Sprintf("cut at %d", n), good[:n])
	}
}

// Bytes of the server's: the proxy forwards them or cuts the session off, and
// nothing hangs.
func TestMutatedAnswers(t *testing.T) {
	g := newShop(t)
	m := g.inTheMiddle(t)
	r, all := seeded(t), append(query(trigger), recorded()...)
	for i := range rounds(60) {
		seed := r.Uint64()
		m.change.Store(func(b []byte) []byte { return mutate(rand.New(rand.NewPCG(seed, 0)), b) })
		conn, _ := g.plain(t)
		go func() { _, _ = conn.Write(all) }()
		_ = conn.SetReadDeadline(time.Now().Add(200 * time.Millisecond))
		_, _ = io.ReadAll(conn) // what was announced and never comes may be waited for
		_ = conn.Close()
		if i%20 == 0 {
			g.end(proxy.Killed()) // one may wait for an answer before it sees that its client is gone
			g.empty(t)
		}
	}
}
