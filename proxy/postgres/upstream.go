package postgres

import (
	"context"
	"encoding/binary"
	"net"
	"sort"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/analyze/postgres"
	"github.com/sallyport-db/sallyport/internal/wire"
	"github.com/sallyport-db/sallyport/proxy"
)

// Upstream is one PostgreSQL database behind the proxy.
type Upstream struct {
	// Config makes the settings of one login, with the password read afresh.
	Config func() (*pgconn.Config, error)
	Reader *postgres.Reader
}

// dial logs in to the database for one session. It returns the connection and
// the search_path that the session starts with.
func (u *Upstream) dial(ctx context.Context, door *proxy.Door, settings []param) (*pgconn.HijackedConn, []string, error) {
	cfg, err := u.Config()
	if err != nil {
		return nil, nil, door.Unreachable(err)
	}
	def, err := u.Reader.DefaultPath(ctx)
	if err != nil {
		return nil, nil, door.Unreachable(err)
	}
	params := map[string]string{"search_path": def}
	for _, p := range settings {
		params[strings.ToLower(p.name)] = p.value
	}
	// What text means must be what the gate takes it to mean.
	if !strings.EqualFold(params["client_encoding"], "SQL_ASCII") || u.Reader.Encoding(ctx) != "UTF8" {
		params["client_encoding"] = "UTF8"
	}
	params["standard_conforming_strings"] = "on"
	cfg.RuntimeParams = params
	began := time.Now()
	conn, err := pgconn.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, nil, door.Unreachable(err)
	}
	door.Dialed(time.Since(began))
	path, ok := postgres.SearchPath(params["search_path"])
	if !ok {
		_ = conn.Close(ctx)
		return nil, nil, door.Reject(proxy.Refuse(proxy.CodeParameter, "search_path cannot be read"))
	}
	server, err := conn.Hijack()
	if err != nil {
		return nil, nil, door.Unreachable(err)
	}
	if server.Frontend.ReadBufferLen() > 0 {
		_ = server.Conn.Close()
		return nil, nil, door.Unreachable(errUnasked)
	}
	_ = server.Conn.SetDeadline(time.Time{})
	return server, path, nil
}

var errUnasked = proxy.Broken("the database sent more than its greeting")

// link joins a client that was let in to its server.
func (u *Upstream) link(client net.Conn, server *pgconn.HijackedConn, path []string) *proxy.Link {
	return &proxy.Link{
		Client:   wireOf(client),
		Upstream: wire.NewConn(server.Conn),
		Mind:     u.Reader.Session(path),
		Requests: newRequests(),
		Replies:  &replies{},
		Cancel:   func(ctx context.Context) error { return cancel(ctx, server) },
	}
}

// cancel sends a CancelRequest on a connection of its own, to the very address
// that the session is connected to.
func cancel(ctx context.Context, server *pgconn.HijackedConn) error {
	conn, err := pgconn.Construct(&pgconn.HijackedConn{
		Conn: server.Conn, TLSConfig: server.TLSConfig, PID: server.PID, SecretKey: server.SecretKey,
		ParameterStatuses: server.ParameterStatuses, TxStatus: server.TxStatus,
		Frontend: server.Frontend, Config: server.Config, CustomData: server.CustomData,
	})
	if err != nil {
		return err
	}
	return conn.CancelRequest(ctx)
}

// welcome is everything between a right password and the first statement:
// AuthenticationOk, the server's parameters, a cancel key of our own, and
// ReadyForQuery.
func welcome(server *pgconn.HijackedConn, key [8]byte) []byte {
	m := []byte{'R', 0, 0, 0, 8, 0, 0, 0, 0}
	names := make([]string, 0, len(server.ParameterStatuses))
	for name := range server.ParameterStatuses {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		at := len(m)
		m = append(m, 'S', 0, 0, 0, 0)
		m = append(append(m, name...), 0)
		m = append(append(m, server.ParameterStatuses[name]...), 0)
		binary.BigEndian.PutUint32(m[at+1:], uint32(len(m)-at-1))
	}
	m = append(append(m, 'K', 0, 0, 0, 12), key[:]...)
	return append(m, 'Z', 0, 0, 0, 5, server.TxStatus)
}
