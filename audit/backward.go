package audit

import (
	"bytes"
	"io"
)

const backwardBlock = 256 << 10

// backward calls fn with the whole lines of the first size bytes of r, last
// line first, without their newlines, until fn returns false. What follows
// the last newline is no line. The bytes are valid until fn returns.
func backward(r io.ReaderAt, size int64, fn func(line []byte) bool) error {
	var buf []byte // buf[:known] is unread space, the rest the file from off on
	known, off := 0, size
	torn := true // up to the first newline found
	for off > 0 {
		n := int(min(off, int64(max(backwardBlock, len(buf)-known)))) // doubling, for long lines
		if known < n {
			grown := make([]byte, n+len(buf)-known)
			copy(grown[n:], buf[known:])
			buf, known = grown, n
		}
		known -= n
		off -= int64(n)
		if _, err := r.ReadAt(buf[known:known+n], off); err != nil {
			return err
		}
		for {
			// The last byte of what is kept is a line's own newline.
			end := len(buf)
			if !torn {
				end--
			}
			i := bytes.LastIndexByte(buf[known:end], '\n')
			if i < 0 {
				break
			}
			line := buf[known+i+1 : end]
			buf = buf[:known+i+1]
			if !torn && !fn(line) {
				return nil
			}
			torn = false
		}
	}
	if !torn && len(buf) > known {
		fn(buf[known : len(buf)-1])
	}
	return nil
}
