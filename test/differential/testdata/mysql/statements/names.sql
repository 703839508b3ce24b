SHOW TABLES
SHOW FULL TABLES
SHOW TABLES FROM hr
SHOW TABLES FROM vault
SHOW TABLES LIKE 'o%'
SHOW TABLES WHERE Tables_in_shop = 'orders'
SHOW TABLES WHERE Tables_in_shop = (SELECT max(secret) FROM orders)
SHOW DATABASES
SHOW SCHEMAS LIKE 's%'
SHOW COLUMNS FROM orders
SHOW FULL COLUMNS FROM orders
SHOW FULL FIELDS FROM hr.salaries
SHOW COLUMNS FROM salaries FROM hr
SHOW COLUMNS FROM vault.secrets
SHOW COLUMNS FROM orders WHERE Field = (SELECT max(secret) FROM things)
SHOW INDEX FROM orders
SHOW KEYS FROM hr.salaries
SHOW INDEXES FROM vault.secrets
SHOW CREATE TABLE orders
SHOW CREATE TABLE hr.salaries
SHOW CREATE TABLE vault.secrets
SHOW CREATE VIEW report
SHOW CREATE VIEW hidden
SHOW CREATE DATABASE shop
SHOW CREATE DATABASE vault
SHOW CREATE FUNCTION twice
SHOW CREATE FUNCTION word
SHOW CREATE PROCEDURE def_read
SHOW CREATE TRIGGER audited_in
SHOW CREATE USER root
SHOW CREATE USER
SHOW TABLE STATUS
SHOW TABLE STATUS LIKE 'orders'
SHOW TABLE STATUS FROM hr
SHOW TRIGGERS
SHOW TRIGGERS FROM hr
SHOW EVENTS
SHOW FUNCTION STATUS
SHOW PROCEDURE STATUS WHERE Db = 'shop'
SHOW FUNCTION CODE twice
SHOW VARIABLES
SHOW GLOBAL VARIABLES LIKE 'version%'
SHOW SESSION VARIABLES WHERE Variable_name = 'sql_mode'
SHOW STATUS
SHOW GLOBAL STATUS LIKE 'Uptime'
SHOW WARNINGS
SHOW ERRORS
SHOW COUNT(*) WARNINGS
SHOW ENGINES
SHOW STORAGE ENGINES
SHOW PLUGINS
SHOW PLUGINS SONAME LIKE 'a%'
SHOW PRIVILEGES
SHOW CHARACTER SET
SHOW COLLATION LIKE 'utf8mb4%'
SHOW GRANTS
SHOW GRANTS FOR CURRENT_USER
SHOW GRANTS FOR root
SHOW MASTER STATUS
SHOW BINARY LOGS
SHOW SLAVE STATUS
SHOW SLAVE HOSTS
SHOW ENGINE INNODB STATUS
SHOW ENGINE INNODB MUTEX
SHOW OPEN TABLES
SHOW PROFILES
SHOW PROFILE
SHOW AUTHORS
SHOW CONTRIBUTORS
SHOW INDEX_STATISTICS
SHOW TABLE_STATISTICS
SHOW USER_STATISTICS
SHOW CLIENT_STATISTICS
SHOW RELAYLOG EVENTS
SHOW BINLOG EVENTS
SHOW PACKAGE STATUS
SELECT table_name, table_rows FROM information_schema.tables WHERE table_schema = 'shop'
SELECT * FROM information_schema.tables WHERE table_schema = DATABASE()
SELECT * FROM information_schema.columns WHERE table_schema = 'shop'
SELECT * FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE
SELECT * FROM information_schema.referential_constraints
SELECT * FROM information_schema.table_constraints
SELECT * FROM information_schema.statistics WHERE table_schema = 'shop'
SELECT * FROM information_schema.views
SELECT * FROM information_schema.routines
SELECT * FROM information_schema.parameters
SELECT * FROM information_schema.triggers
SELECT * FROM information_schema.schemata
SELECT * FROM information_schema.character_sets
SELECT * FROM information_schema.collations
SELECT * FROM information_schema.engines
SELECT * FROM information_schema.plugins
SELECT * FROM information_schema.processlist
SELECT * FROM information_schema.user_privileges
SELECT * FROM information_schema.schema_privileges
SELECT * FROM information_schema.table_privileges
SELECT * FROM information_schema.column_privileges
SELECT * FROM information_schema.applicable_roles
SELECT * FROM information_schema.enabled_roles
SELECT * FROM information_schema.innodb_trx
SELECT * FROM information_schema.innodb_sys_tables
SELECT * FROM information_schema.innodb_buffer_page LIMIT 1
SELECT * FROM information_schema.innodb_metrics LIMIT 1
SELECT * FROM information_schema.files
SELECT * FROM information_schema.partitions WHERE table_schema = 'shop'
SELECT * FROM information_schema.events
SELECT * FROM information_schema.check_constraints
SELECT * FROM information_schema.global_status LIMIT 1
SELECT * FROM information_schema.session_variables LIMIT 1
SELECT * FROM information_schema.system_variables LIMIT 1
SELECT * FROM information_schema.table_statistics
SELECT * FROM information_schema.index_statistics
SELECT * FROM information_schema.user_statistics
SELECT * FROM information_schema.client_statistics
SELECT * FROM information_schema.locales LIMIT 1
SELECT * FROM information_schema.keywords LIMIT 1
SELECT * FROM information_schema.profiling
SELECT * FROM information_schema.no_such
SELECT t.table_name, o.secret FROM information_schema.tables t, orders o
SELECT * FROM mysql.user
SELECT * FROM mysql.global_priv
SELECT * FROM mysql.db
SELECT * FROM mysql.proc
SELECT * FROM mysql.column_stats
SELECT * FROM mysql.innodb_table_stats
SELECT * FROM mysql.general_log
SELECT * FROM performance_schema.threads
SELECT * FROM performance_schema.global_status LIMIT 1
SELECT * FROM sys.version
UPDATE information_schema.tables SET table_name = 'x'
INSERT INTO mysql.user (user) VALUES ('x')
DELETE FROM mysql.db
