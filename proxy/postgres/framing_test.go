package postgres

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"github.com/sallyport-db/sallyport/proxy/proxytest"
)

func TestFraming(t *testing.T) {
	var all []byte
	messages := []pgproto3.FrontendMessage{
		&pgproto3.Query{String: "SELECT 1"}, &pgproto3.Query{}, &pgproto3.Parse{Name: "p", Query: "SELECT $1", ParameterOIDs: []uint32{23}},
		&pgproto3.Bind{DestinationPortal: "c", PreparedStatement: "p", Parameters: [][]byte{[]byte(strings.Repeat("v", 5000)), nil}},
		&pgproto3.Describe{ObjectType: 'S', Name: "p"}, &pgproto3.Describe{ObjectType: 'P'}, &pgproto3.Execute{Portal: "c", MaxRows: 3},
		&pgproto3.Close{ObjectType: 'S', Name: "p"}, &pgproto3.Flush{}, &pgproto3.Sync{}, &pgproto3.CopyData{Data: []byte("1\tone\n")},
		&pgproto3.CopyDone{}, &pgproto3.CopyFail{Message: "no"}, &pgproto3.FunctionCall{Function: 1}, &pgproto3.Terminate{},
	}
	for _, m := range messages {
		var err error
		if all, err = m.Encode(all); err != nil {
			t.Fatal(err)
		}
	}
	if n := proxytest.Framing(t, newRequests(), all); n != len(messages) {
		t.Errorf("%d messages were framed, want %d", n, len(messages))
	}
}
