// Package proxytest is what every protocol must pass.
package proxytest

import (
	"testing"

	"github.com/sallyport-db/sallyport/proxy"
)

// Framing frames a conversation, which must consist of whole messages, and
// then every beginning of each of its messages: a beginning is either too
// little, or framed as the whole is. It returns how many messages there are.
func Framing(t *testing.T, r proxy.Requests, conversation []byte) int {
	t.Helper()
	n := 0
	for rest := conversation; len(rest) > 0; n++ {
		whole, err := r.Next(rest)
		if err != nil || whole.Need > 0 || whole.Len < 1 || whole.Rest > 0 {
			t.Fatalf("message %d: %+v (%v)", n, whole, err)
		}
		for cut := range whole.Len {
			beginning(t, r, rest[:cut], &whole)
		}
		rest = rest[whole.Len:]
	}
	return n
}

func beginning(t *testing.T, r proxy.Requests, part []byte, whole *proxy.Frame) {
	t.Helper()
	f, err := r.Next(part)
	switch {
	case err != nil:
		t.Errorf("%q is refused, with more behind it it is taken: %v", part, err)
	case f.Need > 0:
		if f.Need <= len(part) || f.Need > whole.Len {
			t.Errorf("%q: needs %d bytes of %d", part, f.Need, whole.Len)
		}
	case f.Len > len(part), f.Len+f.Rest != whole.Len:
		t.Errorf("%q: framed as %d bytes and %d to come, the message has %d", part, f.Len, f.Rest, whole.Len)
	case f.Act != whole.Act, f.Owed != whole.Owed, f.Ends != whole.Ends, f.Request.Verb != whole.Request.Verb:
		t.Errorf("%q: framed as %+v, the whole as %+v", part, f, *whole)
	}
}
