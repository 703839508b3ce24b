package shape

import (
	"encoding/binary"
	"hash/fnv"
)

// Key is a text's place in a Cache, with all that its reading depends on beside
// it. It is made anew by Of; its buffers are kept.
type Key struct {
	text   []byte
	masked []byte // 'm', the shape, 0, the surroundings
	env    int    // where the surroundings begin in masked
	plain  bool   // the text has a shape
	exact  []byte // 'x', the text's length, the text, the surroundings; empty until it is asked for
}

// Of begins the key of a text, which must not change while the key is in use.
func (k *Key) Of(text []byte, d *Dialect) {
	k.text, k.exact = text, k.exact[:0]
	k.masked, k.plain = Mask(append(k.masked[:0], 'm'), text, d)
	k.masked = append(k.masked, 0)
	k.env = len(k.masked)
}

// String adds something that the reading depends on. s has no zero byte.
func (k *Key) String(s string) { k.masked = append(append(k.masked, s...), 0) }

// Uint adds something that the reading depends on.
func (k *Key) Uint(v uint64) { k.masked = binary.LittleEndian.AppendUint64(k.masked, v) }

// Bool adds something that the reading depends on.
func (k *Key) Bool(b bool) {
	if b {
		k.masked = append(k.masked, 1)
	} else {
		k.masked = append(k.masked, 0)
	}
}

func (k *Key) exactly() []byte {
	if len(k.exact) == 0 {
		k.exact = binary.LittleEndian.AppendUint32(append(k.exact, 'x'), uint32(len(k.text))) //nolint:gosec // texts are far shorter
		k.exact = append(append(k.exact, k.text...), k.masked[k.env:]...)
	}
	return k.exact
}

// Fingerprint is a number for the text's shape, or for the text if it has none.
func (k *Key) Fingerprint() uint64 {
	if k.plain {
		return Fingerprint(k.masked[1 : k.env-1])
	}
	return Fingerprint(k.text)
}

// Fingerprint is a number for a text.
func Fingerprint(text []byte) uint64 {
	h := fnv.New64a()
	_, _ = h.Write(text)
	return h.Sum64()
}
