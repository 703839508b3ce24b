package main

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"

	"github.com/sallyport-db/sallyport/internal/api"
	"github.com/sallyport-db/sallyport/internal/config"
	"github.com/sallyport-db/sallyport/internal/pgtest"
)

//go:embed demo.sql
var demoSQL string

// stage is a throwaway database, a server in front of it, and the token that the scenes are about.
type stage struct {
	*narrator
	folder   string
	file     string // the configuration
	postgres *pgtest.Server
	server   *server
	admin    *api.Client
	token    api.Issued
}

// setStage starts everything. The stage must be cleared also after an error.
func setStage(ctx context.Context, n *narrator) (*stage, error) {
	s := &stage{narrator: n}
	s.say("%s", n.paint.in(bold, "Sallyport: what a token can do, and what it cannot"))
	s.say("Starting a throwaway PostgreSQL with a small shop in it, and the proxy in front of it…")
	var err error
	if s.folder, err = os.MkdirTemp("", "sallyport-demo-"); err != nil {
		return s, err
	}
	if s.postgres, err = pgtest.Start(ctx, pgtest.Options{Password: rand.Text()}); err != nil {
		return s, err
	}
	password := rand.Text()
	if err := s.fill(ctx, password); err != nil {
		return s, fmt.Errorf("filling the shop: %w", err)
	}
	return s, s.open(password)
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

const demoConfig = `# What "sallyport demo" runs with.
cluster: demo
listen: {postgres: "127.0.0.1:0", http: "127.0.0.1:0"}
data_dir: data
upstreams:
  shop:
    url: postgres://shop_svc@%s:%d/shop?sslmode=disable
    password_file: shop.password
    forbid: ["shop/public.salaries:all"]   # no token reaches the salaries
`

// open starts the server as serve does.
func (s *stage) open(password string) error {
	s.file = filepath.Join(s.folder, "sallyport.yaml")
	files := map[string]string{
		"shop.password":  password + "\n",
		"sallyport.yaml": fmt.Sprintf(demoConfig, s.postgres.Host, s.postgres.Port),
	}
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(s.folder, name), []byte(text), 0o600); err != nil {
			return err
		}
	}
	cfg, err := config.Load(s.file)
	if err != nil {
		return err
	}
	forgetLibpq(cfg, zap.NewNop())
	if s.server, err = start(cfg, newLogger(zapcore.WarnLevel)); err != nil {
		return err
	}
	s.admin = api.NewClient(s.server.dir.AdminSocket())
	s.say("PostgreSQL %s:%d, which only the proxy has a password for; the proxy %s.",
		s.postgres.Host, s.postgres.Port, s.server.info.Postgres)
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
	if s.folder != "" {
		errs = append(errs, os.RemoveAll(s.folder))
	}
	return errors.Join(errs...)
}
