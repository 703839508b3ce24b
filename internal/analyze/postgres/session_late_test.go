package postgres

import (
	"testing"

	"github.com/sallyport-db/sallyport/internal/analyze"
)

// A change that is noted after the failure of its segment was told, and is then
// ignored by the server, does not stay.
func TestChangeNotedBehindAFailureIsUndone(t *testing.T) {
	s := &Session{path: newSearchPath([]string{"public"}), status: 'I',
		names: map[string]*prepared{}, portals: map[string]*portal{}}
	s.names["p"] = &prepared{text: []byte("SELECT 1")}
	s.Fail(1, 0)
	s.setName(&analyze.Request{Seq: 2}, 0, "p", &prepared{text: []byte("SELECT 2")})
	s.Ready(0, 'I')
	if got := string(s.names["p"].text); got != "SELECT 1" {
		t.Errorf("the statement is %q, which the server has ignored", got)
	}
}
