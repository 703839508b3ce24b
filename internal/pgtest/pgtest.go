// Package pgtest runs throwaway PostgreSQL servers, for tests and for the
// demonstration. A server listens on a free port of 127.0.0.1 and nowhere
// else, keeps everything in a temporary directory, and is made for speed: what
// it stores does not survive a crash of the machine.
//
// A server ends with Stop; on Linux also when its starter is killed.
package pgtest

import (
	"context"
	"fmt"
	"github.com/sallyport-db/sallyport/internal/child"
	"os"
	"path/filepath"
	"strings"
)

// Options says what server to start. The zero Options is a server of the
// newest version found, without TLS, that trusts whoever connects.
type Options struct {
	Programs  string            // directory of initdb and postgres; empty: FindPrograms
	Superuser string            // empty: "postgres"
	Password  string            // the superuser's; not empty: everybody must log in with SCRAM-SHA-256
	HBA       []string          // lines of pg_hba.conf in place of the ones that Password implies
	Settings  map[string]string // on top of, and before, the ones that make it fast
	TLSCert   []byte            // PEM; with TLSKey the server offers TLS, without demanding it
	TLSKey    []byte
}

// Server is a running PostgreSQL server. Its methods, Stop and Restart
// excepted, may be called from any goroutine.
type Server struct {
	Host    string // "127.0.0.1"
	Port    int
	Dir     string // holds everything; removed by Stop
	LogFile string // what the server writes to standard error

	options Options
	bin     string
	account account
	process *child.Process
}

// Start makes and starts a server, and returns when it takes connections. The
// error is a *MissingError where PostgreSQL is not installed.
func Start(ctx context.Context, o Options) (*Server, error) {
	s := &Server{Host: "127.0.0.1", options: o, bin: o.Programs}
	if s.options.Superuser == "" {
		s.options.Superuser = "postgres"
	}
	var err error
	if s.bin == "" {
		if s.bin, err = FindPrograms(); err != nil {
			return nil, err
		}
	}
	if s.account, err = serverAccount(); err != nil {
		return nil, err
	}
	if s.Dir, err = os.MkdirTemp("", "sallyport-pg-"); err != nil {
		return nil, err
	}
	s.LogFile = filepath.Join(s.Dir, "server.log")
	if err := s.prepare(ctx); err != nil {
		_ = s.Stop()
		return nil, fmt.Errorf("starting a throwaway PostgreSQL: %w", err)
	}
	return s, nil
}

// prepare fills the directory and starts the server. A port that was free when
// it was chosen may be taken a moment later: then another one is tried.
func (s *Server) prepare(ctx context.Context) error {
	if err := s.account.own(s.Dir); err != nil {
		return err
	}
	if err := s.initialise(ctx, s.data()); err != nil {
		return err
	}
	if err := s.configure(); err != nil {
		return err
	}
	for attempt := 0; ; attempt++ {
		port, err := freePort()
		if err != nil {
			return err
		}
		s.Port = port
		err = s.launch(ctx)
		if err == nil || attempt == 5 || !strings.Contains(err.Error(), "Address already in use") {
			return err
		}
	}
}

func (s *Server) data() string { return filepath.Join(s.Dir, "data") }

// configure writes what the server reads from files: who may log in, and TLS.
func (s *Server) configure() error {
	hba := s.options.HBA
	if hba == nil {
		method := "trust"
		if s.options.Password != "" {
			method = "scram-sha-256"
		}
		hba = []string{"host all all 127.0.0.1/32 " + method}
	}
	files := map[string]string{"data/pg_hba.conf": strings.Join(hba, "\n") + "\n"}
	if s.options.TLSCert != nil {
		files["server.crt"], files["server.key"] = string(s.options.TLSCert), string(s.options.TLSKey)
	}
	for name, content := range files {
		if _, err := s.write(name, []byte(content)); err != nil {
			return err
		}
	}
	return nil
}
