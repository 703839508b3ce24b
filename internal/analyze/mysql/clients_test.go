package mysql

import (
	"testing"

	catalog "github.com/sallyport-db/sallyport/internal/catalog/mysql"
)

// clientsCatalog is a server with a schema that nobody was granted.
func clientsCatalog() *catalog.Snapshot {
	return catalog.Build(catalog.Rows{
		{{"10.11.19-MariaDB", "0", "root@%"}},
		{{"information_schema"}, {"shop"}},
		{{"information_schema", "TABLES", "SYSTEM VIEW", ""}, {"information_schema", "PROCESSLIST", "SYSTEM VIEW", ""}, {"shop", "orders", "BASE TABLE", "InnoDB"}},
		{{"information_schema", "TABLES", "TABLE_NAME", "0"}, {"information_schema", "TABLES", "TABLE_SCHEMA", "0"},
			{"information_schema", "PROCESSLIST", "INFO", "0"}, {"shop", "orders", "id", "0"}},
		{}, {}, {}, {},
	})
}

// What clients send when they connect and look around needs no grant, and what
// resembles it is refused.
func TestClientsAsk(t *testing.T) {
	env := &Env{Catalog: clientsCatalog(), Schema: "shop"}
	needsNothing := func(sql string) bool {
		for _, p := range Analyze([]byte(sql), env) {
			if p.Statement.Fault != nil {
				t.Logf("%s: %s", sql, p.Statement.Fault.Reason)
				return false
			}
			for _, a := range p.Statement.Accesses {
				if !a.Free {
					return false
				}
			}
		}
		return true
	}
	for _, sql := range []string{
		"SET NAMES utf8mb4", "SET NAMES utf8mb4 COLLATE utf8mb4_unicode_ci", "SET character_set_server = 'utf8mb4'",
		"set autocommit=1, sql_mode = concat(@@sql_mode,',STRICT_TRANS_TABLES')", "SET @@SESSION.sql_mode = CONCAT(CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), ',NO_ZERO_DATE')",
		"SHOW VARIABLES WHERE Variable_name in ('max_allowed_packet','system_time_zone')", "SHOW GLOBAL STATUS LIKE 'Uptime'",
		"SHOW ERRORS", "COMMIT WORK", "rollback work", "COMMIT AND CHAIN", "DO 1", "DO (SELECT 1)", "SELECT b'1', x'41', n'q'",
		"SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()", "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES",
	} {
		if !needsNothing(sql) {
			t.Errorf("%s is refused", sql)
		}
	}
	for _, sql := range []string{
		"SET NAMES gbk", "SET NAMES utf8mb4 COLLATE gbk_chinese_ci", "SET character_set_server = 'gbk'", "SET sql_mode = CONCAT(@@sql_mode, ',ANSI_QUOTES')",
		"SET sql_mode = CONCAT(@@sql_mode, '_QUOTES')", "SET sql_mode = CONCAT(@@global.sql_mode, ',NO_ZERO_DATE')", "SET sql_mode = CONCAT(@x, ',NO_ZERO_DATE')",
		"SET sql_mode = CONCAT(@@sql_mode, @x)", "SET sql_mode = CONCAT(@@sql_mode, ',ORACLE')", "SET sql_mode = shop.concat(@@sql_mode, ',NO_ZERO_DATE')",
		"SELECT info FROM information_schema.processlist", "DO (SELECT id FROM orders)", "DO SLEEP(1)", "DO nothing", "COMMIT WORK x", "COMMIT AND",
		"SELECT b 'orders', id FROM orders", "SHOW PROCESSLIST", "KILL QUERY 1", "DO",
	} {
		if needsNothing(sql) {
			t.Errorf("%s needs nothing", sql)
		}
	}
}
