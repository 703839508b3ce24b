package token

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"hash/crc32"
	"math/big"
	"strings"
)

// HandlePrefix begins a handle: a short stand-in for a registered token, for
// clients that cut long passwords. What it opens is looked up; nothing can be
// read from it.
const HandlePrefix = "sph_"

const (
	handleRandom = 22 // characters: 131 bits
	handleSum    = 6  // characters: a CRC-32 needs 5.4
	base62       = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// NewHandle makes a handle: 22 random characters and a checksum over them, by
// which a scanner tells one from a text that only looks like it, without
// asking anybody.
func NewHandle() string {
	var b strings.Builder
	for range handleRandom {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(base62))))
		if err != nil {
			panic(err) // never fails (crypto/rand)
		}
		b.WriteByte(base62[n.Int64()])
	}
	return HandlePrefix + b.String() + handleChecksum(b.String())
}

func handleChecksum(random string) string {
	var out [handleSum]byte
	sum := crc32.ChecksumIEEE([]byte(random))
	for i := range out {
		out[len(out)-1-i] = base62[sum%62]
		sum /= 62
	}
	return string(out[:])
}

// IsHandle says whether a text has the form of a handle.
func IsHandle(text string) bool {
	rest, ok := strings.CutPrefix(text, HandlePrefix)
	return ok && len(rest) == handleRandom+handleSum && handleChecksum(rest[:handleRandom]) == rest[handleRandom:]
}

// Hash is what a store keeps of a token or a handle, in hexadecimal. Both are
// too random to be found by trying, so that it needs neither salt nor work.
// With or without the prefix, one token has one hash.
func Hash(text string) string {
	sum := hashOf(text)
	return hex.EncodeToString(sum[:])
}

func hashOf(text string) [sha256.Size]byte {
	return sha256.Sum256([]byte(strings.TrimPrefix(text, Prefix)))
}
