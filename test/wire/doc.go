// Package wire holds tests of the PostgreSQL wire: conversations held with a
// real server and, byte for byte, with the proxy in front of it.
package wire
