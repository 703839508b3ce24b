// Package mysql translates the MySQL wire, which MariaDB speaks too: login,
// framing of commands and of what answers them, refusals. It decides nothing.
//
// The protocol's description is MySQL's ("Client/Server Protocol", internals
// documentation) and MariaDB's ("MariaDB Client/Server Protocol").
package mysql
