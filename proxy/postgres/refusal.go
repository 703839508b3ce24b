package postgres

import (
	"strconv"
	"strings"

	"github.com/sallyport-db/sallyport/proxy"
)

// sqlstates are the error codes that PostgreSQL itself uses in each place
// (errcodes.txt).
var sqlstates = map[proxy.Code]string{
	proxy.CodeProtocol:       "08P01",
	proxy.CodeNeedsTLS:       "28000",
	proxy.CodeToken:          "28P01",
	proxy.CodeUser:           "28P01",
	proxy.CodeUpstream:       "3D000",
	proxy.CodeParameter:      "22023",
	proxy.CodeUnreachable:    "08006",
	proxy.CodeTimeout:        "08006",
	proxy.CodeTooMany:        "53300",
	proxy.CodeDenied:         "42501",
	proxy.CodeSyntax:         "42601",
	proxy.CodeUndefined:      "42704",
	proxy.CodeTooComplex:     "54001",
	proxy.CodeAudit:          "58030",
	proxy.CodeFenced:         "57P03", // cannot_connect_now
	proxy.CodeExpired:        "57P01",
	proxy.CodeRevoked:        "57P01",
	proxy.CodeLimit:          "53400", // configuration_limit_exceeded
	proxy.CodeKilled:         "57P01",
	proxy.CodeShutdown:       "57P01",
	proxy.CodeNarrowed:       "57P01",
	proxy.CodeInterrupted:    "57014",
	proxy.CodeUpstreamClosed: "08006",
}

// undefined gives the server's code for each kind of thing that does not
// exist, by the first words of its message.
var undefined = []struct{ prefix, code string }{
	{"relation ", "42P01"}, {"missing FROM-clause", "42P01"}, {"column reference ", "42702"}, {"column ", "42703"},
	{"common column name ", "42702"}, {"table reference ", "42P09"}, {"table name ", "42712"}, {"table ", "42P10"},
	{"function ", "42883"}, {"procedure ", "42883"}, {"operator ", "42883"}, {"prepared statement ", "26000"},
	{"portal ", "34000"}, {"cursor ", "34000"}, {"schema ", "3F000"}, {"type ", "42704"}, {"cross-database ", "0A000"},
	{"improper ", "42601"}, {"SELECT * with no tables ", "42601"}, {`"`, "42809"},
}

func sqlstate(r *proxy.Refusal) string {
	if r.Code == proxy.CodeUndefined {
		for _, u := range undefined {
			if strings.HasPrefix(r.Message, u.prefix) {
				return u.code
			}
		}
	}
	if code, ok := sqlstates[r.Code]; ok {
		return code
	}
	return "XX000" // internal_error
}

// appendError is the one function that turns a refusal into bytes for the
// client: an ErrorResponse. Its position counts characters from 1.
func appendError(dst []byte, severity string, r *proxy.Refusal) []byte {
	start := len(dst)
	dst = append(dst, 'E', 0, 0, 0, 0)
	dst = appendField(dst, 'S', severity)
	dst = appendField(dst, 'V', severity)
	dst = appendField(dst, 'C', sqlstate(r))
	message := r.Message
	if r.Session != "" {
		message += " (session " + r.Session + ")"
	}
	dst = appendField(dst, 'M', message)
	if r.Hint != "" {
		dst = appendField(dst, 'H', r.Hint)
	}
	if r.Position >= 0 && (r.Code == proxy.CodeSyntax || r.Code == proxy.CodeUndefined) {
		dst = appendField(dst, 'P', strconv.Itoa(r.Position+1))
	}
	return setLength(append(dst, 0), start)
}

func appendField(dst []byte, kind byte, value string) []byte {
	dst = append(dst, kind)
	dst = append(dst, strings.ReplaceAll(value, "\x00", "")...)
	return append(dst, 0)
}
