package pgtest_test

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/sallyport-db/sallyport/internal/pgtest"
	"github.com/sallyport-db/sallyport/internal/pgtest/pgtesting"
)

// query returns the first column of the first row.
func query(t *testing.T, url, sql string) string {
	t.Helper()
	conn, err := pgconn.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	res, err := conn.Exec(t.Context(), sql).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return string(res[len(res)-1].Rows[0][0])
}

func TestStartAnswersAndStopRemovesEverything(t *testing.T) {
	s := pgtesting.Start(t, pgtest.Options{Settings: map[string]string{"log_statement": "all", "work_mem": "7MB"}})
	if got := query(t, s.URL("", ""), "SHOW work_mem"); got != "7MB" {
		t.Errorf("work_mem is %s, want 7MB: the settings did not reach the server", got)
	}
	if got := query(t, s.URL("", ""), "SHOW server_encoding"); got != "UTF8" {
		t.Errorf("encoding %s, want UTF8", got)
	}
	if log, err := os.ReadFile(s.LogFile); err != nil || !strings.Contains(string(log), "SHOW work_mem") {
		t.Errorf("the statement is not in the server's log (%v):\n%s", err, log)
	}
	if err := s.Stop(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(s.Dir); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("%s is still there: %v", s.Dir, err)
	}
	if c, err := net.Dial("tcp", net.JoinHostPort(s.Host, strconv.Itoa(s.Port))); err == nil {
		c.Close()
		t.Error("something still listens on the server's port")
	}
	if err := s.Stop(); err != nil {
		t.Errorf("stopping twice: %v", err)
	}
}

func TestPasswordIsDemanded(t *testing.T) {
	s := pgtesting.Start(t, pgtest.Options{Superuser: "boss", Password: "right"})
	if got := query(t, s.URL("", ""), "SELECT current_user"); got != "boss" {
		t.Errorf("logged in as %s, want boss", got)
	}
	wrong := strings.Replace(s.URL("", ""), "right", "wrong", 1)
	_, err := pgconn.Connect(t.Context(), wrong)
	var refused *pgconn.PgError
	if !errors.As(err, &refused) || refused.Code != "28P01" {
		t.Errorf("a wrong password got %v, want 28P01", err)
	}
	stored := query(t, s.URL("", ""), "SELECT left(rolpassword, 14) FROM pg_authid WHERE rolname = 'boss'")
	if stored != "SCRAM-SHA-256$" {
		t.Errorf("the password is stored as %s…, want SCRAM-SHA-256", stored)
	}
}

func TestRestartKeepsPortAndData(t *testing.T) {
	s := pgtesting.Start(t, pgtest.Options{})
	pgtesting.Exec(t, s, "", "CREATE TABLE kept AS SELECT 42 AS n")
	port := s.Port
	if err := s.Restart(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := query(t, s.URL("", ""), "SELECT n FROM kept"); got != "42" || s.Port != port {
		t.Errorf("after the restart: %s on port %d, want 42 on %d", got, s.Port, port)
	}
}

func TestServerThatCannotStartSaysWhy(t *testing.T) {
	pgtesting.Start(t, pgtest.Options{}) // skips where PostgreSQL is missing
	_, err := pgtest.Start(t.Context(), pgtest.Options{Settings: map[string]string{"no_such_setting": "1"}})
	if err == nil || !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("got %v, want an error that names the setting", err)
	}
}

func TestMissingProgramsSayWhatToInstall(t *testing.T) {
	err := error(&pgtest.MissingError{Looked: []string{"PATH"}})
	if !strings.Contains(err.Error(), "apt-get install postgresql") {
		t.Errorf("%v does not say what to install", err)
	}
}

// A killed test must leave no server behind. The test runs itself as the
// starter, kills it, and waits for the port to close.
func TestServerDiesWithItsStarter(t *testing.T) {
	if os.Getenv("PGTEST_STARTER") != "" {
		s, err := pgtest.Start(t.Context(), pgtest.Options{})
		if err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("DIR " + s.Dir + "\n")
		os.Stdout.WriteString("PORT " + strconv.Itoa(s.Port) + "\n")
		select {}
	}
	pgtesting.Start(t, pgtest.Options{}) // skips where PostgreSQL is missing
	cmd := exec.Command(os.Args[0], "-test.run=^TestServerDiesWithItsStarter$")
	cmd.Env = append(os.Environ(), "PGTEST_STARTER=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var dir, port string
	for lines := bufio.NewScanner(out); port == "" && lines.Scan(); {
		if v, ok := strings.CutPrefix(lines.Text(), "DIR "); ok {
			dir = v
		}
		port, _ = strings.CutPrefix(lines.Text(), "PORT ")
		if port == lines.Text() {
			port = ""
		}
	}
	if dir == "" || port == "" {
		t.Fatal("the starter did not say where its server is")
	}
	defer os.RemoveAll(dir)
	cmd.Process.Kill()
	cmd.Wait()
	for range 1000 {
		c, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			return
		}
		c.Close()
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("the server outlived its starter by 10 seconds")
}
