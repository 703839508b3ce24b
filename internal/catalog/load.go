package catalog

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"
)

// The queries below run with an empty search_path, so that no function and no
// operator but the server's own can be meant by anything in them. Both
// settings are read before that is set up, by qualified names.
const (
	querySearchPath = `SELECT pg_catalog.current_setting('search_path')`
	emptySearchPath = `SELECT pg_catalog.set_config('search_path', '', false)`
)

// The snapshot is read in one round trip and one transaction. Every query is
// ordered, so that equal contents are equal bytes. They work on PostgreSQL 13
// to 18. The order is that of the builder's steps.
const querySnapshot = `
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;

SELECT current_setting('server_version_num'), current_setting('server_encoding'), current_database(), current_user,
	(SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user);

SELECT oid, nspname, has_schema_privilege(oid, 'USAGE')
FROM pg_catalog.pg_namespace WHERE nspname NOT LIKE 'pg\_temp\_%' AND nspname NOT LIKE 'pg\_toast\_temp\_%'
ORDER BY oid;

SELECT oid, relnamespace, relname, relkind
FROM pg_catalog.pg_class WHERE relpersistence <> 't' ORDER BY oid;

SELECT a.attrelid, a.attname, a.atttypid, a.attgenerated <> '', a.atthasdef
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind NOT IN ('i', 'I', 't') AND c.relpersistence <> 't'
ORDER BY a.attrelid, a.attnum;

SELECT p.oid, p.pronamespace, p.proname, p.prokind, p.pronargs, p.pronargdefaults, p.provariadic <> 0, p.provolatile,
	e.extname,
	p.proacl IS NULL OR EXISTS (SELECT FROM pg_catalog.aclexplode(p.proacl) g
		WHERE g.grantee = 0 AND g.privilege_type = 'EXECUTE')
FROM pg_catalog.pg_proc p
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass AND d.objid = p.oid
	AND d.deptype = 'e'
LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
ORDER BY p.oid;

SELECT o.oprnamespace, o.oprname, n.nspname, p.proname, e.extname
FROM pg_catalog.pg_operator o
LEFT JOIN pg_catalog.pg_proc p ON p.oid = o.oprcode
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass AND d.objid = o.oid
	AND d.deptype = 'e'
LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
WHERE o.oprnamespace <> 'pg_catalog'::pg_catalog.regnamespace
ORDER BY o.oid;

SELECT t.oid, t.typnamespace, t.typname, t.typtype, e.extname
FROM pg_catalog.pg_type t
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_type'::pg_catalog.regclass AND d.objid = t.oid
	AND d.deptype = 'e'
LEFT JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid
WHERE (t.typrelid = 0 OR c.relkind = 'c') AND NOT EXISTS (SELECT FROM pg_catalog.pg_type m WHERE m.typarray = t.oid)
ORDER BY t.oid;

COMMIT`

// connection is the proxy's own connection for reading the catalogue.
type connection struct {
	conn       *pgconn.PgConn
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
	results, err := conn.Exec(ctx, querySearchPath+";"+emptySearchPath).ReadAll()
	if err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return &connection{conn, string(results[0].Rows[0][0])}, nil
}

// read returns the results of querySnapshot's queries, without those of BEGIN
// and COMMIT.
func (c *connection) read(ctx context.Context) ([]*pgconn.Result, error) {
	results, err := c.conn.Exec(ctx, querySnapshot).ReadAll()
	if err != nil {
		return nil, err
	}
	if len(results) != 2+len(steps) {
		return nil, fmt.Errorf("%d results, expected %d", len(results), 2+len(steps))
	}
	return results[1 : len(results)-1], nil
}

// builder turns rows into a snapshot. Its first error stands for all.
type builder struct {
	snapshot  *Snapshot
	schemas   map[uint32]*Schema
	relations map[uint32]*Relation
	names     map[string]string // every name once: columns of a kind are called alike
	err       error
}

// steps read one row each of the query of the same place.
var steps = []func(*builder, [][]byte){
	(*builder).server, (*builder).schema, (*builder).relation, (*builder).column,
	(*builder).function, (*builder).operator, (*builder).typ,
}

func build(results []*pgconn.Result, searchPath string) (*Snapshot, error) {
	b := &builder{
		snapshot:  &Snapshot{SearchPath: searchPath, Schemas: make(map[string]*Schema)},
		schemas:   make(map[uint32]*Schema),
		relations: make(map[uint32]*Relation),
		names:     make(map[string]string),
	}
	for i, step := range steps {
		for _, row := range results[i].Rows {
			step(b, row)
		}
	}
	if b.snapshot.ServerVersion == 0 && b.err == nil {
		b.err = errors.New("the server did not say its version")
	}
	return b.snapshot, b.err
}

func (b *builder) server(row [][]byte) {
	s := b.snapshot
	s.ServerVersion = int(b.number(row[0]))
	s.Encoding, s.Database, s.Role, s.Superuser = string(row[1]), string(row[2]), string(row[3]), yes(row[4])
}

func (b *builder) schema(row [][]byte) {
	ns := &Schema{
		Name:      b.name(row[1]),
		Usage:     yes(row[2]),
		Relations: make(map[string]*Relation),
		Functions: make(map[string][]*Function),
		Operators: make(map[string][]*Operator),
		Types:     make(map[string]*Type),
	}
	b.schemas[b.number(row[0])] = ns
	b.snapshot.Schemas[ns.Name] = ns
}

func (b *builder) relation(row [][]byte) {
	ns := b.schemas[b.number(row[1])]
	if ns == nil {
		return // of a temporary schema
	}
	r := &Relation{OID: b.number(row[0]), Schema: ns.Name, Name: b.name(row[2]), Kind: row[3][0]}
	ns.Relations[r.Name] = r
	b.relations[r.OID] = r
}

func (b *builder) column(row [][]byte) {
	if r := b.relations[b.number(row[0])]; r != nil {
		r.Columns = append(r.Columns, Column{Name: b.name(row[1]), Type: b.number(row[2]),
			Generated: yes(row[3]), Default: yes(row[4])})
	}
}

func (b *builder) function(row [][]byte) {
	ns := b.schemas[b.number(row[1])]
	if ns == nil {
		return
	}
	f := &Function{OID: b.number(row[0]), Schema: ns.Name, Name: b.name(row[2]), Kind: row[3][0],
		Args: int(b.number(row[4])), Defaults: int(b.number(row[5])), Variadic: yes(row[6]), Volatile: row[7][0],
		Extension: b.name(row[8]), PublicExecute: yes(row[9])}
	ns.Functions[f.Name] = append(ns.Functions[f.Name], f)
}

func (b *builder) operator(row [][]byte) {
	ns := b.schemas[b.number(row[0])]
	if ns == nil {
		return
	}
	o := &Operator{Schema: ns.Name, Name: b.name(row[1]), FunctionSchema: b.name(row[2]), Function: b.name(row[3]),
		Extension: b.name(row[4])}
	ns.Operators[o.Name] = append(ns.Operators[o.Name], o)
}

func (b *builder) typ(row [][]byte) {
	ns := b.schemas[b.number(row[1])]
	if ns == nil {
		return
	}
	t := &Type{OID: b.number(row[0]), Schema: ns.Name, Name: b.name(row[2]), Kind: row[3][0], Extension: b.name(row[4])}
	ns.Types[t.Name] = t
}

func (b *builder) number(text []byte) uint32 {
	n, err := strconv.ParseUint(string(text), 10, 32)
	if err != nil && b.err == nil {
		b.err = err
	}
	return uint32(n)
}

func (b *builder) name(text []byte) string {
	n, ok := b.names[string(text)]
	if !ok {
		n = string(text)
		b.names[n] = n
	}
	return n
}

func yes(text []byte) bool { return len(text) == 1 && text[0] == 't' }
