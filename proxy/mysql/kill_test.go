package mysql

import "testing"

func TestKillQueryIsRead(t *testing.T) {
	for text, want := range map[string]uint32{
		"KILL QUERY 7": 7, " kill  Query\t4294967295 ; ": 4294967295,
		"KILL 7": 0, "KILL QUERY 4294967296": 0, "KILL QUERY -1": 0, "KILL QUERY 7; DROP TABLE t": 0, "KILL QUERY 7 8": 0, "KILL /**/ QUERY 7": 0, "": 0,
	} {
		if id, ok := killQuery([]byte(text)); id != want || ok != (want != 0) {
			t.Errorf("%q: %d, %v", text, id, ok)
		}
	}
}

// A number opens the session of the user and upstream that it was entered for,
// until it is taken out; the next one to have it stays.
func TestStatementsOfOthers(t *testing.T) {
	s := &statements{keys: map[target][8]byte{}}
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
