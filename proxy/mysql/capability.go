package mysql

import "github.com/go-mysql-org/go-mysql/mysql"

// understood are the capabilities of the protocol that we see through
// (include/mysql_com.h). Left out on purpose: compression, local files,
// optional metadata, and, since CLIENT_LONG_PASSWORD is always set, all of
// MariaDB's own, which take its place in the greeting.
const understood = mysql.CLIENT_LONG_PASSWORD | mysql.CLIENT_FOUND_ROWS | mysql.CLIENT_LONG_FLAG |
	mysql.CLIENT_CONNECT_WITH_DB | mysql.CLIENT_IGNORE_SPACE | mysql.CLIENT_PROTOCOL_41 | mysql.CLIENT_TRANSACTIONS |
	mysql.CLIENT_SECURE_CONNECTION | mysql.CLIENT_MULTI_STATEMENTS | mysql.CLIENT_MULTI_RESULTS |
	mysql.CLIENT_PS_MULTI_RESULTS | mysql.CLIENT_PLUGIN_AUTH | mysql.CLIENT_CONNECT_ATTRS |
	mysql.CLIENT_PLUGIN_AUTH_LENENC_CLIENT_DATA | mysql.CLIENT_SESSION_TRACK | mysql.CLIENT_DEPRECATE_EOF |
	mysql.CLIENT_QUERY_ATTRIBUTES

// required is what a client must speak: the protocol since 4.1, with
// authentication by plug-in.
const required = mysql.CLIENT_PROTOCOL_41 | mysql.CLIENT_SECURE_CONNECTION | mysql.CLIENT_PLUGIN_AUTH

// between are the capabilities that must be the same on both connections,
// because what passes between them depends on them.
const between = mysql.CLIENT_FOUND_ROWS | mysql.CLIENT_IGNORE_SPACE | mysql.CLIENT_MULTI_STATEMENTS |
	mysql.CLIENT_MULTI_RESULTS | mysql.CLIENT_PS_MULTI_RESULTS | mysql.CLIENT_SESSION_TRACK |
	mysql.CLIENT_DEPRECATE_EOF | mysql.CLIENT_QUERY_ATTRIBUTES

// The status flags of OK and EOF packets that are looked at (SERVER_…,
// include/mysql_com.h).
const (
	statusInTransaction = 0x0001
	statusMoreResults   = 0x0008
	statusCursor        = 0x0040
)
