package hostile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"
)

// startup is a start-up packet of protocol 3.0.
func startup(pairs ...string) []byte {
	body := append([]byte{0, 3, 0, 0}, strings.Join(pairs, "\x00")+"\x00\x00"...)
	return append(binary.BigEndian.AppendUint32(nil, uint32(len(body)+4)), body...)
}

func (p *target) dial(t *testing.T) net.Conn {
	t.Helper()
	c, err := net.Dial("tcp", p.addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	_ = c.SetDeadline(time.Now().Add(15 * time.Second))
	return c
}

// talk sends bytes, says that no more will come, and returns what was answered.
func (p *target) talk(t *testing.T, b []byte) []byte {
	t.Helper()
	c := p.dial(t)
	_, _ = c.Write(b)
	_ = c.(*net.TCPConn).CloseWrite()
	got, err := io.ReadAll(c)
	if err != nil && os.IsTimeout(err) {
		t.Fatalf("%.40q: the connection stays open", b)
	}
	return got
}

func TestStartsThatAreRefused(t *testing.T) {
	p := start(t)
	ssl := []byte{0, 0, 0, 8, 4, 210, 22, 47}
	good := startup("user", "ana", "database", "shop")
	password := func(s string) []byte {
		return append(binary.BigEndian.AppendUint32([]byte{'p'}, uint32(len(s)+5)), s+"\x00"...)
	}
	for _, c := range []struct {
		name, want string
		send       []byte
	}{
		{"trailing garbage", "08P01", append([]byte{0, 0, 0, 11, 0, 3, 0, 0, 0}, "xy"...)},
		{"second startup", "08P01", append(bytes.Clone(good), good...)},
		{"bytes behind SSLRequest", "S", append(bytes.Clone(ssl), good...)},
		{"SSLRequest twice", "S", append(bytes.Clone(ssl), ssl...)},
		{"GSSENCRequest five times", "NNNN", bytes.Repeat([]byte{0, 0, 0, 8, 4, 210, 22, 48}, 5)},
		{"protocol 2", "unsupported frontend protocol 2.0", []byte{0, 0, 0, 8, 0, 2, 0, 0}},
		{"protocol 3.2", "v\x00\x00\x00\x0c\x00\x03\x00\x00\x00\x00\x00\x00", func() []byte { b := bytes.Clone(good); b[7] = 2; return b }()},
		{"replication", "22023", startup("user", "ana", "replication", "database")},
		{"role by options", "22023", startup("user", "ana", "options", "-c role=postgres")},
		{"unknown parameter", "22023", startup("user", "ana", "session_replication_role", "replica")},
		{"encoding", "22023", startup("user", "ana", "client_encoding", "GBK")},
		{"no user", "28P01", startup("database", "shop")},
		{"password of length 4", "08P01", append(bytes.Clone(good), 'p', 0, 0, 0, 4)},
		{"negative password", "08P01", append(bytes.Clone(good), 'p', 0xff, 0xff, 0xff, 0xff)},
		{"password beyond 8 KiB", "08P01", append(bytes.Clone(good), 'p', 0, 0, 0x20, 7)},
		{"bytes behind the password's end", "08P01", append(bytes.Clone(good), "p\x00\x00\x00\x07a\x00b"...)},
		{"wrong password", "token refused", append(bytes.Clone(good), password("spt_x")...)},
		{"token as the user's name", "token refused", append(startup("user", p.token, "database", "shop", "application_name", p.token), password("no")...)},
		{"cancel with a wrong key", "", []byte{0, 0, 0, 16, 4, 210, 22, 46, 1, 2, 3, 4, 5, 6, 7, 8}},
	} {
		got := p.talk(t, c.send)
		if !bytes.Contains(got, []byte(c.want)) || c.want == "" && len(got) > 0 || bytes.Contains(got, []byte("Z\x00\x00\x00\x05")) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	for _, length := range []uint32{0, 1, 2, 3, 4, 5, 7, 10_001, 1<<31 - 1, 1 << 31, 1<<32 - 1} {
		if got := p.talk(t, append(binary.BigEndian.AppendUint32(nil, length), good[4:]...)); !bytes.Contains(got, []byte("08P01")) {
			t.Errorf("length %d: %q", length, got)
		}
	}
	if trail, err := p.Run(t.Context(), "audit", "search"); err != nil || strings.Contains(trail, p.token) {
		t.Errorf("the token is in the audit log, or %v", err)
	}
	p.alive(t)
}

// After login no message of any type and length may hang or end the proxy.
func TestMessagesOfEveryType(t *testing.T) {
	p := start(t)
	for kind := range 256 {
		c, _ := p.login(t, "")
		length := []uint32{0, 3, 4, 5, 1 << 31, 1<<32 - 1, 9}[kind%7]
		m := append(binary.BigEndian.AppendUint32([]byte{byte(kind)}, length), "garbage"...)
		_, _ = c.Write(m)
		_ = c.(*net.TCPConn).CloseWrite()
		if _, err := io.ReadAll(c); err != nil && os.IsTimeout(err) {
			t.Errorf("type %d with length %d hangs", kind, length)
		}
		_ = c.Close()
	}
	p.alive(t)
}

// A conversation in one-byte writes has the answers that it has in one write.
func TestOneByteAtATime(t *testing.T) {
	p := start(t)
	var whole []byte
	for _, m := range list("SELECT item FROM orders; SELECT * FROM salaries", run("SELECT id FROM orders"), sync(), "COPY orders FROM STDIN",
		message(&pgproto3.CopyData{Data: []byte("7\tx\n")}), message(&pgproto3.CopyFail{Message: "no"}), run("TABLE salaries"), sync()) {
		whole, _ = m.Encode(whole)
	}
	whole = append(whole, 'X', 0, 0, 0, 4)
	var answers [2]string
	for i, step := range []int{len(whole), 1} {
		c, f := p.login(t, "")
		_ = f
		_ = c.(*net.TCPConn).SetNoDelay(true)
		for at := 0; at < len(whole); at += step {
			if _, err := c.Write(whole[at : at+step]); err != nil {
				t.Fatal(err)
			}
		}
		got, err := io.ReadAll(c)
		if err != nil {
			t.Fatal(err)
		}
		for {
			at := bytes.Index(got, []byte(" (session "))
			if at < 0 {
				break
			}
			got = append(got[:at], got[at+27:]...)
		}
		answers[i] = string(got)
	}
	if answers[0] != answers[1] || !strings.Contains(answers[0], "allowed") || strings.Count(answers[0], "42501") != 2 {
		t.Errorf("at once  %q\nby bytes %q", answers[0], answers[1])
	}
}

func (p *target) rss(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.PID()))
	if err != nil {
		t.Skip("needs /proc: ", err)
	}
	var kib int
	_, after, _ := strings.Cut(string(status), "VmRSS:")
	if _, err := fmt.Sscan(after, &kib); err != nil {
		t.Fatal(err)
	}
	return kib << 10
}

func TestMemoryBeforeLogin(t *testing.T) {
	p := start(t)
	p.alive(t)
	base := p.rss(t)
	kept := startup("user", "ana", "database", "shop", "application_name", strings.Repeat("a", 1900))
	half := make([]byte, 5000)
	copy(half, []byte{0, 0, 0x27, 0x10, 0, 3, 0, 0})
	const each = 500
	for _, state := range [][]byte{nil, half, kept, append(append(bytes.Clone(kept), 'p', 0, 0, 0x20, 5), make([]byte, 4<<10)...)} {
		for range each {
			if _, err := p.dial(t).Write(state); err != nil {
				t.Fatal(err)
			}
		}
	}
	p.alive(t) // answered after all of them were accepted
	held := (p.rss(t) - base) / (4 * each)
	t.Logf("%d bytes a connection", held)
	if held > 16<<10 {
		t.Errorf("%d bytes are held for a connection before login", held)
	}
}

// A client that pipelines without reading is held back, and costs little.
func TestQueueOfWhatIsOwedIsBounded(t *testing.T) {
	p := start(t)
	base := p.rss(t)
	c, _ := p.login(t, "")
	_ = c.SetWriteDeadline(time.Now().Add(3 * time.Second))
	syncs := bytes.Repeat([]byte{'S', 0, 0, 0, 4}, 100_000)
	for sent := 0; sent < 200; sent++ {
		if _, err := c.Write(syncs); err != nil {
			break // held back
		}
	}
	if grown := p.rss(t) - base; grown > 24<<20 {
		t.Errorf("%d MiB for a client that does not read", grown>>20)
	}
	p.alive(t)
}

func TestHostileSQL(t *testing.T) {
	p := start(t)
	base := p.rss(t)
	for name, sql := range map[string]string{
		"parentheses": "SELECT " + strings.Repeat("(", 100_000) + "1" + strings.Repeat(")", 100_000),
		"plus":        "SELECT 1" + strings.Repeat("+1", 100_000),
		"unions":      "SELECT 1" + strings.Repeat(" UNION SELECT 1", 50_000),
		"literal":     "SELECT '" + strings.Repeat("x", 10<<20) + "'",
		"in list":     "SELECT item FROM orders WHERE id IN (1" + strings.Repeat(",1", 50_000) + ")",
		"semicolons":  "SELECT 1" + strings.Repeat(";", 200_000),
		"nested":      strings.Repeat("/*", 100_000),
	} {
		_, f := p.login(t, "")
		began := time.Now()
		got := exchange(t, f, 1, query(sql))
		t.Logf("%s: %v, %s%.80s", name, time.Since(began), got.codes, got.texts)
		if got = exchange(t, f, 1, query("SELECT item FROM orders")); got.rows != "allowed " {
			t.Errorf("%s: the session no longer answers: %+v", name, got)
		}
	}
	if grown := p.rss(t) - base; grown > 256<<20 {
		t.Errorf("%d MiB are still held", grown>>20)
	}
}
