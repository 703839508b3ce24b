package excess

// attributes of a role (pg_roles).
var attributes = []struct{ kind, is, why, fix string }{
	{"superuser", "is a superuser", "it reads and changes everything in every database, and the server's files, and runs programs there", "NOSUPERUSER"},
	{"replication", "may replicate", "it copies every database whole", "NOREPLICATION"},
	{"bypassrls", "bypasses row-level security", "policies do not hold for it, and so for no token", "NOBYPASSRLS"},
	{"createrole", "may create roles", "it gives itself and others rights, before PostgreSQL 16 nearly all there are", "NOCREATEROLE"},
	{"createdb", "may create databases", "it fills the disk, and owns what it makes", "NOCREATEDB"},
}

// predefined roles (PostgreSQL documentation, "Predefined Roles"), and what membership wins.
var predefined = map[string]string{
	"pg_read_server_files":        "it reads any file that the server may read",
	"pg_write_server_files":       "it writes any file that the server may write, and so runs what it likes",
	"pg_execute_server_program":   "it runs programs as the server's operating system user",
	"pg_read_all_data":            "it reads every table of the database",
	"pg_write_all_data":           "it changes every table of the database",
	"pg_signal_backend":           "it cancels and ends other people's sessions",
	"pg_monitor":                  "it sees other people's statements, settings and log files' names",
	"pg_read_all_settings":        "it reads settings that hold names of files and of other servers",
	"pg_read_all_stats":           "it sees other people's statements",
	"pg_stat_scan_tables":         "it locks tables in order to look at them",
	"pg_checkpoint":               "it makes the server write everything out",
	"pg_maintain":                 "it locks and rewrites every table of the database",
	"pg_create_subscription":      "it makes the server connect elsewhere",
	"pg_signal_autovacuum_worker": "it stops the server's own maintenance",
}

// extensions that reach beyond the database.
var extensions = map[string]string{
	"adminpack":    "its functions write files of the server",
	"aws_s3":       "its functions send and fetch data over the network",
	"dblink":       "its functions connect to other servers from this one, and run SQL given as text",
	"file_fdw":     "its tables read files of the server and run programs there",
	"http":         "its functions make requests from the server's network",
	"pg_cron":      "its functions run SQL later, when nobody looks",
	"pg_net":       "its functions make requests from the server's network",
	"postgres_fdw": "its tables reach other servers, with the passwords that are stored for them",
}
