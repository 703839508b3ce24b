package mysql

import (
	"bytes"
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/sallyport-db/sallyport/internal/analyze"
	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
	"github.com/sallyport-db/sallyport/policy"
)

// What only the server knows of a session: what code of the user's has set, and
// which temporary tables there are. Its counters of statements include those
// that routines and triggers run. sql_select_limit cuts every answer without a
// LIMIT of its own, that of SHOW too (execute_sqlcom_select, sql_parse.cc).
const (
	stateQuery   = "SELECT CONVERT(COALESCE(DATABASE(), '') USING binary), @@sql_mode, @@character_set_client, @@sql_select_limit LIMIT 1"
	limitQuery   = "SELECT @@sql_select_limit LIMIT 1"
	counterQuery = "SELECT VARIABLE_NAME, VARIABLE_VALUE FROM information_schema.SESSION_STATUS WHERE VARIABLE_NAME LIKE 'Com%' LIMIT 10000"
	countersShow = "SHOW SESSION STATUS LIKE 'Com%'" // MySQL has them in no table
)

// stateQueries asks for both.
func (s *Session) stateQueries() []string {
	if snap, err := s.reader.catalog.Current(context.Background()); err == nil && !snap.MariaDB {
		return []string{stateQuery, countersShow}
	}
	return []string{stateQuery, counterQuery}
}

// defined notes that DDL has run, or may have.
func (s *Session) defined() {
	s.reader.fresh.Changed()
	s.unsure = true
}

// mustAsk says that what was read depends on names that the server must be
// asked for.
func (s *Session) mustAsk() (analyze.Reading, bool) {
	if s.temps == nil || len(s.temps.unknown) == 0 {
		return analyze.Reading{}, false
	}
	s.asking = slices.Clone(s.temps.unknown)
	s.temps.unknown = s.temps.unknown[:0]
	if len(s.asking) > maxNames {
		return refused(policy.RuleLimit, "the statement names too many tables that could be temporary ones"), true
	}
	return analyze.Reading{Look: true}, true
}

// Look implements analyze.Mind.
func (s *Session) Look() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unsure {
		return s.stateQueries()
	}
	queries := append(make([]string, 0, 1+2*len(s.asking)), limitQuery)
	for _, n := range s.asking {
		name := quoted(n.schema) + "." + quoted(n.name)
		queries = append(queries, "SHOW CREATE TABLE "+name, "SHOW COLUMNS FROM "+name)
	}
	return queries
}

func quoted(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// Looked implements analyze.Mind.
func (s *Session) Looked(rows [][][][]byte) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.unsure {
		return s.lookedState(rows)
	}
	return s.lookedNames(rows)
}

func (s *Session) lookedState(rows [][][][]byte) bool {
	if len(rows) != 2 || len(rows[0]) != 1 || len(rows[0][0]) != 4 {
		return false
	}
	ran, temporary, ok := definitions(rows[1], rows[0][0][3])
	if !ok {
		return false
	}
	row := rows[0][0]
	s.take(string(row[0]), string(row[1]), string(row[2]))
	s.lost = s.lost || !safeCharset(strings.ToLower(string(row[2])))
	if ran != s.ran {
		s.ran = ran
		s.names++
		s.reader.fresh.Changed()
		if temporary || s.temps != nil {
			s.temps = &Temporaries{known: map[tableName]*catalog.Table{}}
		}
	}
	s.unsure = false
	return true
}

// definitions sums up how often the session has run each kind of DDL, and says
// whether temporary tables were made. MySQL does not count these apart, and
// limit may have cut its answer.
func definitions(status [][][]byte, limit []byte) (ran string, temporary, ok bool) {
	var b strings.Builder
	apart, made := false, false
	for _, row := range status {
		if len(row) != 2 {
			return "", false, false
		}
		name, count := strings.ToLower(string(row[0])), string(row[1])
		verb, _, _ := strings.Cut(strings.TrimPrefix(name, "com_"), "_")
		switch verb {
		case "create", "alter", "drop", "rename":
			b.WriteString(name + "=" + count + " ")
		}
		switch name {
		case "com_create_temporary_table":
			apart, temporary = true, count != "0"
		case "com_create_table":
			ok, made = true, count != "0"
		}
	}
	if !apart {
		ok, temporary = ok && complete(len(status), limit), made
	}
	return b.String(), temporary, ok
}

// complete says that a list is shorter than the limit on rows.
func complete(rows int, limit []byte) bool {
	n, err := strconv.ParseUint(string(limit), 10, 64)
	return err == nil && uint64(rows) < n
}

// lookedNames takes SHOW CREATE TABLE and SHOW COLUMNS of each name, which are
// empty where there is nothing by it.
func (s *Session) lookedNames(rows [][][][]byte) bool {
	if s.temps == nil || len(rows) != 1+2*len(s.asking) || len(rows[0]) != 1 || len(rows[0][0]) != 1 {
		return false
	}
	if len(s.temps.known)+len(s.asking) > 8*maxNames {
		clear(s.temps.known)
	}
	for i, n := range s.asking {
		made, listed := rows[1+2*i], rows[2+2*i]
		if len(made) == 1 && (len(made[0]) < 2 || !bytes.HasPrefix(made[0][1], []byte("CREATE "))) {
			return false // written in a character set that is not read here
		}
		if len(made) != 1 || !bytes.HasPrefix(made[0][1], []byte("CREATE TEMPORARY TABLE ")) {
			s.temps.known[n] = nil
			continue
		}
		if !complete(len(listed), rows[0][0][0]) {
			return false
		}
		columns := make([]string, 0, len(listed))
		for _, row := range listed {
			columns = append(columns, string(row[0]))
		}
		s.temps.known[n] = catalog.NewTemporary(n.schema, n.name, columns)
	}
	return true
}
