// Command libpq holds the conversation of test/e2e with the driver lib/pq,
// which takes everything but the port from libpq's environment variables.
package main

import (
	"database/sql"
	"errors"
	"fmt"
	"os"

	"github.com/lib/pq"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	db, err := sql.Open("postgres", "")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1) // one session throughout: what an error left behind must show
	for _, step := range []func(*sql.DB) error{read, failures, transactions, copyIn} {
		if err := step(db); err != nil {
			return err
		}
	}
	fmt.Println("done")
	return nil
}

func read(db *sql.DB) error {
	var id int
	var item, price string
	var paid bool
	if err := db.QueryRow("SELECT id, item, price, paid FROM orders WHERE id = $1", 7).Scan(&id, &item, &price, &paid); err != nil {
		return err
	}
	fmt.Println("one:", id, item, price, paid)
	prepared, err := db.Prepare("SELECT note FROM orders WHERE item = $1 AND id = $2")
	if err != nil {
		return err
	}
	defer func() { _ = prepared.Close() }()
	for id := 1; id <= 2; id++ {
		var note sql.NullString
		if err := prepared.QueryRow(fmt.Sprint("item ", id), id).Scan(&note); err != nil {
			return err
		}
		fmt.Println("prepared:", note.Valid, note.String)
	}
	rows, err := db.Query("SELECT id FROM orders ORDER BY id")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	n, sum := 0, 0
	for rows.Next() {
		if err := rows.Scan(&id); err != nil {
			return err
		}
		n, sum = n+1, sum+id
	}
	fmt.Println("rows:", n, sum)
	return rows.Err()
}

func failures(db *sql.DB) error {
	_, err := db.Exec("SELECT 1/0")
	fmt.Println("error:", state(err))
	_, err = db.Exec("SELECT amount FROM salaries")
	fmt.Println("denied:", state(err))
	_, err = db.Exec("SELECT amount FROM salaries WHERE id = $1", 1)
	fmt.Println("denied:", state(err))
	return count(db, "alive:")
}

func transactions(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	if _, err := tx.Exec("INSERT INTO orders (id, item) VALUES ($1, $2)", 1001, "kept by nobody"); err != nil {
		return err
	}
	_, err = tx.Exec("DELETE FROM salaries")
	fmt.Println("denied in transaction:", state(err))
	_, err = tx.Exec("SELECT 1")
	fmt.Println("aborted:", state(err))
	if err := tx.Rollback(); err != nil {
		return err
	}
	if err := count(db, "rolled back:"); err != nil {
		return err
	}
	if tx, err = db.Begin(); err != nil {
		return err
	}
	if _, err := tx.Exec("INSERT INTO orders (id, item) VALUES ($1, $2)", 1002, "kept"); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return err
	}
	if err := count(db, "committed:"); err != nil {
		return err
	}
	res, err := db.Exec("DELETE FROM orders WHERE id > $1", 1000)
	if err != nil {
		return err
	}
	n, err := res.RowsAffected()
	fmt.Println("deleted:", n)
	return err
}

func copyIn(db *sql.DB) error {
	tx, err := db.Begin()
	if err != nil {
		return err
	}
	stmt, err := tx.Prepare("COPY orders (id, item, quantity) FROM STDIN")
	if err != nil {
		return err
	}
	for id := 2001; id <= 2003; id++ {
		if _, err := stmt.Exec(id, "copied\twith a tab", 5); err != nil {
			return err
		}
	}
	if _, err := stmt.Exec(); err != nil {
		return err
	}
	if err := errors.Join(stmt.Close(), tx.Commit()); err != nil {
		return err
	}
	if err := count(db, "copied in:"); err != nil {
		return err
	}
	_, err = db.Exec("DELETE FROM orders WHERE id > 2000")
	return err
}

func count(db *sql.DB, what string) error {
	var n int
	err := db.QueryRow("SELECT count(*) FROM orders").Scan(&n)
	fmt.Println(what, n)
	return err
}

func state(err error) string {
	var e *pq.Error
	if errors.As(err, &e) {
		return string(e.Code)
	}
	return fmt.Sprint("no SQLSTATE: ", err)
}
