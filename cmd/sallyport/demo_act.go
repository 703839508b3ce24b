package main

import "github.com/sallyport-db/sallyport/internal/api"

// act is what the scenes show with one database.
type act struct {
	title    string // whose token it is, and for what
	upstream string
	mysql    bool
	prompt   string
	scope    string
	allowed  string
	denied   []string
	slow     string // takes long enough to be revoked
	grant    string // a small scope to try, with
	sample   string // a statement beyond it

	token api.Issued
}

var postgresAct = act{
	title:    "A token for ana: two columns of the customers, the orders, the products; from this address only",
	upstream: "shop", prompt: "shop=>",
	scope: "shop/public.customers(id,name):select shop/public.orders:select,insert shop/public.products:select",
	allowed: "SELECT c.name, p.name AS product, o.quantity FROM orders o" +
		" JOIN customers c ON c.id = o.customer_id JOIN products p ON p.id = o.product_id ORDER BY o.id",
	denied: []string{"SELECT name, email FROM customers", "DELETE FROM orders", "SELECT * FROM salaries"},
	slow:   "SELECT pg_sleep(30)",
	grant:  "shop/public.orders:select",
	sample: "SELECT * FROM orders JOIN customers ON true",
}

var mysqlAct = act{
	title:    "The same on MariaDB: a token for two columns of the contacts, and for the tickets",
	upstream: "helpdesk", mysql: true, prompt: "MariaDB [helpdesk]>",
	scope: "helpdesk/helpdesk.contacts(id,name):select helpdesk/helpdesk.tickets:select,insert",
	allowed: "SELECT c.name, COUNT(*) AS tickets FROM tickets t JOIN contacts c ON c.id = t.contact_id" +
		" WHERE t.closed IS NULL GROUP BY c.name ORDER BY c.name",
	denied: []string{"SELECT name, phone FROM contacts", "UPDATE tickets SET closed = NOW()", "SELECT * FROM api_keys"},
	slow:   "SELECT COUNT(*) FROM tickets a, tickets b, tickets c, tickets d, tickets e, tickets f, tickets g, tickets h",
	grant:  "helpdesk/helpdesk.tickets:select",
	sample: "SELECT * FROM tickets JOIN contacts",
}
