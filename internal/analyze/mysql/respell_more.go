package mysql

import "slices"

// castTypes are MariaDB's names of types in CAST, and what the parser has for
// them. Which it is makes no difference to the rights.
var castTypes = map[string]string{
	"int": "SIGNED", "integer": "SIGNED", "bigint": "SIGNED", "varchar": "CHAR", "varchar2": "CHAR", "inet4": "CHAR", "inet6": "CHAR", "uuid": "CHAR",
	"double": "DOUBLE", "interval": "CHAR", "xmltype": "CHAR",
}

// cast spells the type of CAST(… AS type).
func (r *respelling) cast(i int) {
	if !r.punct(i+1, '(') {
		return
	}
	end, depth := r.closing(i+1), 0
	for k := i + 1; k < end; k++ {
		switch {
		case r.punct(k, '('):
			depth++
		case r.punct(k, ')'):
			depth--
		case depth == 1 && r.word(k) == "as":
			if name, ok := castTypes[r.word(k+1)]; ok {
				r.put(k+1, name)
			}
			if r.are(k+1, "double", "precision") || r.are(k+1, "signed", "int") {
				r.drop(k+2, k+3)
			}
		}
	}
}

// percentile spells MEDIAN(x) OVER … as a sum, and what PERCENTILE_CONT(p)
// WITHIN GROUP (ORDER BY x) reads as a sum of both.
func (r *respelling) percentile(i int, word string) {
	if !r.mariadb || !r.punct(i+1, '(') {
		return
	}
	end := r.closing(i + 1)
	switch {
	case word == "median" && end > 0 && r.word(end+1) == "over":
		r.put(i, "SUM")
	case end > 0 && r.are(end+1, "within", "group") && r.punct(end+3, '(') && r.are(end+4, "order", "by"):
		last := r.closing(end + 3)
		if last < 0 {
			return
		}
		r.put(i, "SUM")
		r.put(end, "+(")
		r.drop(end+1, end+6)
		r.put(last, "))")
	}
}

// history leaves out FOR SYSTEM_TIME of a system-versioned table: which of its
// rows are read makes no difference to the rights, but for the columns by which
// they are chosen. Points in time that could hold a query are left to be refused.
func (r *respelling) history(i int) {
	if !r.mariadb || !r.are(i, "for", "system_time") {
		return
	}
	end := -1
	switch k := i + 3; r.word(i + 2) {
	case "all":
		end = k
	case "as":
		if r.word(k) == "of" {
			end = r.moment(k + 1)
		}
	case "between", "from":
		if k = r.moment(k); k > 0 && (r.word(k) == "and" || r.word(k) == "to") {
			end = r.moment(k + 1)
		}
	}
	if end > 0 {
		r.past = r.past || r.word(i+2) != "all"
		r.drop(i, end)
	}
}

// moment returns where a point in time that begins at i ends, or -1.
func (r *respelling) moment(i int) int {
	if w := r.word(i); w == "timestamp" || w == "transaction" {
		i++
	}
	if i >= len(r.tokens) {
		return -1
	}
	switch k := r.tokens[i].kind; {
	case k == tokenString, k == tokenNumber, k == tokenVariable, r.punct(i, '?'):
		return i + 1
	case slices.Contains([]string{"now", "current_timestamp", "localtimestamp", "sysdate"}, r.word(i)):
		if r.punct(i+1, '(') && r.punct(i+2, ')') {
			return i + 3
		}
		return i + 1
	}
	return -1
}

// waits leaves out how long FOR UPDATE and LOCK IN SHARE MODE wait.
func (r *respelling) waits(i int) {
	switch {
	case !r.are(i-1, "for", "update") && !r.are(i-3, "lock", "in", "share", "mode"):
	case r.word(i+1) == "wait" && r.value(i+2):
		r.drop(i+1, i+3)
	case r.word(i) == "mode" && r.word(i+1) == "nowait":
		r.drop(i+1, i+2)
	case r.word(i) == "mode" && r.are(i+1, "skip", "locked"):
		r.drop(i+1, i+3)
	}
}

// fetched spells OFFSET n ROWS FETCH FIRST m ROWS ONLY as LIMIT m OFFSET n, and
// leaves out ROWS EXAMINED n.
func (r *respelling) fetched(i int) {
	row := func(k int) bool { return r.word(k) == "row" || r.word(k) == "rows" }
	switch word := r.word(i); {
	case word == "limit" && r.are(i+1, "rows", "examined") && r.value(i+3):
		r.drop(i, i+4)
	case word == "rows" && r.word(i+1) == "examined" && r.value(i-1) && r.value(i+2):
		r.drop(i, i+3)
	case word == "offset" && r.value(i+1) && row(i+2):
		n := r.source(i + 1)
		r.drop(i, i+3)
		if m, end := r.first(i + 3); end > 0 {
			r.drop(i+3, end)
			r.put(i, "LIMIT "+m+" OFFSET "+n)
		} else {
			r.put(i, "LIMIT 1 OFFSET "+n)
		}
	case word == "fetch":
		if m, end := r.first(i); end > 0 {
			r.drop(i, end)
			r.put(i, "LIMIT "+m)
		}
	}
}

// first reads FETCH FIRST|NEXT [n] ROW|ROWS ONLY|WITH TIES at i.
func (r *respelling) first(i int) (n string, end int) {
	if r.word(i) != "fetch" || r.word(i+1) != "first" && r.word(i+1) != "next" {
		return "", -1
	}
	n, i = "1", i+2
	if r.value(i) {
		n, i = r.source(i), i+1
	}
	if w := r.word(i); w != "row" && w != "rows" {
		return "", -1
	}
	switch {
	case r.word(i+1) == "only":
		return n, i + 2
	case r.are(i+1, "with", "ties"):
		return n, i + 3
	}
	return "", -1
}

// sequence spells NEXT VALUE FOR s as NEXTVAL(s), and PREVIOUS VALUE FOR s as
// LASTVAL(s) (sql_yacc.yy, column_default_non_parenthesized_expr).
func (r *respelling) sequence(i int, word string) {
	if !r.mariadb || !r.are(i+1, "value", "for") {
		return
	}
	_, _, end := r.table(i + 3)
	if end < 0 {
		return
	}
	r.put(i, map[string]string{"next": "NEXTVAL(", "previous": "LASTVAL("}[word])
	r.drop(i+1, i+3)
	r.instead[end-1] = r.source(end-1) + ")"
}
