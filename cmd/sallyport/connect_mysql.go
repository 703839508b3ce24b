package main

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"strings"

	"github.com/sallyport-db/sallyport/internal/api"
)

// mysqlVars are the environment for a login with a token. The clients of MySQL and MariaDB read the first three; the
// others are for scripts, which must hand them on themselves.
func mysqlVars(info api.Info, upstream string, t api.Issued) ([]string, error) {
	host, port, err := net.SplitHostPort(reachable(info.MySQL))
	if err != nil {
		return nil, err
	}
	return []string{
		"MYSQL_HOST=" + host, "MYSQL_TCP_PORT=" + port, "MYSQL_PWD=" + t.Secret,
		"MYSQL_USER=" + t.Subject, "MYSQL_DATABASE=" + upstream, "MYSQL_SSL_CA=" + info.CAFile,
	}, nil
}

// mysqlClient is the command line of the client that is there, with all that it does not read from the environment.
func mysqlClient(info api.Info, upstream, sub string) ([]string, error) {
	host, port, err := net.SplitHostPort(reachable(info.MySQL))
	if err != nil {
		return nil, err
	}
	args := []string{"--host=" + host, "--port=" + port, "--protocol=TCP", "--user=" + sub, "--database=" + upstream}
	if info.CAFile != "" {
		args = append(args, "--ssl-ca="+info.CAFile)
	}
	if _, err := exec.LookPath("mariadb"); err == nil {
		return append([]string{"mariadb", "--ssl-verify-server-cert"}, args...), nil
	}
	if _, err := exec.LookPath("mysql"); err == nil {
		return append([]string{"mysql", "--ssl-mode=VERIFY_IDENTITY"}, args...), nil
	}
	return nil, errors.New("neither mariadb nor mysql was found: install one, or name another command after --")
}

// withoutMySQL drops what would steer a client elsewhere.
func withoutMySQL(environ []string) (out []string) {
	for _, v := range environ {
		if !strings.HasPrefix(v, "MYSQL_") {
			out = append(out, v)
		}
	}
	return out
}

// setting is the environment of the command, and the command itself where none was named.
func setting(info api.Info, upstream string, t api.Issued, command []string, mysql bool) (vars, run []string, err error) {
	if !mysql {
		vars, err = clientVars(info, upstream, t)
		return append(withoutPG(os.Environ()), vars...), command, err
	}
	vars, err = mysqlVars(info, upstream, t)
	if err == nil && len(command) == 0 {
		command, err = mysqlClient(info, upstream, t.Subject)
	}
	return append(withoutMySQL(os.Environ()), vars...), command, err
}
