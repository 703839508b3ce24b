package catalog

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// A login's own search_path is read before that of the queries is set, both by
// qualified names.
const (
	querySearchPath = `SELECT pg_catalog.current_setting('search_path')`
	ownSearchPath   = `SELECT pg_catalog.set_config('search_path', '` + QueryPath + `', false)`
)

// connection is the proxy's own connection for reading the catalogue.
type connection struct {
	conn       *pgconn.PgConn
	prepared   bool   // markName
	searchPath string // what a login of the role is given
}

func connect(ctx context.Context, config func() (*pgconn.Config, error)) (*connection, error) {
	cfg, err := config()
	if err != nil {
		return nil, err
	}
	if cfg.RuntimeParams == nil {
		cfg.RuntimeParams = make(map[string]string)
	}
	cfg.RuntimeParams["client_encoding"] = "UTF8"
	cfg.RuntimeParams["standard_conforming_strings"] = "on"
	conn, err := pgconn.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, err
	}
	results, err := conn.Exec(ctx, querySearchPath+";"+ownSearchPath).ReadAll()
	if err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return &connection{conn: conn, searchPath: string(results[0].Rows[0][0])}, nil
}

// read returns the rows of every query, read in one transaction, and if asked
// for the mark of what that has seen.
func (c *connection) read(ctx context.Context, marked bool) ([][][][]byte, mark, error) {
	text, want := "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;"+Query, 2+len(Queries)
	if marked {
		text, want = text+";"+queryMark("''"), want+1
	}
	results, err := c.conn.Exec(ctx, text+";COMMIT").ReadAll()
	if err != nil {
		return nil, mark{}, err
	}
	if len(results) != want {
		return nil, mark{}, fmt.Errorf("%d results, expected %d", len(results), want)
	}
	var m mark
	if marked {
		if m, err = markOf(results[want-2].Rows); err != nil {
			return nil, mark{}, err
		}
	}
	rows := make([][][][]byte, len(Queries))
	for i := range rows {
		rows[i] = results[1+i].Rows
	}
	return rows, m, nil
}
