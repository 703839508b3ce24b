BEGIN
START TRANSACTION READ ONLY
START TRANSACTION WITH CONSISTENT SNAPSHOT
COMMIT
COMMIT AND CHAIN NO RELEASE
ROLLBACK
SAVEPOINT a ;; ROLLBACK TO a ;; RELEASE SAVEPOINT a
SET autocommit = 1
SET TRANSACTION ISOLATION LEVEL READ COMMITTED
SET SESSION TRANSACTION READ ONLY
SET @a = 1, @b = @a + 1
SET @a := 'x' ;; SELECT @a
SET NAMES utf8mb4
SET NAMES utf8mb4 COLLATE utf8mb4_bin
SET NAMES latin1
SET CHARACTER SET utf8mb4
SET NAMES gbk
SET sql_mode = ''
SET sql_mode = 'ANSI_QUOTES' ;; SELECT "id" FROM orders
SET sql_mode = 'NO_BACKSLASH_ESCAPES' ;; SELECT '\' FROM orders
SET sql_mode = 'PIPES_AS_CONCAT' ;; SELECT id || note FROM orders
SET sql_mode = 'ORACLE' ;; SELECT 1 FROM orders
SET sql_mode = 'IGNORE_SPACE' ;; SELECT twice (1), COUNT (id) FROM orders
SET sql_mode = concat(@@sql_mode, ',STRICT_ALL_TABLES')
SET SESSION sql_mode = 'STRICT_TRANS_TABLES'
SET time_zone = '+00:00'
SET max_statement_time = 1
SET sql_select_limit = 1
SET SQL_BIG_SELECTS = 1
SET foreign_key_checks = 0 ;; DELETE FROM orders WHERE id = 1
SET unique_checks = 0
SET sql_safe_updates = 1
SET sql_log_bin = 0
SET GLOBAL max_connections = 10
SET @@global.sql_mode = ''
SET PASSWORD FOR root = PASSWORD('x')
SET ROLE NONE
SET DEFAULT ROLE NONE
SET STATEMENT max_statement_time = 1 FOR SELECT secret FROM orders
SET STATEMENT sql_mode = 'ANSI_QUOTES' FOR SELECT "id" FROM orders
SET character_set_results = NULL
SET timestamp = 1 ;; SELECT NOW()
SET insert_id = 500 ;; INSERT INTO orders (note) VALUES ('x')
SET last_insert_id = 5
SET rand_seed1 = 1
SET pseudo_thread_id = 1
SET system_versioning_alter_history = 'KEEP'
SET system_versioning_asof = '2020-01-01' ;; SELECT id FROM history
SET use_stat_tables = 'never'
SET optimizer_switch = 'derived_merge=off' ;; SELECT x.id FROM (SELECT id, secret FROM orders) x
SET debug_dbug = ''
SET default_storage_engine = InnoDB
SET tx_isolation = 'READ-COMMITTED'
SET innodb_lock_wait_timeout = 1
SET check_constraint_checks = 0
SET @@session.autocommit = 0, @a = (SELECT max(secret) FROM orders)
SET sql_mode = (SELECT note FROM things LIMIT 1)
USE hr
USE hr ;; SELECT id FROM orders
USE hr ;; SELECT pay FROM orders
USE hr ;; SELECT secret FROM orders
USE hr ;; SELECT secret FROM shop.orders
USE hr ;; SELECT amount FROM salaries
USE hr ;; SELECT twice(1)
USE hr ;; SELECT bonus(1)
USE hr ;; UPDATE orders SET note = 'x'
USE hr ;; INSERT INTO ticketed (note) VALUES ('x')
USE hr ;; SELECT NEXTVAL(tickets)
USE `Odd Schema` ;; SELECT note FROM `Odd Table`
USE vault
USE vault ;; SELECT word FROM secrets
USE information_schema ;; SELECT table_name FROM tables LIMIT 1
USE information_schema ;; SELECT secret FROM shop.orders
USE mysql
USE mysql ;; SELECT user FROM user
USE no_such
USE hr; SELECT secret FROM orders
USE hr; USE shop; SELECT secret FROM orders
-- prepared statements in SQL
PREPARE p FROM 'SELECT secret FROM orders' ;; EXECUTE p ;; DEALLOCATE PREPARE p
PREPARE p FROM 'SELECT note FROM orders WHERE id = ?' ;; EXECUTE p USING 1
PREPARE p FROM 'SELECT note FROM orders WHERE id = ?' ;; SET @i = 1 ;; EXECUTE p USING @i
PREPARE p FROM 'UPDATE orders SET note = secret' ;; EXECUTE p
PREPARE p FROM 'SELECT id FROM orders' ;; PREPARE p FROM 'SELECT secret FROM orders' ;; EXECUTE p
PREPARE p FROM 'SELECT id FROM orders' ;; DROP PREPARE p ;; EXECUTE p
PREPARE p FROM 'SELECT secret FROM orders' ;; USE hr ;; EXECUTE p
USE hr ;; PREPARE p FROM 'SELECT pay FROM orders' ;; USE shop ;; EXECUTE p
PREPARE p FROM @q
SET @q = 'SELECT secret FROM orders' ;; PREPARE p FROM @q ;; EXECUTE p
SET @q = 'SELECT secret FROM orders' ;; EXECUTE IMMEDIATE @q
EXECUTE IMMEDIATE 'SELECT secret FROM orders'
EXECUTE IMMEDIATE 'SELECT note FROM orders WHERE id = ?' USING 1
EXECUTE IMMEDIATE concat('SELECT secret', ' FROM orders')
EXECUTE IMMEDIATE 'SELECT id FROM things WHERE id = ?' USING (SELECT max(code) FROM things)
EXECUTE no_such
DEALLOCATE PREPARE no_such
PREPARE p FROM 'CALL own_read()' ;; EXECUTE p
-- temporary tables
CREATE TEMPORARY TABLE mine (id int, note text) ;; SELECT * FROM mine
CREATE TEMPORARY TABLE mine (id int) ;; INSERT INTO mine VALUES (1) ;; UPDATE mine SET id = 2 ;; DELETE FROM mine ;; DROP TEMPORARY TABLE mine
CREATE TEMPORARY TABLE orders (id int, secret text) ;; SELECT secret FROM orders
CREATE TEMPORARY TABLE orders (id int, secret text) ;; SELECT secret FROM shop.orders
CREATE TEMPORARY TABLE orders (id int, secret text) ;; DROP TEMPORARY TABLE orders ;; SELECT secret FROM orders
CREATE TEMPORARY TABLE hr.salaries (id int) ;; SELECT id FROM hr.salaries
CREATE TEMPORARY TABLE vault.mine (id int)
CREATE TEMPORARY TABLE mine AS SELECT secret FROM orders ;; SELECT * FROM mine
CREATE TEMPORARY TABLE mine LIKE orders ;; SELECT * FROM mine
CREATE TEMPORARY TABLE mine LIKE hr.salaries
CREATE TEMPORARY TABLE mine LIKE vault.secrets
CREATE TEMPORARY TABLE mine SELECT * FROM vault.secrets
CREATE TEMPORARY TABLE IF NOT EXISTS mine (id int) ;; ALTER TABLE mine ADD x int ;; SELECT x FROM mine
CREATE OR REPLACE TEMPORARY TABLE mine (id int) ;; CREATE INDEX i ON mine (id) ;; TRUNCATE mine
CREATE TEMPORARY TABLE mine (id int) ;; SELECT m.id, o.secret FROM mine m JOIN orders o ON o.id = m.id
CREATE TEMPORARY TABLE mine (id int) ;; INSERT INTO mine SELECT id FROM orders
CREATE TEMPORARY TABLE mine (id int, FOREIGN KEY (id) REFERENCES orders (id))
CREATE TEMPORARY TABLE mine (id int DEFAULT nextval(numbers)) ;; INSERT INTO mine VALUES ()
CREATE TEMPORARY TABLE mine (id int) ;; DROP TABLE mine
CREATE TEMPORARY TABLE mine (id int) ;; RENAME TABLE mine TO other
CREATE TEMPORARY SEQUENCE tseq ;; SELECT NEXTVAL(tseq)
-- locks, handler
LOCK TABLES orders READ ;; SELECT secret FROM orders ;; UNLOCK TABLES
LOCK TABLES orders WRITE ;; UPDATE orders SET note = note WHERE false ;; UNLOCK TABLES
LOCK TABLES orders READ, things AS t WRITE ;; UNLOCK TABLES
LOCK TABLES hr.salaries READ ;; UNLOCK TABLES
LOCK TABLES report READ ;; SELECT id FROM report ;; UNLOCK TABLES
LOCK TABLES own_one READ ;; UNLOCK TABLES
LOCK TABLES vault.secrets READ
LOCK TABLE orders READ LOCAL ;; UNLOCK TABLES
LOCK TABLES orders READ ;; SELECT id FROM things ;; UNLOCK TABLES
UNLOCK TABLES
HANDLER orders OPEN ;; HANDLER orders READ FIRST ;; HANDLER orders CLOSE
HANDLER orders OPEN AS h ;; HANDLER h READ `PRIMARY` = (1) ;; HANDLER h CLOSE
HANDLER hr.salaries OPEN ;; HANDLER salaries READ NEXT
HANDLER vault.secrets OPEN ;; HANDLER secrets READ FIRST
HANDLER no_such READ FIRST
-- the server
SHOW PROCESSLIST
SHOW FULL PROCESSLIST
KILL 1
KILL QUERY 1
FLUSH TABLES
FLUSH TABLES orders
FLUSH TABLES orders WITH READ LOCK ;; UNLOCK TABLES
FLUSH PRIVILEGES
FLUSH STATUS
FLUSH LOGS
RESET QUERY CACHE
RESET MASTER
PURGE BINARY LOGS TO 'a'
SHUTDOWN
INSTALL PLUGIN a SONAME 'a.so'
INSTALL SONAME 'a'
UNINSTALL PLUGIN a
CREATE FUNCTION udf RETURNS STRING SONAME 'a.so'
BINLOG 'AAAA'
CHANGE MASTER TO MASTER_HOST = 'a'
START SLAVE
STOP SLAVE
CACHE INDEX orders IN hot
LOAD INDEX INTO CACHE orders
XA START 'a'
XA RECOVER
CREATE USER eve
DROP USER root
ALTER USER root IDENTIFIED BY 'x'
RENAME USER root TO eve
CREATE ROLE r
GRANT SELECT ON shop.orders TO eve
GRANT ALL ON *.* TO eve
REVOKE SELECT ON shop.orders FROM eve
GRANT r TO eve
CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'a')
BACKUP STAGE START
BACKUP LOCK orders
SIGNAL SQLSTATE '45000'
RESIGNAL
GET DIAGNOSTICS @n = NUMBER
BEGIN NOT ATOMIC SELECT secret FROM orders; END
IF 1 THEN SELECT secret FROM orders; END IF
