package mysql

import catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"

func emptySnapshot() *catalog.Snapshot {
	return &catalog.Snapshot{Version: 1, MariaDB: true, Number: 101119, Schemas: map[string]*catalog.Schema{}}
}
