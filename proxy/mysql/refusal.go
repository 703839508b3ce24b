package mysql

import (
	"encoding/binary"
	"strings"

	"github.com/sallyport-db/sallyport/proxy"
)

// number is an error as MySQL's clients know it (include/mysqld_error.h, with
// the SQLSTATE of sql_state.h).
type number struct {
	code  uint16
	state string
}

var numbers = map[proxy.Code]number{
	proxy.CodeProtocol:       {1835, "HY000"}, // ER_MALFORMED_PACKET
	proxy.CodeNeedsTLS:       {3159, "HY000"}, // ER_SECURE_TRANSPORT_REQUIRED
	proxy.CodeToken:          {1045, "28000"}, // ER_ACCESS_DENIED_ERROR
	proxy.CodeUser:           {1045, "28000"},
	proxy.CodeUpstream:       {1049, "42000"}, // ER_BAD_DB_ERROR
	proxy.CodeParameter:      {1231, "42000"}, // ER_WRONG_VALUE_FOR_VAR
	proxy.CodeUnreachable:    {1429, "HY000"}, // ER_CONNECT_TO_FOREIGN_DATA_SOURCE
	proxy.CodeTimeout:        {1159, "08S01"}, // ER_NET_READ_INTERRUPTED
	proxy.CodeTooMany:        {1040, "08004"}, // ER_CON_COUNT_ERROR
	proxy.CodeSyntax:         {1064, "42000"}, // ER_PARSE_ERROR
	proxy.CodeUndefined:      {1146, "42S02"}, // ER_NO_SUCH_TABLE
	proxy.CodeTooComplex:     {1436, "HY000"}, // ER_STACK_OVERRUN_NEED_MORE
	proxy.CodeAudit:          {1026, "HY000"}, // ER_ERROR_ON_WRITE
	proxy.CodeFenced:         {1053, "08S01"}, // ER_SERVER_SHUTDOWN
	proxy.CodeExpired:        {1053, "08S01"}, // ER_SERVER_SHUTDOWN
	proxy.CodeRevoked:        {1053, "08S01"},
	proxy.CodeLimit:          {1226, "42000"}, // ER_USER_LIMIT_REACHED
	proxy.CodeKilled:         {1053, "08S01"},
	proxy.CodeShutdown:       {1053, "08S01"},
	proxy.CodeNarrowed:       {1053, "08S01"},
	proxy.CodeUpstreamClosed: {1053, "08S01"},
}

// numberOf gives a refusal its number. A denial is told by what was denied, as
// MySQL tells it.
func numberOf(r *proxy.Refusal) number {
	if r.Code == proxy.CodeDenied {
		switch {
		case r.Op == "execute":
			return number{1370, "42000"} // ER_PROCACCESS_DENIED_ERROR
		case r.Object != "":
			return number{1142, "42000"} // ER_TABLEACCESS_DENIED_ERROR
		}
		return number{1227, "42000"} // ER_SPECIFIC_ACCESS_DENIED_ERROR
	}
	if n, ok := numbers[r.Code]; ok {
		return n
	}
	return number{1105, "HY000"} // ER_UNKNOWN_ERROR
}

// maxMessage is the longest error text that clients keep (MYSQL_ERRMSG_SIZE).
const maxMessage = 512

// appendError is the one function that turns a refusal into bytes for the
// client: an ERR packet.
func appendError(dst []byte, seq byte, r *proxy.Refusal) []byte {
	n := numberOf(r)
	tail := ""
	if r.Session != "" {
		tail = " (session " + r.Session + ")"
	}
	text := r.Message
	if r.Hint != "" {
		text += "; hint: " + r.Hint
	}
	if room := maxMessage - 1 - len(tail); len(text) > room {
		text = strings.ToValidUTF8(text[:room], "")
	}
	return appendPacket(dst, seq, func(p []byte) []byte {
		p = append(p, 0xff)
		p = binary.LittleEndian.AppendUint16(p, n.code)
		p = append(append(p, '#'), n.state...)
		return append(append(p, strings.ReplaceAll(text, "\x00", "")...), tail...)
	})
}
