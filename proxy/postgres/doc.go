// Package postgres is the PostgreSQL wire, protocol version 3.
//
// It frames and translates; it decides nothing. Message formats are those of
// the PostgreSQL documentation, "Message Formats" (protocol.sgml); constants
// cite the server's source where the document is silent.
package postgres
