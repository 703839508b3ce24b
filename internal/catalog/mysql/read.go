package mysql

import (
	"context"
	"fmt"
	"hash/maphash"
	"strconv"
	"strings"

	"github.com/go-mysql-org/go-mysql/client"
	"github.com/go-mysql-org/go-mysql/mysql"
)

// The queries of a snapshot, in the order in which build takes their rows.
var queries = []string{
	"SELECT VERSION(), @@lower_case_table_names, CURRENT_USER()",
	"SELECT SCHEMA_NAME FROM information_schema.SCHEMATA ORDER BY 1",
	"SELECT TABLE_SCHEMA, TABLE_NAME, TABLE_TYPE, COALESCE(ENGINE, '') FROM information_schema.TABLES ORDER BY 1, 2",
	"SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, CASE GENERATION_EXPRESSION WHEN 'ROW END' THEN 1 WHEN 'ROW START' THEN 2 ELSE 0 END FROM information_schema.COLUMNS ORDER BY 1, 2, ORDINAL_POSITION",
	"SELECT TABLE_SCHEMA, TABLE_NAME, SECURITY_TYPE, VIEW_DEFINITION, DEFINER FROM information_schema.VIEWS ORDER BY 1, 2",
	"SELECT ROUTINE_SCHEMA, ROUTINE_NAME, ROUTINE_TYPE, SECURITY_TYPE FROM information_schema.ROUTINES ORDER BY 1, 2, 3",
	"SELECT EVENT_OBJECT_SCHEMA, EVENT_OBJECT_TABLE, TRIGGER_NAME FROM information_schema.TRIGGERS ORDER BY 1, 2, 3",
	"SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, COLUMN_DEFAULT FROM information_schema.COLUMNS WHERE COLUMN_DEFAULT LIKE '%val(%' ORDER BY 1, 2, 3",
}

// Rows are the answers to the queries.
type Rows [][][]string

// Read asks the queries on a connection.
func Read(ctx context.Context, c *client.Conn) (rows Rows, err error) {
	defer func() {
		if r := recover(); r != nil { // go-mysql panics at answers that are cut short
			rows, err = nil, fmt.Errorf("the server's answer cannot be read: %v", r)
		}
	}()
	if deadline, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(deadline); err != nil {
			return nil, err
		}
	}
	out := make(Rows, len(queries))
	for i, q := range queries {
		result, err := c.Execute(q)
		if err != nil {
			return nil, err
		}
		out[i], err = table(result)
		result.Close()
		if err != nil {
			return nil, err
		}
	}
	return out, nil
}

func table(r *mysql.Result) ([][]string, error) {
	out := make([][]string, r.RowNumber())
	for i := range out {
		out[i] = make([]string, r.ColumnNumber())
		for j := range out[i] {
			s, err := r.GetString(i, j)
			if err != nil {
				return nil, err
			}
			out[i][j] = strings.Clone(s) // it is the result's, which is used again
		}
	}
	return out, nil
}

// Hash tells equal contents.
func (r Rows) Hash(seed maphash.Seed) uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, rows := range r {
		for _, row := range rows {
			for _, field := range row {
				_, _ = h.WriteString(strconv.Itoa(len(field)))
				_ = h.WriteByte(0)
				_, _ = h.WriteString(field)
			}
		}
		_ = h.WriteByte(1)
	}
	return h.Sum64()
}

// Build makes a snapshot of the rows.
func Build(r Rows) *Snapshot {
	s := &Snapshot{Schemas: map[string]*Schema{}}
	s.MariaDB, s.Number = number(r[0][0][0])
	s.FoldNames, s.User = r[0][0][1] != "0", r[0][0][2]
	for _, row := range r[1] {
		s.Schemas[s.Fold(row[0])] = &Schema{Name: row[0], Tables: map[string]*Table{}, Triggers: map[string]*Table{}, Routines: map[string]*Routine{}}
	}
	for _, row := range r[2] {
		if ns := s.Schema(row[0]); ns != nil {
			ns.Tables[s.foldIn(ns, row[1])] = &Table{Schema: ns.Name, Name: row[1], Kind: kind(row[2]), Engine: row[3], byName: map[string]string{}}
		}
	}
	for _, row := range r[3] {
		if t := s.Table(row[0], row[1]); t != nil {
			t.Columns = append(t.Columns, row[2])
			t.byName[strings.ToLower(row[2])] = row[2]
			if row[3] == "1" {
				t.RowEnd = row[2]
			}
			if row[3] == "2" {
				t.RowStart = row[2]
			}
		}
	}
	for _, row := range r[4] {
		if t := s.Table(row[0], row[1]); t != nil {
			t.Invoker, t.Definition, t.Definer = row[2] != "DEFINER", row[3], row[4]
		}
	}
	for _, row := range r[5] {
		if ns := s.Schema(row[0]); ns != nil {
			p := row[2] != "FUNCTION"
			ns.Routines[routineKey(row[1], p)] = &Routine{Schema: ns.Name, Name: row[1], Procedure: p, Invoker: row[3] != "DEFINER"}
		}
	}
	for _, row := range r[6] {
		if t := s.Table(row[0], row[1]); t != nil {
			t.Triggers = true // a trigger is in the schema of its table
			s.Schema(row[0]).Triggers[s.Fold(row[2])] = t
		}
	}
	s.markCalls()
	for _, row := range r[7] {
		if t := s.Table(row[0], row[1]); t != nil && s.MariaDB { // MySQL has no sequences
			if t.Defaults == nil {
				t.Defaults = map[string]string{}
			}
			t.Defaults[row[2]] = row[3]
		}
	}
	return s
}

// markCalls notes the views that call stored functions, and those that read
// such views. In a definition, as the server writes it, every name of the
// user's stands in backticks.
func (s *Snapshot) markCalls() {
	var calling, others []*Table
	for _, ns := range s.Schemas {
		for _, t := range ns.Tables {
			switch {
			case t.Definition == "":
			case strings.Contains(t.Definition, "`("):
				t.Calls = true
				calling = append(calling, t)
			default:
				others = append(others, t)
			}
		}
	}
	for ; len(calling) > 0; calling = calling[1:] {
		name := "`" + calling[0].Schema + "`.`" + calling[0].Name + "`"
		for _, t := range others {
			if !t.Calls && strings.Contains(t.Definition, name) {
				t.Calls = true
				calling = append(calling, t)
			}
		}
	}
}

// kind tells TABLE_TYPE: "SYSTEM VIEW" is a relation of the server's own.
func kind(tableType string) byte {
	switch tableType {
	case "BASE TABLE", "SYSTEM VERSIONED":
		return 'r'
	case "SEQUENCE":
		return 'S'
	}
	return 'v'
}

// number reads "10.11.19-MariaDB-0+deb12u1" and "8.0.36".
func number(version string) (mariadb bool, n int) {
	mariadb = strings.Contains(strings.ToLower(version), "mariadb")
	version = strings.TrimPrefix(version, "5.5.5-")
	for i, part := range strings.SplitN(version, ".", 3) {
		digits := strings.IndexFunc(part, func(c rune) bool { return c < '0' || c > '9' })
		if digits < 0 {
			digits = len(part)
		}
		v, _ := strconv.Atoi(part[:digits])
		n += v * []int{10000, 100, 1}[i]
	}
	return mariadb, n
}
