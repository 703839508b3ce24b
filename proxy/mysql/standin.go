package mysql

import (
	"github.com/go-mysql-org/go-mysql/mysql"

	"github.com/sallyport-db/sallyport/proxy"
)

// The stand-ins. A ping is always answered with OK. A refused PREPARE is
// replaced by one of an empty text, which always fails (1065): after a ping
// the server would run the statement before it for a client that has already
// sent an EXECUTE of "the last prepared".
var (
	standInPing    = []byte{1, 0, 0, 0, mysql.COM_PING}
	standInPrepare = []byte{1, 0, 0, 0, mysql.COM_STMT_PREPARE}
)

// standInName fails as an unknown column behind statements that were allowed.
const standInName = "sallyport_refused"

// StandIn implements proxy.Requests.
func (q *requests) StandIn(dst []byte, f *proxy.Frame, allowed []byte) []byte {
	q.refused = q.more
	switch {
	case len(allowed) > 0:
		return appendPacket(dst, 0, func(p []byte) []byte {
			p = append(p, mysql.COM_QUERY)
			if q.attributes {
				p = append(p, 0, 1) // no attributes, one set of them
			}
			return append(append(p, allowed...), "\n;SELECT "+standInName...)
		})
	case f.Owed == mysql.COM_STMT_PREPARE:
		return append(dst, standInPrepare...)
	}
	return append(dst, standInPing...)
}

// Flush implements proxy.Requests: the server answers each command at once.
func (q *requests) Flush(dst []byte) []byte { return dst }
