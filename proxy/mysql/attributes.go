package mysql

import "github.com/go-mysql-org/go-mysql/mysql"

// skipAttributes moves over the query attributes in front of a text. They are
// values for functions of a plug-in, and are never SQL.
func skipAttributes(b []byte) (text []byte, ok bool) {
	count, b, ok := lenenc(b)
	sets, b, ok2 := lenenc(b)
	if !ok || !ok2 || sets != 1 || count > 1<<12 {
		return nil, false
	}
	if count == 0 {
		return b, true
	}
	nulls := (int(count) + 7) / 8
	if len(b) < nulls+1 || b[nulls] != 1 { // new_params_bind_flag
		return nil, false
	}
	null, b := b[:nulls], b[nulls+1:]
	types := make([]byte, count)
	for i := range types {
		if len(b) < 2 {
			return nil, false
		}
		types[i] = b[0]
		if _, b, ok = lenencBytes(b[2:]); !ok {
			return nil, false
		}
	}
	for i, t := range types {
		if null[i/8]&(1<<(i%8)) != 0 {
			continue
		}
		if b, ok = skipValue(t, b); !ok {
			return nil, false
		}
	}
	return b, true
}

// skipValue moves over one value of the binary protocol. What type it has
// decides where the text begins, so a type on which clients and servers do not
// all agree is refused.
func skipValue(kind byte, b []byte) (rest []byte, ok bool) {
	size := 0
	switch kind {
	case mysql.MYSQL_TYPE_NULL:
	case mysql.MYSQL_TYPE_TINY:
		size = 1
	case mysql.MYSQL_TYPE_SHORT:
		size = 2
	case mysql.MYSQL_TYPE_LONG, mysql.MYSQL_TYPE_FLOAT:
		size = 4
	case mysql.MYSQL_TYPE_LONGLONG, mysql.MYSQL_TYPE_DOUBLE:
		size = 8
	case mysql.MYSQL_TYPE_DATE, mysql.MYSQL_TYPE_DATETIME, mysql.MYSQL_TYPE_TIMESTAMP, mysql.MYSQL_TYPE_TIME:
		if len(b) == 0 || b[0] > 12 {
			return nil, false
		}
		size = 1 + int(b[0])
	case mysql.MYSQL_TYPE_STRING, mysql.MYSQL_TYPE_VAR_STRING, mysql.MYSQL_TYPE_VARCHAR, mysql.MYSQL_TYPE_BLOB,
		mysql.MYSQL_TYPE_TINY_BLOB, mysql.MYSQL_TYPE_MEDIUM_BLOB, mysql.MYSQL_TYPE_LONG_BLOB,
		mysql.MYSQL_TYPE_DECIMAL, mysql.MYSQL_TYPE_NEWDECIMAL:
		_, rest, ok = lenencBytes(b)
		return rest, ok
	default:
		return nil, false
	}
	if len(b) < size {
		return nil, false
	}
	return b[size:], true
}
