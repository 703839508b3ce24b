// Command gomysql holds the conversation of test/mysql with go-sql-driver/mysql:
// prepared by the server, and with parameters that the client puts in.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"

	"github.com/go-sql-driver/mysql"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	pem, err := os.ReadFile(os.Getenv("DB_CA"))
	if err != nil {
		return err
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(pem)
	c := mysql.NewConfig()
	c.Net, c.Addr, c.DBName = "tcp", os.Getenv("DB_HOST")+":"+os.Getenv("DB_PORT"), os.Getenv("DB_NAME")
	c.User, c.Passwd = os.Getenv("DB_USER"), os.Getenv("DB_PASSWORD")
	c.TLS = &tls.Config{RootCAs: pool, ServerName: os.Getenv("DB_HOST")}
	c.InterpolateParams = len(os.Args) > 1
	connector, err := mysql.NewConnector(c)
	if err != nil {
		return err
	}
	db := sql.OpenDB(connector)
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1) // one session throughout: what an error left behind must show
	for _, step := range []func(*sql.DB) error{read, failures, transactions, cancel} {
		if err := step(db); err != nil {
			return err
		}
	}
	fmt.Println("done")
	return nil
}

func read(db *sql.DB) error {
	var id, paid int
	var item, price string
	if err := db.QueryRow("SELECT id, item, price, paid FROM orders WHERE id = ?", 7).Scan(&id, &item, &price, &paid); err != nil {
		return err
	}
	fmt.Println("one:", id, item, price, paid)
	st, err := db.Prepare("SELECT note FROM orders WHERE item = ? AND id = ?")
	if err != nil {
		return err
	}
	for i := 1; i <= 2; i++ {
		var note sql.NullString
		if err := st.QueryRow(fmt.Sprintf("item %d", i), i).Scan(&note); err != nil {
			return err
		}
		if note.Valid {
			fmt.Println("prepared:", true, note.String)
		} else {
			fmt.Println("prepared:", false)
		}
	}
	if err := st.Close(); err != nil {
		return err
	}
	if err := sum(db, "rows:", "SELECT id FROM orders ORDER BY id", atoi); err != nil {
		return err
	}
	if err := sum(db, "large:", "SELECT pad FROM wide", func(s string) int { return len(s) }); err != nil {
		return err
	}
	return large(db)
}

// large reads many rows, and a value that one packet cannot carry.
func large(db *sql.DB) error {
	rows, err := db.Query("SELECT a.id FROM orders a, orders b LIMIT 100000")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	n := 0
	for rows.Next() {
		n++
	}
	fmt.Println("many:", n)
	if err := rows.Err(); err != nil {
		return err
	}
	var value string
	err = db.QueryRow("SELECT REPEAT('x', 20971520)").Scan(&value)
	fmt.Println("value:", len(value))
	return err
}

func atoi(s string) int { n, _ := strconv.Atoi(s); return n }

func sum(db *sql.DB, what, text string, value func(string) int) error {
	rows, err := db.Query(text)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	n, total := 0, 0
	for rows.Next() {
		var field string
		if err := rows.Scan(&field); err != nil {
			return err
		}
		n, total = n+1, total+value(field)
	}
	fmt.Println(what, n, total)
	return rows.Err()
}

func state(_ any, err error) string {
	var e *mysql.MySQLError
	if errors.As(err, &e) {
		return fmt.Sprint(e.Number)
	}
	return fmt.Sprint(err)
}

func count(db interface {
	QueryRow(string, ...any) *sql.Row
}, what string) error {
	var n int
	err := db.QueryRow("SELECT count(*) FROM orders").Scan(&n)
	fmt.Println(what, n)
	return err
}

func failures(db *sql.DB) error {
	fmt.Println("error:", state(db.Exec("INSERT INTO orders (id, item) VALUES (?, ?)", 1, "again")))
	fmt.Println("denied:", state(db.Exec("SELECT amount FROM salaries")))
	fmt.Println("denied:", state(db.Exec("SELECT amount FROM salaries WHERE id = ?", 1)))
	return count(db, "alive:")
}

func transactions(db *sql.DB) error {
	for i, end := range []func(*sql.Tx) error{(*sql.Tx).Rollback, (*sql.Tx).Commit} {
		tx, err := db.BeginTx(context.Background(), &sql.TxOptions{Isolation: sql.LevelReadCommitted})
		if err != nil {
			return err
		}
		if _, err := tx.Exec("INSERT INTO orders (id, item) VALUES (?, ?)", 1001+i, "item"); err != nil {
			return err
		}
		if i == 0 {
			fmt.Println("denied in transaction:", state(tx.Exec("DELETE FROM salaries")))
			if err := count(tx, "intact:"); err != nil {
				return err
			}
		}
		if err := end(tx); err != nil {
			return err
		}
		if err := count(db, []string{"rolled back:", "committed:"}[i]); err != nil {
			return err
		}
	}
	r, err := db.Exec("DELETE FROM orders WHERE id > ?", 1000)
	if err != nil {
		return err
	}
	n, err := r.RowsAffected()
	fmt.Println("deleted:", n)
	return err
}

const slow = "SELECT COUNT(*) FROM orders a, orders b, orders c, orders d WHERE a.id + b.id + c.id + d.id < 0"

// cancel has another session stop what one runs, and gives up a statement: then
// the driver goes away, and the pool connects anew.
func cancel(db *sql.DB) error {
	db.SetMaxOpenConns(2)
	one, err := db.Conn(context.Background())
	if err != nil {
		return err
	}
	var id int
	if err := one.QueryRowContext(context.Background(), "SELECT CONNECTION_ID()").Scan(&id); err != nil {
		return err
	}
	ended := make(chan string, 1)
	go func() { ended <- state(one.ExecContext(context.Background(), slow)) }()
	for stopped := ""; stopped == ""; time.Sleep(50 * time.Millisecond) {
		if _, err := db.Exec(fmt.Sprintf("KILL QUERY %d", id)); err != nil {
			return err
		}
		select {
		case stopped = <-ended:
			fmt.Println("canceled:", stopped)
		default:
		}
	}
	if err := one.Close(); err != nil {
		return err
	}
	if err := count(db, "alive:"); err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(context.Background(), 100*time.Millisecond)
	defer stop()
	var n int
	if err := db.QueryRowContext(ctx, slow).Scan(&n); !errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("a canceled statement: %w", err)
	}
	return db.Ping()
}
