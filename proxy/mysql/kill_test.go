package mysql

import (
	"math"
	"strconv"
	"testing"
)

func TestKillIsRead(t *testing.T) {
	for text, want := range map[string]kill{
		"KILL QUERY 7": {7, true}, " kill  Query\t4294967295 ; ": {4294967295, true}, "KILL 7": {7, false}, "kill connection 7;": {7, false},
		"KILL QUERY 4294967296": {}, "KILL QUERY -1": {}, "KILL QUERY +1": {}, "KILL 0": {}, "KILL QUERY 7; DROP TABLE t": {}, "KILL QUERY 7 8": {},
		"KILL /**/ QUERY 7": {}, "KILL QUERY": {}, "KILL": {}, "": {}, "KILL USER 7": {}, "KILL HARD 7": {}, "KILL 7;;": {}, "KILL 0x7": {},
	} {
		if c, ok := readKill([]byte(text)); ok != (want != kill{}) || ok && c != want {
			t.Errorf("%q: %+v, %v", text, c, ok)
		}
	}
}

// A number opens the session of the user and upstream that it was entered for,
// until it is taken out; the next one to have it stays.
func TestSessionsOfOthers(t *testing.T) {
	s := &sessions{keys: map[target][8]byte{}}
	ana := target{"ana", "shop", 7}
	s.add([8]byte{1}, ana)
	for _, other := range []target{{"bo", "shop", 7}, {"ana", "other", 7}, {"ana", "shop", 8}} {
		if _, ok := s.find(other); ok {
			t.Errorf("%+v is found", other)
		}
	}
	s.add([8]byte{2}, ana)
	s.remove([8]byte{1}, ana)
	if key, ok := s.find(ana); !ok || key != [8]byte{2} {
		t.Errorf("%v, %v", key, ok)
	}
	s.remove([8]byte{2}, ana)
	if _, ok := s.find(ana); ok {
		t.Error("a session that is over is found")
	}
}

// Drivers print the number of a connection as a signed one.
func TestConnectionIDsArePositive(t *testing.T) {
	for i := range 100 {
		if id := connectionID(strconv.Itoa(i)); id == 0 || id > math.MaxInt32 {
			t.Errorf("%d", id)
		}
	}
}
