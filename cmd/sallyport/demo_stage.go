package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/go-mysql-org/go-mysql/mysql"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/internal/config"
	"github.com/sallyport-db/sallyport/internal/mytest"
	"github.com/sallyport-db/sallyport/internal/pgtest"
)

//go:embed demo.sql
var demoSQL string

//go:embed demo_mysql.sql
var demoMySQL string

// stage is a throwaway database or two, and a server in front of them.
type stage struct {
	*narrator
	folder   string
	file     string // the configuration
	postgres *pgtest.Server
	mariadb  *mytest.Server // nil where it is not installed
	server   *server
	admin    *api.Client
	acts     []*act
}

// setStage starts everything. The stage must be cleared also after an error.
func setStage(ctx context.Context, n *narrator) (*stage, error) {
	s := &stage{narrator: n, acts: []*act{new(postgresAct)}}
	s.say("%s", n.paint.in(bold, "Sallyport: what a token can do, and what it cannot"))
	s.say("Starting a throwaway PostgreSQL and a MariaDB with a little in them, and the proxy in front of them…")
	var err error
	if s.folder, err = os.MkdirTemp("", "sallyport-demo-"); err != nil {
		return s, err
	}
	if s.postgres, err = pgtest.Start(ctx, pgtest.Options{Password: rand.Text()}); err != nil {
		return s, err
	}
	files := map[string]string{"shop.password": rand.Text(), "helpdesk.password": rand.Text()}
	if err := s.fill(ctx, files["shop.password"]); err != nil {
		return s, fmt.Errorf("filling the shop: %w", err)
	}
	listen, more, err := s.addMariaDB(ctx, files["helpdesk.password"])
	if err != nil {
		return s, err
	}
	files["sallyport.yaml"] = fmt.Sprintf(demoConfig, listen, s.postgres.Host, s.postgres.Port) + more
	return s, s.open(files)
}

// addMariaDB starts one if it is installed, and says what the configuration needs for it.
func (s *stage) addMariaDB(ctx context.Context, password string) (listen, upstream string, err error) {
	var missing *mytest.MissingError
	if s.mariadb, err = mytest.Start(ctx); errors.As(err, &missing) {
		s.say("MariaDB is not installed, so that PostgreSQL alone is shown. (%v)", missing)
		return "", "", nil
	}
	if err == nil {
		err = s.fillMariaDB(password)
	}
	if err != nil {
		return "", "", fmt.Errorf("the help desk: %w", err)
	}
	s.acts = append(s.acts, new(mysqlAct))
	return `mysql: "127.0.0.1:0", `, fmt.Sprintf(demoConfigMySQL, s.mariadb.Host, s.mariadb.Port), nil
}

func (s *stage) fill(ctx context.Context, password string) error {
	role := "CREATE ROLE shop_svc LOGIN PASSWORD '" + password + "'"
	for _, sql := range []string{
		role, "CREATE DATABASE shop", "REVOKE ALL ON DATABASE shop, postgres, template1 FROM PUBLIC", "GRANT CONNECT ON DATABASE shop TO shop_svc",
	} {
		if err := s.postgres.Exec(ctx, sql); err != nil {
			return err
		}
	}
	return s.postgres.ExecIn(ctx, "shop", demoSQL)
}

// fillMariaDB ends with nobody left who could log in but the proxy.
func (s *stage) fillMariaDB(password string) error {
	c, err := s.mariadb.Connect("")
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	for _, sql := range []string{
		"CREATE USER helpdesk_svc@'127.0.0.1' IDENTIFIED BY '" + password + "'", demoMySQL,
		"SET @drop = (SELECT CONCAT('DROP USER ', GROUP_CONCAT(QUOTE(User), '@', QUOTE(Host))) FROM mysql.global_priv WHERE User = 'root')",
		"EXECUTE IMMEDIATE @drop",
	} {
		var failed error
		_, err := c.ExecuteMultiple(sql, func(_ *mysql.Result, err error) { failed = errors.Join(failed, err) })
		if err = errors.Join(err, failed); err != nil {
			return err
		}
	}
	return nil
}

const demoConfig = `# What "sallyport demo" runs with.
cluster: demo
listen: {postgres: "127.0.0.1:0", %shttp: "127.0.0.1:0"}
data_dir: data
upstreams:
  shop:
    url: postgres://shop_svc@%s:%d/shop?sslmode=disable
    password_file: shop.password
    forbid: ["shop/public.salaries:all"]   # no token reaches the salaries
`

const demoConfigMySQL = `  helpdesk:
    url: mysql://helpdesk_svc@%s:%d/helpdesk?ssl-mode=DISABLED
    password_file: helpdesk.password
    forbid: ["helpdesk/helpdesk.api_keys:all"]
`

// open writes the files and starts the server as serve does.
func (s *stage) open(files map[string]string) error {
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	s.file = filepath.Join(s.folder, "sallyport.yaml")
	cfg, err := config.Load(s.file)
	if err != nil {
		return err
	}
	forgetLibpq(cfg, zap.NewNop())
	if s.server, err = start(cfg, newLogger(zapcore.WarnLevel)); err != nil {
		return err
	}
	s.admin = api.NewClient(s.server.dir.AdminSocket())
	s.say("PostgreSQL %s, which only the proxy has a password for; the proxy %s.",
		net.JoinHostPort(s.postgres.Host, strconv.Itoa(s.postgres.Port)), s.server.info.Postgres)
	if s.mariadb != nil {
		s.say("MariaDB    %s, likewise; the proxy %s.", s.mariadb.Addr(), s.server.info.MySQL)
	}
	return nil
}

// clear ends everything and leaves nothing behind.
func (s *stage) clear() error {
	var errs []error
	if s.server != nil {
		errs = append(errs, s.server.stop("the demonstration is over"))
	}
	if s.postgres != nil {
		errs = append(errs, s.postgres.Stop())
	}
	if s.mariadb != nil {
		errs = append(errs, s.mariadb.Stop())
	}
	if s.folder != "" {
		errs = append(errs, os.RemoveAll(s.folder))
	}
	return errors.Join(errs...)
}
