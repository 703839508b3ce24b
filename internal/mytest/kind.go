package mytest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
)

// kind is what differs between servers: how a data directory is made, and how
// the server is started.
type kind interface {
	installer(ctx context.Context, s *Server) *exec.Cmd
	server(s *Server) (program string, args []string)
}

// mariadb is one of this machine, or of a tree of its own.
type mariadb struct {
	install, program string
	usr              string // the tree's, or empty
}

func (m mariadb) base() []string {
	args := []string{"--innodb-log-file-size=4M"}
	if m.usr != "" {
		args = append(args, "--basedir="+m.usr, "--lc-messages-dir="+filepath.Join(m.usr, "share", "mysql"),
			"--plugin-dir="+filepath.Join(m.usr, "lib", "mysql", "plugin"))
	}
	return args
}

func (m mariadb) installer(ctx context.Context, s *Server) *exec.Cmd {
	args := append(s.ours(), "--auth-root-authentication-method=normal", "--skip-test-db")
	return exec.CommandContext(ctx, m.install, append(args, m.base()...)...)
}

func (m mariadb) server(*Server) (string, []string) { return m.program, m.base() }

// mysqld is the MySQL of a tree.
type mysqld struct{ usr string }

func (m mysqld) base() []string {
	return []string{"--basedir=" + m.usr, "--lc-messages-dir=" + filepath.Join(m.usr, "share", "mysql"),
		"--innodb-redo-log-capacity=8M", "--mysqlx=OFF", "--secure-file-priv="}
}

func (m mysqld) installer(ctx context.Context, s *Server) *exec.Cmd {
	args := append(s.ours(), "--initialize-insecure")
	return exec.CommandContext(ctx, m.program(), append(args, m.base()...)...)
}

// server adds a root who comes by TCP: the one that there is comes from
// localhost, which without the resolving of names is the socket alone.
func (m mysqld) server(s *Server) (string, []string) {
	init := filepath.Join(s.Dir, "init.sql")
	_ = os.WriteFile(init, []byte("CREATE USER IF NOT EXISTS root@'127.0.0.1';\n"+
		"GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\nGRANT PROXY ON ''@'' TO root@'127.0.0.1' WITH GRANT OPTION;\n"), 0o600) // without it, nobody gets in
	return m.program(), append(m.base(), "--init-file="+init)
}

func (m mysqld) program() string { return filepath.Join(m.usr, "sbin", "mysqld") }

// StartTree starts a server of a tree that scripts/mysql-versions.sh has
// unpacked, MySQL or MariaDB.
func StartTree(ctx context.Context, tree string, settings ...string) (*Server, error) {
	usr := filepath.Join(tree, "usr")
	if _, err := os.Stat(filepath.Join(usr, "sbin", "mysqld.elf")); err == nil {
		return start(ctx, mysqld{usr}, settings)
	}
	return start(ctx, mariadb{
		install: filepath.Join(usr, "bin", "mariadb-install-db"), program: filepath.Join(usr, "sbin", "mariadbd"), usr: usr,
	}, settings)
}
