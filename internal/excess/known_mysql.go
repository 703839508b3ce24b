package excess

// power is a privilege that holds for the whole server.
type power struct{ name, why string }

// powers are what an attacker would look for first (MariaDB Knowledge Base, "GRANT"; MySQL manual, "Privileges Provided by
// MySQL"). MariaDB writes the later ones with blanks, MySQL with underscores.
var powers = []power{
	{"SUPER", "it changes the server's settings, ends other people's sessions and writes where others may only read"},
	{"FILE", "it reads and writes files of the server"},
	{"GRANT OPTION", "it gives its rights to whom it likes"},
	{"CREATE USER", "it makes accounts, and changes the passwords of those there are"},
	{"SHUTDOWN", "it stops the server"},
	{"PROCESS", "it sees the statements of everybody"},
	{"RELOAD", "it resets the server's logs and caches"},
	{"REPLICATION SLAVE", "it copies every change of every schema"},
	{"SET USER", "it makes routines and views that run as other accounts"},
	{"SET_USER_ID", "it makes routines and views that run as other accounts"},
	{"SET_ANY_DEFINER", "it makes routines and views that run as other accounts"},
	{"SYSTEM_VARIABLES_ADMIN", "it changes the server's settings"},
	{"CONNECTION ADMIN", "it ends other people's sessions"},
	{"CONNECTION_ADMIN", "it ends other people's sessions"},
	{"CLONE_ADMIN", "it replaces all data by another server's"},
	{"BACKUP_ADMIN", "it locks the server for a backup, and may copy it whole"},
	{"ROLE_ADMIN", "it gives any role to whom it likes"},
	{"CREATE ROLE", "it makes roles"},
}

// everywhere are the privileges that should hold in some schemas only.
var everywhere = []string{
	"SELECT", "INSERT", "UPDATE", "DELETE", "DELETE HISTORY", "EXECUTE", "REFERENCES", "CREATE", "ALTER", "DROP", "INDEX", "CREATE VIEW",
	"SHOW VIEW", "CREATE ROUTINE", "ALTER ROUTINE", "SHOW CREATE ROUTINE", "EVENT", "TRIGGER", "CREATE TEMPORARY TABLES", "LOCK TABLES",
}

// definitions are the privileges that change what there is, not the rows in it.
var definitions = []string{"CREATE", "ALTER", "DROP", "INDEX", "CREATE VIEW", "CREATE ROUTINE", "ALTER ROUTINE"}
