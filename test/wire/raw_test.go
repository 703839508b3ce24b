package wire

import (
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
)

// raw is a connection on which every byte is the test's own.
type raw struct {
	t     *testing.T
	conn  net.Conn
	whole bool // errors are shown with all their fields
}

func (r *raw) send(b []byte) {
	r.t.Helper()
	if _, err := r.conn.Write(b); err != nil {
		r.t.Fatalf("write: %v", err)
	}
}

// read returns the next message with its head, or io.EOF.
func (r *raw) read() ([]byte, error) {
	m := make([]byte, 5)
	if _, err := io.ReadFull(r.conn, m); err != nil {
		return nil, err
	}
	m = append(m, make([]byte, binary.BigEndian.Uint32(m[1:])-4)...)
	_, err := io.ReadFull(r.conn, m[5:])
	return m, err
}

func (r *raw) next() []byte {
	r.t.Helper()
	m, err := r.read()
	if err != nil {
		r.t.Fatalf("read: %v", err)
	}
	return m
}

// until reads messages until each type in wanted has come, in that order.
func (r *raw) until(wanted string) (got []string) {
	r.t.Helper()
	for wanted != "" {
		m, err := r.read()
		if err != nil {
			r.t.Fatalf("waiting for %q: %v, after\n\t%s", wanted, err, strings.Join(got, "\n\t"))
		}
		got = append(got, r.show(m))
		if m[0] == wanted[0] {
			wanted = wanted[1:]
		}
	}
	return got
}

// rest says goodbye and reads to the end.
func (r *raw) rest() (got []string) {
	r.t.Helper()
	r.send(message('X'))
	for {
		m, err := r.read()
		if err == io.EOF {
			return got
		}
		if err != nil {
			r.t.Fatalf("read: %v", err)
		}
		got = append(got, r.show(m))
	}
}

// show writes a message with all its bytes; of an error and a notice only the
// severity and the code, since texts may differ.
func (r *raw) show(m []byte) string {
	if r.whole || m[0] != 'E' && m[0] != 'N' {
		return fmt.Sprintf("%c %q", m[0], m[5:])
	}
	out := string(m[0])
	for _, f := range strings.Split(string(m[5:]), "\x00") {
		if f != "" && strings.Contains("SVC", f[:1]) {
			out += " " + f
		}
	}
	return out
}

const zero = "\x00"

// message writes a message of the parts, strings as they stand.
func message(kind byte, parts ...any) []byte {
	m := []byte{kind, 0, 0, 0, 0}
	for _, p := range parts {
		switch p := p.(type) {
		case string:
			m = append(m, p...)
		case uint16:
			m = binary.BigEndian.AppendUint16(m, p)
		case uint32:
			m = binary.BigEndian.AppendUint32(m, p)
		default:
			panic(fmt.Sprintf("part of type %T", p))
		}
	}
	binary.BigEndian.PutUint32(m[1:], uint32(len(m)-1))
	return m
}

func startup(pairs ...string) []byte {
	m := message(0, uint32(3<<16), strings.Join(pairs, zero), zero+zero)
	return m[1:]
}

func query(sql string) []byte       { return message('Q', sql, zero) }
func parse(name, sql string) []byte { return message('P', name, zero, sql, zero, uint16(0)) }
func bind(portal, name string) []byte {
	return message('B', portal, zero, name, zero, uint16(0), uint16(0), uint16(0))
}
func execute(portal string) []byte      { return message('E', portal, zero, uint32(0)) }
func describe(kind, name string) []byte { return message('D', kind, name, zero) }
func closing(kind, name string) []byte  { return message('C', kind, name, zero) }
func synced() []byte                    { return message('S') }
func flushed() []byte                   { return message('H') }
func data(s string) []byte              { return message('d', s) }
func copyDone() []byte                  { return message('c') }
func copyFail() []byte                  { return message('f', "no more", zero) }
func run(name, sql string) []byte       { return join(parse(name, sql), bind("", name), execute("")) }
func join(parts ...[]byte) (together []byte) {
	for _, p := range parts {
		together = append(together, p...)
	}
	return together
}
