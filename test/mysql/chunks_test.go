package mysql

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	my "github.com/go-mysql-org/go-mysql/mysql"
)

func packet(command byte, body string) []byte {
	n := 1 + len(body)
	return append([]byte{byte(n), byte(n >> 8), byte(n >> 16), 0, command}, body...)
}

func query(sql string) []byte { return packet(my.COM_QUERY, sql) }

// recorded has every kind of command, allowed and denied.
func recorded() []byte {
	const last = "\xff\xff\xff\xff"
	run := func(id string) []byte { return packet(my.COM_STMT_EXECUTE, id+"\x00\x01\x00\x00\x00") }
	return slices.Concat(
		packet(my.COM_PING, ""), query("SELECT item FROM orders WHERE id < 4"), query("SELECT amount FROM salaries"),
		query("START TRANSACTION"), query("UPDATE orders SET note = 'x' WHERE id = 1"), query("DELETE FROM salaries"), query("ROLLBACK"),
		packet(my.COM_STMT_PREPARE, "SELECT item FROM orders WHERE id = 3"), run(last),
		packet(my.COM_STMT_PREPARE, "SELECT amount FROM salaries"), run(last),
		run("\x01\x00\x00\x00"), packet(my.COM_STMT_SEND_LONG_DATA, "\x01\x00\x00\x00\x00\x00abc"), packet(my.COM_STMT_RESET, "\x01\x00\x00\x00"),
		packet(my.COM_STMT_EXECUTE, "\x01\x00\x00\x00\x01\x01\x00\x00\x00"), packet(my.COM_STMT_FETCH, "\x01\x00\x00\x00\x0a\x00\x00\x00"),
		packet(my.COM_STMT_CLOSE, "\x01\x00\x00\x00"), run("\x01\x00\x00\x00"),
		packet(my.COM_SET_OPTION, "\x00\x00"), query("SELECT 1; SELECT amount FROM salaries; SELECT 2"), query("SELECT 1; SELECT id FROM orders LIMIT 2"),
		packet(my.COM_FIELD_LIST, "orders\x00i%"), packet(my.COM_INIT_DB, "shop"), packet(my.COM_INIT_DB, "nowhere"), packet(my.COM_CHANGE_USER, "root\x00"),
		packet(my.COM_RESET_CONNECTION, ""), query(""), query("SELECT nothing"), query("SELECT /*!50000 1, */ '"+strings.Repeat("x", 300)+"'"),
		query("KILL QUERY 1"), packet(my.COM_QUIT, ""),
	)
}

var sessionID = regexp.MustCompile(`\(session [a-z2-7]+\)`)

// play writes the pieces one after the other and returns the packets that come
// back, up to the end.
func play(t *testing.T, conn net.Conn, pieces [][]byte) (got []string) {
	t.Helper()
	_ = conn.(*net.TCPConn).SetNoDelay(true)
	written := make(chan error, 1)
	go func() {
		for _, p := range pieces {
			if _, err := conn.Write(p); err != nil {
				written <- err
				return
			}
			if len(pieces) == 2 {
				time.Sleep(200 * time.Microsecond) // so that the two arrive apart
			}
		}
		written <- nil
	}()
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Error(err)
	}
	for len(all) >= 4 {
		n := 4 + int(binary.LittleEndian.Uint32(all)&0xffffff)
		if n > len(all) {
			t.Errorf("the last packet is cut short: %q", all)
			break
		}
		got = append(got, fmt.Sprintf("%d %q", all[3], sessionID.ReplaceAll(all[4:n], nil)))
		all = all[n:]
	}
	if err := <-written; err != nil {
		t.Errorf("write: %v", err)
	}
	return got
}

// A conversation that is cut in two, at every byte where SALLYPORT_TORTURE is
// set, and into single bytes, is answered as in one piece.
func TestEveryCutIsAnsweredAlike(t *testing.T) {
	g := newShop(t, "thread-cache-size=0") // threads that are used again go on counting statements
	all := recorded()
	for name, option := range map[string]client.Option{"EOF": noDeprecateEOF, "no EOF": func(*client.Conn) error { return nil }} {
		conn, _ := g.plain(t, option)
		want := play(t, conn, [][]byte{all})
		refusals := 0
		for _, p := range want {
			if strings.Contains(p, "#42000") {
				refusals++
			}
		}
		if refusals < 6 || strings.Contains(strings.Join(want, ""), "7321337") {
			t.Fatalf("%d refusals:\n%s", refusals, strings.Join(want, "\n"))
		}
		same := func(what string, at int, pieces [][]byte) {
			t.Helper()
			conn, _ := g.plain(t, option)
			defer conn.Close()
			if got := play(t, conn, pieces); !slices.Equal(got, want) {
				t.Fatalf("%s, %s %d:\n\t%s\nin one piece\n\t%s", name, what, at, strings.Join(got, "\n\t"), strings.Join(want, "\n\t"))
			}
		}
		same("bytes at a time:", 1, slices.Collect(slices.Chunk(bytes.Clone(all), 1)))
		same("pieces of", 7, slices.Collect(slices.Chunk(bytes.Clone(all), 7)))
		step := 17
		if os.Getenv("SALLYPORT_TORTURE") != "" {
			step = 1
		}
		for at := 1; at < len(all); at += step {
			same("cut at", at, [][]byte{all[:at], all[at:]})
		}
	}
}
