package mysql

import (
	"context"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"
	"github.com/pingcap/tidb/pkg/parser/charset"

	"github.com/sallyport-db/sallyport/internal/analyze"
	"github.com/sallyport-db/sallyport/internal/wire"
	"github.com/sallyport-db/sallyport/proxy"
)

// Upstream is one MySQL or MariaDB server behind the proxy.
type Upstream struct {
	// Config makes the settings of one login, with the password read afresh.
	Config func() (*Config, error)
	// Mind begins a session's mind, which starts in that state.
	Mind func(Start) Mind
}

// Mind is a session's mind that is also told of what the server does not
// answer.
type Mind interface {
	analyze.Mind
	Close(statement []byte)
}

// Start is the state that a session starts in, as the server tells it.
type Start struct {
	Schema  string // the default one, or empty
	SQLMode string
	Charset string // of the texts
	Version string // @@version
}

// server is a session's own connection, past login.
type server struct {
	conn  net.Conn
	start Start
	id    uint32 // its number on the server, to stop what it runs
}

// utf8mb4 is the number of utf8mb4_general_ci, which every server has.
const utf8mb4 = 45

// dial logs in to the server for one session, with what the client asked of
// the protocol and nothing else.
func (u *Upstream) dial(ctx context.Context, door *proxy.Door, r *response, schema string) (*server, error) {
	cfg, err := u.Config()
	if err != nil {
		return nil, door.Unreachable(err)
	}
	collation, err := charset.GetCollationByID(int(r.charset))
	if err != nil {
		collation, err = charset.GetCollationByID(utf8mb4)
	}
	if err != nil || !safeCharset(collation.CharsetName) {
		return nil, door.Reject(proxy.Refuse(proxy.CodeParameter, "the connection's character set is not taken: use utf8mb4"))
	}
	if schema == "" {
		schema = cfg.Database
	}
	began := time.Now()
	e, err := enter(ctx, cfg, session{capabilities: r.capabilities, charset: byte(collation.ID), schema: schema})
	if err != nil {
		return nil, door.Unreachable(err)
	}
	if missing := r.capabilities & between &^ e.capabilities; missing != 0 {
		_ = e.Close()
		return nil, door.Unreachable(fmt.Errorf("the server does not speak the protocol that was offered in its name: capabilities %#x are missing", missing))
	}
	door.Dialed(time.Since(began))
	s := &server{conn: e.Conn, id: e.hello.id}
	c, err := e.client(ctx)
	if err == nil {
		err = s.ask(c)
	}
	if err != nil {
		_ = s.conn.Close()
		return nil, door.Unreachable(err)
	}
	_ = s.conn.SetDeadline(time.Time{})
	return s, nil
}

// Connect logs in on the proxy's own behalf, without a schema.
func (u *Upstream) Connect(ctx context.Context) (*client.Conn, error) {
	cfg, err := u.Config()
	if err != nil {
		return nil, err
	}
	e, err := enter(ctx, cfg, session{capabilities: mysql.CLIENT_DEPRECATE_EOF, charset: utf8mb4})
	if err != nil {
		return nil, err
	}
	return e.client(ctx)
}

// ask learns the state that the session starts in.
func (s *server) ask(c *client.Conn) (err error) {
	defer legible(&err)
	result, err := c.Execute("SELECT @@version, @@sql_mode, CONVERT(COALESCE(DATABASE(), '') USING binary), @@character_set_client")
	if err != nil {
		return err
	}
	defer result.Close()
	var field [4]string
	for i := range field {
		s, err := result.GetString(0, i)
		if err != nil {
			return err
		}
		field[i] = strings.Clone(s) // it is the result's, which is used again
	}
	if !safeCharset(field[3]) {
		return fmt.Errorf("the server reads statements as %s", field[3])
	}
	s.start = Start{Version: field[0], SQLMode: field[1], Schema: field[2], Charset: field[3]}
	return nil
}

// ok is the OK packet that ends login.
func (s *server) ok(p []byte) []byte {
	return append(p, 0, 0, 0, 2, 0, 0, 0) // SERVER_STATUS_AUTOCOMMIT
}

// link joins a client that was let in to its server.
func (u *Upstream) link(conn net.Conn, s *server, r *response, k *killer) *proxy.Link {
	mind := u.Mind(s.start)
	return &proxy.Link{
		Client:   wire.NewConn(conn),
		Upstream: wire.NewConn(s.conn),
		Mind:     mind,
		Requests: &requests{attributes: r.capabilities&mysql.CLIENT_QUERY_ATTRIBUTES != 0, forget: mind.Close, kill: k.does},
		Replies:  &replies{deprecateEOF: r.capabilities&mysql.CLIENT_DEPRECATE_EOF != 0},
		Cancel:   func(ctx context.Context) error { return u.stop(ctx, "QUERY", s.id) },
		Kill:     func(ctx context.Context) error { return u.stop(ctx, "CONNECTION", s.id) },
	}
}

// ReadGreeting learns how a server presents itself, without logging in.
func ReadGreeting(ctx context.Context, cfg *Config) (Greeting, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, cfg.Network, cfg.Address)
	if err != nil {
		return Greeting{}, err
	}
	defer conn.Close()
	if deadline, ok := ctx.Deadline(); ok {
		_ = conn.SetDeadline(deadline)
	}
	c := &channel{Conn: conn}
	p, err := c.read()
	if err != nil {
		return Greeting{}, err
	}
	h, err := parseGreeting(p)
	return h.Greeting, err
}
