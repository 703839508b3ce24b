// Clients that the product does not need: a module of their own keeps them out of its go.mod.
module github.com/sallyport-db/sallyport/test/clients

go 1.26.0

require (
	github.com/go-sql-driver/mysql v1.10.1
	github.com/lib/pq v1.12.3
)

require filippo.io/edwards25519 v1.2.0 // indirect
