// Package wire moves bytes between two sockets with as few system calls as
// possible.
//
// Nearly all of a relay's cost is the kernel's: one write for each readable
// chunk, never one for each message. A Conn therefore hands whole chunks to
// its reader, stays inside one syscall.RawConn.Read callback for as long as
// the socket has bytes, and borrows its buffer only while there are any. TLS
// connections take the ordinary path through net.Conn.
//
// The I/O stands here alone so that it can change alone.
package wire
