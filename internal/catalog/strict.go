package catalog

import (
	"context"
	"fmt"
	"strings"
)

// mark tells, at little cost, whether anything has changed since a snapshot was
// read. The first part is what pg_current_snapshot prints: where it is the same,
// the same transactions are seen, and so nothing has changed at all. Otherwise
// the second part is compared: how many rows the catalogues have and a sum of
// hashes over which row was written by which transaction.
type mark struct{ visible, sum string }

// counted are the catalogues that a snapshot is made of, with what tells a row
// and which rows count. OIDs below 16384 are given out by initdb alone.
// Temporary relations are left out: sessions make and drop them all the time.
var counted = []struct{ table, key, part, where string }{
	{"pg_namespace", "oid", "0", `nspname NOT LIKE 'pg\_temp\_%' AND nspname NOT LIKE 'pg\_toast\_temp\_%'`},
	{"pg_class", "oid", "0", "oid >= 16384 AND relpersistence <> 't'"},
	{"pg_attribute", "attrelid", "attnum", "attrelid >= 16384 AND attnum > 0 AND attrelid NOT IN (SELECT oid FROM temporary)"},
	{"pg_proc", "oid", "0", "oid >= 16384"},
	{"pg_operator", "oid", "0", "oid >= 16384"},
	{"pg_type", "oid", "0", "oid >= 16384 AND typrelid = 0 AND typelem = 0"},
	{"pg_cast", "oid", "0", "oid >= 16384"},
	{"pg_constraint", "oid", "0", "oid >= 16384 AND conrelid NOT IN (SELECT oid FROM temporary)"},
	{"pg_attrdef", "oid", "0", "adrelid NOT IN (SELECT oid FROM temporary)"},
	{"pg_rewrite", "oid", "0", "oid >= 16384 AND ev_class NOT IN (SELECT oid FROM temporary)"},
	{"pg_trigger", "oid", "0", "NOT tgisinternal AND tgrelid NOT IN (SELECT oid FROM temporary)"},
	{"pg_policy", "oid", "0", "true"},
	{"pg_inherits", "inhrelid", "inhseqno", "inhrelid NOT IN (SELECT oid FROM temporary)"},
	{"pg_extension", "oid", "0", "true"},
	{"pg_auth_members", "roleid", "0", "true"},
}

// querySum is the second part of a mark, as an expression.
var querySum = func() string {
	sums := make([]string, len(counted))
	for i, c := range counted {
		sums[i] = fmt.Sprintf(`(SELECT concat(count(*), ':', sum(hashint8extended(%s::int8 << 32 | xmin::text::int8, %s))) FROM %s WHERE %s)`,
			c.key, c.part, c.table, c.where)
	}
	// pg_authid, which pg_roles shows, has no xmin for everybody.
	roles := `(SELECT sum(hashtextextended(concat_ws(' ', oid, rolname, rolsuper, rolbypassrls), 0)) FROM pg_roles)`
	return `(WITH temporary AS (SELECT oid FROM pg_class WHERE relpersistence = 't')
SELECT concat_ws(' ', ` + strings.Join(sums, ",\n") + ",\n" + roles + `))`
}()

// queryMark asks for the mark of now. The sum is made only if other
// transactions are seen than by visible, an expression.
func queryMark(visible string) string {
	return `SELECT pg_current_snapshot()::text, CASE WHEN pg_current_snapshot()::text <> ` + visible + ` THEN ` + querySum + ` END`
}

// markName is the prepared statement that asks for a mark: to plan it takes
// longer than to run it.
const markName = "mark"

// mark reads the mark of now; sum is empty if the same is seen as by visible.
func (c *connection) mark(ctx context.Context, visible string) (mark, error) {
	if !c.prepared {
		const text = 25 // its OID
		if _, err := c.conn.Prepare(ctx, markName, queryMark("$1"), []uint32{text}); err != nil {
			return mark{}, err
		}
		c.prepared = true
	}
	result := c.conn.ExecPrepared(ctx, markName, [][]byte{[]byte(visible)}, nil, nil).Read()
	if result.Err != nil {
		return mark{}, result.Err
	}
	return markOf(result.Rows)
}

func markOf(rows [][][]byte) (mark, error) {
	if len(rows) != 1 || len(rows[0]) != 2 || strings.Trim(string(rows[0][0]), "0123456789:,") != "" {
		return mark{}, fmt.Errorf("the server did not say what it sees")
	}
	return mark{string(rows[0][0]), string(rows[0][1])}, nil
}

// verify returns a snapshot of what is there now, as read does, but looks first
// whether the last one still holds.
func (r *reader) verify(ctx context.Context) (*Snapshot, error) {
	if s := r.holds(ctx); s != nil {
		return s, nil
	}
	return r.read(ctx)
}

// holds returns the last snapshot if nothing has changed since it was read.
func (r *reader) holds(ctx context.Context) *Snapshot {
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.conn == nil || r.last == nil || r.mark.visible == "" {
		return nil
	}
	now, err := r.conn.mark(ctx, r.mark.visible)
	switch {
	case err != nil:
		r.hangUp()
		return nil
	case now.sum == "":
		return r.last
	case now.sum != r.mark.sum:
		return nil
	}
	r.mark = now
	return r.last
}
